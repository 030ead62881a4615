// Bytes as text: hexadecimal, base64, and secrets that wipe themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace besa {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] ByteView as_bytes(std::string_view text);
[[nodiscard]] std::string_view as_text(ByteView bytes);
constexpr std::string_view hex_digits = "0123456789abcdef";
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
[[nodiscard]] std::string to_base64(ByteView bytes);  ///< RFC 4648 §4, padded
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

/// Bytes that are locked in memory where the system allows it and wiped when they go.
class Secret {
 public:
  explicit Secret(std::size_t size);
  explicit Secret(ByteView bytes);
  Secret(const Secret&);
  Secret(Secret&&) noexcept;
  Secret& operator=(Secret) noexcept;
  ~Secret();
  [[nodiscard]] static Secret random(std::size_t size);
  [[nodiscard]] ByteView view() const { return {data_, size_}; }
  [[nodiscard]] std::span<std::uint8_t> writable() { return {data_, size_}; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

void fill_random(std::span<std::uint8_t> out);

}  // namespace besa
