// Writing JSON: strict about what JSON cannot say.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "besa/base/json.hpp"

namespace besa {
namespace {

bool all_numbers_finite(const Json& json) {
  if (json.is_number_float()) {
    return std::isfinite(json.get<double>());
  }
  return !json.is_structured() || std::all_of(json.begin(), json.end(), all_numbers_finite);
}

/// True for text that stands in JSON as it is.
bool needs_no_escape(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) {
    return byte >= ' ' && byte < '\x7f' && byte != '"' && byte != '\\';
  });
}

template <class Number>
void append_number(std::string& text, Number number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

void append_string(std::string& text, const std::string& string) {
  if (needs_no_escape(string)) {
    text.append(1, '"').append(string).append(1, '"');
  } else {
    text += Json(string).dump(-1, ' ', false, Json::error_handler_t::strict);
  }
}

/// On one line, the bytes that the library's dump() gives: most of what besa writes are short plain
/// strings and integers, for which the library's way costs more than the rest of a log entry.
void append_written(std::string& text, const Json& json) {
  char before = json.is_object() ? '{' : '[';
  switch (json.type()) {
    case Json::value_t::object:
      for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
        text += std::exchange(before, ',');
        append_string(text, name);
        text += ':';
        append_written(text, value);
      }
      text += json.empty() ? "{}" : "}";
      break;
    case Json::value_t::array:
      for (const Json& value : json) {
        text += std::exchange(before, ',');
        append_written(text, value);
      }
      text += json.empty() ? "[]" : "]";
      break;
    case Json::value_t::string:
      append_string(text, json.get_ref<const std::string&>());
      break;
    case Json::value_t::number_unsigned:
      append_number(text, json.get<std::uint64_t>());
      break;
    case Json::value_t::number_integer:
      append_number(text, json.get<std::int64_t>());
      break;
    default:
      text += json.dump(-1, ' ', false, Json::error_handler_t::strict);
  }
}

std::string written(const Json& json, int indent) {
  if (!all_numbers_finite(json)) {
    throw Error(ErrorKind::failed, "a number that is not finite cannot be written as JSON");
  }
  try {
    if (indent >= 0) return json.dump(indent, ' ', false, Json::error_handler_t::strict);
    std::string text;
    append_written(text, json);
    return text;
  } catch (const Json::type_error&) {
    throw Error(ErrorKind::failed, "text that is not valid UTF-8 cannot be written as JSON");
  }
}

}  // namespace

std::string to_line(const Json& json) {
  return written(json, -1);
}

std::string to_pretty(const Json& json) {
  return written(json, 2) + "\n";
}

}  // namespace besa
