// Runs that an approver gave up: what was not done stays undone, and their manifest is rejected.
#include <array>

#include "ledger/fold.hpp"
#include "ledger/manifest_row.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* insert_given_up_sql =
    "INSERT INTO given_up (run, manifest, header, approver, signed_at, reason, public_key, "
    "signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* latest_run_sql =
    "SELECT id FROM runs WHERE manifest = ? ORDER BY entry DESC LIMIT 1";
constexpr const char* given_up_sql =
    "SELECT manifest, header, approver, signed_at, reason, public_key, signature FROM given_up "
    "WHERE manifest = ?";

model::Rejection read_rejection(const Record& entry) {
  const auto at = Instant::parse(entry.text("signed_at"));
  if (!at) refuse("a rejection's time is not a time");
  return {entry.text("manifest"),   entry.digest("header"), entry.by(), *at, entry.text("reason"),
          entry.text("public_key"), entry.text("signature")};
}

/// Only the latest run of a manifest that is not closed or rejected: unfinished, or one that left
/// something.
void require_open(const Database& database, const std::string& run,
                  const DraftedManifest& manifest) {
  const std::string name = "manifest " + manifest.header.id;
  if (manifest.state != "applying" && manifest.state != "approved")
    refuse(name + " is " + manifest.state + " and cannot be rejected");
  Query latest(database, latest_run_sql);
  if (!latest.with(manifest.header.id).next()) refuse(name + " was never begun");
  if (latest.text(0) != run) refuse("run " + run + " is not the latest of " + name);
}

void check_looks(const Json& looks) {
  if (!looks.is_object()) refuse("a run that is given up says what was seen of its datasets");
  require_codes(looks);
  for (const auto& [dataset, look] : looks.items()) {
    const std::string state = look.value("state", "");
    if (state != "done" && state != "residue") refuse("a dataset is done or has a residue");
  }
}

void check_giving_up(const Database& database, const Record& entry) {
  const model::Rejection rejection = read_rejection(entry);
  const DraftedManifest manifest = require_manifest(database, rejection.manifest);
  require_open(database, entry.text("run"), manifest);
  if (manifest.digest != rejection.header)
    refuse("the rejection is for another header of manifest " + rejection.manifest,
           "sign it again over the header that was drafted");
  if (!is_code(rejection.reason))
    refuse("a reason is a code of letters, digits and . _ : / -, not free text");
  require_signed_by_approver(database, rejection.by, rejection.public_key, rejection.signature,
                             rejection.statement());
  check_looks(entry.fields.at("datasets"));
}

void apply_giving_up(const Database& database, const Record& entry) {
  const model::Rejection rejection = read_rejection(entry);
  const std::string run = entry.text("run");
  Query(database, insert_given_up_sql)
      .with(run, rejection.manifest, rejection.header.hex(), rejection.by, rejection.at,
            rejection.reason, rejection.public_key, rejection.signature)
      .run();
  for (const auto& [dataset, look] : entry.fields.at("datasets").items())
    set_dataset_state(database, run, dataset, look.at("state").get<std::string>());
  end_run(database, run, model::name_of(model::RunOutcome::given_up), entry);
  set_manifest_state(database, rejection.manifest, ManifestState::rejected);
}

}  // namespace

std::span<const Fold> giving_up_folds() {
  static constexpr std::array folds{Fold{"run.given-up", check_giving_up, apply_giving_up}};
  return folds;
}

void Change::give_up_run(const std::string& run, const model::Rejection& rejection,
                         const std::string& certificate, const Digest& certificate_digest,
                         const Json& datasets) {
  state_->append("run.given-up", proven(rejection.by),
                 {{"run", run},
                  {"manifest", rejection.manifest},
                  {"header", rejection.header.hex()},
                  {"signed_at", rejection.at.str()},
                  {"reason", rejection.reason},
                  {"public_key", rejection.public_key},
                  {"signature", rejection.signature},
                  {"certificate", certificate},
                  {"certificate_digest", certificate_digest.hex()},
                  {"datasets", datasets}});
}

std::optional<model::Rejection> Ledger::given_up(const std::string& manifest) const {
  Query row(state_->database, given_up_sql);
  if (!row.with(manifest).next()) return std::nullopt;
  return model::Rejection{row.text(0), row.hex(1),  row.text(2), row.instant(3),
                          row.text(4), row.text(5), row.text(6)};
}

}  // namespace besa::ledger
