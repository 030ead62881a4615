#include "besa/workflow/give_up.hpp"

#include "besa/base/text.hpp"
#include "besa/workflow/apply.hpp"
#include "besa/workflow/approve.hpp"
#include "workflow/lengths.hpp"
#include "workflow/outstanding.hpp"
#include "workflow/run_end.hpp"

namespace besa::workflow {
namespace {

using ledger::ManifestState;

/// Remembers that somebody tried what is not allowed. Names that are no codes are left out.
void record_refused_rejection(Session& session, const std::string& manifest,
                              const std::string& by) {
  Json fields{{"manifest", manifest}, {"reason", "not-an-approver"}};
  if (is_safe_file_name(by)) fields["person"] = by;
  ledger::Change change = session.ledger().begin();
  change.note("rejection.refused", fields);
  change.commit();
}

/// One run, from the checks to the certificate. Changes nothing but bytes that nobody uses.
class GivingUp {
 public:
  GivingUp(Session& session, const model::Rejection& rejection)
      : session_(session),
        rejection_(rejection),
        folder_(session.state() / "manifests" / rejection.manifest),
        header_(read_header(folder_, &digest_)) {}

  GivenUp run() {
    check();
    read_people();
    const auto key = manifest_key(session_, header_);
    const KeyedDigest digests(key.view());
    const KeyedDigest tombstones(tombstone_key(session_).view());
    ApplyContext context{session_, realm(),    header_, folder_,
                         digests,  tombstones, people_, today()};
    context.given_up = true;
    OpenedSources sources = OpenedSources::what_is_there(session_, realm(), true);
    lose_what_changed(sources);
    const Verification seen = verify_records(context, sources);
    for (const auto& [dataset, why] : seen.lost) sources.lose(dataset, why);
    settle(seen, sources);
    const auto looks = clean_and_look(context, sources, [](const DatasetLook&) {});
    return finish(seen, looks, sources, outstanding_of(context, sources.lost(), seen.still_there));
  }

 private:
  const Realm& realm() const { return session_.realm(header_.policy); }
  Date today() const { return session_.real_today(*realm().policy); }

  // --- before ---

  void check() {
    const std::string name = "manifest " + header_.id;
    const auto row = session_.ledger().manifest(header_.id);
    if (!row || header_.origin != session_.ledger().origin())
      throw Error(ErrorKind::refused, "this ledger never drafted " + name,
                  "'besa manifest list' shows those it did");
    if (row->header != digest_)
      throw Error(ErrorKind::refused,
                  "header.json of " + name + " was changed after it was drafted", from_a_backup());
    const auto run = begun_run(session_, header_.id);
    if (!run) refuse_what_was_never_begun(*row);
    run_ = *run;
    require_signature();
  }

  [[noreturn]] static void refuse_what_was_never_begun(const ledger::ManifestRow& row) {
    const std::string name = "manifest " + row.id;
    if (row.state == ManifestState::closed || row.state == ManifestState::rejected)
      throw Error(ErrorKind::refused, name + " is " + std::string(ledger::name_of(row.state)) +
                                          " and cannot be rejected");
    throw Error(ErrorKind::refused, name + " was never begun: there is nothing to give up",
                "'besa manifest reject " + row.id + "' needs no signature");
  }

  void require_signature() {
    require_approver(session_, header_.id, rejection_.by);
    const auto key = PublicKey::parse(rejection_.public_key);
    const auto signature = Signature::parse(rejection_.signature);
    const bool sound = key && signature && rejection_.header == digest_ &&
                       verify(*key, as_bytes(rejection_.statement()), *signature) &&
                       session_.ledger().key(rejection_.by)->key.base64() == key->base64();
    if (!sound)
      throw Error(ErrorKind::refused,
                  "the signature is not " + for_terminal(rejection_.by) +
                      "'s over the rejection of "
                      "manifest " +
                      header_.id,
                  "sign it again with the key that is enrolled");
  }

  std::string from_a_backup() const {
    return "restore .besa/manifests/" + header_.id +
           " from a backup: without it nobody can tell what was done";
  }

  void read_people() {
    try {
      const std::vector<std::string> roots = tables_of_people(session_, header_);
      read_body(folder_, header_,
                [&](const model::BodyLine& line) { people_.take(line, roots, today()); });
    } catch (const Error& error) {
      throw Error(error.kind(), error.message(), from_a_backup());
    }
  }

  /// Where keys or tables may mean something else by now, nothing that is seen says anything.
  void lose_what_changed(OpenedSources& sources) const {
    for (const auto& reference : header_.datasets) {
      const model::Dataset* dataset = session_.dataset(reference.name);
      if (dataset == nullptr || dataset->digest != reference.digest)
        sources.lose(reference.name, "dataset " + reference.name +
                                         ": its file is not the one that the manifest was drafted "
                                         "with");
      else if (!dataset->source.empty() && !sources.lost().contains(reference.name) &&
               sources.at(reference.name).schema().fingerprint != reference.schema)
        sources.lose(reference.name, "dataset " + reference.name +
                                         ": its schema changed after the manifest was drafted");
    }
  }

