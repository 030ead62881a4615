#include "source/jsonl_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "besa/base/bytes.hpp"
#include "besa/base/character_set.hpp"
#include "besa/base/error.hpp"
#include "besa/base/text.hpp"

namespace besa::source {
namespace {

constexpr std::size_t digits_of_a_double = 17;
constexpr std::string_view short_escapes = "\"\\/bfnrt";
constexpr std::string_view short_meanings = "\"\\/\b\f\n\r\t";

/// The four hexadecimal digits at the beginning.
std::optional<char32_t> read_unit(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t unit = 0;
  const auto read = std::from_chars(text.data(), text.data() + 4, unit, 16);
  if (read.ec != std::errc{} || read.ptr != text.data() + 4) return std::nullopt;
  return unit;
}

/// Reads what follows \u; returns how many bytes that was, 0 where it is no character.
std::size_t append_unicode_escape(std::string& out, std::string_view text) {
  const auto first = read_unit(text);
  if (!first) return 0;
  if (*first < 0xD800 || *first > 0xDFFF) {
    append_utf8(out, *first);
    return 4;
  }
  if (*first > 0xDBFF || !text.substr(4).starts_with("\\u")) return 0;
  const auto second = read_unit(text.substr(6));
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return 0;
  append_utf8(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
  return 10;
}

/// Reads what follows a backslash, likewise.
std::size_t append_escape(std::string& out, std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == 'u') {
    const std::size_t read = append_unicode_escape(out, text.substr(1));
    return read == 0 ? 0 : read + 1;
  }
  const std::size_t known = short_escapes.find(text.front());
  if (known == std::string_view::npos) return 0;
  out += short_meanings[known];
  return 1;
}

std::size_t digits_at(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  return static_cast<std::size_t>(end - text.begin());
}

/// What a number is made of; all empty where it is none.
struct NumberParts {
  std::string_view whole, fraction;
  bool exponent = false;
  [[nodiscard]] bool is_number() const { return !whole.empty(); }
  [[nodiscard]] bool is_whole() const { return fraction.empty() && !exponent; }
};

NumberParts parts_of(std::string_view text) {
  NumberParts parts;
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::string_view whole = text.substr(0, digits_at(text));
  text.remove_prefix(whole.size());
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return {};
  if (text.starts_with('.')) {
    parts.fraction = text.substr(1, digits_at(text.substr(1)));
    if (parts.fraction.empty()) return {};
    text.remove_prefix(1 + parts.fraction.size());
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (text.empty()) return {};
    parts.exponent = true;
    text.remove_prefix(digits_at(text));
    if (!is_digit(*(text.data() - 1))) return {};
  }
  if (!text.empty()) return {};
  parts.whole = whole;
  return parts;
}

ValueView read_number(std::string_view token) {
  const char* const end = token.data() + token.size();
  const NumberParts parts = parts_of(token);
  if (parts.is_whole()) {
    std::int64_t number = 0;
    if (std::from_chars(token.data(), end, number).ec == std::errc{}) return ValueView::of(number);
    return ValueView::of(token);
  }
  ValueView value{Type::real, 0, 0, {}};
  const bool fits = parts.whole.size() + parts.fraction.size() <= digits_of_a_double &&
                    std::from_chars(token.data(), end, value.real).ec == std::errc{} &&
                    std::isfinite(value.real);
  return fits ? value : ValueView::of(token);
}

/// The shortest way that reads back as a real: 5 would be an integer, and a number written without
/// an exponent may have more digits than are kept as a number.
std::string write_real(double real) {
  std::array<char, 32> digits{};
  const auto spelled = [&](auto... format) {
    const auto end = std::to_chars(digits.begin(), digits.end(), real, format...).ptr;
    return std::string(digits.begin(), end);
  };
  const std::string shortest = spelled();
  for (const std::string& text : {shortest, shortest + ".0"})
    if (read_number(text).type == Type::real) return text;
  return spelled(std::chars_format::scientific);
}

[[noreturn]] void json_cannot_say(const std::string& why) {
  throw Error(ErrorKind::refused, "a value cannot be written as JSON: " + why,
              "mask the column with another value");
}

}  // namespace

bool append_unescaped(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    out += text.substr(0, plain);
    if (plain == text.size()) return true;
    text.remove_prefix(plain + 1);
    const std::size_t read = append_escape(out, text);
    if (read == 0) return false;
    text.remove_prefix(read);
  }
}

bool is_plain_scalar(std::string_view token) {
  // Most of them are short whole numbers.
  if (!token.empty() && token.front() >= '1' && token.front() <= '9' &&
      std::ranges::all_of(token, is_digit))
    return true;
  return token == "true" || token == "false" || token == "null" || parts_of(token).is_number();
}

ValueView read_scalar(std::string_view token, std::string& scratch) {
  switch (token.empty() ? 'n' : token.front()) {
    case 'n':
      return {};
    case 't':
      return ValueView::of(std::int64_t{1});
    case 'f':
      return ValueView::of(std::int64_t{0});
    case '"':
      break;
    default:
      return read_number(token);
  }
  token = token.substr(1, token.size() - 2);
  if (token.find('\\') == std::string_view::npos) return ValueView::of(token);
  scratch.clear();
  (void)append_unescaped(scratch, token);
  return ValueView::of(std::string_view(scratch));
}

void append_compact(std::string& out, std::string_view value) {
  bool inside = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (inside && c == '\\' && i + 1 < value.size())
      out += value[i++];
    else if (c == '"')
      inside = !inside;
    else if (!inside && is_json_space(c))
      continue;
    out += value[i];
  }
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const std::size_t known = c == '/' ? std::string_view::npos : short_meanings.find(c);
    if (known != std::string_view::npos)
      out.append({'\\', short_escapes[known]});
    else if (static_cast<unsigned char>(c) < 0x20)
      out.append("\\u00").append(
          {hex_digits[static_cast<unsigned char>(c) >> 4], hex_digits[c & 0xF]});
    else
      out += c;
  }
  out += '"';
}

std::string write_json(const ValueView& value) {
  switch (value.type) {
    case Type::null:
      return "null";
    case Type::integer:
      return std::to_string(value.integer);
    case Type::real:
      if (!std::isfinite(value.real)) json_cannot_say("it is no number");
      return write_real(value.real);
    case Type::text:
    case Type::blob:
      break;
  }
  const std::string text = Value(value).text();
  if (!is_valid_utf8(text)) json_cannot_say("it is no text");
  std::string out;
  append_json_text(out, text);
  return out;
}

}  // namespace besa::source
