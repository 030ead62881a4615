// Where an erased value may rightly stand: in rows of somebody who is there, and in documents that
// a rule keeps. A row that is nobody's excuses nothing, and neither does one that somebody who went
// left behind. Private to workflow.
#pragma once

#include <vector>

#include "besa/source/source.hpp"
#include "besa/workflow/population.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// For every table with personal columns, one for each way in which its rows are somebody's. They
/// read `sources` when they are asked whose a row is; `realm` must outlive them.
[[nodiscard]] std::vector<source::LiveRows> live_rows(const Realm& realm, const Sources& sources,
                                                      const model::Dataset& dataset);

}  // namespace besa::workflow
