#include "workflow/key_text.hpp"

#include <algorithm>
#include <charconv>

#include "besa/base/bytes.hpp"
#include "besa/base/json.hpp"
#include "besa/base/text.hpp"

namespace besa::workflow {
namespace {

bool plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

bool ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

void append_text(std::string& out, std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), [](char c) { return plain(c) && ascii(c); })) {
    // The library escapes it; bytes that are no UTF-8 travel as a blob would.
    out += is_valid_utf8(text) ? Json(std::string(text)).dump()
                               : "{\"text\":\"" + to_hex(as_bytes(text)) + "\"}";
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void append_value(std::string& out, const source::Value& value) {
  switch (value.type) {
    case source::Type::null:
      out += "null";
      break;
    case source::Type::integer:
      out += std::to_string(value.integer);
      break;
    case source::Type::real: {
      char digits[32];
      const auto end = std::to_chars(digits, digits + sizeof digits, value.real).ptr;
      out += "{\"real\":\"" + std::string(digits, end) + "\"}";
      break;
    }
    case source::Type::text:
      append_text(out, value.bytes);
      break;
    case source::Type::blob:
      out += "{\"blob\":\"" + to_hex(as_bytes(value.bytes)) + "\"}";
      break;
  }
}

source::Value value_of(const Json& json) {
  source::Value value;
  if (json.is_null()) return value;
  if (json.is_number_integer()) return source::Value::of(json.get<std::int64_t>());
  if (json.is_string()) return source::Value::of(json.get<std::string>());
  if (json.contains("real")) {
    const auto text = json.at("real").get<std::string>();
    value.type = source::Type::real;
    std::from_chars(text.data(), text.data() + text.size(), value.real);
    return value;
  }
  const bool blob = json.contains("blob");
  const auto bytes = from_hex(json.at(blob ? "blob" : "text").get<std::string>());
  if (!bytes) throw Error(ErrorKind::failed, "a key in a manifest is no key");
  value.type = blob ? source::Type::blob : source::Type::text;
  value.bytes = as_text(*bytes);
  return value;
}

/// Takes one plain number or one text of plain ASCII off the front; false for anything else.
bool take_plain(std::string_view& json, std::string& encoded) {
  if (json.starts_with('"')) {
    const std::size_t end = json.find('"', 1);
    if (end == std::string_view::npos) return false;
    const std::string_view text = json.substr(1, end - 1);
    if (!std::all_of(text.begin(), text.end(), [](char c) { return plain(c) && ascii(c); }))
      return false;
    source::append_key(encoded, source::ValueView::of(text));
    json.remove_prefix(end + 1);
    return true;
  }
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(json.data(), json.data() + json.size(), number);
  const auto size = static_cast<std::size_t>(end - json.data());
  const bool leading_zero = size > 1 && json.substr(json.front() == '-' ? 1 : 0).front() == '0';
  if (fault != std::errc() || leading_zero) return false;
  source::append_key(encoded, source::ValueView::of(number));
  json.remove_prefix(size);
  return true;
}

/// A key as almost all are, without the library's tree: false where it has to look itself.
bool read_plain(std::string_view json, std::string& encoded) {
  if (json.size() < 3 || json.front() != '[' || json.back() != ']') return false;
  json = json.substr(1, json.size() - 2);
  for (;;) {
    if (!take_plain(json, encoded)) return false;
    if (json.empty()) return true;
    if (json.front() != ',') return false;
    json.remove_prefix(1);
  }
}

}  // namespace

void append_key_json(std::string& out, std::string_view encoded) {
  out += '[';
  if (const auto text = source::text_of_key(encoded)) {  // as most are
    append_text(out, *text);
    out += ']';
    return;
  }
  bool first = true;
  for (const source::Value& value : source::decode_key(encoded)) {
    if (!first) out += ',';
    first = false;
    append_value(out, value);
  }
  out += ']';
}

std::string key_json(std::string_view encoded) {
  std::string text;
  append_key_json(text, encoded);
  return text;
}

std::string key_from_json(std::string_view json) {
  std::string encoded;
  if (read_plain(json, encoded)) return encoded;
  encoded.clear();
  try {
    for (const Json& value : parse_json(json)) source::append_key(encoded, value_of(value).view());
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::failed, "a key in a manifest is no key");
  }
  return encoded;
}

}  // namespace besa::workflow
