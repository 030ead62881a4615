// Masks held against the columns they are for, before anything is drafted.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"
#include "besa/source/source.hpp"

namespace besa::workflow {

/// Errors, which stop a sweep: mask.not_taken where a column does not take what it is or would be
/// masked with (too long, of another type, nothing that can be made up for it), mask.not_unique
/// where rows that must differ would be masked alike, mask.no_tombstone where a link that may have
/// to be cut can be neither NULL nor lead to a tombstone. Of masks that no file names only those
/// are looked at that some rule may call for. What a CHECK or an index over an expression makes of
/// a mask only the change itself tells.
[[nodiscard]] std::vector<model::Finding> check_masks(const model::Policy& policy,
                                                      const model::Dataset& dataset,
                                                      source::Source& source,
                                                      model::Datasets others);

}  // namespace besa::workflow
