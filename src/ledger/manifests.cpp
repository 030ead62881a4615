// Manifests as the ledger remembers them: drafted, rejected, and what state they are in.
#include <algorithm>
#include <array>

#include "ledger/fold.hpp"
#include "ledger/manifest_row.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* manifest_columns =
    "id, why, policy, drafted_by, header, state, as_of, expires, subjects, records, simulated ";
constexpr const char* highest_manifest_sql =
    "SELECT max(CAST(substr(id, 8) AS INTEGER)) FROM manifests WHERE substr(id, 1, 7) = ?";
constexpr const char* insert_manifest_sql =
    "INSERT INTO manifests (id, entry, why, policy, policy_digest, drafted_by, header, state, "
    "as_of, "
    "not_before, expires, subjects, records, simulated, exceeded, rules, datasets) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, 'drafted', ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* set_state_sql = "UPDATE manifests SET state = ? WHERE id = ?";
constexpr const char* header_sql =
    "SELECT why, policy_digest, header, state, drafted_by, not_before, expires, subjects, records, "
    "simulated, exceeded, rules, datasets FROM manifests WHERE id = ?";

constexpr std::array states{ManifestState::drafted, ManifestState::approved,
                            ManifestState::rejected, ManifestState::applying,
                            ManifestState::closed};

ManifestState read_state(std::string_view name) {
  const auto found =
      std::ranges::find_if(states, [&](auto state) { return name_of(state) == name; });
  if (found == states.end()) {
    throw Error(ErrorKind::finding, "the ledger's table manifests holds an unknown state",
                "see what was changed with 'besa audit verify'");
  }
  return *found;
}

ManifestRow read_manifest(const Query& row) {
  return {
      row.text(0), row.text(1), row.text(2),   row.text(3),   row.hex(4),  read_state(row.bytes(5)),
      row.date(6), row.date(7), row.number(8), row.number(9), row.flag(10)};
}

bool is_manifest_id(std::string_view id) {
  return id.starts_with("M-") && id.size() >= 11 && is_code(id);
}

void check_draft(const Database& database, const Record& entry) {
  const std::string id = entry.text("id");
  if (!is_manifest_id(id)) refuse("a manifest's name is like M-2026-0007");
  if (find_manifest(database, id)) {
    refuse("manifest " + id + " is in the ledger already", "draft it again under a new name");
  }
}

void apply_draft(const Database& database, const Record& entry) {
  Query(database, insert_manifest_sql)
      .with(entry.text("id"), entry.number, entry.text("why"), entry.text("policy"),
            entry.digest("policy_digest").hex(), entry.by(), entry.digest("header").hex(),
            entry.date("as_of"), entry.date("not_before"), entry.date("expires"),
            entry.count("subjects"), entry.count("records"), entry.flag("simulated"),
            to_line(entry.fields.at("exceeded")), to_line(entry.fields.at("rules")),
            to_line(entry.fields.at("datasets")))
      .run();
}

void check_rejection(const Database& database, const Record& entry) {
  const DraftedManifest manifest = require_manifest(database, entry.text("manifest"));
  if (manifest.state != "drafted" && manifest.state != "approved") {
    refuse("manifest " + manifest.header.id + " is " + manifest.state + " and cannot be rejected");
  }
  if (!is_code(entry.text("reason"))) {
    refuse("a reason is a code of letters, digits and . _ : / -, not free text");
  }
}

void apply_rejection(const Database& database, const Record& entry) {
  set_manifest_state(database, entry.text("manifest"), ManifestState::rejected);
}

Json rule_names(const model::ManifestHeader& header) {
  Json names = Json::array();
  for (const auto& rule : header.rules) names.push_back(rule.rule);
  return names;
}

Json dataset_digests(const model::ManifestHeader& header) {
  Json digests = Json::object();
  for (const auto& dataset : header.datasets) digests[dataset.name] = dataset.digest.hex();
  return digests;
}

}  // namespace

std::span<const Fold> manifest_folds() {
  static constexpr std::array folds{Fold{"manifest.drafted", check_draft, apply_draft},
                                    Fold{"manifest.rejected", check_rejection, apply_rejection}};
  return folds;
}

