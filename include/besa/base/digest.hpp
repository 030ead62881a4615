// SHA-256 and keyed digests (HMAC-SHA-256), as OpenSSL computes them with the CPU's instructions.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "besa/base/bytes.hpp"

namespace besa {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Digest&, const Digest&) = default;
  [[nodiscard]] std::string hex() const;
  [[nodiscard]] static std::optional<Digest> parse(std::string_view hex64);
  [[nodiscard]] ByteView view() const { return bytes; }
};

/// SHA-256 with a reused context: update any number of times, finish once, then it is fresh again.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256& update(ByteView bytes);
  Sha256& update(std::string_view text) { return update(as_bytes(text)); }
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Digest sha256(ByteView bytes);
[[nodiscard]] Digest sha256(std::string_view text);

/// HMAC-SHA-256 (RFC 2104) under one key, many messages. `tag` separates uses of one key: the
/// message is tag, a zero byte, then the text. An empty tag means the bare message (for vectors).
class KeyedDigest {
 public:
  explicit KeyedDigest(ByteView key);
  ~KeyedDigest();
  KeyedDigest(KeyedDigest&&) noexcept;
  [[nodiscard]] Digest of(std::string_view tag, std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace besa
