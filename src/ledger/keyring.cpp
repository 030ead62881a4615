#include "besa/ledger/keyring.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/json.hpp"
#include "besa/base/text.hpp"
#include "besa/model/note.hpp"

namespace besa::ledger {

namespace {

constexpr const char* key_format = "besa-key/1";
constexpr std::size_t salt_size = 16;
constexpr std::size_t shortest_passphrase = 8;
constexpr std::size_t largest_file = 16 * 1024;

/// Binds the sealed seed to the name and the public key beside it.
std::string sealing_context(const std::string& name, const PublicKey& key) {
  return std::string(key_format) + " " + name + " " + key.base64();
}

void require_key_name(const std::string& name) {
  if (is_safe_file_name(name + ".key") && model::is_key_name(name)) return;
  throw Error(ErrorKind::failed, "a key cannot have this name",
              "use letters, digits, '.', '_' and '-', up to 96 of them");
}

struct KeyFile {
  std::string name;
  PublicKey key;
  Bytes salt, sealed;
};

[[noreturn]] void refuse_file(const Path& file, const std::string& why) {
  throw Error(ErrorKind::failed, file.string() + ": " + why, "use the file as besa wrote it");
}

void require_format(const Json& json, const Path& file) {
  const auto format = json.is_object() ? json.find("format") : json.end();
  if (format == json.end() || !format->is_string()) refuse_file(file, "is no key file");
  if (*format == key_format) return;
  if (format->get<std::string>().starts_with("besa-key/")) {
    throw Error(ErrorKind::failed,
                file.string() + ": its format " + format->get<std::string>() + " is newer than " +
                    key_format + ", the newest this besa reads",
                "use the besa that wrote it, or a newer one");
  }
  refuse_file(file, "is no key file");
}

Bytes base64_field(ObjectReader& reader, const char* name) {
  return from_base64(reader.text(name)).value_or(Bytes{});
}

KeyFile read_key_file(const Path& file) {
  Json json;
  try {
    json = parse_json(read_file(file, largest_file));
  } catch (Error& error) {
    throw error.within(file.string());
  }
  require_format(json, file);
  std::vector<Fault> faults;
  ObjectReader reader(json, "", faults);
  static_cast<void>(reader.text("format"));
  KeyFile read;
  read.name = reader.text("name");
  const auto key = PublicKey::parse(reader.text("public_key"));
  read.salt = base64_field(reader, "salt");
  read.sealed = base64_field(reader, "sealed");
  reader.done();
  if (!faults.empty() || !key || read.salt.size() != salt_size) refuse_file(file, "is damaged");
  read.key = *key;
  return read;
}

std::string statement(const char* format, const std::string& origin, const std::string& name,
                      const PublicKey& key, const Json& more) {
  Json json{{"format", format}, {"origin", origin}, {"name", name}, {"public_key", key.base64()}};
  json.update(more);
  return to_line(json) + "\n";
}

}  // namespace

NamedKey create_key_file(const Path& folder, const std::string& name, std::string_view passphrase) {
  require_key_name(name);
  if (passphrase.size() < shortest_passphrase) {
    throw Error(ErrorKind::refused, "the passphrase is too short",
                "an approver's key needs one of at least 8 characters");
  }
  const SigningKey key = SigningKey::generate();
  Bytes salt(salt_size);
  fill_random(salt);
  const Bytes sealed = seal(key_from_passphrase(passphrase, salt), key.seed(),
                            sealing_context(name, key.public_key()));
  create_file(folder / (name + ".key"), to_pretty({{"format", key_format},
                                                   {"name", name},
                                                   {"public_key", key.public_key().base64()},
                                                   {"salt", to_base64(salt)},
                                                   {"sealed", to_base64(sealed)}}));
  return {name, key.public_key()};
}

PersonalKey load_key_file(const Path& file, std::string_view passphrase) {
  require_private(file);
  const KeyFile stored = read_key_file(file);
  const auto seed = unseal(key_from_passphrase(passphrase, stored.salt), stored.sealed,
                           sealing_context(stored.name, stored.key));
  if (!seed) {
    throw Error(ErrorKind::refused, file.string() + ": the passphrase does not open it",
                "type it again; if it is right, the file is damaged");
  }
  SigningKey key = SigningKey::from_seed(seed->view());
  if (key.public_key() != stored.key) refuse_file(file, "holds two different keys");
  return {stored.name, std::move(key)};
}

std::string public_key_text(const NamedKey& key) {
  return std::string(key_format) + " " + key.name + " " + key.key.base64() + "\n";
}

NamedKey parse_public_key(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto parts = split(text, ' ');
  const auto key = parts.size() == 3 ? PublicKey::parse(parts[2]) : std::nullopt;
  if (!key || parts[0] != key_format || !model::is_key_name(parts[1])) {
    throw Error(ErrorKind::failed, "is no public key of besa",
                "a public key is one line: besa-key/1, a name, and 44 characters");
  }
  return {parts[1], *key};
}

std::string enrolment_statement(const std::string& origin, const std::string& name,
                                const PublicKey& key, bool approver) {
  return statement("besa-enrolment/1", origin, name, key, {{"approver", approver}});
}

std::string retirement_statement(const std::string& origin, const std::string& name,
                                 const PublicKey& key) {
  return statement("besa-retirement/1", origin, name, key, Json::object());
}

}  // namespace besa::ledger
