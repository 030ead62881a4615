// Many values sought at once in bytes, whatever the bytes are: nothing here knows a file format.
//
// Each place that is looked at costs one eight-byte load, one multiplication and one look into a
// bitmap that fits the cache, without a branch; only what passes is compared exactly. Where all
// values are longer than eight bytes, not every place need be looked at. Nothing found means
// nothing there: the filter has no false negatives, and values are compared byte for byte before
// they are reported.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/text_encoding.hpp"

namespace besa::source {

/// Values shorter than this are everywhere by chance and cannot be sought.
constexpr std::size_t shortest_sought = 8;

/// A set of 64-bit words that is asked at many places of a text. The word 0 is never a member.
class WordSet {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  WordSet() : WordSet(std::vector<std::uint64_t>{}) {}
  explicit WordSet(const std::vector<std::uint64_t>& words);

  /// Calls `passed(at)` for those of the places 0, stride, 2 stride … below `end` whose word
  /// (`word_of(at)`) may be in the set: for all that are, and one in a hundred that are not.
  template <class WordOf, class Passed>
  void filter(std::size_t end, std::size_t stride, WordOf&& word_of, Passed&& passed) const {
    // Which places pass is chance: they are noted without a branch, which would be mispredicted.
    constexpr std::size_t together = 512;
    std::array<std::uint32_t, together> some{};
    for (std::size_t begin = 0; begin < end; begin += together * stride) {
      const std::size_t count = std::min(together, (end - begin + stride - 1) / stride);
      std::size_t found = 0;
      for (std::size_t i = 0; i < count; ++i) {
        some[found] = static_cast<std::uint32_t>(i);
        found += may_contain(word_of(begin + i * stride));
      }
      for (std::size_t i = 0; i < found; ++i)
        if (const std::size_t at = begin + some[i] * stride; looked_closer(word_of(at))) passed(at);
    }
  }
  /// The word's place, below `places()`, or none.
  [[nodiscard]] std::uint32_t find(std::uint64_t word) const;
  [[nodiscard]] std::uint32_t places() const { return static_cast<std::uint32_t>(slots_.size()); }
  [[nodiscard]] std::uint64_t word(std::uint32_t place) const { return slots_[place]; }
  [[nodiscard]] std::vector<std::uint32_t> members() const;  ///< places that hold a word
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  static constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U;
  [[nodiscard]] std::size_t may_contain(std::uint64_t word) const {
    const std::uint64_t hash = word * multiplier;
    return bitmap_.data()[hash >> bitmap_shift_] >> (hash >> 26 & 63) & 1U;
  }
  [[nodiscard]] bool looked_closer(std::uint64_t word) const {
    const std::uint64_t hash = word * multiplier;
    return (bitmap_.data()[hash >> bitmap_shift_] >> (hash >> 20 & 63) & 1U) != 0;
  }
  void insert(std::uint64_t word);
  [[nodiscard]] std::size_t slot(std::uint64_t word) const;
  std::vector<std::uint64_t> bitmap_;
  std::vector<std::uint64_t> slots_;
  unsigned bitmap_shift_ = 63, slot_shift_ = 63;
  std::size_t count_ = 0;
};

/// The eight bytes at `at` as one word.
[[nodiscard]] inline std::uint64_t word_at(std::string_view bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

/// Finds whole values. Each is known by its rarest windows of eight bytes among all values, so that
/// a common beginning ("+355 69…") or end ("…@gmail.com") costs nothing: by one window where every
/// place of a text is looked at, by two that follow one another where it is every second, and so
/// on.
class ByteSearch {
 public:
  struct Match {
    std::size_t at = 0;
    std::size_t length = 0;
    std::uint32_t value = 0;  ///< index into the values given
    TextEncoding encoding = TextEncoding::utf8;
  };

  /// Forms shorter than `shortest_sought` in an encoding are not sought in it.
  ByteSearch(std::span<const std::string> values, std::span<const TextEncoding> encodings);

  /// Appends every occurrence in `bytes`, overlapping ones too, in order of the rarest bytes.
  void find(std::string_view bytes, std::vector<Match>& matches) const;
  [[nodiscard]] std::size_t longest() const { return longest_; }

 private:
  struct Pattern {
    std::uint64_t offset = 0;  ///< in arena_
    std::uint32_t length = 0;
    std::uint32_t anchor = 0;  ///< where the first of its windows begins
    std::uint32_t value = 0;
    TextEncoding encoding = TextEncoding::utf8;
  };
  /// One window of one pattern.
  struct Anchor {
    std::uint32_t pattern = 0;
    std::uint32_t at = 0;  ///< where it begins
  };
  void add(std::string_view form, std::uint32_t value, TextEncoding encoding);
  void choose_windows();
  void choose_anchors();
  void group_by_anchor();
  [[nodiscard]] std::string_view form(const Pattern& pattern) const;
  /// The window at `at`, as the word it is known by.
  [[nodiscard]] std::uint64_t window(const Pattern& pattern, std::size_t at) const;
  [[nodiscard]] std::uint64_t window(std::string_view bytes, std::size_t at) const;
  [[nodiscard]] std::size_t longest_run(const Pattern& pattern) const;
  void verify(std::string_view bytes, std::size_t at, std::vector<Match>& matches) const;

  std::string arena_;
  std::vector<Pattern> patterns_;
  std::size_t width_ = shortest_sought;  ///< of a window, in bytes
  std::size_t stride_ = 1;               ///< of the places looked at
  std::vector<Anchor> anchors_;          ///< sorted by the place of their word
  std::vector<std::uint32_t> first_;     ///< place of a word -> its first anchor
  WordSet words_;
  std::size_t longest_ = 0;
};

/// Finds windows: every run of eight characters (eight bytes, sixteen in UTF-16) of some values.
/// Sixteen bytes are known by a 64-bit fingerprint; a chance of 1e-12 of one false window suffices
/// for what it decides (whether to clean once more).
class WindowSearch {
 public:
  WindowSearch(std::span<const std::string> values, TextEncoding encoding);
  /// The same kind of window, but only these (places of another search).
  WindowSearch(const WindowSearch& other, std::span<const std::uint32_t> places);

  /// Calls `found(at, place)` for each place of `bytes` where a window begins.
  template <class Found>
  void find(std::string_view bytes, Found&& found) const {
    if (bytes.size() < width_ || words_.empty()) return;
    const auto check = [&](std::size_t at) {
      const std::uint32_t place = words_.find(fingerprint(bytes, at));
      if (place != WordSet::none) found(at, place);
    };
    const std::size_t count = bytes.size() - width_ + 1;
    if (width_ == shortest_sought)
      words_.filter(
          count, 1, [&](std::size_t at) { return word_at(bytes, at); }, check);
    else
      words_.filter(
          count, 1, [&](std::size_t at) { return fingerprint(bytes, at); }, check);
  }
  [[nodiscard]] std::uint32_t places() const { return words_.places(); }
  [[nodiscard]] std::vector<std::uint32_t> members() const { return words_.members(); }
  [[nodiscard]] std::size_t width() const { return width_; }

 private:
  [[nodiscard]] std::uint64_t fingerprint(std::string_view bytes, std::size_t at) const {
    const std::uint64_t first = word_at(bytes, at);
    if (width_ == shortest_sought) return first;
    const std::uint64_t second = word_at(bytes, at + 8) * 0xD6E8FEB86659FD93U;
    return first ^ ((second << 31) | (second >> 33));
  }
  std::size_t width_;
  WordSet words_;
};

}  // namespace besa::source
