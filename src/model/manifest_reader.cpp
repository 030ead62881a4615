// The body of a manifest, read by hand: exactly what manifest_body.cpp writes.
#include <algorithm>
#include <charconv>

#include "besa/base/bytes.hpp"
#include "besa/base/error.hpp"
#include "besa/model/manifest.hpp"

namespace besa::model {

namespace {

bool ends_plain_text(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

[[noreturn]] void refuse_line() {
  throw Error(ErrorKind::failed, "is not a line of a manifest's body",
              "the body is damaged or was edited: draft the manifest again");
}

/// Reads exactly what `append_line` writes; anything else is an Error.
class Cursor {
 public:
  explicit Cursor(std::string_view line) : rest_(line) {}

  [[nodiscard]] bool take(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }
  void expect(std::string_view literal) {
    if (!take(literal)) refuse_line();
  }
  void expect_end() const {
    if (!rest_.empty()) refuse_line();
  }

  std::uint32_t number() {
    std::uint32_t value = 0;
    const char* const begin = rest_.data();
    const auto [end, fault] = std::from_chars(begin, begin + rest_.size(), value);
    const auto digits = static_cast<std::size_t>(end - begin);
    if (fault != std::errc{} || (digits > 1 && *begin == '0')) refuse_line();
    rest_.remove_prefix(digits);
    return value;
  }

  std::string string() {
    expect("\"");
    std::string text;
    while (true) {
      const auto special = std::find_if(rest_.begin(), rest_.end(), ends_plain_text);
      if (special == rest_.end()) refuse_line();
      const auto plain = static_cast<std::size_t>(special - rest_.begin());
      text.append(rest_.substr(0, plain));
      rest_.remove_prefix(plain);
      if (take("\"")) return text;
      text += escaped();
    }
  }

  Date date() {
    const auto date = Date::parse(until_quote());
    if (!date) refuse_line();
    return *date;
  }

  Digest digest() {
    const std::string_view hex = until_quote();
    const auto digest = Digest::parse(hex);
    if (!digest || hex.find_first_of("ABCDEF") != std::string_view::npos) refuse_line();
    return *digest;
  }

  std::vector<std::string> names() {
    std::vector<std::string> names;
    expect("[");
    do names.push_back(string());
    while (take(","));
    expect("]");
    return names;
  }

  /// A JSON array, as it stands.
  std::string array() {
    const std::string_view before = rest_;
    if (!before.starts_with('[')) refuse_line();
    skip_value(0);
    return std::string(before.substr(0, before.size() - rest_.size()));
  }

 private:
  std::string_view until_quote() {
    const auto end = rest_.find('"');
    if (end == std::string_view::npos) refuse_line();
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  /// The character behind a backslash: only the forms that `append_string` writes.
  char escaped() {
    if (take("\\\"")) return '"';
    if (take("\\\\")) return '\\';
    expect("\\u00");
    const auto high = rest_.empty() ? std::string_view::npos : hex_digits.find(rest_[0]);
    const auto low = rest_.size() < 2 ? std::string_view::npos : hex_digits.find(rest_[1]);
    if (high > 1 || low == std::string_view::npos) refuse_line();
    rest_.remove_prefix(2);
    return static_cast<char>(high * 16 + low);
  }

  void skip_value(int depth) {
    constexpr int deepest = 8;
    if (depth > deepest || rest_.empty()) refuse_line();
    if (rest_[0] == '"') {
      skip_string();
    } else if (rest_[0] == '[') {
      skip_list("[", "]", depth, false);
    } else if (rest_[0] == '{') {
      skip_list("{", "}", depth, true);
    } else if (!take("null") && !take("true") && !take("false")) {
      skip_number();
    }
  }

  void skip_list(std::string_view open, std::string_view close, int depth, bool named) {
    expect(open);
    if (take(close)) return;
    do {
      if (named) {
        skip_string();
        expect(":");
      }
      skip_value(depth + 1);
    } while (take(","));
    expect(close);
  }

  void skip_string() {
    expect("\"");
    std::size_t at = 0;
    while (at < rest_.size() && rest_[at] != '"') {
      if (static_cast<unsigned char>(rest_[at]) < 0x20) refuse_line();
      at += rest_[at] == '\\' ? 2U : 1U;
    }
    if (at >= rest_.size()) refuse_line();
    rest_.remove_prefix(at + 1);
  }

  void skip_number() {
    const auto end = rest_.find_first_not_of("+-.0123456789eE");
    const auto size = end == std::string_view::npos ? rest_.size() : end;
    if (size == 0) refuse_line();
    rest_.remove_prefix(size);
  }

  std::string_view rest_;
};

SubjectLine read_subject(Cursor& cursor) {
  SubjectLine line;
  line.number = cursor.number();
  if (line.number == 0) refuse_line();
  cursor.expect(",\"subject\":");
  line.subject = cursor.string();
  cursor.expect(",\"root\":");
  line.root = cursor.string();
  cursor.expect(",\"key\":");
  line.key = cursor.array();
  cursor.expect(",\"rule\":");
  line.rule = cursor.string();
  cursor.expect(",\"event\":");
  line.event = cursor.string();
  cursor.expect(",\"start\":\"");
  line.start = cursor.date();
  cursor.expect(",\"due_since\":\"");
  line.due_since = cursor.date();
  cursor.expect(",\"not_before\":\"");
  line.not_before = cursor.date();
  cursor.expect(",\"facts\":\"");
  line.facts = cursor.digest();
  cursor.expect(",\"records\":[");
  do {
    cursor.expect("\"");
    line.records.push_back(cursor.digest());
  } while (cursor.take(","));
  cursor.expect("]");
  return line;
}

Deed read_deed(Cursor& cursor) {
  if (cursor.take("\"erase\"")) return Deed::erase;
  cursor.expect("\"mask\"");
  return Deed::mask;
}

RecordLine read_record(Cursor& cursor) {
  RecordLine line;
  line.dataset = cursor.number();
  cursor.expect(",\"table\":");
  line.table = cursor.number();
  cursor.expect(",\"key\":");
  line.key = cursor.array();
  cursor.expect(",\"subject\":");
  line.subject = cursor.number();
  cursor.expect(",\"deed\":");
  line.deed = read_deed(cursor);
  if (cursor.take(",\"rule\":")) line.rule = cursor.string();
  if (cursor.take(",\"due_since\":\"")) line.due_since = cursor.date();
  if (cursor.take(",\"clear\":")) line.clear = cursor.names();
  if (cursor.take(",\"cut\":")) line.cut = cursor.names();
  if (cursor.take(",\"ground\":")) line.ground = cursor.string();
  return line;
}

}  // namespace

BodyLine parse_body_line(std::string_view text) {
  Cursor cursor(text);
  BodyLine line;
  if (cursor.take("{\"number\":")) {
    line.subject = read_subject(cursor);
  } else {
    cursor.expect("{\"dataset\":");
    line.record = read_record(cursor);
  }
  cursor.expect("}");
  static_cast<void>(cursor.take("\n"));
  cursor.expect_end();
  return line;
}

}  // namespace besa::model
