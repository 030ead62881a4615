#include "besa/base/digest.hpp"

#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "besa/base/error.hpp"

namespace besa {

std::string Digest::hex() const {
  return to_hex(bytes);
}

std::optional<Digest> Digest::parse(std::string_view hex64) {
  const auto read = from_hex(hex64);
  if (!read || read->size() != 32) return std::nullopt;
  Digest digest;
  std::ranges::copy(*read, digest.bytes.begin());
  return digest;
}

namespace {

void require(bool done) {
  if (!done) {
    throw Error(ErrorKind::failed, "the cryptographic library cannot compute SHA-256",
                "check the OpenSSL configuration of this machine");
  }
}

}  // namespace

// The running hashes are plain values here: no allocation, no dispatch for each of the short
// messages a log is made of, and a third of the time of OpenSSL's EVP contexts. OpenSSL keeps these
// functions but advises the EVP ones for new code, hence the pragma.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

struct Sha256::State {
  SHA256_CTX context{};
  State() { begin(); }
  void begin() { require(SHA256_Init(&context) == 1); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(ByteView bytes) {
  require(SHA256_Update(&state_->context, bytes.data(), bytes.size()) == 1);
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  require(SHA256_Final(digest.bytes.data(), &state_->context) == 1);
  state_->begin();
  return digest;
}

Digest sha256(ByteView bytes) {
  thread_local Sha256 context;
  return context.update(bytes).finish();
}

Digest sha256(std::string_view text) {
  return sha256(as_bytes(text));
}

/// The states after the two padded key blocks, copied for each message: safe from any thread.
struct KeyedDigest::State {
  SHA256_CTX inner{};
  SHA256_CTX outer{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { sodium_memzero(this, sizeof *this); }
};

namespace {

constexpr std::size_t block_size = 64;

SHA256_CTX after_block(std::array<std::uint8_t, block_size> key, std::uint8_t pad) {
  for (auto& byte : key) byte ^= pad;
  SHA256_CTX context;
  require(SHA256_Init(&context) == 1 && SHA256_Update(&context, key.data(), key.size()) == 1);
  sodium_memzero(key.data(), key.size());
  return context;
}

}  // namespace

KeyedDigest::KeyedDigest(ByteView key) : state_(std::make_unique<State>()) {
  std::array<std::uint8_t, block_size> block{};
  if (key.size() > block_size) {
    std::ranges::copy(sha256(key).bytes, block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  state_->inner = after_block(block, 0x36);
  state_->outer = after_block(block, 0x5c);
  sodium_memzero(block.data(), block.size());
}

KeyedDigest::~KeyedDigest() = default;
KeyedDigest::KeyedDigest(KeyedDigest&&) noexcept = default;

Digest KeyedDigest::of(std::string_view tag, std::string_view text) const {
  Digest digest;
  SHA256_CTX context = state_->inner;
  if (!tag.empty()) {
    SHA256_Update(&context, tag.data(), tag.size());
    SHA256_Update(&context, "", 1);
  }
  SHA256_Update(&context, text.data(), text.size());
  SHA256_Final(digest.bytes.data(), &context);
  context = state_->outer;
  SHA256_Update(&context, digest.bytes.data(), digest.bytes.size());
  SHA256_Final(digest.bytes.data(), &context);
  sodium_memzero(&context, sizeof context);
  return digest;
}

#pragma GCC diagnostic pop

}  // namespace besa
