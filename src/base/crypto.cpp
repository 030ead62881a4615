#include "besa/base/crypto.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/sodium.hpp"
#include "besa/base/digest.hpp"
#include "besa/base/error.hpp"

namespace besa {

namespace {

constexpr std::size_t seed_size = crypto_sign_SEEDBYTES;
constexpr std::size_t seal_key_size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t mac_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t salt_size = crypto_pwhash_argon2id_SALTBYTES;

/// The wrong size is a damaged file or key, never a value to work with.
void need_size(std::string_view what, std::size_t size, std::size_t expected) {
  if (size == expected) return;
  throw Error(ErrorKind::failed,
              std::string(what) + " has " + std::to_string(size) + " bytes instead of " +
                  std::to_string(expected),
              "the file it was read from is damaged or is not a key");
}

template <class Value>
std::optional<Value> parse_base64(std::string_view text) {
  const auto read = from_base64(text);
  Value value;
  if (!read || read->size() != value.bytes.size()) return std::nullopt;
  std::ranges::copy(*read, value.bytes.begin());
  return value;
}

/// libsodium's form of a signing key, the seed and then the public key, in locked memory.
Secret expanded(ByteView seed, PublicKey& public_key) {
  Secret key(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(public_key.bytes.data(), key.writable().data(), seed.data());
  return key;
}

}  // namespace

std::string PublicKey::fingerprint() const {
  return sha256(ByteView{bytes}).hex().substr(0, 16);
}
std::string PublicKey::base64() const {
  return to_base64(bytes);
}
std::optional<PublicKey> PublicKey::parse(std::string_view base64) {
  return parse_base64<PublicKey>(base64);
}

std::string Signature::base64() const {
  return to_base64(bytes);
}
std::optional<Signature> Signature::parse(std::string_view base64) {
  return parse_base64<Signature>(base64);
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  need_sodium();
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     key.bytes.data()) == 0;
}

SigningKey::SigningKey(Secret seed) : seed_(std::move(seed)) {
  need_size("the seed of a signing key", seed_.view().size(), seed_size);
  static_cast<void>(expanded(seed_.view(), public_key_));
}

SigningKey SigningKey::generate() {
  return SigningKey(Secret::random(seed_size));
}
SigningKey SigningKey::from_seed(ByteView seed32) {
  return SigningKey(Secret(seed32));
}

Signature SigningKey::sign(ByteView message) const {
  PublicKey public_key;
  const Secret key = expanded(seed_.view(), public_key);
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                       key.view().data());
  return signature;
}

Bytes seal(const Secret& key32, ByteView plain, std::string_view context) {
  need_size("a sealing key", key32.view().size(), seal_key_size);
  Bytes sealed(nonce_size + plain.size() + mac_size);
  fill_random(std::span(sealed).first(nonce_size));
  const ByteView bound = as_bytes(context);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + nonce_size, nullptr, plain.data(),
                                             plain.size(), bound.data(), bound.size(), nullptr,
                                             sealed.data(), key32.view().data());
  return sealed;
}

std::optional<Secret> unseal(const Secret& key32, ByteView sealed, std::string_view context) {
  need_size("a sealing key", key32.view().size(), seal_key_size);
  if (sealed.size() < nonce_size + mac_size) return std::nullopt;
  const ByteView nonce = sealed.first(nonce_size);
  const ByteView body = sealed.subspan(nonce_size);
  const ByteView bound = as_bytes(context);
  Secret plain(body.size() - mac_size);
  const int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plain.writable().data(), nullptr, nullptr, body.data(), body.size(), bound.data(),
      bound.size(), nonce.data(), key32.view().data());
  if (result != 0) return std::nullopt;
  return plain;
}

Secret key_from_passphrase(std::string_view passphrase, ByteView salt16) {
  need_size("a passphrase's salt", salt16.size(), salt_size);
  Secret key(seal_key_size);
  const int result = crypto_pwhash_argon2id(
      key.writable().data(), key.view().size(), passphrase.data(), passphrase.size(), salt16.data(),
      crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE, crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE,
      crypto_pwhash_argon2id_ALG_ARGON2ID13);
  if (result != 0) {
    throw Error(ErrorKind::failed, "not enough memory to derive a key from a passphrase",
                "64 MiB of free memory are needed");
  }
  return key;
}

}  // namespace besa