std::string_view name_of(ManifestState state) {
  switch (state) {
    case ManifestState::drafted:
      return "drafted";
    case ManifestState::approved:
      return "approved";
    case ManifestState::rejected:
      return "rejected";
    case ManifestState::applying:
      return "applying";
    case ManifestState::closed:
      return "closed";
  }
  return "";
}

std::map<std::string, Digest> read_digests(const Json& json) {
  std::map<std::string, Digest> digests;
  for (const auto& [name, hex] : json.items()) {
    digests[name] = Digest::parse(hex.get<std::string>()).value_or(Digest{});
  }
  return digests;
}

std::optional<DraftedManifest> find_manifest(const Database& database, const std::string& id) {
  Query row(database, header_sql);
  if (!row.with(id).next()) return std::nullopt;
  DraftedManifest found;
  model::ManifestHeader& header = found.header;
  header.id = id;
  header.origin = origin_of(database);
  header.why = row.text(0);
  header.policy_digest = row.hex(1);
  found.digest = row.hex(2);
  found.state = row.text(3);
  header.drafted_by.name = row.text(4);
  header.not_before = row.date(5);
  header.expires = row.date(6);
  header.subjects = row.number(7);
  header.records = row.number(8);
  header.simulated = row.flag(9);
  header.exceeded = row.json(10).get<std::vector<std::string>>();
  for (const auto& name : row.json(11)) header.rules.push_back({name, "", 0, 0, std::nullopt});
  for (const auto& [name, digest] : read_digests(row.json(12))) {
    header.datasets.push_back({name, digest, {}});
  }
  return found;
}

DraftedManifest require_manifest(const Database& database, const std::string& id) {
  auto found = find_manifest(database, id);
  if (!found) refuse("this ledger knows no manifest " + id, "see 'besa manifest list'");
  return *std::move(found);
}

void set_manifest_state(const Database& database, const std::string& id, ManifestState state) {
  Query(database, set_state_sql).with(name_of(state), id).run();
}

std::string Change::next_manifest_id() {
  return state_->next_id('M', highest_manifest_sql);
}

void Change::draft_manifest(const model::ManifestHeader& header, const Digest& header_digest) {
  if (header.origin != state_->ledger.origin) {
    refuse("manifest " + header.id + " belongs to the ledger " + header.origin);
  }
  if (sha256(header.to_text()) != header_digest) {
    throw Error(ErrorKind::failed, "manifest " + header.id + ": the digest is not its header's");
  }
  state_->append("manifest.drafted", header.drafted_by,
                 {{"id", header.id},
                  {"header", header_digest.hex()},
                  {"why", header.why},
                  {"policy", header.policy},
                  {"policy_version", header.policy_version},
                  {"policy_digest", header.policy_digest.hex()},
                  {"datasets", dataset_digests(header)},
                  {"rules", rule_names(header)},
                  {"as_of", header.as_of.str()},
                  {"not_before", header.not_before.str()},
                  {"expires", header.expires.str()},
                  {"simulated", header.simulated},
                  {"subjects", header.subjects},
                  {"records", header.records},
                  {"held", header.held},
                  {"undetermined", header.undetermined},
                  {"exceeded", header.exceeded}});
}

void Change::reject_manifest(const std::string& manifest, const std::string& reason_code,
                             const std::string& by) {
  state_->append("manifest.rejected", claimed(by),
                 {{"manifest", manifest}, {"reason", reason_code}});
}

std::vector<ManifestRow> Ledger::manifests() const {
  std::vector<ManifestRow> rows;
  Query query(state_->database,
              std::string("SELECT ") + manifest_columns + "FROM manifests ORDER BY entry DESC");
  while (query.next()) rows.push_back(read_manifest(query));
  return rows;
}

std::optional<ManifestRow> Ledger::manifest(const std::string& id) const {
  Query query(state_->database,
              std::string("SELECT ") + manifest_columns + "FROM manifests WHERE id = ?");
  if (!query.with(id).next()) return std::nullopt;
  return read_manifest(query);
}

}  // namespace besa::ledger
