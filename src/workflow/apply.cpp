#include "besa/workflow/apply.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "besa/workflow/approve.hpp"
#include "besa/workflow/coverage.hpp"
#include "workflow/apply_dataset.hpp"
#include "workflow/erasure_order.hpp"
#include "workflow/lengths.hpp"
#include "workflow/outstanding.hpp"
#include "workflow/run_end.hpp"
#include "workflow/unread_files.hpp"
#include "workflow/verify_records.hpp"

namespace besa::workflow {
namespace {

using Fate = Planned::Fate;

std::atomic<bool> stop{false};

/// One application of one manifest, from the checks to the certificate.
class Application {
 public:
  Application(Session& session, const std::string& manifest)
      : session_(session),
        folder_(session.state() / "manifests" / manifest),
        header_(read_header(folder_, &digest_)) {}

  ApplyReport run() {
    check_identity();
    const auto row = session_.ledger().manifest(header_.id);
    if (row->state == ledger::ManifestState::closed) return already();
    open_run();
    if (resumed_)
      check_whether_it_can_go_on();
    else if (residue_)
      check_whether_it_can_be_cleaned();
    else
      check_workspace();
    read_people();
    const auto key = manifest_key(session_, header_);
    const KeyedDigest digests(key.view());
    const KeyedDigest tombstones(tombstone_key(session_).view());
    ApplyContext context{session_,   realm(), header_, folder_,       digests,
                         tombstones, people_, today(), record_rules_, resumed_ || continued_};
    begin(note_who_goes(context));
    try {
      return carry_out(context);
    } catch (const Error& error) {
      if (!error.is_out_of_reach()) throw;
      throw has_not_ended(error.message());
    }
  }

 private:
  const Realm& realm() const { return session_.realm(header_.policy); }
  Date today() const { return session_.real_today(*realm().policy); }

  ApplyReport carry_out(ApplyContext& context) {
    OpenedSources sources = OpenedSources::within_reach(session_, realm(), true);
    for (const auto& [dataset, why] : sources.lost()) postpone_those_in(dataset);
    for (const std::uint32_t place : dataset_order())
      if (!clean_only_) erase_from(context, sources, place);
    const Verification seen = look_again(context, sources);
    const auto looks =
        something_went(seen)
            ? clean_and_look(context, sources, [this](const DatasetLook& look) { mark(look); })
            : std::vector<DatasetLook>{};
    // As long as they are now, they are whole: what is missing is what was seen to be erased.
    const Json lengths = lengths_after_run(session_, realm(), sources.all(), header_, seen);
    return finish(seen, looks, outstanding_of(context, sources.lost()), lengths);
  }

  Error has_not_ended(const std::string& why) const {
    return {
        ErrorKind::partial, "run " + run_ + " of manifest " + header_.id + " has not ended: " + why,
        "what was committed stays; go on with 'besa manifest apply " + header_.id +
            "' when the store can be reached; if it is gone for good, " + or_give_up(header_.id)};
  }

  // --- before anything is touched ---

  void check_identity() {
    if (header_.origin != session_.ledger().origin())
      throw Error(ErrorKind::refused,
                  "manifest " + header_.id + " belongs to another ledger (" + header_.origin + ")",
                  "apply it in the workspace it was drafted in");
    const auto row = session_.ledger().manifest(header_.id);
    if (!row)
      throw Error(ErrorKind::refused, "manifest " + header_.id + " is not in the ledger",
                  "draft it again with 'besa sweep'");
    if (row->header != digest_) {
      ledger::Change change = session_.ledger().begin();
      change.note("manifest.edited", {{"manifest", header_.id}, {"found", digest_.hex()}});
      change.commit();
      throw Error(ErrorKind::refused,
                  "header.json of manifest " + header_.id + " was changed after it was drafted",
                  "reject it with 'besa manifest reject " + header_.id +
                      "' and draft it again with 'besa sweep'");
    }
  }

