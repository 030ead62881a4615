#include "besa/workflow/night.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/workflow/apply.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/coverage.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "besa/workflow/mask_check.hpp"
#include "besa/workflow/status.hpp"
#include "besa/workflow/sweep.hpp"
#include "workflow/debris.hpp"
#include "workflow/left_open.hpp"
#include "workflow/shrunk.hpp"
#include "workflow/suppressions.hpp"

namespace besa::workflow {
namespace {

using ledger::ManifestRow;
using ledger::ManifestState;

/// One night: each step by itself, so that one that fails stops no other.
class Night {
 public:
  explicit Night(Session& session) : session_(session) {}

  std::vector<NightStep> run() {
    resume();
    step("debris", [&](NightStep& told) { clear_away(told); });
    check();
    for (const Realm& realm : session_.realms())
      step("sweep", [&](NightStep& told) { sweep_policy(realm, told); });
    apply_approved();
    for (const Realm& realm : session_.realms())
      step("reappeared", [&](NightStep& told) { look_for_the_erased(realm, told); });
    step("checkpoint", [&](NightStep& told) { checkpoint(told); });
    // After what is noted of the night: that a party has not answered is no failure of the night.
    for (const Realm& realm : session_.realms())
      step("outstanding", [&](NightStep& told) { remind_of_parties(realm, told); });
    step("metrics", [&](NightStep& told) { metrics(told); });
    return std::move(steps_);
  }

 private:
  template <class Work>
  void step(const std::string& name, const Work& work) {
    if (stop_requested()) return;
    NightStep told;
    told.name = name;
    try {
      work(told);
    } catch (const Error& error) {
      told.wrong = true;
      told.kind = error.kind();
      told.message = error.message() + (error.hint().empty() ? "" : "\nhint: " + error.hint());
    } catch (const std::exception& error) {
      told.wrong = true;
      told.message = error.what();
    }
    steps_.push_back(std::move(told));
  }

  static void wrong(NightStep& told, ErrorKind kind) {
    told.wrong = true;
    told.kind = kind;
  }

  // --- resume, check ---

  void resume() {
    std::vector<std::string> manifests;
    step("resume", [&](NightStep& told) {
      for (const ledger::Run& run : session_.ledger().unfinished_runs())
        manifests.push_back(run.manifest);
      told.news = !manifests.empty();
      told.message = manifests.empty()
                         ? "nothing was unfinished"
                         : counted(manifests.size(), "run was", "runs were") + " unfinished";
    });
    for (const std::string& manifest : manifests)
      step("resume", [&](NightStep& told) { carry_out(manifest, told); });
  }

  /// What a kill left, which nothing else may come to look at for long.
  void clear_away(NightStep& told) {
    if (!session_.has_ledger()) return;
    forget_unheld_people(session_);
    if (unrecorded_drafts(session_).empty()) return;
    try {
      const FileLock lock = lock_drafting(session_);
      destroy_unrecorded_drafts(session_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::busy) throw;
      told.message = "a manifest is being drafted";
    }
  }

  void check() {
    for (const Realm& realm : session_.realms())
      for (const model::Dataset* dataset : realm.datasets)
        if (!dataset->source.empty())
          step("check", [&](NightStep& told) { check_dataset_file(realm, *dataset, told); });
  }

  void check_dataset_file(const Realm& realm, const model::Dataset& dataset, NightStep& told) {
    const auto source = open(dataset);
    if (source == nullptr)
      throw Error(ErrorKind::finding, "dataset " + dataset.name + ": its source is not there",
                  "put the file back; until then silence proves nothing");
    throw_first_error(check_coverage(dataset, *source, realm.datasets));
    throw_first_error(check_masks(*realm.policy, dataset, *source, realm.datasets));
    require_fresh(realm, dataset, *source);
    told.message = "dataset " + dataset.name + " is covered by its file";
  }

