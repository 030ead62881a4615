// Reads one table of a dataset file (besa-dataset(5)); what needs other tables is checked later.
#pragma once

#include <string>
#include <vector>

#include "besa/base/json.hpp"
#include "besa/model/dataset.hpp"

namespace besa::model {

/// Every fault goes to `faults`; the table holds what could be read.
[[nodiscard]] Table read_table(const std::string& name, const Json& json,
                               const std::string& pointer, std::vector<Fault>& faults);

}  // namespace besa::model