  /// What stands in the way of a begun run locks its datasets until somebody does something.
  void check_whether_it_can_go_on() {
    in_the_way("run " + run_ + " of manifest " + header_.id + " has begun and cannot go on: ",
               "put it back as it was and go on with 'besa manifest apply " + header_.id +
                   "'; if that can never be, " + or_give_up(header_.id));
  }

  /// What was erased is not to be drafted again: only the cleaning and the look are left.
  void check_whether_it_can_be_cleaned() {
    in_the_way("manifest " + header_.id + " was carried out, certificate " + last_certificate_ +
                   ", but what is pending after it cannot go on: ",
               "put it back as it was and go on with 'besa manifest apply " + header_.id +
                   "'; if that can never be, " + or_give_up(header_.id));
  }

  void in_the_way(const std::string& of_what, const std::string& hint) {
    try {
      check_workspace();
    } catch (const Error& error) {
      throw Error(error.kind(), of_what + error.message(), hint);
    }
  }

  void check_workspace() {
    if (realm().policy->digest != header_.policy_digest) throw changed("policy " + header_.policy);
    // For change already: what cannot be written is refused here, and what a crash of ours left in
    // the middle of a commit is settled by the one who may.
    const OpenedSources sources = OpenedSources::within_reach(session_, realm(), true);
    for (const auto& reference : header_.datasets) {
      const model::Dataset* dataset = session_.dataset(reference.name);
      if (dataset == nullptr || dataset->digest != reference.digest)
        throw changed("dataset file of " + reference.name);
      if (dataset->source.empty() || sources.lost().contains(reference.name)) continue;
      source::Source& source = sources.at(reference.name);
      if (source.schema().fingerprint != reference.schema)
        throw changed("schema of " + reference.name);
      require_none_unread(*dataset, source, realm().datasets);
      check_space(source, reference.name);
    }
  }

  Error changed(const std::string& what) const {
    return {ErrorKind::refused,
            "the " + what + " changed after manifest " + header_.id + " was drafted",
            "draft it again with 'besa sweep'"};
  }

  static void check_space(source::Source& source, const std::string& dataset) {
    const auto files = source.files();
    if (files.empty()) return;
    const std::uint64_t free = free_space(files.front().parent_path());
    if (free < source.space_needed())
      throw Error(ErrorKind::failed,
                  "dataset " + dataset + ": " + std::to_string(free / 1'000'000) +
                      " MB are free, " + std::to_string(source.space_needed() / 1'000'000 + 1) +
                      " MB are needed",
                  "make room beside the database; nothing was touched");
  }

  /// Finds the unfinished run, or what gives the right to begin one.
  void open_run() {
    const auto run = session_.ledger().run_of(header_.id);
    if (run) last_certificate_ = run->certificate;
    if (run && run->outcome.empty()) {
      run_ = run->id;
      begun_ = run->begun;
      resumed_ = true;
    } else if (run) {
      residue_ = run->outcome == name_of(model::RunOutcome::residue_pending);
      continued_ = !residue_;
    }
    authority_ = authority(session_, header_, digest_);
    if (authority_.why_not.empty() || resumed_) return;  // begun with a right, ended with it
    // What was erased with a right to it is also cleaned, though the manifest expired since.
    clean_only_ = residue_;
    if (!clean_only_) throw Error(ErrorKind::refused, authority_.why_not, authority_.hint);
  }

  void read_people() {
    const std::vector<std::string> roots = tables_of_people(session_, header_);
    read_body(folder_, header_, [&](const model::BodyLine& line) {
      people_.take(line, roots, today());
      if (line.record && line.record->subject == 0) record_rules_ = true;
    });
    for (std::uint32_t number = 1; number <= people_.size(); ++number) {
      Planned& person = people_.at(number);
      person.begun = resumed_ || continued_ || residue_;
      if (clean_only_ && person.fate == Fate::to_do) person.fate = Fate::gone;
    }
  }

  std::vector<std::uint32_t> people_with(std::initializer_list<Fate> fates) const {
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t number = 1; number <= people_.size(); ++number)
      if (std::ranges::count(fates, people_.at(number).fate) != 0) wanted.push_back(number);
    return wanted;
  }

