// PostgreSQL's types as besa's values, and back: decided once, here, for every statement.
//
//   integer   smallint, integer, bigint, oid; boolean as 0 and 1
//   real      real, double precision
//   blob      bytea
//   text      everything else, in the server's own words: text, varchar, citext, enumerations,
//   uuid,
//             numeric, json, arrays …; character(n) without its padding; date as YYYY-MM-DD;
//             timestamp as YYYY-MM-DD HH:MM:SS[.ffffff] (the format datetime of a dataset);
//             timestamp with time zone as RFC 3339 in UTC, 2026-11-22T17:42:30.5Z (rfc3339)
//
// A domain is its base type. Values are compared as these values are, byte by byte: neither a
// collation nor citext makes two texts one. Where PostgreSQL's own equality says the same, it is
// used as it is, so that indexes serve; elsewhere the shown text is compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/source/source.hpp"

namespace besa::source {

enum class Family { integer, boolean, real, bytes, text, padded, uuid, numeric, date, time, other };

/// What of a column's type this driver needs.
struct PostgresqlType {
  Family family = Family::other;
  std::string name;           ///< "pg_catalog"."int4": the base type, as SQL
  std::string collation;      ///< as SQL; empty where the type has none or the database's own
  bool deterministic = true;  ///< equal only where the bytes are
  bool byte_order = false;    ///< its collation sorts by bytes (C)
  bool zoned = false;         ///< timestamp with time zone
  bool identity = false;      ///< GENERATED ALWAYS AS IDENTITY: written only by overriding
};

/// How NaN is handed on: as a number it would equal nothing, not even what is to be erased.
constexpr std::string_view not_a_number = "NaN";

/// The type text, as PostgresqlType::name has it.
constexpr auto postgresql_text = "\"pg_catalog\".\"text\"";

/// `schema`, `name`: of the base type; `kind`: pg_type.typtype.
[[nodiscard]] Family family_of(std::string_view schema, std::string_view name);
/// ColumnSchema::found_type of such a column.
[[nodiscard]] std::string found_type_of(Family family);
/// The type of besa's value.
[[nodiscard]] Type type_of(Family family);

/// The column as rows in binary form have it: as `shown`, dates and times as they are.
[[nodiscard]] std::string sent(const PostgresqlType& type, const std::string& column);
/// The column as it is handed on: SQL for a result of int2, int4, int8, oid, float8, bytea or text.
[[nodiscard]] std::string shown(const PostgresqlType& type, const std::string& column);
/// The same, for comparing and sorting by bytes.
[[nodiscard]] std::string sortable(const PostgresqlType& type, const std::string& column);
/// True where PostgreSQL's equality is that of the values.
[[nodiscard]] bool compares_exactly(const PostgresqlType& type);
/// Where it does not, but an index by PostgreSQL's own equality can find all that may be equal:
/// that operator. For numeric only where the values are plain numbers.
[[nodiscard]] std::optional<std::string> wider_equality(const PostgresqlType& type);
[[nodiscard]] bool is_plain_number(std::string_view text);
/// "a = b" for two columns, by an index where there is one; "false" where their values can never be
/// equal.
[[nodiscard]] std::string equal(const PostgresqlType& a, const std::string& column_a,
                                const PostgresqlType& b, const std::string& column_b);

/// The value as PostgreSQL reads it for this type; nullopt where no row can hold it. Not for NULL.
[[nodiscard]] std::optional<std::string> written(const PostgresqlType& type,
                                                 const ValueView& value);
/// The value as any type reads it from text.
[[nodiscard]] std::string written(const ValueView& value);
/// One array parameter: {"a","b",NULL}.
[[nodiscard]] std::string array_of(const std::vector<std::optional<std::string>>& values);

}  // namespace besa::source
