// C2SP signed notes, checkpoints and tlog-proofs: text an auditor verifies with other people's
// tools.
//
// A note is text ending in a newline, a blank line, then signature lines
//   — <name> <base64(key id ‖ signature)>
// where key id is the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/crypto.hpp"
#include "besa/base/digest.hpp"

namespace besa::model {

/// A verifier key: `name+hex(key id)+base64(0x01 ‖ public key)`.
struct VerifierKey {
  std::string name;
  PublicKey key;
  [[nodiscard]] std::string str() const;
  [[nodiscard]] static std::optional<VerifierKey> parse(std::string_view text);
};

/// A note signing key as note tools keep it: `PRIVATE+KEY+name+hex(key id)+base64(0x01 ‖ seed)`.
struct SignerKey {
  std::string name;
  SigningKey key;
  [[nodiscard]] VerifierKey verifier() const { return {name, key.public_key()}; }
  [[nodiscard]] std::string str() const;
  [[nodiscard]] static std::optional<SignerKey> parse(std::string_view text);
};

/// Not empty, valid UTF-8, and without spaces, control characters and '+'.
[[nodiscard]] bool is_key_name(std::string_view name);

/// Error(failed) for what no note may hold: no newline at the end, control characters, bad UTF-8.
[[nodiscard]] std::string sign_note(std::string_view text, const std::string& name,
                                    const SigningKey& key);
/// The text of a note that carries a valid signature by `key`; nullopt otherwise, also where one of
/// several signatures that name the key is wrong. Signatures by other keys are ignored.
[[nodiscard]] std::optional<std::string> open_note(std::string_view note, const VerifierKey& key);

/// C2SP tlog-checkpoint: three lines, no extensions.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Digest root;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<Checkpoint> parse(std::string_view text);
};

/// C2SP tlog-proof: one entry's inclusion in a signed checkpoint, in one file.
struct TlogProof {
  std::uint64_t index = 0;
  std::vector<Digest> hashes;
  std::string checkpoint;  ///< the signed note
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<TlogProof> parse(std::string_view text);
  /// True if `leaf` is entry `index` of the tree whose checkpoint `key` signed.
  [[nodiscard]] bool verify(std::string_view leaf, const VerifierKey& key) const;
};

}  // namespace besa::model
