#include "besa/workflow/sweep.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "besa/model/dataset_lint.hpp"
#include "besa/workflow/coverage.hpp"
#include "besa/workflow/mask_check.hpp"
#include "workflow/draft.hpp"
#include "workflow/masking.hpp"
#include "workflow/shrunk.hpp"

namespace besa::workflow {
namespace {

using model::Outcome;

/// A sweep of one policy, from the question to the manifest.
class RealmSweep {
 public:
  RealmSweep(Session& session, const Realm& realm, const SweepOptions& options)
      : session_(session),
        realm_(realm),
        options_(options),
        sources_(session, realm),
        holds_(session, realm),
        mask_secret_(mask_secret(session)) {
    report_.policy = realm.policy->name;
    report_.as_of = session.today(*realm.policy);
    report_.simulated = session.simulated(*realm.policy);
    horizon_ =
        options.ahead ? add(report_.as_of, *options.ahead).value_or(report_.as_of) : report_.as_of;
  }

  SweepReport run() {
    require_coverage();
    for (const std::string& type : subject_types(realm_)) examine(type);
    held_people_.emplace(session_, realm_, sources_.all(), scan_sources(sources_.all()), holds_);
    set_blocked_aside();
    set_masked_aside();
    for (const DueGroup& group : groups_) count_due(group);
    keep_oldest();
    for (const DueGroup& group : groups_) count_rules(group);
    if (options_.dry_run)
      count_records_by_rule();
    else
      draft(session_, realm_, sources_, planner(), groups_, horizon_, report_);
    return std::move(report_);
  }

 private:
  void require_coverage() {
    for (const model::Dataset* dataset : realm_.datasets) {
      source::Source* source = sources_.all().at(dataset->name);
      if (source == nullptr) {
        if (!dataset->source.empty()) report_.findings.push_back(missing(*dataset));
        continue;
      }
      note_if_stale(*dataset, *source);
      require(model::lint(*dataset, *realm_.policy, realm_.datasets));
      require(check_coverage(*dataset, *source, realm_.datasets));
      require(check_masks(*realm_.policy, *dataset, *source, realm_.datasets));
    }
  }

  model::Finding missing(const model::Dataset& dataset) const {
    if (const auto away = sources_.out_of_reach().find(dataset.name);
        away != sources_.out_of_reach().end())
      return {model::Severity::error, "source.out_of_reach", dataset.file, away->second.message(),
              away->second.hint() + "; until it answers its silence proves nothing"};
    const auto shrunk = sources_.lost().find(dataset.name);
    if (shrunk != sources_.lost().end())
      return {model::Severity::error, "source.shorter", dataset.file, shrunk->second,
              when_shrunk(dataset)};
    return {model::Severity::error, "source.missing", dataset.file,
            "the source of dataset " + dataset.name + " is not there",
            "put the file back; until then silence proves nothing"};
  }

  void note_if_stale(const model::Dataset& dataset, source::Source& source) {
    const std::string why = why_stale(session_, realm_, dataset, source);
    if (!why.empty())
      report_.findings.push_back(
          {model::Severity::error, "source.stale", dataset.file, why, "bring a fresh one"});
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
    DueGroup group;
    std::vector<ScanRows> readers{scan_sources(sources_.all())};
    std::uint64_t everybody = 0;
    const std::optional<RootKeys> only = nominated(type, everybody);
    if (!only) readers.push_back(sources_.another());
    group.examination = std::make_unique<Examination>(session_, realm_, type, sources_.all(),
                                                      readers, holds_, only, horizon_);
    report_.examined += only ? everybody : people_in(group.examination->people());
    decide_all(group);
    groups_.push_back(std::move(group));
  }

