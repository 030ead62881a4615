#include "workflow/draft.hpp"

#include <algorithm>

#include "besa/workflow/manifest_files.hpp"
#include "workflow/debris.hpp"
#include "workflow/lengths.hpp"
#include "workflow/record_digest.hpp"

namespace besa::workflow {
namespace {

using model::ManifestHeader;

/// One manifest of one policy, and the entry of the sweep that led to it.
class Draft {
 public:
  Draft(Session& session, const Realm& realm, OpenedSources& sources, RecordPlanner planner,
        const std::vector<DueGroup>& groups, Date horizon, SweepReport& report)
      : session_(session),
        realm_(realm),
        sources_(sources),
        planner_(std::move(planner)),
        groups_(groups),
        horizon_(horizon),
        report_(report) {}

  void write() {
    session_.progress().stage("listing their records", 0);
    const FileLock lock = lock_drafting(session_);
    destroy_unrecorded_drafts(session_);
    ManifestHeader header = heading();
    const Secret key = Secret::random(32);
    {
      ManifestWriter writer(session_.state() / "manifests" / header.id);
      write_body(writer, header, key);
      if (header.body_lines == 0) {
        record_sweep();
        return;
      }
      fill_in(header, key);
      enter(header, keep(writer, header, key));
    }
    report_.manifest = header.id;
  }

 private:
  /// A table's in the header.
  struct Place {
    std::uint32_t dataset = 0, table = 0;
  };

  ManifestHeader heading() {
    const model::Policy& policy = *realm_.policy;
    ManifestHeader header;
    {
      ledger::Change change = session_.ledger().begin();  // only reads the next free id
      header.id = change.next_manifest_id();
    }
    header.origin = session_.ledger().origin();
    header.why = "retention";
    header.drafted_by = session_.actor();
    header.drafted_at = session_.clock().now();
    header.as_of = report_.as_of;
    header.not_before = report_.as_of;
    header.simulated = report_.simulated;
    const Date last_use = std::max(session_.real_today(policy), horizon_);
    header.expires = add(last_use, session_.workspace().limits.manifest_expires).value_or(last_use);
    header.policy = policy.name;
    header.policy_version = policy.version;
    header.policy_digest = policy.digest;
    for (const model::Dataset* dataset : realm_.datasets) {
      source::Source* source = sources_.all().at(dataset->name);
      header.datasets.push_back({dataset->name, dataset->digest,
                                 source != nullptr ? source->schema().fingerprint : Digest{}});
      for (const std::uint32_t table : model::deletion_order(*dataset)) {
        places_[realm_.rules->table(*dataset, dataset->tables[table].name)] = {
            .dataset = static_cast<std::uint32_t>(header.datasets.size() - 1),
            .table = static_cast<std::uint32_t>(header.tables.size())};
        header.tables.push_back({dataset->name, dataset->tables[table].name, 0, 0, 0, 0});
      }
    }
    return header;
  }

  void write_body(ManifestWriter& writer, ManifestHeader& header, const Secret& key) {
    const KeyedDigest digests(key.view());
    std::vector<RecordSets> sets;
    for (const DueGroup& group : groups_)
      sets.emplace_back(group.due.people, header.datasets.size());
    std::vector<Leaving> leaving_people;
    for (const DueGroup& group : groups_)
      leaving_people.push_back(leaving(*group.examination, group.due));
    const std::vector<std::uint32_t> first_numbers = numbers();
    model::RecordLine line;
    RecordDigester digester(digests, *realm_.rules);
    planner_.plan(leaving_people, [&](const RecordPlan& plan) {
      describe(plan, line);
      if (plan.person != nobody) {
        const std::size_t at = sets[plan.leaving].place(plan.person);
        line.subject = first_numbers[plan.leaving] + static_cast<std::uint32_t>(at);
        sets[plan.leaving].add(at, line.dataset, digester.of(plan));
      } else {
        line.rule = plan.rule->id;
        line.due_since = plan.due_since;
        ++rule_count(report_, *plan.rule).records;
      }
      auto& table = header.tables[line.table];
      ++(plan.remove ? table.erase : table.mask);
      if (plan.ground != nullptr) ++table.retained;
      ++header.records;
      writer.add(line);
    });
    take_tally(planner_.tally());
    for (std::size_t g = 0; g < groups_.size(); ++g)
      write_subjects(writer, header, groups_[g], sets[g], first_numbers[g], digests);
    header.body_lines = header.records + header.subjects;
  }

  /// What a line says of a record, whoever is the reason.
  void describe(const RecordPlan& plan, model::RecordLine& line) const {
    const Place& place = places_.at(plan.table);
    line.table = place.table;
    line.dataset = place.dataset;
    line.key.clear();
    append_key_json(line.key, plan.key);
    line.deed = plan.remove ? model::Deed::erase : model::Deed::mask;
    line.clear.clear();
    line.cut.clear();
    if (plan.columns != nullptr) {
      line.clear = plan.columns->clear;
      line.cut = plan.columns->cut;
    }
    line.ground.clear();
    if (plan.ground != nullptr) line.ground = plan.ground->id;
    line.subject = 0;
    line.rule.clear();
    line.due_since.reset();
  }

  /// The number of the first person of each group; numbers begin with 1.
  std::vector<std::uint32_t> numbers() const {
    std::vector<std::uint32_t> first;
    std::uint32_t next = 1;
    for (const DueGroup& group : groups_) {
      first.push_back(next);
      next += static_cast<std::uint32_t>(group.due.people.size());
    }
    return first;
  }

