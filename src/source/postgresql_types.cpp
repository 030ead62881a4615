#include "source/postgresql_types.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include "besa/base/bytes.hpp"
#include "besa/base/text.hpp"

namespace besa::source {
namespace {

using Written = std::optional<std::string>;

constexpr auto by_bytes = " COLLATE \"pg_catalog\".\"C\"";

bool is_textual(Family family) {
  return family == Family::text || family == Family::padded;
}

/// Whole numbers of the type: anything else is in no row.
bool fits(const PostgresqlType& type, std::int64_t number) {
  if (type.family == Family::boolean) return number == 0 || number == 1;
  if (type.name.ends_with("\"int2\""))
    return number >= std::numeric_limits<std::int16_t>::min() &&
           number <= std::numeric_limits<std::int16_t>::max();
  if (type.name.ends_with("\"int4\""))
    return number >= std::numeric_limits<std::int32_t>::min() &&
           number <= std::numeric_limits<std::int32_t>::max();
  if (type.name.ends_with("\"oid\""))
    return number >= 0 && number <= std::numeric_limits<std::uint32_t>::max();
  return true;
}

std::optional<std::int64_t> whole(const ValueView& value) {
  if (value.type == Type::integer) return value.integer;
  if (value.type != Type::real || std::trunc(value.real) != value.real) return std::nullopt;
  if (value.real < -9223372036854775808.0 || value.real >= 9223372036854775808.0)
    return std::nullopt;
  return static_cast<std::int64_t>(value.real);
}

std::string real_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return {digits, end};
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

/// Text that a UTF-8 database can hold.
bool is_storable(std::string_view text) {
  return text.find('\0') == std::string_view::npos && is_valid_utf8(text);
}

Written written_text(const PostgresqlType& type, std::string_view text) {
  if (!is_storable(text)) return std::nullopt;
  if (type.family == Family::padded && text.ends_with(' ')) return std::nullopt;
  if (type.family == Family::uuid && !is_uuid(text)) return std::nullopt;
  return std::string(text);
}

Written written_number(const PostgresqlType& type, const ValueView& value) {
  if (type.family == Family::real) {
    if (value.type == Type::integer) return std::to_string(value.integer);
    if (value.type == Type::text && value.bytes == not_a_number) return std::string(not_a_number);
    return value.type == Type::real ? Written(real_text(value.real)) : std::nullopt;
  }
  const auto number = whole(value);
  if (!number || !fits(type, *number)) return std::nullopt;
  return std::to_string(*number);
}

}  // namespace

Family family_of(std::string_view schema, std::string_view name) {
  static const std::map<std::string_view, Family> known = {
      {"int2", Family::integer},     {"int4", Family::integer},  {"int8", Family::integer},
      {"oid", Family::integer},      {"bool", Family::boolean},  {"float4", Family::real},
      {"float8", Family::real},      {"bytea", Family::bytes},   {"text", Family::text},
      {"varchar", Family::text},     {"bpchar", Family::padded}, {"uuid", Family::uuid},
      {"numeric", Family::numeric},  {"date", Family::date},     {"timestamp", Family::time},
      {"timestamptz", Family::time},
  };
  const auto found = known.find(name);
  return schema == "pg_catalog" && found != known.end() ? found->second : Family::other;
}

std::string found_type_of(Family family) {
  switch (family) {
    case Family::integer:
    case Family::real:
      return "NUMBER";
    case Family::boolean:
      return "BOOLEAN";
    case Family::numeric:
      return "DECIMAL";
    case Family::bytes:
      return {};
    default:
      return "TEXT";
  }
}

Type type_of(Family family) {
  switch (family) {
    case Family::integer:
    case Family::boolean:
      return Type::integer;
    case Family::real:
      return Type::real;
    case Family::bytes:
      return Type::blob;
    default:
      return Type::text;
  }
}

std::string shown(const PostgresqlType& type, const std::string& column) {
  switch (type.family) {
    case Family::integer:
    case Family::bytes:
      return column;
    case Family::boolean:
      return column + "::pg_catalog.int4";
    case Family::real:
      return column + "::pg_catalog.float8";
    case Family::time:
      if (!type.zoned) return column + "::pg_catalog.text";
      return "pg_catalog.replace(pg_catalog.replace(" + column +
             "::pg_catalog.text, ' ', 'T'), '+00', 'Z')";
    default:
      return column + "::pg_catalog.text";
  }
}

std::string sent(const PostgresqlType& type, const std::string& column) {
  return type.family == Family::date || type.family == Family::time ? column : shown(type, column);
}

std::string sortable(const PostgresqlType& type, const std::string& column) {
  if (type_of(type.family) == Type::text) return "(" + shown(type, column) + ")" + by_bytes;
  return shown(type, column);
}

bool compares_exactly(const PostgresqlType& type) {
  switch (type.family) {
    case Family::numeric:
    case Family::date:
    case Family::time:
    case Family::other:
      return false;  // 1.5 and 1.50 are one number and two texts
    case Family::text:
    case Family::padded:
      return type.deterministic;
    default:
      return true;
  }
}

std::optional<std::string> wider_equality(const PostgresqlType& type) {
  constexpr std::string_view citext = ".\"citext\"";
  if (type.family == Family::numeric || (is_textual(type.family) && !type.deterministic))
    return "=";
  if (type.family == Family::other && type.name.ends_with(citext))
    return "OPERATOR(" + type.name.substr(0, type.name.size() - citext.size()) + ".=)";
  return std::nullopt;
}

bool is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (point == std::string_view::npos) return digits(text);
  return digits(text.substr(0, point)) && digits(text.substr(point + 1));
}

std::string equal(const PostgresqlType& a, const std::string& column_a, const PostgresqlType& b,
                  const std::string& column_b) {
  const Type one = type_of(a.family), other = type_of(b.family);
  const bool numbers = (one == Type::integer || one == Type::real) &&
                       (other == Type::integer || other == Type::real);
  if (one != other && !numbers) return "false";
  if (a.family == Family::boolean || b.family == Family::boolean ||
      (numbers && (a.family == Family::real || b.family == Family::real)))
    return shown(a, column_a) + " = " + shown(b, column_b);
  const bool alike = a.family == b.family || numbers;
  if (!alike || !compares_exactly(a) || !compares_exactly(b))
    return sortable(a, column_a) + " = " + sortable(b, column_b);
  if (!is_textual(a.family) || a.collation == b.collation) return column_a + " = " + column_b;
  return column_a + " = (" + column_b + " COLLATE " +
         (a.collation.empty() ? "\"pg_catalog\".\"default\"" : a.collation) + ")";
}

Written written(const PostgresqlType& type, const ValueView& value) {
  if (value.is_null()) return std::nullopt;
  switch (type_of(type.family)) {
    case Type::text:
      return value.type == Type::text ? written_text(type, value.bytes) : std::nullopt;
    case Type::blob:
      return value.type == Type::blob ? Written(written(value)) : std::nullopt;
    default:
      return written_number(type, value);
  }
}

std::string written(const ValueView& value) {
  switch (value.type) {
    case Type::integer:
      return std::to_string(value.integer);
    case Type::real:
      return real_text(value.real);
    case Type::blob:
      return "\\x" + to_hex(as_bytes(value.bytes));
    default:
      return std::string(value.bytes);
  }
}

std::string array_of(const std::vector<std::optional<std::string>>& values) {
  std::string out = "{";
  for (const auto& value : values) {
    if (out.size() > 1) out += ',';
    if (!value) {
      out += "NULL";
      continue;
    }
    out += '"';
    for (const char c : *value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

}  // namespace besa::source
