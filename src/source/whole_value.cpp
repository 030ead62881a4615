#include "source/whole_value.hpp"

namespace besa::source {
namespace {

using Match = ByteSearch::Match;

bool is_part_of_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool punctuation = c < 0xC0 || (c >= 0x2000 && c <= 0x206F) ||
                           (c >= 0x3000 && c <= 0x303F) || c == 0xFEFF || c == 0xFFFD;
  return !punctuation;
}

/// What joins the parts of an address: ana@example.com is no part of x.ana@example.com's owner.
bool joins_address(char32_t c) {
  return c == '.' || c == '_' || c == '-' || c == '+' || c == '%';
}

/// How wide the character c is in a file of this encoding.
std::size_t width_of(char32_t c, TextEncoding encoding) {
  if (encoding != TextEncoding::utf8) return c < 0x10000 ? 2 : 4;
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

bool continues_before(std::string_view cell, const Match& match, bool address) {
  const char32_t before = character_before(cell, match.at, match.encoding);
  if (before == 0) return false;
  if (is_part_of_word(before))
    return is_part_of_word(character_after(cell, match.at, match.encoding));
  if (!address || !joins_address(before)) return false;
  const std::size_t outer = match.at - width_of(before, match.encoding);
  return is_part_of_word(character_before(cell, outer, match.encoding));
}

bool continues_after(std::string_view cell, const Match& match, bool address) {
  const std::size_t end = match.at + match.length;
  const char32_t after = character_after(cell, end, match.encoding);
  if (after == 0) return false;
  if (is_part_of_word(after)) return is_part_of_word(character_before(cell, end, match.encoding));
  if (!address || !joins_address(after)) return false;
  const std::size_t outer = end + width_of(after, match.encoding);
  return is_part_of_word(character_after(cell, outer, match.encoding));
}

}  // namespace

bool stands_alone(std::string_view cell, const Match& match, std::string_view value) {
  const bool address = value.find('@') != std::string_view::npos;
  return !continues_before(cell, match, address) && !continues_after(cell, match, address);
}

}  // namespace besa::source
