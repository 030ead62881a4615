#include "besa/workflow/status.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "workflow/left_open.hpp"
#include "workflow/run_end.hpp"
#include "workflow/shrunk.hpp"
#include "workflow/suppressions.hpp"

namespace besa::workflow {
namespace {

using ledger::ManifestRow;
using ledger::ManifestState;
using ledger::SweepRow;

constexpr std::int64_t seconds_of_day = 86'400;
constexpr std::int64_t days_between_sweeps = 7;

std::string people(std::uint64_t count) {
  return counted(count, "person", "people");
}
std::string records(std::uint64_t count) {
  return counted(count, "record", "records");
}
std::string days(std::int64_t count) {
  return counted(static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0)), "day", "days");
}

/// Gathers the lines, most pressing topics first.
class Survey {
 public:
  explicit Survey(Session& session) : session_(session) {}

  std::vector<StatusLine> run() {
    if (session_.has_ledger()) {
      unfinished();
      for (const Realm& realm : session_.realms()) {
        manifests(realm);
        parties(realm);
        swept(realm);
        reappeared(realm);
      }
      holds();
    }
    for (const Realm& realm : session_.realms()) sources(realm);
    health();
    return std::move(lines_);
  }

 private:
  void add(const char* topic, Audience audience, bool needs_person, std::string message,
           std::string command, ErrorKind kind = ErrorKind::finding) {
    lines_.push_back({topic, audience, std::move(message), std::move(command), needs_person, kind});
  }

  /// What was carried out in part only, and by whom the rest is done.
  void left(const char* topic, Audience audience, std::string message, std::string command) {
    add(topic, audience, true, std::move(message), std::move(command), ErrorKind::partial);
  }

  void unfinished() {
    for (const ledger::Run& run : session_.ledger().unfinished_runs())
      add("unfinished", Audience::ops, true,
          "run " + run.id + " of manifest " + run.manifest + ", begun " + run.begun.str() +
              ", has not ended" + what_is_away(run),
          "besa manifest apply " + run.manifest);
  }

  /// A store without which it may not be able to end, and both ways out of that.
  std::string what_is_away(const ledger::Run& run) {
    for (const auto& [name, state] : run.datasets) {
      const model::Dataset* dataset = session_.dataset(name);
      if (dataset == nullptr || dataset->source.empty() || is_there(*dataset)) continue;
      return "; dataset " + name +
             " is out of reach: put it back and apply the manifest again, or " +
             or_give_up(run.manifest);
    }
    return {};
  }

  bool is_there(const model::Dataset& dataset) {
    try {
      return session_.open(dataset, false, false) != nullptr;
    } catch (const Error&) {
      return false;
    }
  }

  // --- manifests ---

  static bool waiting(const ManifestRow& row) {
    return !row.simulated &&
           (row.state == ManifestState::drafted || row.state == ManifestState::approved);
  }

  void manifests(const Realm& realm) {
    for (const ManifestRow& row : session_.ledger().manifests())
      if (row.policy == realm.policy->name && waiting(row))
        manifest(row, session_.real_today(*realm.policy));
  }

  void manifest(const ManifestRow& row, Date today) {
    const std::string what =
        "manifest " + row.id + " (" + people(row.subjects) + ", " + records(row.records) + ")";
    const auto run = session_.ledger().run_of(row.id);
    if (run && !run->outcome.empty()) return carried_out(row, *run, what, today);
    if (row.expires < today)
      return add("expired", Audience::ops, true,
                 what + " expired on " + row.expires.str() + " and was never applied",
                 "besa manifest reject " + row.id + " --reason expired");
    const std::string approved_by = authority_of(row);
    if (approved_by.empty())
      return add("approval", Audience::dpo, true,
                 what + " awaits approval until " + row.expires.str(),
                 "besa manifest approve " + row.id);
    add("approved", Audience::ops, false,
        what + " was approved by " + approved_by + " and may be applied until " + row.expires.str(),
        "besa manifest apply " + row.id);
  }

  /// One that was applied, and is not closed: what its last certificate leaves to be done.
  void carried_out(const ManifestRow& row, const ledger::Run& run, const std::string& what,
                   Date today) {
    const auto last = read_certificate(session_, run.certificate);
    if (!last)
      return add("certificate", Audience::everybody, true,
                 what + " was applied, but certificate " + run.certificate +
                     " is not there as it was signed",
                 "besa audit verify");
    const model::Certificate& certificate = last->certificate;
    const bool residue = certificate.outcome == model::RunOutcome::residue_pending;
    if (residue) pending(row, certificate, what);
    const auto stores = stores_left(certificate);
    for (const std::string& store : stores)
      left("outstanding", Audience::ops,
           what + " was not carried out everywhere: " + store + " (certificate " + certificate.id +
               ")" + until_it_expires(row, today),
           settles_the_rest(row, today));
    if (!residue && stores.empty()) for_a_later_day(row, certificate, what, today);
  }

