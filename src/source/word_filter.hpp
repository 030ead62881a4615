// What a set of eight-byte words is asked at every place of a text: whether one may begin there. By
// a bitmap that fits the cache, without a branch, several places at once where the machine can.
#pragma once

#include <cstdint>
#include <vector>

#include "besa/base/mix_hash.hpp"

namespace besa::source {

class WordFilter {
 public:
  /// For a set of so many words.
  explicit WordFilter(std::size_t words);
  void add(std::uint64_t word);
  /// True for every word that was added, and for about one in a hundred others.
  [[nodiscard]] bool may_contain(std::uint64_t word) const {
    const std::uint64_t hash = word * multiplier, bits = bitmap_.data()[hash >> shift_];
    return (bits >> (hash >> first_bit & 63U) & bits >> (hash >> second_bit & 63U) & 1U) != 0;
  }
  /// Of the first `count` of the places 0, stride, 2 stride …, those (as numbers, from 0) at which
  /// a word may begin that was added, in any order; returns how many. The word at a place is that
  /// of the eight bytes there, shifted left by `shift` bits. `places` has room for `count`, and
  /// eight bytes can be read at each place.
  std::size_t places(const char* bytes, std::size_t count, std::size_t stride, unsigned shift,
                     std::uint32_t* places) const;

  /// Of a word's hash: which two bits of its place in the bitmap are its own. The place is told by
  /// the highest bits, which depend on all of the word.
  static constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U;
  static constexpr int first_bit = 26, second_bit = 20;

 private:
  std::vector<std::uint64_t> bitmap_;
  unsigned shift_ = 63;
};

}  // namespace besa::source
