// The keys of people: files that hold a signing key under a passphrase, public keys as one line,
// and the statements that enrol and retire them.
//
// A key file, `<name>.key`, 0600, made once and never overwritten:
//   { "format": "besa-key/1", "name": "blerta", "public_key": "…base64…",
//     "salt": "…16 bytes, base64…", "sealed": "…base64…" }
// `sealed` is the 32-byte seed under XChaCha20-Poly1305 with the argon2id key of passphrase and
// salt.
#pragma once

#include <string>
#include <string_view>

#include "besa/base/crypto.hpp"
#include "besa/base/file.hpp"

namespace besa::ledger {

/// A person's key, opened.
struct PersonalKey {
  std::string name;
  SigningKey key;
};

struct NamedKey {
  std::string name;
  PublicKey key;
};

/// Makes a key and writes `<folder>/<name>.key`. Error: failed (the file is there already, or the
/// name is no file name), refused (a passphrase of fewer than 8 bytes).
NamedKey create_key_file(const Path& folder, const std::string& name, std::string_view passphrase);
/// Error: refused (wrong passphrase, or a file open to others), failed (damaged, newer format).
[[nodiscard]] PersonalKey load_key_file(const Path& file, std::string_view passphrase);

/// `besa-key/1 <name> <base64>` and a newline: what a person hands to an approver.
[[nodiscard]] std::string public_key_text(const NamedKey& key);
/// Error(failed) for anything else; the newline may be missing.
[[nodiscard]] NamedKey parse_public_key(std::string_view text);

/// What an approver signs so that `name` is enrolled in the ledger `origin`.
[[nodiscard]] std::string enrolment_statement(const std::string& origin, const std::string& name,
                                              const PublicKey& key, bool approver);
/// What an approver, or the person, signs so that the key is retired.
[[nodiscard]] std::string retirement_statement(const std::string& origin, const std::string& name,
                                               const PublicKey& key);

}  // namespace besa::ledger
