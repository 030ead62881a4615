// One value of a JSON line: from its bytes to a value and back.
//
// Strings are text. Whole numbers are integers; other numbers doubles; but a number that neither
// holds as it is written (beyond 64 bits, more than 17 digits, beyond what doubles reach) is the
// text of its digits, never another number. true and false are 1 and 0. null is NULL.
#pragma once

#include <string>
#include <string_view>

#include "besa/source/value.hpp"

namespace besa::source {

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_json_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Appends what the bytes between two quotes stand for. False where an escape is none, or half of a
/// surrogate pair (J7).
[[nodiscard]] bool append_unescaped(std::string& out, std::string_view between_quotes);

/// True for true, false, null and numbers as JSON has them (J5).
[[nodiscard]] bool is_plain_scalar(std::string_view token);

/// The value of a whole scalar that is valid; what is not in the bytes as such is put into
/// `scratch`.
[[nodiscard]] ValueView read_scalar(std::string_view token, std::string& scratch);

/// Appends a value without the white space between its parts.
void append_compact(std::string& out, std::string_view value);

/// Appends a string of JSON, quotes and all.
void append_json_text(std::string& out, std::string_view text);

/// The bytes that read back as this value. Error(refused) for what JSON cannot say: text that is no
/// UTF-8, a number that is none (J15).
[[nodiscard]] std::string write_json(const ValueView& value);

}  // namespace besa::source
