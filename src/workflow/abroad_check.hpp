// `dataset check` on links from one store into another, which no source can join. Private to
// workflow.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/workflow/population.hpp"

namespace besa::workflow {

/// Rows of a table whose link leads to no row of the other dataset, or to two: 5 and "5" are keys
/// of different rows there, and a link from abroad may mean either. Keeps the target's keys in
/// memory. A note where the other source is not among `sources`. Links by identifier are passed
/// over: who is unknown there was never a member.
void check_links_abroad(const model::Dataset& dataset, const model::Table& table,
                        source::Source& source, model::Datasets datasets, const Sources& sources,
                        std::vector<model::Finding>& findings);

}  // namespace besa::workflow
