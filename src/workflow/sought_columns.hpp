// What is looked for in the bytes after an erasure. Private to workflow.
#pragma once

#include <string>
#include <vector>

#include "besa/model/dataset.hpp"

namespace besa::workflow {

/// Columns whose values are looked for in the bytes after they are erased.
[[nodiscard]] std::vector<std::string> sought_columns(const model::Table& table);

}  // namespace besa::workflow
