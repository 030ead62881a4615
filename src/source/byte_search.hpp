// Many values sought at once in bytes, whatever the bytes are: nothing here knows a file format.
//
// Each place that is looked at costs one eight-byte load, one multiplication and one look into a
// bitmap that fits the cache (word_filter.hpp); only what passes is compared exactly. Where all
// values are longer than eight bytes, not every place need be looked at. Nothing found means
// nothing there: the filter has no false negatives, and values are compared byte for byte before
// they are reported.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/text_encoding.hpp"
#include "source/word_filter.hpp"

namespace besa::source {

/// Values shorter than this are everywhere by chance and cannot be sought.
constexpr std::size_t shortest_sought = 8;

/// A set of 64-bit words that is asked at many places of a text. The word 0 is never a member.
class WordSet {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  WordSet() : WordSet(std::vector<std::uint64_t>{}) {}
  explicit WordSet(const std::vector<std::uint64_t>& words);

  /// Calls `found(at, place)` for those of the places 0, stride, 2 stride … of `bytes` at which a
  /// member begins: as the eight bytes there, shifted left by `shift` bits.
  template <class Found>
  void find_in(std::string_view bytes, std::size_t stride, unsigned shift, Found&& found) const {
    constexpr std::size_t together = 512;
    if (bytes.size() < sizeof(std::uint64_t)) return;
    std::array<std::uint32_t, together> some{};
    const auto word = [&](std::size_t at) { return word_at(bytes.data() + at) << shift; };
    const std::size_t end = bytes.size() - sizeof(std::uint64_t) + 1;
    for (std::size_t begin = 0; begin < end; begin += together * stride) {
      const std::size_t count = std::min(together, (end - begin + stride - 1) / stride);
      const std::size_t passed =
          filter_.places(bytes.data() + begin, count, stride, shift, some.data());
      // The memory that tells more of each is asked for before any is waited for.
      for (std::size_t i = 0; i < passed; ++i)
        __builtin_prefetch(slots_.data() + slot(word(begin + some[i] * stride)));
      for (std::size_t i = 0; i < passed; ++i) {
        const std::size_t at = begin + some[i] * stride;
        if (const std::uint32_t place = find(word(at)); place != none) found(at, place);
      }
    }
  }
  /// The word's place, below `places()`, or none.
  [[nodiscard]] std::uint32_t find(std::uint64_t word) const {
    if (word == 0) return none;
    const std::uint64_t* const slots = slots_.data();
    for (std::size_t place = slot(word); slots[place] != 0; place = behind(place))
      if (slots[place] == word) return static_cast<std::uint32_t>(place);
    return none;
  }
  [[nodiscard]] bool may_contain(std::uint64_t word) const { return filter_.may_contain(word); }
  [[nodiscard]] std::uint32_t places() const { return static_cast<std::uint32_t>(slots_.size()); }
  [[nodiscard]] std::uint64_t word(std::uint32_t place) const { return slots_[place]; }
  [[nodiscard]] std::vector<std::uint32_t> members() const;  ///< places that hold a word
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  static constexpr std::uint64_t multiplier = 0xD6E8FEB86659FD93U;
  [[nodiscard]] std::size_t slot(std::uint64_t word) const {
    return (((word ^ word >> 29) * multiplier) >> 32U) * slots_.size() >> 32U;
  }
  [[nodiscard]] std::size_t behind(std::size_t place) const {
    return place + 1 == slots_.size() ? 0 : place + 1;
  }
  void insert(std::uint64_t word);
  WordFilter filter_;
  std::vector<std::uint64_t> slots_;  ///< fewer than 2^32
  std::size_t count_ = 0;
};

/// Finds whole values. Each is known by its rarest windows of eight bytes among all values, so that
/// a common beginning ("+355 69…") or end ("…@gmail.com") costs nothing: by one window where every
/// place of a text is looked at, by two that follow one another where it is every second, and so
/// on. The short ones, which ask for more places, are looked for apart from the others. A value of
/// nothing but NUL is not sought: it would be in every empty page.
class ByteSearch {
 public:
  struct Match {
    std::size_t at = 0;
    std::size_t length = 0;
    std::uint32_t value = 0;  ///< index into the values given
    TextEncoding encoding = TextEncoding::utf8;
  };

