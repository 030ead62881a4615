// besa's own append-only memory (besa(7), "The ledger"): one SQLite file, WAL, synchronous=FULL.
//
// An entry is one line of JSON whose stored bytes are the leaf of an RFC 6962 tree; every other
// table is a fold of the entries, written in the same transaction, so that `audit verify` can
// rebuild and compare. No personal data: a subject is a random number, its identifiers lie in the
// vault. Nothing changes without its entry.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/crypto.hpp"
#include "besa/base/file.hpp"
#include "besa/base/json.hpp"
#include "besa/base/time.hpp"
#include "besa/model/certificate.hpp"
#include "besa/model/hold.hpp"
#include "besa/model/manifest.hpp"
#include "besa/model/merkle.hpp"
#include "besa/model/note.hpp"

namespace besa::ledger {

/// One stored entry: `bytes` is the leaf, exactly.
struct Entry {
  std::uint64_t index = 0;
  std::string bytes;
};

/// An enrolled person.
struct EnrolledKey {
  std::string name;
  PublicKey key;
  bool approver = false;
  Instant enrolled_at;
  std::optional<Instant> retired_at;
};

enum class ManifestState { drafted, approved, rejected, applying, closed };
[[nodiscard]] std::string_view name_of(ManifestState state);

struct ManifestRow {
  std::string id, why, policy, drafted_by;
  Digest header;
  ManifestState state = ManifestState::drafted;
  Date as_of, expires;
  std::uint64_t subjects = 0, records = 0;
  bool simulated = false;
};

/// A run: one application of one manifest. Unfinished while `outcome` is empty.
struct Run {
  std::string id, manifest;  ///< "R-2026-0004"
  Instant begun;
  std::string outcome;  ///< name_of(RunOutcome), once ended
  std::string certificate;
  struct DatasetState {
    std::string dataset;
    std::string state;
  };  ///< planned | done | residue
  std::vector<DatasetState> datasets;
};

/// What one sweep found: the series behind `factor_of_earlier` and `status`.
struct SweepRow {
  Instant at;
  std::string policy;
  Date as_of;
  std::uint64_t subjects = 0, records = 0, held = 0, undetermined = 0;
  std::optional<Date> oldest;
  std::uint64_t entry = 0;  ///< its place in the log, which gives it when it is recorded
};

struct BackupRow {
  std::string file;
  Instant at;
  Date expires;
};

/// Identifiers of erased people, as keyed digests: who has one of them again has come back.
struct Suppressed {
  std::string what;  ///< subject type and kind of identifier: "member/email"
  Digest key;        ///< SHA-256 of the secret in the vault that keys the digests
  int rules = 0;     ///< version of the rules that make identifiers comparable
  std::vector<Digest> digests;
};

/// How many erased people a look found in the data again.
struct Reappearances {
  Instant at;
  std::uint64_t people = 0;
};

/// One thing wrong that `verify` found, located.
struct Tampering {
  std::string where;  ///< "entry 17", "table holds, row H-2026-0001", "checkpoint 3"
  std::string what;
};

class Ledger;

/// One transaction over the ledger: entries and their folds together, or nothing. BEGIN IMMEDIATE;
/// rolls back unless committed. Every verb appends exactly the entry it is named after.
class Change {
 public:
  ~Change();
  Change(Change&&) noexcept;

  void enrol_key(const std::string& name, const PublicKey& key, bool approver,
                 const std::string& by, const std::string& signature_base64);
  void retire_key(const std::string& name, const std::string& by,
                  const std::string& signature_base64);
  /// Reserves the next "M-<year>-<number>".
  [[nodiscard]] std::string next_manifest_id();
  void draft_manifest(const model::ManifestHeader& header, const Digest& header_digest);
  void approve_manifest(const model::Approval& approval);
  void approve_in_advance(
      const model::StandingApproval& approval);  ///< sets no id: see next_standing_id
  [[nodiscard]] std::string next_standing_id();
  void reject_manifest(const std::string& manifest, const std::string& reason_code,
                       const std::string& by);
  void record_sweep(const SweepRow& sweep, const std::string& by);
  /// Write-ahead intent: run, manifest, datasets. Returns the run's id.
  std::string begin_run(const std::string& manifest, const Digest& header,
                        const std::vector<std::string>& datasets, const std::string& by,
                        const std::string& approved_by);
  /// Beside `begin_run`: what the people it erases, and nobody else, went by.
  void suppress(const std::string& run, const Suppressed& identifiers);
  /// Of these, what those went by who stayed after all.
  void lift_suppressions(const std::string& run, const std::vector<Digest>& digests);
  void record_reappearances(const std::string& policy, std::uint64_t people);
  void resume_run(const std::string& run, const std::string& by);
  /// `state` is "done" or "residue"; `seen` are verified counts, no identifiers.
  void mark_dataset(const std::string& run, const std::string& dataset, const std::string& state,
                    const Json& seen);
  /// Reserves the certificate's id.
  [[nodiscard]] std::string next_certificate_id();
  /// Ends the run; `close` also closes the manifest (nothing of it remains to be done).
  void end_run(const std::string& run, const std::string& outcome, const std::string& certificate,
               const Digest& certificate_digest, bool close);
  /// Ends the latest run of a manifest for good, whatever was done of it, and rejects the manifest.
  /// `datasets` is what was seen: {name: {"state": "done" | "residue", "seen": {…}}}.
  void give_up_run(const std::string& run, const model::Rejection& rejection,
                   const std::string& certificate, const Digest& certificate_digest,
                   const Json& datasets);
  [[nodiscard]] std::string place_hold(model::Hold hold,
                                       const std::string& by);  ///< returns the id
  void release_hold(const std::string& id, Date on, const std::string& by);
  void record_backup(const BackupRow& backup, const std::string& by);
  /// A command of `night` or an operator that has no fold: "night.done", "alarm.…"; fields no free
  /// text.
  void note(const std::string& kind, const Json& fields);