  void write_subjects(ManifestWriter& writer, ManifestHeader& header, const DueGroup& group,
                      const RecordSets& sets, std::uint32_t first_number,
                      const KeyedDigest& digests) {
    const Population& people = group.examination->people();
    for (std::size_t i = 0; i < group.due.people.size(); ++i) {
      const Ordinal person = group.due.people[i];
      const model::SubjectDecision& decision = group.due.decisions[i];
      model::SubjectLine line;
      line.number = first_number + static_cast<std::uint32_t>(i);
      line.subject = people.subject_type();
      line.root = people.root_of(person).full_name();
      append_key_json(line.key, people.key_of(person));
      line.rule = decision.rule->id;
      line.start = decision.start->date;
      line.event = realm_.rules->event_kinds()[decision.start->kind];
      line.due_since = *decision.due_since;
      line.not_before = *decision.due_since;
      line.facts = facts_digest(digests, *realm_.rules, people, person, decision);
      line.records = sets.digests(i);
      writer.add(line);
      ++header.subjects;
    }
  }

  void take_tally(const RecordTally& tally) {
    report_.candidate_records = tally.candidates;
    report_.undetermined_records = tally.undetermined;
    report_.held_records = tally.held;
    report_.retained_records = tally.retained;
    report_.not_ours_records = tally.not_ours;
  }

  /// For the limit on shares.
  [[nodiscard]] bool rows_matter(const ManifestHeader::TableCount& table) const {
    if (sources_.all().at(table.dataset) == nullptr) return false;
    return session_.workspace().limits.share_of_table && table.erase + table.mask > 0;
  }

  void fill_in(ManifestHeader& header, const Secret& key) {
    header.rules = report_.rules;
    header.held = report_.held;
    header.flagged = report_.started_at_collection + report_.future_events;
    for (const auto& [doubt, people] : report_.undetermined) header.undetermined += people;
    for (auto& table : header.tables)
      if (rows_matter(table)) table.rows = sources_.at(table.dataset).row_count(table.table);
    model::LimitFacts facts;
    facts.subjects = header.subjects;
    facts.subjects_examined = report_.examined;
    facts.unusable_dates = header.undetermined + report_.future_events;
    facts.records = header.records;
    facts.tables = header.tables;
    for (const ledger::SweepRow& row : session_.ledger().sweeps(header.policy))
      if (row.records > 0) facts.earlier.push_back(row.records);
    header.exceeded = model::exceeded(session_.workspace().limits, facts);
    header.key_check = sha256(key.view());
    report_.tables = header.tables;
    report_.exceeded = header.exceeded;
    records_ = header.records;
  }

  ledger::SweepRow sweep_row() const {
    ledger::SweepRow row;
    row.at = session_.clock().now();
    row.policy = report_.policy;
    row.as_of = report_.as_of;
    row.subjects = report_.due;
    row.records = records_;
    row.held = report_.held;
    for (const auto& [doubt, people] : report_.undetermined) row.undetermined += people;
    row.oldest = report_.oldest_due;
    return row;
  }

  /// Its folder under its name, and its key; where one of them fails, neither. What fails after
  /// that may have been recorded all the same: the next draft looks.
  Digest keep(ManifestWriter& writer, ManifestHeader& header, const Secret& key) {
    try {
      const Digest digest = writer.finish(header);
      session_.vault().put("manifest-" + header.id, key.view());
      return digest;
    } catch (...) {
      clear_away();
      throw;
    }
  }

  void clear_away() noexcept {
    try {
      destroy_unrecorded_drafts(session_);
    } catch (const std::exception&) {
      return;  // on a full disk, say; the next draft tries again
    }
  }

  void record_sweep() {
    if (report_.simulated) return;
    const Json lengths = lengths_to_remember(session_, realm_, sources_.all());
    ledger::Change change = session_.ledger().begin();
    note_sweep(change, lengths);
    change.commit();
  }

  void enter(const ManifestHeader& header, const Digest& digest) {
    const Json lengths =
        report_.simulated ? Json::object() : lengths_to_remember(session_, realm_, sources_.all());
    ledger::Change change = session_.ledger().begin();
    if (!report_.simulated) note_sweep(change, lengths);
    change.draft_manifest(header, digest);
    change.commit();
  }

  void note_sweep(ledger::Change& change, const Json& lengths) const {
    change.record_sweep(sweep_row(), session_.actor().name);
    remember_lengths(change, lengths);
  }

  Session& session_;
  const Realm& realm_;
  OpenedSources& sources_;
  RecordPlanner planner_;
  const std::vector<DueGroup>& groups_;
  Date horizon_;
  SweepReport& report_;
  std::map<std::uint32_t, Place> places_;  ///< by table of the rulebook
  std::uint64_t records_ = 0;
};

}  // namespace

ManifestHeader::RuleCount& rule_count(SweepReport& report, const model::Rule& rule) {
  for (auto& count : report.rules)
    if (count.rule == rule.id) return count;
  report.rules.push_back({rule.id, rule.clause, 0, 0, std::nullopt});
  return report.rules.back();
}

void draft(Session& session, const Realm& realm, OpenedSources& sources, RecordPlanner planner,
           const std::vector<DueGroup>& groups, Date horizon, SweepReport& report) {
  Draft(session, realm, sources, std::move(planner), groups, horizon, report).write();
}

}  // namespace besa::workflow
