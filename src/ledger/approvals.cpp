// Approvals of one manifest, and approvals in advance: every rule of who may approve what.
#include <array>

#include "ledger/fold.hpp"
#include "ledger/manifest_row.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* insert_approval_sql =
    "INSERT INTO approvals (manifest, approver, header, signed_at, override_reason, public_key, "
    "signature) VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr const char* approvals_sql =
    "SELECT manifest, header, approver, signed_at, override_reason, public_key, signature "
    "FROM approvals WHERE manifest = ? ORDER BY approver";
constexpr const char* insert_standing_sql =
    "INSERT INTO standing_approvals (id, rules, policy_digest, datasets, most_subjects, "
    "most_records, "
    "until, approver, signed_at, public_key, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* standing_columns =
    "id, rules, policy_digest, datasets, most_subjects, most_records, until, approver, signed_at, "
    "public_key, signature ";
constexpr const char* highest_standing_sql =
    "SELECT max(CAST(substr(id, 8) AS INTEGER)) FROM standing_approvals WHERE substr(id, 1, 7) = ?";

Instant instant_field(const Record& entry, const char* name) {
  const auto instant = Instant::parse(entry.text(name));
  if (!instant) refuse("an approval's time is not a time");
  return *instant;
}

model::Approval read_approval(const Record& entry) {
  return {entry.text("manifest"),
          entry.digest("header"),
          entry.by(),
          instant_field(entry, "signed_at"),
          entry.text("override_reason"),
          entry.text("public_key"),
          entry.text("signature")};
}

void check_approvable(const DraftedManifest& manifest, const model::Approval& approval,
                      Instant now) {
  const std::string name = "manifest " + manifest.header.id;
  if (manifest.digest != approval.header) {
    refuse("the approval is for another header of " + name,
           "the manifest was edited, or the approval belongs to an earlier draft");
  }
  if (manifest.header.simulated) {
    refuse(name + " was drafted for a simulated day and can never be approved",
           "draft it for the real day with 'besa sweep'");
  }
  if (manifest.state != "drafted") refuse(name + " is " + manifest.state + " already");
  if (day_of(now) > manifest.header.expires) {
    refuse(name + " expired on " + manifest.header.expires.str(),
           "draft it again with 'besa sweep'");
  }
}

void check_override(const DraftedManifest& manifest, const model::Approval& approval) {
  const auto& exceeded = manifest.header.exceeded;
  if (approval.override_reason.empty()) {
    if (exceeded.empty()) return;
    refuse("manifest " + manifest.header.id + " exceeds a limit: " + exceeded.front(),
           "approve it with a reason for the override, or draft a smaller one");
  }
  if (!is_code(approval.override_reason)) {
    refuse("the reason for an override is a code of letters, digits and . _ : / -, not free text");
  }
}

void check_approval(const Database& database, const Record& entry) {
  const model::Approval approval = read_approval(entry);
  const DraftedManifest manifest = require_manifest(database, approval.manifest);
  check_approvable(manifest, approval, entry.at);
  require_signed_by_approver(database, approval.by, approval.public_key, approval.signature,
                             approval.statement());
  if (manifest.header.drafted_by.name == approval.by) {
    refuse(approval.by + " drafted manifest " + approval.manifest + " and cannot approve it",
           "a second person must look at it");
  }
  check_override(manifest, approval);
}

void apply_approval(const Database& database, const Record& entry) {
  const model::Approval approval = read_approval(entry);
  Query(database, insert_approval_sql)
      .with(approval.manifest, approval.by, approval.header.hex(), approval.at,
            approval.override_reason, approval.public_key, approval.signature)
      .run();
  set_manifest_state(database, approval.manifest, ManifestState::approved);
}

model::StandingApproval read_standing(const Database& database, const Record& entry) {
  model::StandingApproval approval;
  approval.id = entry.text("id");
  approval.origin = origin_of(database);
  approval.rules = entry.fields.at("rules").get<std::vector<std::string>>();
  approval.policy_digest = entry.digest("policy_digest");
  approval.datasets = read_digests(entry.fields.at("datasets"));
  approval.most_subjects = entry.count("most_subjects");
  approval.most_records = entry.count("most_records");
  approval.until = entry.date("until");
  approval.by = entry.by();
  approval.at = instant_field(entry, "signed_at");
  approval.public_key = entry.text("public_key");
  approval.signature = entry.text("signature");
  return approval;
}