  static void throw_first_error(const std::vector<model::Finding>& findings) {
    for (const model::Finding& finding : findings)
      if (finding.severity == model::Severity::error)
        throw Error(ErrorKind::finding, finding.where + ": " + finding.message, finding.hint);
  }

  std::unique_ptr<source::Source> open(const model::Dataset& dataset) {
    try {
      return session_.open(dataset, false, false);
    } catch (const Error& error) {
      if (!error.is_out_of_reach()) throw;
      throw Error(ErrorKind::finding, error.message(),
                  error.hint() + "; until it answers its silence proves nothing");
    }
  }

  /// What a sweep would say too; but while a manifest is open there is none.
  void require_fresh(const Realm& realm, const model::Dataset& dataset, source::Source& source) {
    if (const std::string why = why_shrunk(session_, dataset, source); !why.empty())
      throw Error(ErrorKind::finding, "dataset " + dataset.name + ": " + why, when_shrunk(dataset));
    if (const std::string why = why_stale(session_, realm, dataset, source); !why.empty())
      throw Error(ErrorKind::finding, why, "bring a fresh one");
  }

  // --- sweep ---

  /// A manifest for retention that may still be approved or applied.
  bool is_open(const ManifestRow& row, Date today) const {
    const bool waits = row.state == ManifestState::drafted ||
                       row.state == ManifestState::approved || row.state == ManifestState::applying;
    return waits && !row.simulated && row.why == "retention" && row.expires >= today;
  }

  std::vector<ManifestRow> open_manifests(const Realm& realm) {
    std::vector<ManifestRow> rows = session_.ledger().manifests();
    const Date today = session_.real_today(*realm.policy);
    std::erase_if(rows, [&](const ManifestRow& row) {
      return row.policy != realm.policy->name || !is_open(row, today);
    });
    std::reverse(rows.begin(), rows.end());  // oldest first
    return rows;
  }

  void sweep_policy(const Realm& realm, NightStep& told) {
    const std::string& policy = realm.policy->name;
    if (const auto open = open_manifests(realm); !open.empty()) {
      told.message = policy + ": manifest " + open.front().id + " is open until " +
                     open.front().expires.str() + "; no other was drafted";
      return;
    }
    for (const SweepReport& report :
         sweep(session_, {.policy = policy, .dry_run = false, .oldest = {}, .ahead = {}})) {
      if (!told.message.empty()) told.message += "; ";
      told.message += policy + ": " +
                      (report.due == 0 ? "nobody is due"
                                       : counted(report.due, "person", "people") +
                                             (report.due == 1 ? " is due" : " are due"));
      if (!report.manifest.empty())
        told.message += ", manifest " + report.manifest + " was drafted";
      if (waits_for_a_source(report)) {
        wrong(told, ErrorKind::finding);
        told.message += "; people stay undetermined until a source is back";
      }
      told.news |= report.due != 0 || !report.manifest.empty();
      if (!report.exceeded.empty())
        told.message += "; it exceeds a limit: " + report.exceeded.front();
    }
  }

  // --- apply ---

  void apply_approved() {
    for (const Realm& realm : session_.realms()) {
      std::vector<ManifestRow> open;
      step("apply", [&](NightStep&) { open = open_manifests(realm); });
      for (const ManifestRow& row : open)
        step("apply", [&](NightStep& told) { apply_if_approved(row.id, told); });
    }
  }

  void apply_if_approved(const std::string& id, NightStep& told) {
    Digest digest;
    const model::ManifestHeader header = read_header(session_.state() / "manifests" / id, &digest);
    const Authority found = authority(session_, header, digest);
    if (found.why_not.empty()) return carry_out(id, told);
    told.news = true;
    told.message = found.why_not + "\nhint: " + found.hint;
    // One that nobody approved yet is no failure of the night; one that was and cannot be applied
    // is.
    if (!session_.ledger().approvals(id).empty()) wrong(told, ErrorKind::refused);
  }

