// Runs of bytes compared where they are many and short: without a call for each.
#pragma once

#include <cstdint>
#include <cstring>

namespace besa::source {

[[nodiscard]] inline std::uint64_t eight_bytes(const char* from) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

[[nodiscard]] inline std::uint32_t four_bytes(const char* from) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

/// Equality of two runs of one size.
[[nodiscard]] inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  if (size < 4) return std::memcmp(a, b, size) == 0;
  if (size < 8)
    return four_bytes(a) == four_bytes(b) && four_bytes(a + size - 4) == four_bytes(b + size - 4);
  for (std::size_t at = 8; at + 8 < size; at += 8)
    if (eight_bytes(a + at) != eight_bytes(b + at)) return false;
  return eight_bytes(a) == eight_bytes(b) && eight_bytes(a + size - 8) == eight_bytes(b + size - 8);
}

}  // namespace besa::source
