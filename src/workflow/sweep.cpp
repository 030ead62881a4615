#include "besa/workflow/sweep.hpp"

#include <algorithm>
#include <numeric>

#include "besa/model/dataset_lint.hpp"
#include "besa/workflow/coverage.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "workflow/examine.hpp"
#include "workflow/record_digest.hpp"

namespace besa::workflow {
namespace {

using model::ManifestHeader;
using model::Outcome;

/// One subject type's people and who of them is due.
struct Group {
  std::unique_ptr<Examination> examination;
  DueList due;
};

/// A sweep of one policy, from the question to the manifest.
class RealmSweep {
 public:
  RealmSweep(Session& session, const Realm& realm, const SweepOptions& options)
      : session_(session),
        realm_(realm),
        options_(options),
        sources_(session, realm),
        holds_(session, realm) {
    report_.policy = realm.policy->name;
    report_.as_of = session.today(*realm.policy);
    report_.simulated = session.simulated(*realm.policy);
    horizon_ =
        options.ahead ? add(report_.as_of, *options.ahead).value_or(report_.as_of) : report_.as_of;
  }

  SweepReport run() {
    require_coverage();
    for (const std::string& type : subject_types(realm_)) examine(type);
    keep_oldest();
    for (const Group& group : groups_) count_rules(group);
    if (!options_.dry_run) draft();
    return std::move(report_);
  }

 private:
  void require_coverage() {
    for (const model::Dataset* dataset : realm_.datasets) {
      source::Source* source = sources_.all().at(dataset->name);
      if (source == nullptr) {
        if (!dataset->source.empty())
          report_.findings.push_back({model::Severity::error, "source.missing", dataset->file,
                                      "the source of dataset " + dataset->name + " is not there",
                                      "put the file back; until then silence proves nothing"});
        continue;
      }
      require(model::lint(*dataset, *realm_.policy));
      require(check_coverage(*dataset, *source));
    }
  }

  void require(std::vector<model::Finding> findings) {
    for (model::Finding& finding : findings) {
      if (finding.severity == model::Severity::error)
        throw Error(ErrorKind::finding, finding.where + ": " + finding.message, finding.hint);
      report_.findings.push_back(std::move(finding));
    }
  }

  // --- who is due ---

  void examine(const std::string& type) {
    session_.progress().stage("looking who is due (" + type + ")", 0);
    Group group;
    std::vector<ScanRows> readers{scan_sources(sources_.all())};
    std::optional<RootKeys> only = nominated(type);
    if (!only) readers.push_back(sources_.another());
    group.examination = std::make_unique<Examination>(session_, realm_, type, sources_.all(),
                                                      readers, holds_, only);
    report_.examined += only ? everybody_counted(type) : people_in(group.examination->people());
    decide_all(group);
    groups_.push_back(std::move(group));
  }

  std::optional<RootKeys> nominated(const std::string& type) {
    auto keys = nominate_silent(*realm_.rules, type, sources_.all(), report_.as_of, horizon_);
    if (!keys) return std::nullopt;
    RootKeys only;
    for (const model::Dataset* dataset : realm_.datasets)
      for (const model::Table& table : dataset->tables)
        if (table.subject == type) only[dataset->name + "." + table.name] = std::move(*keys);
    return only;
  }

  std::uint64_t everybody_counted(const std::string& type) {
    std::uint64_t count = 0;
    for (const model::Dataset* dataset : realm_.datasets)
      for (const model::Table& table : dataset->tables)
        if (table.subject == type) count += sources_.at(dataset->name).row_count(table.name);
    return count;
  }

  static std::uint64_t people_in(const Population& people) {
    std::uint64_t count = 0;
    for (Ordinal i = 0; i < people.size(); ++i) count += people.person(i) == i ? 1U : 0U;
    return count;
  }

  void decide_all(Group& group) {
    const Population& people = group.examination->people();
    for (Ordinal person = 0; person < people.size(); ++person) {
      if (people.person(person) != person || !people.asked(person)) continue;
      model::SubjectDecision decision = group.examination->decide(person, horizon_);
      count(decision);
      if (decision.outcome != Outcome::due) continue;
      if (decision.due_since > report_.as_of)
        ++report_.falling_due;
      else
        ++report_.due;
      report_.started_at_collection += decision.start_is_collection ? 1U : 0U;
      group.due.add(person, decision);
    }
  }