  void carry_out(const std::string& manifest, NightStep& told) {
    const ApplyReport report = apply(session_, {.manifest = manifest});
    told.news = true;
    told.message =
        "manifest " + manifest + ": " + std::string(model::name_of(report.certificate.outcome)) +
        (report.unchanged ? " as before, certificate " : ", certificate ") + report.certificate.id;
    for (const std::string& store : stores_left(report.certificate)) told.message += "; " + store;
    if (report.falls_due_later) told.message += "; some of it is to be done on a later day";
    if (report.certificate.outcome == model::RunOutcome::residue_pending)
      told.message += what_is_pending(report.certificate);
    if (report.certificate.outcome != model::RunOutcome::done) wrong(told, ErrorKind::partial);
  }

  static std::string what_is_pending(const model::Certificate& certificate) {
    if (certificate.found_values())
      return "\nhint: the certificate says where values were found again; correct those rows, and "
             "the next night looks once more";
    return "; " + join(steps_left(certificate), "; ") + "\nhint: the next night tries again";
  }

  // --- who came back ---

  void look_for_the_erased(const Realm& realm, NightStep& told) {
    if (!session_.ledger().unfinished_runs().empty()) return;  // some of them are not gone yet
    const OpenedSources sources(session_, realm);
    const auto found = people_reappeared(session_, realm, sources.all());
    if (!found) return;
    const std::string away = first_away(realm, sources.all());
    if (*found == 0 && !away.empty()) {  // what an earlier night saw may still be there
      told.message = "dataset " + away +
                     " could not be looked at; elsewhere nobody who was erased "
                     "is there again";
      return;
    }
    ledger::Change change = session_.ledger().begin();
    change.record_reappearances(realm.policy->name, *found);
    change.commit();
    told.message = "nobody who was erased is there again";
    if (*found == 0) return;
    wrong(told, ErrorKind::finding);
    told.message = erased_again(*found) + "\nhint: besa sweep";
  }

  static std::string first_away(const Realm& realm, const Sources& sources) {
    for (const model::Dataset* dataset : realm.datasets)
      if (!dataset->source.empty() && sources.at(dataset->name) == nullptr) return dataset->name;
    return {};
  }

  // --- what stays of the night ---

  void checkpoint(NightStep& told) {
    const auto failed = std::count_if(steps_.begin(), steps_.end(),
                                      [](const NightStep& each) { return each.wrong; });
    ledger::Change change = session_.ledger().begin();
    change.note("night.done", {{"steps", steps_.size()}, {"failed", failed}});
    change.commit();
    const std::string note = session_.ledger().checkpoint();
    const std::string name = "checkpoint-" + std::to_string(session_.ledger().size()) + ".note";
    make_folder(session_.state() / "checkpoints");
    write_file(session_.state() / "checkpoints" / name, note);
    told.message = name + " was signed; keep a copy of it elsewhere";
  }

  void remind_of_parties(const Realm& realm, NightStep& told) {
    for (const PartyLeft& party : parties_left(session_, realm)) {
      if (!party.waited_for) continue;  // status goes on to list it
      told.message += (told.message.empty() ? "" : "\n") + party.message;
      wrong(told, ErrorKind::partial);
    }
  }

  void metrics(NightStep& told) {
    write_metrics(session_);
    const std::string& file = session_.workspace().metrics;
    if (!file.empty()) told.message = file + " was written";
  }

  Session& session_;
  std::vector<NightStep> steps_;
};

}  // namespace

std::vector<NightStep> night(Session& session) {
  for (const Realm& realm : session.realms())
    if (session.simulated(*realm.policy))
      throw Error(ErrorKind::usage,
                  "the night is of the real day: --today is for looking, not for doing",
                  "leave --today out");
  const FileLock lock(session.state() / "night", "'besa night'",
                      session.actor().name + " since " + session.clock().now().str(), 0);
  return Night(session).run();
}

}  // namespace besa::workflow
