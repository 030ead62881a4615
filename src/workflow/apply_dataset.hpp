// Carrying out a manifest in one dataset: batches, each decided again inside its own transaction.
// Private to workflow.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "besa/workflow/manifest_files.hpp"
#include "besa/workflow/session.hpp"
#include "workflow/apply_state.hpp"
#include "workflow/examine.hpp"
#include "workflow/masking.hpp"
#include "workflow/record_digest.hpp"

namespace besa::workflow {

class BegunRecords;

/// What one application works with in every dataset.
struct ApplyContext {
  Session& session;
  const Realm& realm;
  const model::ManifestHeader& header;
  Path folder;                 ///< of the manifest
  const KeyedDigest& digests;  ///< under the manifest's key
  const KeyedDigest& tombstone_digests;
  PlannedPeople& people;
  Date today;
  bool record_rules = true;  ///< the manifest has rows that go by rules of their own
  bool resumed = false;      ///< an earlier, interrupted run may have done a part already
  bool given_up = false;     ///< nothing more is done: only what was done is looked at
};

class DatasetApplication {
 public:
  /// `place`: index into header.datasets.
  DatasetApplication(ApplyContext& context, OpenedSources& sources, std::uint32_t place);

  /// Every person who is to do here, in batches; then the record rules' rows.
  void run();

 private:
  /// What happens to the rows of one table.
  struct TableActions {
    source::KeyIndex removed;
    std::map<const ColumnPlan*, source::KeyIndex> masked;
  };
  /// By table, in the order in which the tables are to be changed.
  class Actions {
   public:
    void add(const RecordPlan& row);
    [[nodiscard]] const std::vector<std::pair<std::uint32_t, TableActions>>& tables() const {
      return tables_;
    }

   private:
    std::vector<std::pair<std::uint32_t, TableActions>> tables_;
  };

  [[nodiscard]] std::vector<std::vector<std::uint32_t>> batches() const;
  void people_batch(const std::vector<std::uint32_t>& numbers);
  void decide_and_act(std::set<std::uint32_t> together);
  /// One transaction, begun anew where the store was busy and nothing came of it.
  void in_one_transaction(const std::function<void()>& work);
  void as_before_the_transaction();
  void examine_type(const std::string& type, const std::vector<std::uint32_t>& numbers,
                    const ScanRows& scan);
  void settle_person(std::uint32_t number, Ordinal person, const Examination& examination,
                     DueList& due);
  void examine(const std::vector<std::uint32_t>& numbers, const ScanRows& scan);
  [[nodiscard]] RecordPlanner planner(const ScanRows& scan) const;
  [[nodiscard]] std::vector<Leaving> leaving_people();
  void note_blocked(const RecordPlanner& planner);
  [[nodiscard]] Actions plan(RecordPlanner& planner);
  void settle_records(const std::vector<std::uint32_t>& everyone, const RecordSets& sums,
                      BegunRecords& begun);
  /// Files get their place one by one; elsewhere a transaction is done or not.
  [[nodiscard]] bool half_done_possible() const { return context_.resumed && source_.rewrites(); }
  void act(source::Transaction& transaction, const Actions& actions);
  void act_on_table(source::Transaction& transaction, std::uint32_t table,
                    const TableActions& actions, source::KeyIndex& values);
  [[nodiscard]] static std::vector<source::RowUpdate> updates(source::Transaction& transaction,
                                                              const Masker& masker,
                                                              const model::Table& table,
                                                              const ColumnPlan& plan,
                                                              const source::KeyIndex& keys);
  [[nodiscard]] Error about_masks(const Error& error, const model::Table& table,
                                  const std::vector<std::string>& columns) const;
  void place_tombstones(source::Transaction& transaction, const Masker& masker,
                        const ColumnPlan& plan);
  void collect_masked(source::Transaction& transaction, std::uint32_t table,
                      const source::KeyIndex& keys, const ColumnPlan& plan,
                      source::KeyIndex& values) const;
  void record_rules();
  void record_rules_of(std::uint32_t table, const source::KeyIndex& keys);
  void decide_and_act(std::uint32_t table, const source::KeyIndex& keys);
  [[nodiscard]] ScanRows scan_inside(source::Transaction& transaction) const;

  ApplyContext& context_;
  OpenedSources& sources_;
  std::uint32_t place_;
  const model::Dataset& dataset_;
  source::Source& source_;
  HoldsInForce holds_;
  SoughtValues sought_;

  // the batch in hand
  struct Before {
    Planned::Fate fate;
    bool settled;
  };
  std::map<std::uint32_t, Before> before_;  ///< people of it, as they were when it began
  std::optional<Path> saved_;               ///< the values it wrote down
  std::vector<std::unique_ptr<Examination>> examinations_;
  std::vector<std::unique_ptr<DueList>> due_;
  /// By examination, by person: the number of who goes, or 0.
  std::vector<std::vector<std::uint32_t>> numbers_;
  std::set<std::uint32_t> partners_;  ///< people outside it who own one of its rows and leave too
  std::set<std::uint32_t> changed_;   ///< people of it whose records are not those planned
  std::map<std::uint32_t, std::string> blocked_;  ///< people of it who cannot go, and why
  std::vector<bool> settled_;                     ///< by number: people of earlier batches
};

}  // namespace besa::workflow