  std::optional<RootKeys> nominated(const std::string& type, std::uint64_t& everybody) {
    auto silent = nominate_silent(*realm_.rules, type, sources_.all(), report_.as_of, horizon_);
    if (!silent) return std::nullopt;
    everybody = silent->everybody ? *silent->everybody : everybody_counted(type);
    RootKeys only;
    for (const model::Dataset* dataset : realm_.datasets)
      for (const model::Table& table : dataset->tables)
        if (table.subject == type) only[dataset->name + "." + table.name] = std::move(silent->keys);
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

  void decide_all(DueGroup& group) {
    const Population& people = group.examination->people();
    const bool all_there = store_away(realm_, people.subject_type(), sources_.all()).empty();
    for (Ordinal person = 0; person < people.size(); ++person) {
      if (people.person(person) != person || !people.asked(person)) continue;
      model::SubjectDecision decision = group.examination->decide(person, horizon_);
      if (decision.outcome == Outcome::due && !all_there) {
        decision.outcome = Outcome::undetermined;  // they would go, and their rows there stay
        decision.doubt = model::Doubt::source_missing;
      }
      if (decision.outcome == Outcome::due)
        group.due.add(person, decision);
      else
        count_staying(decision);
    }
  }

  void count_staying(const model::SubjectDecision& decision) {
    if (decision.outcome == Outcome::held) ++report_.held;
    if (decision.outcome == Outcome::undetermined)
      ++report_.undetermined[std::string(name_of(decision.doubt))];
    if (decision.future_flagged) ++report_.future_events;
  }

  void count_due(const DueGroup& group) {
    for (const model::SubjectDecision& decision : group.due.decisions) {
      ++(decision.due_since > report_.as_of ? report_.falling_due : report_.due);
      if (decision.start_is_collection) ++report_.started_at_collection;
      if (decision.future_flagged) ++report_.future_events;
      if (!report_.oldest_due || *decision.due_since < *report_.oldest_due)
        report_.oldest_due = decision.due_since;
    }
  }

  // --- who is due but cannot go, or has gone as far as was promised ---

  std::vector<Leaving> leaving_people() const {
    std::vector<Leaving> people;
    for (const DueGroup& group : groups_) people.push_back(leaving(*group.examination, group.due));
    return people;
  }

  RecordPlanner planner() {
    RecordPlanner planner(*realm_.rules, scan_sources(sources_.all()), report_.as_of,
                          holds_.without_subject());
    planner.protect(held_people_->groups());
    planner.recognise(masks_of(sources_.all(), mask_secret_.get()));
    return planner;
  }

  /// Somebody who stays may make the next one stay, who shares a row with them.
  void set_blocked_aside() {
    const RecordPlanner planner = this->planner();
    for (;;) {
      const std::vector<Blocked> blocked = planner.blocked(leaving_people());
      if (blocked.empty()) return;
      for (std::size_t group = 0; group < groups_.size(); ++group) stay(group, blocked);
    }
  }

  void stay(std::size_t group, const std::vector<Blocked>& blocked) {
    std::vector<Ordinal> people;
    for (const Blocked& each : blocked) {
      if (each.leaving != group) continue;
      people.push_back(each.person);
      model::SubjectDecision decision = *groups_[group].due.decision(each.person);
      decision.outcome = each.outcome;
      decision.doubt = each.doubt;
      count_staying(decision);
    }
    groups_[group].due.remove(people);
  }

  /// Who was masked, and has nothing left that is not, was dealt with on an earlier night.
  void set_masked_aside() {
    const auto masks = [](const model::SubjectDecision& decision) {
      return !decision.rule->for_all_data() || decision.rule->action == model::RuleAction::mask;
    };
    const auto any_masks = [&](const DueGroup& group) {
      return std::any_of(group.due.decisions.begin(), group.due.decisions.end(), masks);
    };
    if (std::none_of(groups_.begin(), groups_.end(), any_masks)) return;
    std::vector<std::set<Ordinal>> to_do(groups_.size());
    planner().plan(
        leaving_people(), [&](const RecordPlan& plan) { to_do[plan.leaving].insert(plan.person); },
        {}, false);
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      DueList& due = groups_[group].due;
      std::vector<Ordinal> done;
      for (std::size_t i = 0; i < due.people.size(); ++i)
        if (masks(due.decisions[i]) && !to_do[group].contains(due.people[i]))
          done.push_back(due.people[i]);
      due.remove(done);
    }
  }

  /// --oldest: of all groups together, the longest overdue; equal dates by key.
  void keep_oldest() {
    if (!options_.oldest) return;
    struct Place {
      Date since;
      std::size_t group = 0;
      std::size_t at = 0;
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

  void count_rules(const DueGroup& group) {
    for (const model::SubjectDecision& decision : group.due.decisions) {
      auto& count = rule_count(report_, *decision.rule);
      ++count.subjects;
      if (!count.oldest || *decision.due_since < *count.oldest) count.oldest = decision.due_since;
    }
  }

  /// On a dry run: what record-scope rules make due, nobody as a person. A draft counts on its own.
  void count_records_by_rule() {
    const bool any = std::ranges::any_of(
        realm_.rules->tables(), [](const auto& table) { return !table.record_maximums.empty(); });
    if (!any) return;
    planner().plan(leaving_people(), [&](const RecordPlan& plan) {
      if (plan.person == nobody) ++rule_count(report_, *plan.rule).records;
    });
  }

  Session& session_;
  const Realm& realm_;
  const SweepOptions& options_;
  OpenedSources sources_;
  HoldsInForce holds_;
  std::optional<HeldPeople> held_people_;
  std::unique_ptr<KeyedDigest> mask_secret_;
  SweepReport report_;
  Date horizon_;
  std::vector<DueGroup> groups_;
};

/// A server that is lost in the middle is away: from the beginning, without it.
SweepReport sweep_of(Session& session, const Realm& realm, const SweepOptions& options) {
  try {
    return RealmSweep(session, realm, options).run();
  } catch (const Error& error) {
    if (!error.is_out_of_reach()) throw;
  }
  return RealmSweep(session, realm, options).run();
}

}  // namespace

bool waits_for_a_source(const SweepReport& report) {
  const auto counted = [&](model::Doubt doubt) {
    return report.undetermined.contains(std::string(name_of(doubt)));
  };
  return counted(model::Doubt::source_missing) || counted(model::Doubt::source_stale) ||
         std::ranges::any_of(report.findings, [](const model::Finding& finding) {
           return finding.severity == model::Severity::error;
         });
}

std::vector<SweepReport> sweep(Session& session, const SweepOptions& options) {
  std::vector<SweepReport> reports;
  for (const Realm& realm : session.realms()) {
    if (!options.policy.empty() && realm.policy->name != options.policy) continue;
    reports.push_back(sweep_of(session, realm, options));
  }
  if (reports.empty()) static_cast<void>(session.realm(options.policy));
  return reports;
}

}  // namespace besa::workflow