  void count(const model::SubjectDecision& decision) {
    if (decision.outcome == Outcome::held) ++report_.held;
    if (decision.outcome == Outcome::undetermined)
      ++report_.undetermined[std::string(name_of(decision.doubt))];
    if (decision.future_flagged) ++report_.future_events;
    if (decision.outcome == Outcome::due &&
        (!report_.oldest_due || *decision.due_since < *report_.oldest_due))
      report_.oldest_due = decision.due_since;
  }

  /// --oldest: of all groups together, the longest overdue; equal dates by key.
  void keep_oldest() {
    if (!options_.oldest) return;
    struct Place {
      Date since;
      std::size_t group;
      std::size_t at;
    };
    std::vector<Place> places;
    for (std::size_t g = 0; g < groups_.size(); ++g)
      for (std::size_t i = 0; i < groups_[g].due.people.size(); ++i)
        places.push_back({*groups_[g].due.decisions[i].due_since, g, i});
    std::stable_sort(places.begin(), places.end(),
                     [](const Place& a, const Place& b) { return a.since < b.since; });
    if (places.size() <= *options_.oldest) return;
    report_.left_for_later = places.size() - *options_.oldest;
    places.resize(*options_.oldest);
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
      return std::tie(a.group, a.at) < std::tie(b.group, b.at);
    });
    std::vector<DueList> first(groups_.size());
    for (const Place& place : places)
      first[place.group].add(groups_[place.group].due.people[place.at],
                             groups_[place.group].due.decisions[place.at]);
    for (std::size_t g = 0; g < groups_.size(); ++g) groups_[g].due = std::move(first[g]);
  }

  ManifestHeader::RuleCount& rule_count(const model::Rule& rule) {
    for (auto& count : report_.rules)
      if (count.rule == rule.id) return count;
    report_.rules.push_back({rule.id, rule.clause, 0, 0, std::nullopt});
    return report_.rules.back();
  }

  void count_rules(const Group& group) {
    for (const model::SubjectDecision& decision : group.due.decisions) {
      auto& count = rule_count(*decision.rule);
      ++count.subjects;
      if (!count.oldest || *decision.due_since < *count.oldest) count.oldest = decision.due_since;
    }
  }

  // --- the manifest ---

