// Who may approve: keys enrolled and retired by entries that an approver signed.
#include <algorithm>
#include <array>

#include "besa/ledger/keyring.hpp"
#include "ledger/fold.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* any_sql = "SELECT 1 FROM keys";
constexpr const char* by_key_sql = "SELECT 1 FROM keys WHERE public_key = ?";
constexpr const char* by_name_sql =
    "SELECT name, public_key, approver, enrolled_at, retired_at FROM keys "
    "WHERE name = ? AND retired_at IS NULL";
constexpr const char* all_keys_sql =
    "SELECT name, public_key, approver, enrolled_at, retired_at FROM keys "
    "ORDER BY enrolled_at, name";
constexpr const char* other_approvers_sql =
    "SELECT 1 FROM keys WHERE approver AND retired_at IS NULL AND name <> ?";
constexpr const char* insert_key_sql =
    "INSERT INTO keys (public_key, name, approver, enrolled_at, enrolled_by) VALUES (?, ?, ?, ?, "
    "?)";
constexpr const char* retire_sql =
    "UPDATE keys SET retired_at = ? WHERE name = ? AND retired_at IS NULL";

EnrolledKey read_enrolled(const Query& row) {
  const auto key = PublicKey::parse(row.bytes(1));
  if (!key) throw Error(ErrorKind::finding, "the ledger's table keys holds what is no key");
  return {row.text(0), *key, row.flag(2), row.instant(3), row.optional_instant(4)};
}

std::optional<EnrolledKey> find_key(const Database& database, const std::string& name) {
  Query query(database, by_name_sql);
  if (!query.with(name).next()) return std::nullopt;
  return read_enrolled(query);
}

void require_signature(const std::string& name, const PublicKey& key, const std::string& signature,
                       const std::string& statement) {
  const auto parsed = Signature::parse(signature);
  if (!parsed || !verify(key, as_bytes(statement), *parsed)) {
    refuse("the signature is not " + name + "'s over exactly this",
           "sign it again with " + name + "'s key");
  }
}

PublicKey key_field(const Record& entry) {
  const auto key = PublicKey::parse(entry.text("public_key"));
  if (!key) refuse("what is to be enrolled is no public key");
  return *key;
}

void check_first(const Record& entry, const std::string& statement) {
  if (entry.by() != entry.text("name") || !entry.flag("approver")) {
    refuse("the first key of a ledger is an approver's, signed by itself",
           "enrol your own key first, as an approver");
  }
  require_signature(entry.by(), key_field(entry), entry.text("signature"), statement);
}

void check_enrolment(const Database& database, const Record& entry) {
  const std::string name = entry.text("name");
  if (!model::is_key_name(name)) {
    refuse("a key's name is one word, without spaces and '+'");
  }
  const PublicKey key = key_field(entry);
  const std::string statement =
      enrolment_statement(origin_of(database), name, key, entry.flag("approver"));
  if (!Query(database, any_sql).next()) return check_first(entry, statement);
  if (Query(database, by_key_sql).with(key.base64()).next()) {
    refuse("this key was enrolled before", "make a new one with 'besa key create'");
  }
  if (find_key(database, name)) {
    refuse(name + " has a key already", "retire it with 'besa key retire " + name + "'");
  }
  const auto signer = find_key(database, entry.by());
  require_signed_by_approver(database, entry.by(), signer ? signer->key.base64() : "",
                             entry.text("signature"), statement);
}

void apply_enrolment(const Database& database, const Record& entry) {
  Query(database, insert_key_sql)
      .with(entry.text("public_key"), entry.text("name"), entry.flag("approver"), entry.at,
            entry.by())
      .run();
}

void check_retirement(const Database& database, const Record& entry) {
  const std::string name = entry.text("name");
  const auto key = find_key(database, name);
  if (!key) refuse("no key in use is enrolled as " + name, "see 'besa key list'");
  if (key->key.base64() != entry.text("public_key")) refuse("that is not the key of " + name);
  if (key->approver && !Query(database, other_approvers_sql).with(name).next()) {
    refuse(name + " is the last approver: nobody could enrol another",
           "enrol another approver first");
  }
  const auto statement = retirement_statement(origin_of(database), name, key->key);
  if (entry.by() == name) {
    return require_signature(name, key->key, entry.text("signature"), statement);
  }
  const auto signer = find_key(database, entry.by());
  require_signed_by_approver(database, entry.by(), signer ? signer->key.base64() : "",
                             entry.text("signature"), statement);
}

void apply_retirement(const Database& database, const Record& entry) {
  Query(database, retire_sql).with(entry.at, entry.text("name")).run();
}

}  // namespace

std::span<const Fold> key_folds() {
  static constexpr std::array folds{Fold{"key.enrolled", check_enrolment, apply_enrolment},
                                    Fold{"key.retired", check_retirement, apply_retirement}};
  return folds;
}

void require_signed_by_approver(const Database& database, const std::string& name,
                                const std::string& public_key, const std::string& signature,
                                const std::string& statement) {
  const auto key = find_key(database, name);
  if (!key) refuse("no key in use is enrolled as " + name, "see 'besa key list'");
  if (!key->approver) {
    refuse(name + " is enrolled, but not as an approver", "see 'besa key list'");
  }
  if (key->key.base64() != public_key) {
    refuse("that is not the key enrolled as " + name, "see 'besa key list'");
  }
  require_signature(name, key->key, signature, statement);
}

void Change::enrol_key(const std::string& name, const PublicKey& key, bool approver,
                       const std::string& by, const std::string& signature_base64) {
  state_->append("key.enrolled", proven(by),
                 {{"name", name},
                  {"public_key", key.base64()},
                  {"approver", approver},
                  {"signature", signature_base64}});
}

void Change::retire_key(const std::string& name, const std::string& by,
                        const std::string& signature_base64) {
  const auto key = find_key(state_->database(), name);
  state_->append("key.retired", proven(by),
                 {{"name", name},
                  {"public_key", key ? key->key.base64() : ""},
                  {"signature", signature_base64}});
}

std::vector<EnrolledKey> Ledger::keys() const {
  std::vector<EnrolledKey> keys;
  for (Query query(state_->database, all_keys_sql); query.next();)
    keys.push_back(read_enrolled(query));
  return keys;
}

std::optional<EnrolledKey> Ledger::key(const std::string& name) const {
  return find_key(state_->database, name);
}

}  // namespace besa::ledger