  ByteSearch() = default;  ///< seeks nothing
  /// Values that are shorter than `shortest_sought` in this encoding are not sought.
  ByteSearch(std::span<const std::string> values, TextEncoding encoding);

  /// Appends every occurrence in `bytes`, overlapping ones too, in order of the rarest bytes (of
  /// the longer values first).
  void find(std::string_view bytes, std::vector<Match>& matches) const;
  [[nodiscard]] std::size_t longest() const { return longest_; }

 private:
  struct Pattern {
    std::uint64_t offset = 0;  ///< in arena_
    std::uint32_t length = 0;
    std::uint32_t anchor = 0;  ///< where the first of its windows begins
    std::uint32_t value = 0;
  };
  /// One window of one pattern.
  struct Anchor {
    std::uint32_t pattern = 0;
    std::uint32_t at = 0;  ///< where it begins
  };
  /// Patterns that are looked for together.
  struct Group {
    std::vector<Pattern> patterns = {};
    std::size_t width = shortest_sought;    ///< of a window, in bytes
    std::size_t stride = 1;                 ///< of the places looked at
    std::vector<Anchor> anchors = {};       ///< sorted by the place of their word
    std::vector<std::uint32_t> first = {};  ///< place of a word -> its first anchor
    WordSet words = {};
  };
  /// A place of a text where a window of some pattern is.
  struct Hit {
    std::size_t at = 0;
    std::uint32_t place = 0;
  };
  void add(std::string_view form, std::uint32_t value);
  void choose_windows(Group& group) const;
  void choose_anchors(Group& group) const;
  void group_by_anchor(Group& group) const;
  [[nodiscard]] std::string_view form(const Pattern& pattern) const;
  [[nodiscard]] std::size_t longest_run(const Pattern& pattern, std::size_t width) const;
  void find(const Group& group, std::string_view bytes, std::vector<Match>& matches) const;
  void verify(const Group& group, std::string_view bytes, std::span<const Hit> hits,
              std::vector<Match>& matches) const;

  TextEncoding encoding_ = TextEncoding::utf8;
  std::string arena_;
  std::array<Group, 2> groups_;  ///< the longer, the shorter
  std::size_t longest_ = 0;
};

/// Finds windows: every run of eight characters (eight bytes, sixteen in UTF-16) of some values.
/// Sixteen bytes are known by a 64-bit fingerprint; a chance of 1e-12 of one false window suffices
/// for what it decides (whether to clean once more).
class WindowSearch {
 public:
  WindowSearch() = default;  ///< seeks nothing
  WindowSearch(std::span<const std::string> values, TextEncoding encoding);
  /// The same kind of window, but only these (places of another search).
  WindowSearch(const WindowSearch& other, std::span<const std::uint32_t> places);

  /// Calls `found(at, place)` for each place of `bytes` where a window begins.
  template <class Found>
  void find(std::string_view bytes, Found&& found) const {
    if (bytes.size() < width_ || words_.empty()) return;
    if (width_ == shortest_sought) return words_.find_in(bytes, 1, 0, found);
    for (std::size_t at = 0; at + width_ <= bytes.size(); ++at) {
      const std::uint64_t word = fingerprint(bytes, at);
      if (!words_.may_contain(word)) continue;
      if (const std::uint32_t place = words_.find(word); place != WordSet::none) found(at, place);
    }
  }
  [[nodiscard]] std::uint32_t places() const { return words_.places(); }
  [[nodiscard]] std::vector<std::uint32_t> members() const { return words_.members(); }
  [[nodiscard]] std::size_t width() const { return width_; }

 private:
  [[nodiscard]] std::uint64_t fingerprint(std::string_view bytes, std::size_t at) const {
    const std::uint64_t first = word_at(bytes.data() + at);
    if (width_ == shortest_sought) return first;
    const std::uint64_t second = word_at(bytes.data() + at + 8) * 0xD6E8FEB86659FD93U;
    return first ^ ((second << 31) | (second >> 33));
  }
  std::size_t width_ = shortest_sought;
  WordSet words_;
};

}  // namespace besa::source