  void pending(const ManifestRow& row, const model::Certificate& certificate,
               const std::string& what) {
    const std::string why = certificate.found_values()
                                ? ", but values of erased people were found again: certificate " +
                                      certificate.id + " says where"
                                : ", but not every step after it has succeeded: " +
                                      join(steps_left(certificate), "; ") + " (certificate " +
                                      certificate.id + ")";
    left("residue", Audience::everybody, what + " was carried out" + why,
         "besa manifest apply " + row.id);
  }

  void for_a_later_day(const ManifestRow& row, const model::Certificate& certificate,
                       const std::string& what, Date today) {
    const bool expired = row.expires < today;
    add(expired ? "expired" : "approved", Audience::ops, expired,
        what + " was carried out for whoever was due by then (certificate " + certificate.id +
            "); the rest falls due later" + until_it_expires(row, today),
        settles_the_rest(row, today));
  }

  static std::string until_it_expires(const ManifestRow& row, Date today) {
    return row.expires < today ? "; it expired on " + row.expires.str() +
                                     ", and the next sweep finds who is still there"
                               : "; it may be applied until " + row.expires.str();
  }

  /// A rest that has expired locks nothing, but somebody has to say that it ends there.
  static std::string settles_the_rest(const ManifestRow& row, Date today) {
    return row.expires < today ? "besa manifest reject " + row.id + " --reason expired"
                               : "besa manifest apply " + row.id;
  }

  void parties(const Realm& realm) {
    for (const PartyLeft& party : parties_left(session_, realm))
      add("outstanding", Audience::dpo, party.waited_for, party.message,
          "besa certificate show " + party.certificate, ErrorKind::partial);
  }

  /// Who approved it, now or in advance; empty where nobody did or something stands in the way.
  std::string authority_of(const ManifestRow& row) {
    try {
      Digest digest;
      const model::ManifestHeader header =
          read_header(session_.state() / "manifests" / row.id, &digest);
      return join(authority(session_, header, digest).by, ", ");
    } catch (const Error&) {
      return {};  // approving or applying it will say what is wrong with it
    }
  }

  // --- what the latest sweep found ---

  void swept(const Realm& realm) {
    const std::string& policy = realm.policy->name;
    const std::vector<SweepRow> sweeps = session_.ledger().sweeps(policy);
    if (sweeps.empty())
      return add("sweep", Audience::ops, true, "nobody has looked yet who is due under " + policy,
                 "besa sweep");
    const SweepRow& last = sweeps.front();
    const std::int64_t age = (session_.clock().now().seconds - last.at.seconds) / seconds_of_day;
    const std::string when = " (sweep of " + last.as_of.str() + ")";
    due(realm, last, when);
    left_out(realm, last);
    if (last.undetermined != 0)
      add("undetermined", Audience::dpo, true,
          people(last.undetermined) +
              " cannot be decided about, and nothing happens to their data" + when,
          "besa dataset check");
    if (last.held != 0)
      add("held", Audience::dpo, false,
          people(last.held) + " would be due but " + (last.held == 1 ? "is" : "are") + " held" +
              when,
          "besa hold list");
    if (age > 0)
      add("sweep", Audience::ops, age > days_between_sweeps,
          "the latest sweep of " + policy + " is " + days(age) + " old", "besa sweep");
  }

  void due(const Realm& realm, const SweepRow& last, const std::string& when) {
    if (last.subjects == 0 || applied_since(realm, last.at)) return;
    std::string message = people(last.subjects) + (last.subjects == 1 ? " is" : " are") + " due";
    const Date today = session_.real_today(*realm.policy);
    if (last.oldest && *last.oldest <= today)
      message += ", the longest for " + days(today.days() - last.oldest->days());
    const bool drafted = has_open(realm);
    add("due", Audience::dpo, !drafted, message + when, drafted ? "" : "besa sweep");
  }

  bool has_open(const Realm& realm) {
    const auto rows = session_.ledger().manifests();
    const Date today = session_.real_today(*realm.policy);
    return std::any_of(rows.begin(), rows.end(), [&](const ManifestRow& row) {
      return row.policy == realm.policy->name &&
             (waiting(row) || row.state == ManifestState::applying) && row.expires >= today;
    });
  }

