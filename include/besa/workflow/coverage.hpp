// A dataset file held against the live source.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/decide.hpp"
#include "besa/model/policy.hpp"
#include "besa/source/source.hpp"
#include "besa/workflow/population.hpp"

namespace besa::workflow {

/// Cheap, from the schema alone: tables and columns the file does not know (coverage.unknown_table,
/// coverage.unknown_column), those the source has not (coverage.missing_…), virtual tables,
/// triggers, foreign keys that reach tables the file does not name or would cascade. Errors stop a
/// sweep. `others`: the datasets under the same policy, whose people its rows may belong to.
[[nodiscard]] std::vector<model::Finding> check_coverage(const model::Dataset& dataset,
                                                         source::Source& source,
                                                         model::Datasets others = {});

/// `dataset check`: coverage, and the data too, streaming every mapped table once: keys that are
/// not unique or NULL, links that lead nowhere (dangling), times that are no date of the declared
/// format, sentinels, dates in the future; each with table, column and how many (never values).
/// `others`: the sources of the datasets its links lead to, as far as they can be opened.
[[nodiscard]] std::vector<model::Finding> check_dataset(const model::Rulebook& rules,
                                                        const model::Dataset& dataset,
                                                        source::Source& source, Date today,
                                                        const Sources& others = {});

}  // namespace besa::workflow
