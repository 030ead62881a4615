// Whether what a dataset file compares can ever be equal, by the types of the columns. Private to
// workflow.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"
#include "besa/source/source.hpp"

namespace besa::workflow {

/// Links between columns of two types and conditions that no value meets: an error each, because
/// rows would be nobody's, or a contact would not be seen. A warning where it hangs on the decimals
/// with which a number is written, or on what the rows show today.
[[nodiscard]] std::vector<model::Finding> check_column_types(const model::Dataset& dataset,
                                                             const source::Schema& schema);

}  // namespace besa::workflow