  // --- what became of whom ---

  bool has_records_out_of_reach(const Planned& person, const OpenedSources& sources) const {
    for (std::uint32_t place = 0; place < header_.datasets.size(); ++place)
      if (sources.lost().contains(header_.datasets[place].name) &&
          person.records.at(place) != Digest{})
        return true;
    return false;
  }

  void settle(const Verification& seen, const OpenedSources& sources) {
    for (std::uint32_t number = 1; number <= people_.size(); ++number) {
      const SeenOf& rows = seen.people.at(number);
      Planned& person = people_.at(number);
      person.fate = Planned::Fate::gone;
      if (rows.still_there) {
        still_there_.push_back(number);
        people_.skip(number, rows.as_planned ? "erased in part: the run was given up"
                                             : "not erased: the run was given up");
      } else if (has_records_out_of_reach(person, sources)) {
        people_.skip(number, "not known: a store with records of theirs is out of reach");
      }
    }
  }

  // --- the end ---

  GivenUp finish(const Verification& seen, const std::vector<DatasetLook>& looks,
                 const OpenedSources& sources,
                 const std::vector<model::Certificate::Outstanding>& outstanding) {
    const Authority authority = workflow::authority(session_, header_, digest_);
    const CertificateFacts facts{session_,  realm(), header_, digest_, run_.id,     run_.begun,
                                 authority, people_, seen,    looks,   outstanding, &rejection_};
    // Whom something is still there of is no erased person who is there again.
    auto remain = people_who_remain(people_);
    remain.insert(remain.end(), still_there_.begin(), still_there_.end());
    const auto stayed = run_.outcome.empty()
                            ? identifiers_of(session_, realm(), people_, remain, sources.all())
                            : std::vector<ledger::Suppressed>{};
    GivenUp done;
    const Json lengths = lengths_after_run(session_, realm(), sources.all(), header_, seen);
    ledger::Change change = session_.ledger().begin();
    done.certificate = certificate(facts, change.next_certificate_id());
    done.certificate_file = certificate_file(session_, done.certificate.id);
    const std::string note = sign_and_write(session_, done.certificate);
    for (const ledger::Suppressed& list : stayed) change.lift_suppressions(run_.id, list.digests);
    change.give_up_run(run_.id, rejection_, done.certificate.id, sha256(note), states(looks));
    remember_lengths(change, lengths);
    change.commit();
    forget_manifest(session_, folder_);
    return done;
  }

  static Json states(const std::vector<DatasetLook>& looks) {
    Json all = Json::object();
    for (const DatasetLook& look : looks)
      all[look.dataset] = {{"state", state_after(look)}, {"seen", figures(look)}};
    return all;
  }

  Session& session_;
  const model::Rejection& rejection_;
  Path folder_;
  Digest digest_;
  model::ManifestHeader header_;
  ledger::Run run_;
  PlannedPeople people_;
  std::vector<std::uint32_t> still_there_;
};

}  // namespace

std::optional<ledger::Run> begun_run(Session& session, const std::string& manifest) {
  const auto row = session.ledger().manifest(manifest);
  if (!row || (row->state != ManifestState::applying && row->state != ManifestState::approved))
    return std::nullopt;
  return session.ledger().run_of(manifest);
}

void require_approver(Session& session, const std::string& manifest, const std::string& name) {
  const auto key = session.ledger().key(name);
  if (key && key->approver) return;
  record_refused_rejection(session, manifest, name);
  throw Error(ErrorKind::refused,
              "manifest " + manifest + " was begun: only an approver gives it up, and " +
                  for_terminal(name) + " is none",
              "'besa manifest reject " + manifest +
                  " --reason CODE --as APPROVER'; 'besa key list' "
                  "shows who is");
}

model::Rejection sign_rejection(std::string_view header_text, const std::string& name,
                                const SigningKey& key, Instant at, const std::string& reason) {
  model::Rejection rejection;
  rejection.manifest = model::ManifestHeader::parse(header_text).id;
  rejection.header = sha256(header_text);
  rejection.by = name;
  rejection.at = at;
  rejection.reason = reason;
  rejection.public_key = key.public_key().base64();
  rejection.signature = key.sign(as_bytes(rejection.statement())).base64();
  return rejection;
}

GivenUp give_up(Session& session, const model::Rejection& rejection) {
  if (!is_safe_file_name(rejection.manifest))
    throw Error(ErrorKind::refused, "'" + for_terminal(rejection.manifest) + "' names no manifest",
                "'besa manifest list' shows those there are");
  const FileLock lock = lock_workspace(session, "giving up manifest " + rejection.manifest);
  return GivingUp(session, rejection).run();
}

}  // namespace besa::workflow
