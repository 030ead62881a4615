// Personal data in the columns of a key, which no mask reaches.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

/// A row is named by its key, in manifests and in other rows' links, and keeps it as long as it
/// stays. Adds an error for each column of a key that has a mask of its own (mask.on_key), that a
/// rule is to mask (mask.of_key), or that would stay in rows of which a document is kept without
/// needing it (document.keeps_key). A number that only tells rows apart may stay: a key of category
/// user.unique_id, unless a rule names that category.
void check_key_masks(const Dataset& dataset, const Policy& policy, Datasets others,
                     std::vector<Finding>& findings);

}  // namespace besa::model
