#include "source/text_encoding.hpp"

#include <algorithm>

#include "besa/base/character_set.hpp"

namespace besa::source {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
  char32_t character = 0;
  std::size_t length = 0;  ///< 0 at the end
};

std::uint8_t unsigned_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

bool continues(std::string_view bytes, std::size_t at) {
  return at < bytes.size() && (unsigned_at(bytes, at) & 0xC0U) == 0x80U;
}

Decoded decode_utf8(std::string_view bytes, std::size_t at) {
  if (at >= bytes.size()) return {};
  const std::uint8_t first = unsigned_at(bytes, at);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first > 0xF4) return {replacement, 1};
  char32_t character = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(bytes, at + i)) return {replacement, 1};
    character = (character << 6) | (unsigned_at(bytes, at + i) & 0x3FU);
  }
  return {character, length};
}

char32_t unit(std::string_view bytes, std::size_t at, TextEncoding encoding) {
  const char32_t first = unsigned_at(bytes, at);
  const char32_t second = unsigned_at(bytes, at + 1);
  return encoding == TextEncoding::utf16be ? (first << 8) | second : (second << 8) | first;
}

Decoded decode_utf16(std::string_view bytes, std::size_t at, TextEncoding encoding) {
  if (at + 2 > bytes.size()) return {};
  const char32_t high = unit(bytes, at, encoding);
  if (high < 0xD800 || high > 0xDFFF) return {high, 2};
  if (high > 0xDBFF || at + 4 > bytes.size()) return {replacement, 2};
  const char32_t low = unit(bytes, at + 2, encoding);
  if (low < 0xDC00 || low > 0xDFFF) return {replacement, 2};
  return {0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), 4};
}

void append_unit(std::string& out, char32_t unit, TextEncoding encoding) {
  const char high = static_cast<char>((unit >> 8) & 0xFFU);
  const char low = static_cast<char>(unit & 0xFFU);
  out += encoding == TextEncoding::utf16be ? high : low;
  out += encoding == TextEncoding::utf16be ? low : high;
}

void append_utf16(std::string& out, char32_t character, TextEncoding encoding) {
  if (character < 0x10000) return append_unit(out, character, encoding);
  append_unit(out, 0xD800 + ((character - 0x10000) >> 10), encoding);
  append_unit(out, 0xDC00 + ((character - 0x10000) & 0x3FFU), encoding);
}

}  // namespace

std::string encoded(std::string_view utf8, TextEncoding encoding) {
  if (encoding == TextEncoding::utf8) return std::string(utf8);
  std::string out;
  out.reserve(utf8.size() * 2);
  for (std::size_t at = 0; at < utf8.size();) {
    const Decoded next = decode_utf8(utf8, at);
    append_utf16(out, next.character, encoding);
    at += next.length;
  }
  return out;
}

std::size_t append_character(std::string& utf8, std::string_view bytes, std::size_t at,
                             TextEncoding encoding) {
  const Decoded next = decode_utf16(bytes, at, encoding);
  append_utf8(utf8, next.character);
  return next.length;
}

std::string to_utf8(std::string_view bytes, TextEncoding encoding) {
  if (encoding == TextEncoding::utf8) return std::string(bytes);
  std::string out;
  for (std::size_t at = 0; at + 2 <= bytes.size();)
    at += append_character(out, bytes, at, encoding);
  return out;
}

char32_t character_before(std::string_view bytes, std::size_t at, TextEncoding encoding) {
  if (encoding != TextEncoding::utf8) {
    if (at < 2) return 0;
    const Decoded pair = at >= 4 ? decode_utf16(bytes, at - 4, encoding) : Decoded{};
    return pair.length == 4 ? pair.character : decode_utf16(bytes, at - 2, encoding).character;
  }
  if (at == 0) return 0;
  std::size_t start = at - 1;
  while (start > 0 && at - start < 4 && continues(bytes, start)) --start;
  const Decoded whole = decode_utf8(bytes, start);
  return start + whole.length == at ? whole.character : replacement;
}

char32_t character_after(std::string_view bytes, std::size_t at, TextEncoding encoding) {
  return encoding == TextEncoding::utf8 ? decode_utf8(bytes, at).character
                                        : decode_utf16(bytes, at, encoding).character;
}

}  // namespace besa::source
