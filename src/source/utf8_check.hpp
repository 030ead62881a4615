// Valid UTF-8, character by character (Unicode 15, table 3-7: no overlong forms, no surrogates).
#pragma once

#include <cstddef>
#include <string_view>

namespace besa::source {

/// What some programs write before a text of UTF-8 (the byte order mark).
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// How many bytes the character at the beginning of `text` (not empty) has; 0 where there is none.
[[nodiscard]] inline std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool fits = first == 0xE0 ? second >= 0xA0 : first != 0xED || second <= 0x9F;
    return fits && continues(1) && continues(2) ? 3 : 0;
  }
  if (first < 0xF0 || first > 0xF4) return 0;
  const bool fits = first == 0xF0 ? second >= 0x90 : first != 0xF4 || second <= 0x8F;
  return fits && continues(1) && continues(2) && continues(3) ? 4 : 0;
}

/// A character may begin here whose rest is still to come.
[[nodiscard]] inline bool may_be_cut(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  return first >= 0xC2 && first <= 0xF4 && text.size() < wanted;
}

}  // namespace besa::source
