#include "ledger/entry.hpp"

#include <algorithm>

#include "besa/base/digest.hpp"

namespace besa::ledger {

namespace {

constexpr std::string_view opening = R"({"v":1,"kind":")";
constexpr std::string_view before_time = R"(","at":")";
constexpr std::size_t time_size = 20;
constexpr std::size_t most_bytes = 65'535;

[[noreturn]] void refuse_field(const char* field) {
  throw Error(ErrorKind::failed, std::string("its field ") + field + " is not what besa writes");
}

const Json& field_of(const Json& fields, const char* name) {
  const auto field = fields.find(name);
  if (field == fields.end()) refuse_field(name);
  return *field;
}

template <class Value>
Value require(std::optional<Value> value, const char* field) {
  if (!value) refuse_field(field);
  return *value;
}

}  // namespace

std::string Record::text(const char* field) const {
  const Json& value = field_of(fields, field);
  if (!value.is_string()) refuse_field(field);
  return value.get<std::string>();
}

std::uint64_t Record::count(const char* field) const {
  const Json& value = field_of(fields, field);
  if (!value.is_number_unsigned()) refuse_field(field);
  return value.get<std::uint64_t>();
}

bool Record::flag(const char* field) const {
  const Json& value = field_of(fields, field);
  if (!value.is_boolean()) refuse_field(field);
  return value.get<bool>();
}

Date Record::date(const char* field) const {
  return require(Date::parse(text(field)), field);
}

std::optional<Date> Record::optional_date(const char* field) const {
  return fields.contains(field) ? std::optional(date(field)) : std::nullopt;
}

Digest Record::digest(const char* field) const {
  return require(Digest::parse(text(field)), field);
}

std::string Record::by() const {
  const Json& actor = field_of(fields, "by");
  if (!actor.is_object()) refuse_field("by");
  const Json& name = field_of(actor, "name");
  if (!name.is_string()) refuse_field("by");
  return name.get<std::string>();
}

/// Written piece by piece: copying `fields` into one object costs more than all the rest.
std::string write_entry(std::string_view kind, Instant at, const std::optional<model::Actor>& by,
                        const Json& fields) {
  for (const char* taken : {"v", "kind", "at", "by"}) {
    if (fields.contains(taken)) {
      throw Error(ErrorKind::failed, std::string("an entry has one field ") + taken);
    }
  }
  std::string bytes;
  bytes.reserve(256);  // most entries
  bytes.append(opening).append(kind).append(before_time).append(at.str()).append("\"");
  if (by) bytes += ",\"by\":" + to_line({{"name", by->name}, {"claimed", by->claimed}});
  const std::string rest = fields.empty() ? "{}" : to_line(fields);
  bytes.append(fields.empty() ? "" : ",").append(rest, 1);
  if (bytes.size() > most_bytes) {
    throw Error(ErrorKind::failed,
                "the ledger's entry " + std::string(kind) + " would have " +
                    std::to_string(bytes.size()) + " bytes, more than 65535",
                "name fewer things at once");
  }
  return bytes;
}

std::optional<Heading> read_heading(std::string_view bytes) {
  if (!bytes.starts_with(opening)) return std::nullopt;
  bytes.remove_prefix(opening.size());
  const auto end = bytes.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view kind = bytes.substr(0, end);
  bytes.remove_prefix(end);
  if (!bytes.starts_with(before_time)) return std::nullopt;
  bytes.remove_prefix(before_time.size());
  if (bytes.size() <= time_size || bytes[time_size] != '"') return std::nullopt;
  return Heading{kind, bytes.substr(0, time_size)};
}

Record read_entry(std::uint64_t number, std::string_view bytes) {
  const auto heading = read_heading(bytes);
  if (!heading) throw Error(ErrorKind::failed, "its first fields are not what besa writes");
  return {number, std::string(heading->kind), require(Instant::parse(heading->at), "at"),
          parse_json(bytes)};
}

bool is_code(std::string_view word) {
  constexpr std::size_t longest = 100;
  const auto usual = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '/' || c == '-';
  };
  return !word.empty() && word.size() <= longest && std::ranges::all_of(word, usual);
}

void require_codes(const Json& json) {
  if (json.is_string() && !is_code(json.get_ref<const std::string&>())) {
    throw Error(ErrorKind::failed, "the ledger takes codes and numbers here, not free text",
                "a code is made of letters, digits and . _ : / -");
  }
  if (!json.is_structured()) return;
  for (const auto& [name, value] : json.items()) require_codes(value);
}

}  // namespace besa::ledger