  void commit();

 private:
  friend class Ledger;
  struct State;
  explicit Change(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Ledger {
 public:
  /// Creates ledger.db and the signing key `log.key` in `folder` (0700); Error(refused) if there is
  /// one.
  static void create(const Path& folder, const std::string& origin, const Clock& clock);
  /// Error: failed (missing, corrupt), refused (newer schema, key readable by others), busy. A
  /// clock behind the last entry by more than an hour is refused by `begin`: reading still works.
  Ledger(const Path& folder, const Clock& clock, double wait_seconds = 5);
  ~Ledger();

  [[nodiscard]] const std::string& origin() const;
  [[nodiscard]] model::VerifierKey verifier_key() const;
  [[nodiscard]] Change begin();

  // folds, read
  [[nodiscard]] std::vector<EnrolledKey> keys() const;
  [[nodiscard]] std::optional<EnrolledKey> key(const std::string& name) const;  ///< not retired
  [[nodiscard]] std::vector<ManifestRow> manifests() const;                     ///< newest first
  [[nodiscard]] std::optional<ManifestRow> manifest(const std::string& id) const;
  [[nodiscard]] std::vector<model::Approval> approvals(const std::string& manifest) const;
  [[nodiscard]] std::vector<model::StandingApproval> standing_approvals() const;
  [[nodiscard]] std::vector<Run> unfinished_runs() const;
  [[nodiscard]] std::optional<Run> run_of(const std::string& manifest) const;  ///< the latest
  /// Who gave the manifest's run up, and why, if somebody did.
  [[nodiscard]] std::optional<model::Rejection> given_up(const std::string& manifest) const;
  [[nodiscard]] std::vector<model::Hold> holds() const;
  [[nodiscard]] std::vector<SweepRow> sweeps(const std::string& policy) const;  ///< newest first
  [[nodiscard]] std::vector<BackupRow> backups() const;
  void suppressions(const std::function<void(const Digest&)>& each) const;
  /// SHA-256 of the secrets that key them; none: nothing is suppressed, nor ever was.
  [[nodiscard]] std::vector<Digest> suppression_keys() const;
  [[nodiscard]] std::optional<Reappearances> reappearances(const std::string& policy) const;

  // the log
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] Digest root() const;
  /// Entries [first, first+count), in order.
  void entries(std::uint64_t first, std::uint64_t count,
               const std::function<void(const Entry&)>& each) const;
  /// Signs the present tree, unless it is inconsistent with the last signed one: Error(finding)
  /// then. Returns the note; the same note again where nothing was appended.
  std::string checkpoint();
  [[nodiscard]] std::vector<std::string> checkpoints() const;  ///< notes, oldest first
  void mark_checkpoint_exported(std::uint64_t size);
  [[nodiscard]] std::optional<std::uint64_t> last_exported_checkpoint() const;  ///< its size
  [[nodiscard]] model::TlogProof prove(std::uint64_t index);  ///< against the latest checkpoint
  /// Rebuilds leaves, tree, checkpoints and every fold, and compares. Empty: sound.
  [[nodiscard]] std::vector<Tampering> verify() const;
  /// That a checkpoint kept elsewhere is a prefix of this log; a Tampering otherwise.
  [[nodiscard]] std::vector<Tampering> verify_since(const std::string& signed_checkpoint) const;
  [[nodiscard]] std::string sign_note(std::string_view text) const;  ///< certificates
  /// A consistent copy of the database, made with SQLite's backup API, 0600.
  void copy_to(const Path& file) const;

 private:
  friend class Change;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace besa::ledger
