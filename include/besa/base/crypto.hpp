// Signatures (Ed25519) and sealed files (XChaCha20-Poly1305, argon2id for passphrases), by
// libsodium.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "besa/base/bytes.hpp"

namespace besa {

struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
  /// First 16 hex digits of SHA-256 of the key: how people name it.
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] std::string base64() const;
  [[nodiscard]] static std::optional<PublicKey> parse(std::string_view base64);
};

struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  friend bool operator==(const Signature&, const Signature&) = default;
  [[nodiscard]] std::string base64() const;
  [[nodiscard]] static std::optional<Signature> parse(std::string_view base64);
};

[[nodiscard]] bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// A signing key: a 32-byte seed in locked memory.
class SigningKey {
 public:
  [[nodiscard]] static SigningKey generate();
  [[nodiscard]] static SigningKey from_seed(ByteView seed32);
  [[nodiscard]] Signature sign(ByteView message) const;
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] ByteView seed() const { return seed_.view(); }

 private:
  explicit SigningKey(Secret seed);
  Secret seed_;
  PublicKey public_key_;
};

/// Authenticated encryption with a random 24-byte nonce in front. `context` is bound, not stored.
[[nodiscard]] Bytes seal(const Secret& key32, ByteView plain, std::string_view context);
/// nullopt where key, context or bytes do not belong together.
[[nodiscard]] std::optional<Secret> unseal(const Secret& key32, ByteView sealed,
                                           std::string_view context);
/// argon2id (interactive limits) over a passphrase; salt is 16 bytes.
[[nodiscard]] Secret key_from_passphrase(std::string_view passphrase, ByteView salt16);

}  // namespace besa
