// The body of a manifest, line by line: written and read by hand, as a hundred million of them
// pass.
#include <algorithm>
#include <charconv>

#include "besa/model/manifest.hpp"

namespace besa::model {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

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
  out += "{\"dataset\":";
  append_number(out, line.dataset);
  out += ",\"table\":";
  append_number(out, line.table);
  out += ",\"key\":";
  out += line.key;
  out += ",\"subject\":";
  append_number(out, line.subject);
  out += line.deed == Deed::erase ? ",\"deed\":\"erase\"" : ",\"deed\":\"mask\"";
  if (!line.rule.empty()) {
    out += ",\"rule\":";
    append_string(out, line.rule);
  }
  if (line.due_since) append_date(out, ",\"due_since\":\"", *line.due_since);
  append_list(out, ",\"clear\":", line.clear);
  append_list(out, ",\"cut\":", line.cut);
  if (!line.ground.empty()) {
    out += ",\"ground\":";
    append_string(out, line.ground);
  }
  out += "}\n";
}

}  // namespace besa::model
