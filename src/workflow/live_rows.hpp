// Where an erased value may rightly stand: in rows of somebody who stays, and in rows of somebody
// who goes that a rule keeps. A row that is nobody's excuses nothing. Private to workflow.
#pragma once

#include <vector>

#include "besa/source/source.hpp"
#include "workflow/apply_dataset.hpp"

namespace besa::workflow {

/// For every table with personal columns, one for each way in which its rows are somebody's. They
/// read `sources` when they are asked whose a row is; `context` must outlive them.
[[nodiscard]] std::vector<source::LiveRows> live_rows(const ApplyContext& context,
                                                      const Sources& sources,
                                                      const model::Dataset& dataset);

}  // namespace besa::workflow
