// A hash for tables in memory, and bytes read as words, without a call or a branch for each.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace besa {

/// Eight bytes as a number whose lowest byte is the first.
[[nodiscard]] inline std::uint64_t word_at(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

/// The same of `size` bytes, at most eight, as if zeros followed; reads no byte beyond them. (A
/// copy of so many bytes into a word would be read before it is all written, and wait.)
[[nodiscard]] inline std::uint64_t word_of(const char* bytes, std::size_t size) noexcept {
  const auto at = [bytes](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(bytes[i])};
  };
  const auto half = [&at](std::size_t i) {
    return at(i) | at(i + 1) << 8 | at(i + 2) << 16 | at(i + 3) << 24;
  };
  if (size == 8) return word_at(bytes);
  if (size >= 4) return half(0) | half(size - 4) << (size - 4) * 8;
  if (size == 0) return 0;
  return at(0) | at(size / 2) << size / 2 * 8 | at(size - 1) << (size - 1) * 8;
}

/// The first eight bytes as a number that sorts as they do; what is shorter is followed by zeros.
[[nodiscard]] inline std::uint64_t sorting_word(std::string_view text) noexcept {
  return __builtin_bswap64(text.size() >= 8 ? word_at(text.data())
                                            : word_of(text.data(), text.size()));
}

/// A 64-bit hash that spreads short keys with common prefixes (128-bit multiply mix), for tables in
/// memory only: never stored, never a promise. Words are added while more than eight bytes are left
/// of `size`; the rest, as `word_of` has it, ends it.
class MixHash {
 public:
  explicit MixHash(std::size_t size) noexcept : hash_(mark_e ^ size) {}
  void add(std::uint64_t word) noexcept { hash_ = fold_product(hash_ ^ word, mark_pi); }
  [[nodiscard]] std::uint64_t end(std::uint64_t rest) const noexcept {
    return fold_product(hash_ ^ rest ^ mark_pi, mark_e) ^ hash_;
  }
  [[nodiscard]] static std::uint64_t of(std::uint64_t number) noexcept {
    return fold_product(number ^ mark_pi, mark_e);
  }

 private:
  __extension__ using Wide = unsigned __int128;
  static std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) noexcept {
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }
  // Odd numbers with about half of their bits set: the fractional digits of pi and of e.
  static constexpr std::uint64_t mark_pi = 0x243f6a8885a308d3ULL;
  static constexpr std::uint64_t mark_e = 0xb7e151628aed2a6bULL;
  std::uint64_t hash_;
};

[[nodiscard]] inline std::uint64_t mix_hash(std::string_view text) noexcept {
  MixHash hash(text.size());
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left > 8; left -= 8, at += 8) hash.add(word_at(at));
  return hash.end(text.size() < 8 ? word_of(at, left) : word_at(at + left - 8) >> (8 - left) * 8);
}
[[nodiscard]] inline std::uint64_t mix_hash(std::uint64_t number) noexcept {
  return MixHash::of(number);
}

}  // namespace besa
