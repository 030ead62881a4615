#include "besa/base/text.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "besa/base/bytes.hpp"

namespace besa {

Character next_character(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, text.substr(0, 1)};
  const Character invalid{std::nullopt, text.substr(0, 1)};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return invalid;
  char32_t code = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return invalid;
    code = code << 6U | (byte(i) & 0x3fU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least[size] || code > 0x10ffff || surrogate) return invalid;
  return {code, text.substr(0, size)};
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = next_character(text);
    if (!character.code) return false;
    text.remove_prefix(character.bytes.size());
  }
  return true;
}

namespace {

void append_hex(std::string& out, std::string_view mark, char32_t value, int digits) {
  out += '\\';
  out += mark;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += hex_digits[value >> static_cast<unsigned>(shift) & 0xfU];
  }
}

/// Controls, line and paragraph separators, and all that has no width or turns the direction.
bool deceives_a_terminal(char32_t code) {
  const auto point = static_cast<UChar32>(code);
  switch (u_charType(point)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return true;
    default:
      return u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
  }
}

void append_for_terminal(std::string& out, const Character& character) {
  if (!character.code) {
    append_hex(out, "x", static_cast<unsigned char>(character.bytes[0]), 2);
  } else if (const char32_t code = *character.code; !deceives_a_terminal(code)) {
    out += character.bytes;
  } else if (code == '\n' || code == '\t' || code == '\r') {
    out += code == '\n' ? "\\n" : code == '\t' ? "\\t" : "\\r";
  } else if (code < 0x80) {
    append_hex(out, "x", code, 2);
  } else {
    append_hex(out, code > 0xffff ? "U" : "u", code, code > 0xffff ? 8 : 4);
  }
}

}  // namespace

std::string for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto character = next_character(text);
    append_for_terminal(out, character);
    text.remove_prefix(character.bytes.size());
  }
  return out;
}

std::string for_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

namespace {

/// What a spreadsheet skips before it looks for a formula.
bool is_skipped(char32_t code) {
  const auto point = static_cast<UChar32>(code);
  return code != '\t' && code != '\r' && code != '\n' &&
         (u_isUWhiteSpace(point) != 0 || u_charType(point) == U_FORMAT_CHAR);
}

/// Would a spreadsheet take this for a formula? `=`, `+`, `-`, `@`, also full-width, tab, carriage
/// return, newline or a zero byte as the first that is not blank.
bool begins_formula(std::string_view text) {
  constexpr std::u32string_view starts{U"=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20", 12};
  while (!text.empty()) {
    const auto character = next_character(text);
    if (!character.code) return false;
    if (starts.find(*character.code) != std::u32string_view::npos) return true;
    if (!is_skipped(*character.code)) return false;
    text.remove_prefix(character.bytes.size());
  }
  return false;
}

}  // namespace

std::string for_csv_cell(std::string_view text) {
  const bool formula = begins_formula(text);
  const bool spaces = text.starts_with(' ') || text.ends_with(' ');
  const bool special =
      text.find_first_of(std::string_view(",;\"\r\n\t\0", 7)) != std::string_view::npos;
  if (!formula && !spaces && !special) return std::string(text);
  std::string cell = formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  cell += '"';
  return cell;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t end = text.find(separator); end != std::string_view::npos;
       end = text.find(separator)) {
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.emplace_back(text);
  return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const auto& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t left = text.size(); left > 3; left -= 3) text.insert(left - 3, 1, ' ');
  return text;
}

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
  return grouped(number) + ' ' + std::string(number == 1 ? singular : plural);
}

namespace {

constexpr std::string_view ellipsis = "\xe2\x80\xa6";

/// The first character and what stands for the rest; alone it would be the value, so it goes too.
std::string first_letter(std::string_view text) {
  const auto character = next_character(text);
  const bool alone = character.bytes.size() == text.size();
  return (alone ? "" : for_terminal(character.bytes)) + std::string(ellipsis);
}

std::size_t length(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(next_character(text).bytes.size());
  return count;
}

}  // namespace

std::string masked(std::string_view value) {
  if (value.empty()) return {};
  const auto at = value.find('@');
  const bool email = at != std::string_view::npos && at > 0 && at + 1 < value.size();
  if (email) return first_letter(value.substr(0, at)) + '@' + first_letter(value.substr(at + 1));
  return first_letter(value) + " (" + std::to_string(length(value)) + ')';
}

}  // namespace besa
