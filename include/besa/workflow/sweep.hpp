// Sweep: who and what is due, and the manifest that freezes it. Reads only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "besa/model/manifest.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

struct SweepOptions {
  std::string policy;                   ///< empty: every policy of the workspace
  bool dry_run = false;                 ///< no manifest, no ledger entry; finds who is due
  std::optional<std::uint64_t> oldest;  ///< a first wave: the so many longest overdue
  std::optional<Period> ahead;  ///< also what falls due until then, each with its not-before
};

/// What one sweep of one policy found.
struct SweepReport {
  std::string policy;
  Date as_of;
  bool simulated = false;
  std::uint64_t examined = 0;              ///< people looked at
  std::uint64_t due = 0, falling_due = 0;  ///< people; the second with --ahead
  std::uint64_t left_for_later = 0;        ///< due, but beyond --oldest
  std::uint64_t held = 0;
  std::map<std::string, std::uint64_t> undetermined;  ///< people, by name_of(Doubt)
  std::uint64_t started_at_collection = 0;            ///< due people who were never in contact
  std::uint64_t future_events = 0;                    ///< people with an event in the future
  std::uint64_t candidate_records = 0, undetermined_records = 0, held_records = 0,
                retained_records = 0, not_ours_records = 0;
  std::vector<model::ManifestHeader::TableCount> tables;  ///< empty on a dry run
  std::vector<model::ManifestHeader::RuleCount> rules;
  std::optional<Date> oldest_due;
  std::vector<std::string> exceeded;     ///< limits
  std::vector<model::Finding> findings;  ///< stale sources, candidates …
  std::string manifest;                  ///< id; empty where nothing is due or on a dry run
};

/// True where somebody must bring a source: one is missing, late or shorter than before, and people
/// about whom it might say something stay undetermined until it is back.
[[nodiscard]] bool waits_for_a_source(const SweepReport& report);

/// Error(finding) where a table or column of a live source is not in its dataset file: the new one
/// is the one that leaks. One report for each policy.
[[nodiscard]] std::vector<SweepReport> sweep(Session& session, const SweepOptions& options);

}  // namespace besa::workflow
