// Links from one dataset into another, held against the datasets they lead into.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

/// Adds an error for each link that leads into another dataset and not to a subject's own table
/// there, by its key or by an identifier that its people have: such a row would be nobody's.
/// Another where two datasets lead into one another.
void check_links_abroad(const Dataset& dataset, Datasets others, std::vector<Finding>& findings);

}  // namespace besa::model
