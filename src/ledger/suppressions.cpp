// What erased people went by, as keyed digests, and whether any of them was seen again.
#include <algorithm>
#include <array>

#include "besa/base/bytes.hpp"
#include "ledger/fold.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

/// So many in base64 fit an entry.
constexpr std::size_t digests_of_entry = 1000;

constexpr const char* insert_suppression_sql =
    "INSERT INTO suppressions (digest, what, run) VALUES (?, ?, ?) "
    "ON CONFLICT (digest) DO UPDATE SET run = excluded.run";
constexpr const char* insert_suppression_key_sql =
    "INSERT INTO suppression_keys (key, rules) VALUES (?, ?) ON CONFLICT DO NOTHING";
constexpr const char* delete_sql = "DELETE FROM suppressions WHERE digest = ?";
constexpr const char* all_suppressions_sql = "SELECT digest FROM suppressions ORDER BY digest";
constexpr const char* keys_sql = "SELECT DISTINCT key FROM suppression_keys ORDER BY key";
constexpr const char* looked_sql =
    "INSERT INTO reappearances (policy, at, people) VALUES (?, ?, ?) "
    "ON CONFLICT (policy) DO UPDATE SET at = excluded.at, people = excluded.people";
constexpr const char* latest_sql = "SELECT at, people FROM reappearances WHERE policy = ?";

std::optional<Digest> digest_of(std::string_view base64) {
  const auto bytes = from_base64(base64);
  Digest digest;
  if (!bytes || bytes->size() != digest.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, digest.bytes.begin());
  return digest;
}

const std::string& text_of(const Json& digest) {
  return digest.get_ref<const std::string&>();
}

/// Anything longer or shorter than a digest could be somebody's name.
void check_digests(const Database& database, const Record& entry) {
  static_cast<void>(require_unfinished(database, entry.text("run")));
  for (const Json& digest : entry.fields.at("digests")) {
    if (!digest.is_string() || !digest_of(text_of(digest))) {
      refuse("a suppression is a keyed digest and nothing else");
    }
  }
}

void apply_suppression(const Database& database, const Record& entry) {
  Query(database, insert_suppression_key_sql)
      .with(entry.digest("key").hex(), entry.count("rules"))
      .run();
  Query insert(database, insert_suppression_sql);
  const std::string what = entry.text("what"), run = entry.text("run");
  for (const Json& digest : entry.fields.at("digests"))
    insert.with(text_of(digest), what, run).run();
}

void apply_lift(const Database& database, const Record& entry) {
  Query remove(database, delete_sql);
  for (const Json& digest : entry.fields.at("digests")) remove.with(text_of(digest)).run();
}

void apply_look(const Database& database, const Record& entry) {
  Query(database, looked_sql).with(entry.text("policy"), entry.at, entry.count("people")).run();
}

/// Calls `each` with the digests in portions that fit an entry.
template <class Each>
void in_portions(const std::vector<Digest>& digests, const Each& each) {
  for (std::size_t first = 0; first < digests.size(); first += digests_of_entry) {
    Json portion = Json::array();
    const std::size_t end = std::min(first + digests_of_entry, digests.size());
    for (std::size_t i = first; i < end; ++i) portion.push_back(to_base64(digests[i].view()));
    each(portion);
  }
}

}  // namespace

std::span<const Fold> suppression_folds() {
  static constexpr std::array folds{Fold{"suppressions.recorded", check_digests, apply_suppression},
                                    Fold{"suppressions.lifted", check_digests, apply_lift},
                                    Fold{"reappearances.sought", no_rule, apply_look}};
  return folds;
}

void Change::suppress(const std::string& run, const Suppressed& identifiers) {
  in_portions(identifiers.digests, [&](const Json& portion) {
    state_->append("suppressions.recorded", std::nullopt,
                   {{"run", run},
                    {"what", identifiers.what},
                    {"key", identifiers.key.hex()},
                    {"rules", identifiers.rules},
                    {"digests", portion}});
  });
}

void Change::lift_suppressions(const std::string& run, const std::vector<Digest>& digests) {
  in_portions(digests, [&](const Json& portion) {
    state_->append("suppressions.lifted", std::nullopt, {{"run", run}, {"digests", portion}});
  });
}

void Change::record_reappearances(const std::string& policy, std::uint64_t people) {
  state_->append("reappearances.sought", std::nullopt, {{"policy", policy}, {"people", people}});
}

void Ledger::suppressions(const std::function<void(const Digest&)>& each) const {
  for (Query row(state_->database, all_suppressions_sql); row.next();) {
    if (const auto digest = digest_of(row.bytes(0))) each(*digest);
  }
}

std::vector<Digest> Ledger::suppression_keys() const {
  std::vector<Digest> keys;
  for (Query row(state_->database, keys_sql); row.next();) keys.push_back(row.hex(0));
  return keys;
}

std::optional<Reappearances> Ledger::reappearances(const std::string& policy) const {
  Query row(state_->database, latest_sql);
  if (!row.with(policy).next()) return std::nullopt;
  return Reappearances{row.instant(0), row.number(1)};
}

}  // namespace besa::ledger