  /// True where what was found then has been applied: its figures are history, also while a step
  /// after it is pending.
  bool applied_since(const Realm& realm, Instant then) {
    for (const ManifestRow& row : session_.ledger().manifests()) {
      if (row.policy != realm.policy->name) continue;
      const auto run = session_.ledger().run_of(row.id);
      if (!run || run->begun < then) continue;
      if (row.state == ManifestState::closed ||
          run->outcome == name_of(model::RunOutcome::residue_pending))
        return true;
    }
    return false;
  }

  /// Whom or what an apply left as it was, and no sweep has looked at since: nobody knows whether
  /// they are due still.
  void left_out(const Realm& realm, const SweepRow& last) {
    for (const ManifestRow& row : session_.ledger().manifests()) {
      if (row.policy != realm.policy->name || row.state == ManifestState::rejected) continue;
      const auto run = session_.ledger().run_of(row.id);
      if (!run || run->outcome.empty() || run->outcome == name_of(model::RunOutcome::done))
        continue;
      const auto certificate = read_certificate(session_, run->certificate);
      if (!certificate || last.entry >= certificate->certificate.ledger_size) continue;
      if (const std::string what = left_as_it_was(certificate->certificate); !what.empty())
        left("left", Audience::dpo,
             "manifest " + row.id + " was carried out without " + what + " (certificate " +
                 run->certificate + "); whether they are due still a new sweep has to find out",
             "besa sweep");
    }
  }

  /// "2 people (changed since the manifest was drafted)"; empty: everything went that is due. Who
  /// was seen not to be due any more is no question.
  static std::string left_as_it_was(const model::Certificate& certificate) {
    std::uint64_t skipped = 0, rows = 0;
    std::vector<std::string> reasons;
    for (const auto& [why, count] : certificate.skipped) {
      if (why == model::Certificate::no_longer_due) continue;
      skipped += count;
      reasons.push_back(why);
    }
    if (skipped > 0) return people(skipped) + " (" + join(reasons, "; ") + ")";
    for (const auto& table : certificate.tables)
      rows += table.still_there + (certificate.skipped.empty() ? table.skipped : 0);
    return rows == 0 ? "" : records(rows);
  }

  void reappeared(const Realm& realm) {
    const auto seen = session_.ledger().reappearances(realm.policy->name);
    if (!seen || seen->people == 0) return;
    const Date day = TimeZone::find(realm.policy->time_zone).local_date(seen->at);
    add("reappeared", Audience::everybody, true,
        erased_again(seen->people) + " (night of " + day.str() + ")", "besa sweep");
  }

  // --- holds, sources, health ---

  void holds() {
    for (const model::Hold& hold : session_.ledger().holds()) {
      const Date today = session_.realms().empty()
                             ? hold.placed
                             : session_.real_today(*session_.realms().front().policy);
      if (hold.in_force(today) && hold.review && *hold.review <= today)
        add("hold", Audience::dpo, true,
            "hold " + hold.id + " (" + hold.matter + ") was to be reviewed on " +
                hold.review->str(),
            "besa hold release " + hold.id);
    }
  }

  void sources(const Realm& realm) {
    for (const model::Dataset* dataset : realm.datasets) {
      if (!dataset->max_age) continue;  // missing files are the doctor's
      try {
        if (const auto source = session_.open(*dataset, false, false))
          stale(realm, *dataset, *source);
      } catch (const Error&) {
        continue;  // the doctor says so
      }
    }
  }

  void stale(const Realm& realm, const model::Dataset& dataset, source::Source& source) {
    const std::string why = why_stale(session_, realm, dataset, source);
    if (!why.empty()) add("stale", Audience::ops, true, why, "besa dataset check " + dataset.name);
  }

  void health() {
    for (const model::Finding& finding : doctor(session_))
      if (finding.severity == model::Severity::error)
        add("doctor", Audience::ops, true, finding.where + ": " + finding.message, "besa doctor");
  }

  Session& session_;
  std::vector<StatusLine> lines_;
};

}  // namespace

std::vector<StatusLine> status(Session& session, Audience audience) {
  std::vector<StatusLine> lines = Survey(session).run();
  std::erase_if(lines, [&](const StatusLine& line) {
    return audience != Audience::everybody && line.audience != Audience::everybody &&
           line.audience != audience;
  });
  return lines;
}

}  // namespace besa::workflow
