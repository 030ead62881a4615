// The body of a manifest, line by line: written and read by hand, as a hundred million of them
// pass.
#include <algorithm>
#include <charconv>
#include <cstring>

#include "besa/base/bytes.hpp"
#include "besa/model/manifest.hpp"

namespace besa::model {

namespace {

bool needs_escape(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (auto next = text.begin(); next != text.end();) {
    const auto special = std::find_if(next, text.end(), needs_escape);
    out.append(next, special);
    if (special == text.end()) break;
    const auto byte = static_cast<unsigned char>(*special);
    if (byte >= 0x20) {
      out += '\\';
      out += *special;
    } else {
      out += "\\u00";
      out += hex_digits[byte >> 4U];
      out += hex_digits[byte & 15U];
    }
    next = special + 1;
  }
  out += '"';
}

void append_number(std::string& out, std::uint32_t number) {
  std::array<char, 10> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_hex(std::string& out, const Digest& digest) {
  for (const std::uint8_t byte : digest.bytes) {
    out += hex_digits[byte >> 4U];
    out += hex_digits[byte & 15U];
  }
}

/// Writes to the end of a text, where room for all of it was made at once.
class Pen {
 public:
  Pen(std::string& out, std::size_t room) : out_(out) {
    const std::size_t begin = out.size();
    out.resize(begin + room);
    at_ = out.data() + begin;
  }
  Pen(const Pen&) = delete;
  Pen& operator=(const Pen&) = delete;
  ~Pen() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }

  template <std::size_t size>
  void put(const char (&text)[size]) {
    std::memcpy(at_, text, size - 1);
    at_ += size - 1;
  }
  void put(const std::string& text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(std::int64_t number) { at_ = std::to_chars(at_, at_ + 20, number).ptr; }
  void put(Date date) {
    put(std::int64_t{date.year()});
    two_digits(date.month());
    two_digits(date.day());
  }
  /// At most six bytes for each of the text's, and two.
  void quote(std::string_view text) {
    *at_++ = '"';
    for (const char c : text) needs_escape(c) ? escape(static_cast<unsigned char>(c)) : put(c);
    *at_++ = '"';
  }

 private:
  void put(char c) { *at_++ = c; }
  void two_digits(unsigned number) {
    put('-');
    put(static_cast<char>('0' + number / 10));
    put(static_cast<char>('0' + number % 10));
  }
  void escape(unsigned char byte) {
    put('\\');
    if (byte >= 0x20) return put(static_cast<char>(byte));
    put("u00");
    put(hex_digits[byte >> 4U]);
    put(hex_digits[byte & 15U]);
  }
  std::string& out_;
  char* at_ = nullptr;
};

void append_date(std::string& out, std::string_view field, Date date) {
  out += field;
  out += date.str();
  out += '"';
}

void append_list(std::string& out, std::string_view field, const std::vector<std::string>& names) {
  if (names.empty()) return;
  out += field;
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += i == 0 ? '[' : ',';
    append_string(out, names[i]);
  }
  out += ']';
}

}  // namespace

void append_line(std::string& out, const SubjectLine& line) {
  out += "{\"number\":";
  append_number(out, line.number);
  out += ",\"subject\":";
  append_string(out, line.subject);
  out += ",\"root\":";
  append_string(out, line.root);
  out += ",\"key\":";
  out += line.key;
  out += ",\"rule\":";
  append_string(out, line.rule);
  out += ",\"event\":";
  append_string(out, line.event);
  append_date(out, ",\"start\":\"", line.start);
  append_date(out, ",\"due_since\":\"", line.due_since);
  append_date(out, ",\"not_before\":\"", line.not_before);
  out += ",\"facts\":\"";
  append_hex(out, line.facts);
  out += "\",\"records\":[";
  for (const Digest& records : line.records) {
    if (&records != &line.records.front()) out += ',';
    out += '"';
    append_hex(out, records);
    out += '"';
  }
  out += "]}\n";
}

void append_line(std::string& out, const RecordLine& line) {
  constexpr std::size_t fixed = 192;
  {
    Pen pen(out, fixed + line.key.size() + 6 * line.rule.size());
    pen.put("{\"dataset\":");
    pen.put(std::int64_t{line.dataset});
    pen.put(",\"table\":");
    pen.put(std::int64_t{line.table});
    pen.put(",\"key\":");
    pen.put(line.key);
    pen.put(",\"subject\":");
    pen.put(std::int64_t{line.subject});
    if (line.deed == Deed::erase)
      pen.put(",\"deed\":\"erase\"");
    else
      pen.put(",\"deed\":\"mask\"");
    if (!line.rule.empty()) {
      pen.put(",\"rule\":");
      pen.quote(line.rule);
    }
    if (line.due_since) {
      pen.put(",\"due_since\":\"");
      pen.put(*line.due_since);
      pen.put("\"");
    }
  }
  append_list(out, ",\"clear\":", line.clear);
  append_list(out, ",\"cut\":", line.cut);
  if (!line.ground.empty()) {
    out += ",\"ground\":";
    append_string(out, line.ground);
  }
  out += "}\n";
}

}  // namespace besa::model
