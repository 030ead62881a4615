// Drafting: what a sweep found, frozen in a manifest and entered in the ledger. Private to
// workflow.
#pragma once

#include <memory>
#include <vector>

#include "besa/workflow/sweep.hpp"
#include "workflow/examine.hpp"

namespace besa::workflow {

/// One subject type's people and who of them is due.
struct DueGroup {
  std::unique_ptr<Examination> examination;
  DueList due;
};

/// The report's count for this rule, added where it is the first.
[[nodiscard]] model::ManifestHeader::RuleCount& rule_count(SweepReport& report,
                                                           const model::Rule& rule);

/// Lists the records of everybody due until `horizon`, writes the manifest (none where there is
/// nothing to do) and fills in what only the records tell: tables, tally, limits, the manifest's
/// id.
void draft(Session& session, const Realm& realm, OpenedSources& sources, RecordPlanner planner,
           const std::vector<DueGroup>& groups, Date horizon, SweepReport& report);

}  // namespace besa::workflow
