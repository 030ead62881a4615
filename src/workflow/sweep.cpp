#include "besa/workflow/sweep.hpp"

#include <algorithm>
#include <tuple>

#include "besa/model/dataset_lint.hpp"
#include "besa/workflow/coverage.hpp"
#include "workflow/draft.hpp"

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
    for (const DueGroup& group : groups_) count_rules(group);
    if (!options_.dry_run) draft(session_, realm_, sources_, holds_, groups_, horizon_, report_);
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
    DueGroup group;
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

  void decide_all(DueGroup& group) {
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

  void count_rules(const DueGroup& group) {
    for (const model::SubjectDecision& decision : group.due.decisions) {
      auto& count = rule_count(report_, *decision.rule);
      ++count.subjects;
      if (!count.oldest || *decision.due_since < *count.oldest) count.oldest = decision.due_since;
    }
  }

  Session& session_;
  const Realm& realm_;
  const SweepOptions& options_;
  OpenedSources sources_;
  HoldsInForce holds_;
  SweepReport report_;
  Date horizon_;
  std::vector<DueGroup> groups_;
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