  /// What must be known of them later, while they are there to be read: notes for others who hold
  /// their data, and the identifiers that must not come back.
  std::vector<ledger::Suppressed> note_who_goes(const ApplyContext& context) const {
    if (clean_only_) return {};
    const OpenedSources sources = OpenedSources::within_reach(session_, realm(), false);
    note_for_parties(context, sources);
    const auto going = people_with({Fate::to_do});
    if (resumed_ || going.empty()) return {};
    return identifiers_of(session_, realm(), people_, going, sources.all());
  }

  /// The identifiers of those who are not erased after all, and those that a mask leaves.
  std::vector<ledger::Suppressed> identifiers_of_who_stays(const Verification& seen) const {
    auto stay = people_with({Fate::skipped, Fate::postponed});
    if (seen.all_as_planned())
      for (const std::uint32_t number : people_who_remain(people_)) stay.push_back(number);
    if (stay.empty()) return {};
    const OpenedSources sources = OpenedSources::within_reach(session_, realm(), false);
    return identifiers_of(session_, realm(), people_, stay, sources.all());
  }

  void begin(const std::vector<ledger::Suppressed>& suppressed) {
    ledger::Change change = session_.ledger().begin();
    if (resumed_) {
      change.resume_run(run_, session_.actor().name);
    } else {
      std::vector<std::string> names;
      for (const auto& reference : header_.datasets) names.push_back(reference.name);
      begun_ = session_.clock().now();
      run_ = change.begin_run(header_.id, digest_, names, session_.actor().name,
                              authority_.by.empty() ? "" : authority_.by.front());
      for (const ledger::Suppressed& list : suppressed) change.suppress(run_, list);
    }
    change.commit();
  }

  std::vector<std::uint32_t> dataset_order() const { return erasure_order(session_, header_); }

  void erase_from(ApplyContext& context, OpenedSources& sources, std::uint32_t place) {
    const model::Dataset& dataset = *session_.dataset(header_.datasets[place].name);
    if (sources.lost().contains(dataset.name)) return;
    try {
      DatasetApplication(context, sources, place).run();
    } catch (const Error& error) {
      // Out of reach in the middle, or not to be changed: what was committed stays, the other
      // stores go on without it.
      if (!is_a_store_lost(error) || is_needed(dataset)) throw;
      sources.lose(dataset.name, error.message());
      postpone_those_in(dataset.name);
    }
  }

  /// Without it nobody could be found, or nothing is left to be done.
  bool is_needed(const model::Dataset& dataset) const {
    return lists_people(dataset) || header_.datasets.size() == 1;
  }

  /// Whoever has records there stays findable until they can be erased too.
  void postpone_those_in(const std::string& dataset) {
    for (std::uint32_t place = 0; place < header_.datasets.size(); ++place) {
      if (header_.datasets[place].name != dataset) continue;
      for (std::uint32_t number = 1; number <= people_.size(); ++number) {
        const Planned& person = people_.at(number);
        const bool to_do = person.fate == Fate::to_do || person.fate == Fate::acted;
        if (to_do && person.records.at(place) != Digest{}) people_.postpone(number);
      }
    }
  }

  // --- afterwards ---

  /// What was committed in a store that is lost now is not called done before it was seen.
  Verification look_again(ApplyContext& context, OpenedSources& sources) {
    Verification seen = verify_records(context, sources);
    for (const auto& [dataset, why] : seen.lost) {
      if (is_needed(*session_.dataset(dataset))) throw has_not_ended(why);
      sources.lose(dataset, why);
    }
    return seen;
  }

  /// Otherwise there is nothing to clean or to look for, and what others left behind in a store is
  /// no residue of this manifest.
  bool something_went(const Verification& seen) const {
    const bool gone = std::ranges::any_of(seen.tables, [](const auto& table) {
      return table.second.absent + table.second.masked > 0;
    });
    return gone || !values_sought(folder_, header_).empty();
  }

  void mark(const DatasetLook& look) {
    ledger::Change change = session_.ledger().begin();
    change.mark_dataset(run_, look.dataset, state_after(look), figures(look));
    change.commit();
  }