void check_standing(const Database& database, const Record& entry) {
  const model::StandingApproval approval = read_standing(database, entry);
  if (!approval.id.starts_with("A-") || approval.id.size() < 11 || !is_code(approval.id)) {
    refuse("an approval in advance is named like A-2026-0001");
  }
  if (find_standing(database, approval.id)) {
    refuse("approval " + approval.id + " is in the ledger already");
  }
  if (approval.rules.empty() || approval.datasets.empty()) {
    refuse("an approval in advance names its rules and its datasets");
  }
  if (approval.until < day_of(entry.at)) {
    refuse("approval " + approval.id + " ended on " + approval.until.str());
  }
  require_signed_by_approver(database, approval.by, approval.public_key, approval.signature,
                             approval.statement());
}

Json digests_json(const std::map<std::string, Digest>& datasets) {
  Json json = Json::object();
  for (const auto& [name, digest] : datasets) json[name] = digest.hex();
  return json;
}

void apply_standing(const Database& database, const Record& entry) {
  const model::StandingApproval approval = read_standing(database, entry);
  Query(database, insert_standing_sql)
      .with(approval.id, to_line(Json(approval.rules)), approval.policy_digest.hex(),
            to_line(digests_json(approval.datasets)), approval.most_subjects, approval.most_records,
            approval.until, approval.by, approval.at, approval.public_key, approval.signature)
      .run();
}

model::StandingApproval read_standing(const Query& row, const std::string& origin) {
  model::StandingApproval approval;
  approval.id = row.text(0);
  approval.origin = origin;
  approval.rules = row.json(1).get<std::vector<std::string>>();
  approval.policy_digest = row.hex(2);
  approval.datasets = read_digests(row.json(3));
  approval.most_subjects = row.number(4);
  approval.most_records = row.number(5);
  approval.until = row.date(6);
  approval.by = row.text(7);
  approval.at = row.instant(8);
  approval.public_key = row.text(9);
  approval.signature = row.text(10);
  return approval;
}

}  // namespace

std::span<const Fold> approval_folds() {
  static constexpr std::array folds{
      Fold{"manifest.approved", check_approval, apply_approval},
      Fold{"approval.given-in-advance", check_standing, apply_standing}};
  return folds;
}

std::optional<model::StandingApproval> find_standing(const Database& database,
                                                     const std::string& id) {
  Query query(database,
              std::string("SELECT ") + standing_columns + "FROM standing_approvals WHERE id = ?");
  if (!query.with(id).next()) return std::nullopt;
  return read_standing(query, origin_of(database));
}

void Change::approve_manifest(const model::Approval& approval) {
  state_->append("manifest.approved", proven(approval.by),
                 {{"manifest", approval.manifest},
                  {"header", approval.header.hex()},
                  {"signed_at", approval.at.str()},
                  {"override_reason", approval.override_reason},
                  {"public_key", approval.public_key},
                  {"signature", approval.signature}});
}

void Change::approve_in_advance(const model::StandingApproval& approval) {
  if (approval.origin != state_->ledger.origin) {
    refuse("approval " + approval.id + " was given for the ledger " + approval.origin);
  }
  state_->append("approval.given-in-advance", proven(approval.by),
                 {{"id", approval.id},
                  {"rules", approval.rules},
                  {"policy_digest", approval.policy_digest.hex()},
                  {"datasets", digests_json(approval.datasets)},
                  {"most_subjects", approval.most_subjects},
                  {"most_records", approval.most_records},
                  {"until", approval.until.str()},
                  {"signed_at", approval.at.str()},
                  {"public_key", approval.public_key},
                  {"signature", approval.signature}});
}

std::string Change::next_standing_id() {
  return state_->next_id('A', highest_standing_sql);
}

std::vector<model::Approval> Ledger::approvals(const std::string& manifest) const {
  std::vector<model::Approval> approvals;
  Query row(state_->database, approvals_sql);
  for (row.with(manifest); row.next();) {
    approvals.push_back({row.text(0), row.hex(1), row.text(2), row.instant(3), row.text(4),
                         row.text(5), row.text(6)});
  }
  return approvals;
}

std::vector<model::StandingApproval> Ledger::standing_approvals() const {
  std::vector<model::StandingApproval> approvals;
  Query query(state_->database,
              std::string("SELECT ") + standing_columns + "FROM standing_approvals ORDER BY id");
  while (query.next()) approvals.push_back(read_standing(query, state_->origin));
  return approvals;
}

}  // namespace besa::ledger