  void draft() {
    session_.progress().stage("listing their records", 0);
    const FileLock lock(session_.state() / "drafting", "drafting a manifest", session_.actor().name,
                        session_.workspace().wait_seconds);
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
      const Digest digest = writer.finish(header);
      session_.vault().put("manifest-" + header.id, key.view());
      enter(header, digest);
    }
    report_.manifest = header.id;
  }

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
        table_places_[realm_.rules->table(*dataset, dataset->tables[table].name)] =
            header.tables.size();
        header.tables.push_back({dataset->name, dataset->tables[table].name, 0, 0, 0, 0});
      }
    }
    return header;
  }

  void write_body(ManifestWriter& writer, ManifestHeader& header, const Secret& key) {
    const KeyedDigest digests(key.view());
    std::vector<RecordSets> sets;
    for (const Group& group : groups_) sets.emplace_back(group.due.people, header.datasets.size());
    std::vector<Leaving> leaving_people;
    for (const Group& group : groups_)
      leaving_people.push_back(leaving(*group.examination, group.due));
    const std::vector<std::uint32_t> first_numbers = numbers();
    RecordPlanner planner(*realm_.rules, scan_sources(sources_.all()), report_.as_of,
                          holds_.without_subject());
    const ScanRows scan = scan_sources(sources_.all());
    const HeldPeople held(session_, realm_, sources_.all(), scan, holds_);
    planner.protect(held.groups());
    model::RecordLine line;
    RecordDigester digester(digests, *realm_.rules);
    planner.plan(leaving_people, [&](const RecordPlan& plan) {
      const auto place = table_places_.at(plan.table);
      line.table = static_cast<std::uint32_t>(place);
      line.dataset = dataset_place(header, header.tables[place].dataset);
      line.key.clear();
      append_key_json(line.key, plan.key);
      line.deed = plan.remove ? model::Deed::erase : model::Deed::mask;
      line.clear = plan.columns != nullptr ? plan.columns->clear : std::vector<std::string>();
      line.cut = plan.columns != nullptr ? plan.columns->cut : std::vector<std::string>();
      line.ground = plan.ground != nullptr ? plan.ground->id : "";
      line.subject = 0;
      line.rule.clear();
      line.due_since.reset();
      if (plan.person != nobody) {
        const std::size_t at = sets[plan.leaving].place(plan.person);
        line.subject = first_numbers[plan.leaving] + static_cast<std::uint32_t>(at);
        sets[plan.leaving].add(at, line.dataset, digester.of(plan));
      } else {
        line.rule = plan.rule->id;
        line.due_since = plan.due_since;
        ++rule_count(*plan.rule).records;
      }
      auto& table = header.tables[place];
      ++(plan.remove ? table.erase : table.mask);
      if (plan.ground != nullptr) ++table.retained;
      ++header.records;
      writer.add(line);
    });
    take_tally(planner.tally());
    for (std::size_t g = 0; g < groups_.size(); ++g)
      write_subjects(writer, header, groups_[g], sets[g], first_numbers[g], digests);
    header.body_lines = header.records + header.subjects;
  }

  /// The number of the first person of each group; numbers begin with 1.
  std::vector<std::uint32_t> numbers() const {
    std::vector<std::uint32_t> first;
    std::uint32_t next = 1;
    for (const Group& group : groups_) {
      first.push_back(next);
      next += static_cast<std::uint32_t>(group.due.people.size());
    }
    return first;
  }

  void write_subjects(ManifestWriter& writer, ManifestHeader& header, const Group& group,
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

  static std::uint32_t dataset_place(const ManifestHeader& header, const std::string& dataset) {
    for (std::uint32_t i = 0; i < header.datasets.size(); ++i)
      if (header.datasets[i].name == dataset) return i;
    throw Error(ErrorKind::failed, "dataset " + dataset + " is not part of this sweep");
  }

  void take_tally(const RecordTally& tally) {
    report_.candidate_records = tally.candidates;
    report_.undetermined_records = tally.undetermined;
    report_.held_records = tally.held;
    report_.retained_records = tally.retained;
    report_.not_ours_records = tally.not_ours;
  }

  void fill_in(ManifestHeader& header, const Secret& key) {
    header.rules = report_.rules;
    header.held = report_.held;
    header.flagged = report_.started_at_collection + report_.future_events;
    for (const auto& [doubt, people] : report_.undetermined) header.undetermined += people;
    if (session_.workspace().limits.share_of_table)
      for (auto& table : header.tables)
        if (table.erase + table.mask > 0)
          table.rows = sources_.at(table.dataset).row_count(table.table);
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

  void record_sweep() {
    if (report_.simulated) return;
    ledger::Change change = session_.ledger().begin();
    change.record_sweep(sweep_row(), session_.actor().name);
    change.commit();
  }

  void enter(const ManifestHeader& header, const Digest& digest) {
    ledger::Change change = session_.ledger().begin();
    if (!report_.simulated) change.record_sweep(sweep_row(), session_.actor().name);
    change.draft_manifest(header, digest);
    change.commit();
  }

  Session& session_;
  const Realm& realm_;
  const SweepOptions& options_;
  OpenedSources sources_;
  HoldsInForce holds_;
  SweepReport report_;
  Date horizon_;
  std::vector<Group> groups_;
  std::map<std::uint32_t, std::size_t> table_places_;  ///< Rulebook table → header.tables
  std::uint64_t records_ = 0;
};

}  // namespace

std::vector<SweepReport> sweep(Session& session, const SweepOptions& options) {
  std::vector<SweepReport> reports;
  for (const Realm& realm : session.realms()) {
    if (!options.policy.empty() && realm.policy->name != options.policy) continue;
    reports.push_back(RealmSweep(session, realm, options).run());
  }
  if (reports.empty()) static_cast<void>(session.realm(options.policy));
  return reports;
}

}  // namespace besa::workflow