  ApplyReport finish(const Verification& seen, const std::vector<DatasetLook>& looks,
                     const std::vector<model::Certificate::Outstanding>& outstanding,
                     const Json& lengths) {
    CertificateFacts facts{session_,   realm(), header_, digest_, run_,       begun_,
                           authority_, people_, seen,    looks,   outstanding};
    ApplyReport report;
    report.resumed = resumed_;
    // Who stays, masked or only until a store is back, is no erased person who is there again.
    const auto stayed = identifiers_of_who_stays(seen);
    const bool store_away =
        std::ranges::any_of(outstanding, [](const auto& each) { return each.party.empty(); });
    report.still_open = later() || store_away;
    report.falls_due_later = has(Fate::waiting);
    ledger::Change change = session_.ledger().begin();
    report.certificate = certificate(facts, change.next_certificate_id());
    const std::string note = certify(report);
    const bool close =
        !report.still_open && report.certificate.outcome != model::RunOutcome::residue_pending;
    for (const ledger::Suppressed& list : stayed) change.lift_suppressions(run_, list.digests);
    change.end_run(run_, std::string(name_of(report.certificate.outcome)), report.certificate.id,
                   sha256(note), close);
    remember_lengths(change, lengths);
    change.commit();
    // What went from a store before it was lost is still to be looked for there.
    if (report.certificate.outcome != model::RunOutcome::residue_pending && !store_away)
      forget_values(folder_);
    if (close) forget_manifest(session_, folder_);
    return report;
  }

  /// Signs it, unless nothing was done and the last one says the same: then that one stands.
  std::string certify(ApplyReport& report) const {
    const auto last =
        has(Fate::acted) ? std::nullopt : read_certificate(session_, last_certificate_);
    report.unchanged = last && says_the_same(last->certificate, report.certificate);
    if (report.unchanged) report.certificate = last->certificate;
    report.certificate_file = certificate_file(session_, report.certificate.id);
    return report.unchanged ? last->note : sign_and_write(session_, report.certificate);
  }

  bool has(Fate fate) const {
    for (std::uint32_t number = 1; number <= people_.size(); ++number)
      if (people_.at(number).fate == fate) return true;
    return false;
  }
  bool later() const { return has(Fate::waiting) || has(Fate::postponed); }

  /// Closed: says so again, and finishes forgetting if a crash came between.
  ApplyReport already() {
    forget_manifest(session_, folder_);
    ApplyReport report;
    report.already = true;
    const std::string id = session_.ledger().run_of(header_.id)->certificate;
    report.certificate_file = certificate_file(session_, id);
    const auto signed_then = read_certificate(session_, id);
    if (!signed_then)
      throw Error(ErrorKind::finding, "certificate " + id + " is not as it was signed",
                  "look for a copy of it elsewhere, and run 'besa audit verify'");
    report.certificate = signed_then->certificate;
    return report;
  }

  Session& session_;
  Path folder_;
  Digest digest_;
  model::ManifestHeader header_;
  PlannedPeople people_;
  bool record_rules_ = false;
  Authority authority_;
  std::string run_, last_certificate_;
  Instant begun_;
  bool resumed_ = false;
  bool continued_ = false;  ///< an earlier run left something for later
  bool residue_ = false;    ///< an earlier run did what it could, and residue is pending
  bool clean_only_ = false;
};

}  // namespace

void request_stop() noexcept {
  stop = true;
}
bool stop_requested() noexcept {
  return stop;
}

FileLock lock_workspace(const Session& session, const std::string& doing) {
  const std::string holder = doing + ", by " + session.actor().name + ", process " +
                             std::to_string(getpid()) + ", since " + session.clock().now().str();
  return {session.state() / "lock", "the workspace", holder,
          static_cast<double>(session.workspace().wait_seconds)};
}

ApplyReport apply(Session& session, const ApplyOptions& options) {
  const FileLock lock = lock_workspace(session, "applying manifest " + options.manifest);
  return Application(session, options.manifest).run();
}

}  // namespace besa::workflow
