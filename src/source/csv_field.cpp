#include "source/csv_field.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"

namespace besa::source {
namespace {

/// What lies between the quotes, doubled ones once.
std::string_view unquoted(std::string_view bytes, char quote, std::string& scratch) {
  bytes = bytes.substr(1, bytes.size() - 2);
  if (bytes.find(quote) == std::string_view::npos) return bytes;
  scratch.clear();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    scratch += bytes[i];
    if (bytes[i] == quote) ++i;
  }
  return scratch;
}

[[noreturn]] void dialect_cannot_say(const std::string& why) {
  throw Error(ErrorKind::refused, "a value cannot be written in this file's dialect: " + why,
              "mask the column with another value, or declare another dialect");
}

std::string encoded(const ValueView& value, CharacterSet set) {
  const std::string text = Value(value).text();
  if (text.find('\0') != std::string::npos) dialect_cannot_say("it has a NUL byte");
  if (!is_valid_utf8(text)) dialect_cannot_say("it is no text");
  auto bytes = from_utf8(text, set);
  if (!bytes) dialect_cannot_say(name_of(set) + " lacks one of its characters");
  return *bytes;
}

std::string in_quotes(std::string_view bytes, char quote) {
  std::string out(1, quote);
  for (const char c : bytes) out.append(c == quote ? 2 : 1, c);
  return out += quote;
}

}  // namespace

bool is_ascii(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return (c & 0x80) == 0; });
}

std::optional<ValueView> read_field(std::string_view bytes, const CsvDialect& dialect,
                                    std::string& scratch) {
  if (dialect.quote != '\0' && !bytes.empty() && bytes.front() == dialect.quote)
    bytes = unquoted(bytes, dialect.quote, scratch);
  else if (bytes == dialect.null_text)
    return ValueView();
  if (!is_single_byte(dialect.encoding) || is_ascii(bytes)) return ValueView::of(bytes);
  auto text = to_utf8(bytes, dialect.encoding);
  if (!text) return std::nullopt;
  scratch = std::move(*text);
  return ValueView::of(std::string_view(scratch));
}

std::string write_field(const ValueView& value, const CsvDialect& dialect, bool alone) {
  if (value.is_null()) {
    if (alone && dialect.null_text.empty())
      dialect_cannot_say("NULL in the only column would be a blank line");
    return dialect.null_text;
  }
  std::string bytes = encoded(value, dialect.encoding);
  const bool has_marks = bytes.find_first_of("\r\n") != std::string::npos ||
                         bytes.find(dialect.delimiter) != std::string::npos ||
                         (dialect.quote != '\0' && bytes.find(dialect.quote) != std::string::npos);
  if (!has_marks && bytes != dialect.null_text && !(alone && bytes.empty())) return bytes;
  if (dialect.quote != '\0') return in_quotes(bytes, dialect.quote);
  dialect_cannot_say(has_marks ? "it holds a delimiter or a line end, and there are no quotes"
                               : "it would read as no value, and there are no quotes");
}

}  // namespace besa::source
