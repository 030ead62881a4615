// Sets of keys and of values in PostgreSQL's SQL: how they are sent, and how the server looks for
// them.
#include <algorithm>
#include <charconv>
#include <set>

#include "besa/base/text.hpp"
#include "source/postgresql_query.hpp"

namespace besa::source {
namespace {

/// A value of a condition, which people write as text whatever the column's type is.
Value as_stored(const PostgresqlType& type, const Value& value) {
  if (value.type != Type::text || type_of(type.family) == Type::text) return value;
  const char* const end = value.bytes.data() + value.bytes.size();
  if (type_of(type.family) == Type::integer) {
    std::int64_t number = 0;
    const auto [stop, fault] = std::from_chars(value.bytes.data(), end, number);
    if (fault == std::errc() && stop == end && std::to_string(number) == value.bytes)
      return Value::of(number);
  }
  if (type.family == Family::real) {
    double number = 0;
    const auto [stop, fault] = std::from_chars(value.bytes.data(), end, number);
    if (fault == std::errc() && stop == end) return Value(ValueView{Type::real, 0, number, {}});
  }
  return value;
}

/// True for a set that is worth more than to be looked at value by value.
bool is_many(const KeyIndex& keys) {
  return keys.size() > PostgresqlQuery::few && keys.size() <= PostgresqlQuery::largest_set;
}

/// The columns that a scan without hops looks at, and no others: more need not be readable.
std::set<std::string> columns_of(const Scan& scan) {
  std::set<std::string> names(scan.columns.begin(), scan.columns.end());
  names.insert(scan.owner.begin(), scan.owner.end());
  for (const Condition& condition : scan.where) names.insert(condition.column);
  if (scan.bound) names.insert(scan.bound->column);
  return names;
}

}  // namespace

std::string PostgresqlQuery::one_of(const PostgresqlColumn& column, const Sent& sent) {
  return compared(column) + " = ANY (" + parameter(array_of(sent)) +
         "::" + array_type(*column.type) + "[])";
}

/// Lets an index find what may be equal, before the texts decide.
std::string PostgresqlQuery::wider(const PostgresqlColumn& column, const Sent& sent) {
  const auto equality = wider_equality(*column.type);
  if (!equality) return {};
  if (column.type->family == Family::numeric &&
      !std::ranges::all_of(sent, [](const auto& text) { return is_plain_number(*text); }))
    return {};
  const std::string type =
      column.type->family == Family::text ? std::string(postgresql_text) : column.type->name;
  return column.sql + " " + *equality + " ANY (" + parameter(array_of(sent)) + "::" + type +
         "[]) AND ";
}

std::string PostgresqlQuery::any_of(const PostgresqlColumn& column,
                                    const std::vector<Value>& values) {
  Sent sent;
  bool null = false;
  for (const Value& each : values) {
    null = null || each.type == Type::null;
    if (auto text = written(*column.type, as_stored(*column.type, each).view()))
      sent.push_back(std::move(text));
  }
  std::vector<std::string> ways;
  if (!sent.empty()) ways.push_back(wider(column, sent) + one_of(column, sent));
  if (null) ways.push_back(column.sql + " IS NULL");
  return ways.empty() ? "false" : "(" + join(ways, " OR ") + ")";
}

std::string PostgresqlQuery::any_of_keys(const std::vector<PostgresqlColumn>& columns,
                                         const std::vector<Key>& keys, bool with_nulls) {
  std::vector<std::vector<std::optional<std::string>>> sent(columns.size());
  for (const Key& key : keys) {
    std::vector<std::optional<std::string>> row;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      row.push_back(written(*columns[i].type, key[i].view()));
      if (!row.back() && key[i].type != Type::null) break;  // no row can have it
    }
    if (row.size() == columns.size() && (row.back() || key.back().type == Type::null))
      for (std::size_t i = 0; i < columns.size(); ++i) sent[i].push_back(std::move(row[i]));
  }
  std::vector<std::string> arrays, names, terms;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    arrays.push_back(parameter(array_of(sent[i])) + "::" + array_type(*columns[i].type) + "[]");
    names.push_back("c" + std::to_string(i));
    terms.push_back(compared(columns[i]) + (with_nulls ? " IS NOT DISTINCT FROM " : " = ") + "k." +
                    names.back());
  }
  return "EXISTS (SELECT FROM unnest(" + join(arrays, ", ") + ") AS k(" + join(names, ", ") +
         ") WHERE " + join(terms, " AND ") + ")";
}

std::optional<PostgresqlQuery::Sent> PostgresqlQuery::single_values(const PostgresqlColumn& column,
                                                                    const KeyIndex& keys) {
  Sent sent;
  for (std::uint32_t number = 0; number < keys.size(); ++number) {
    const Key key = decode_key(keys.key(number));
    if (key.size() != 1) continue;
    if (key[0].type == Type::null) return std::nullopt;
    if (auto text = written(*column.type, as_stored(*column.type, key[0]).view()))
      sent.push_back(std::move(text));
  }
  return sent;
}

std::string PostgresqlQuery::as_rows(const PostgresqlColumn& column, const Sent& sent) {
  return "(SELECT pg_catalog.unnest(" + parameter(array_of(sent)) +
         "::" + array_type(*column.type) + "[]))";
}

std::string PostgresqlQuery::sought(const std::string& table,
                                    const std::vector<PostgresqlColumn>& columns,
                                    const KeyIndex& keys) {
  if (!is_many(keys) || columns.size() != 1 || wider_equality(*columns[0].type) ||
      catalogue_.at(table).on_other_servers())
    return in_set(columns, keys);
  const std::optional<Sent> sent = single_values(columns[0], keys);
  return sent ? compared(columns[0]) + " IN " + as_rows(columns[0], *sent) : in_set(columns, keys);
}

/// The set is compared with an index in one step, but with a row key by key. That must not happen:
/// the table is read by the index or not at all, and a bitmap must have room for single rows.
std::optional<std::string> PostgresqlQuery::by_index(const std::string& table,
                                                     const std::string& alias,
                                                     const std::string& name,
                                                     const KeyIndex& keys) {
  const PostgresqlTable& known = catalogue_.at(table);
  const PostgresqlColumn column = columns(table, alias, {name}).front();
  if (!is_many(keys) || !known.is_one_place() || !known.sought_by.contains(name) ||
      compared(column) != column.sql)
    return std::nullopt;
  const std::optional<Sent> sent = single_values(column, keys);
  if (!sent) return std::nullopt;
  ruled_out_ = {"enable_seqscan"};
  if (!known.fits_in_memory) ruled_out_.emplace_back("enable_bitmapscan");
  return column.sql + " = ANY (ARRAY" + as_rows(column, *sent) + ")";
}

std::string PostgresqlQuery::with_keys(const std::string& table, const std::string& alias,
                                       const std::vector<std::string>& key_columns,
                                       const KeyIndex& keys) {
  if (key_columns.size() == 1)
    if (auto condition = by_index(table, alias, key_columns.front(), keys))
      return *std::move(condition);
  return in_set(columns(table, alias, key_columns), keys);
}

/// In a query of its own, where no other condition and no order offers another way than the index.
std::optional<std::string> PostgresqlQuery::found_by_index(const Scan& scan,
                                                           const std::string& name,
                                                           const KeyIndex& keys) {
  const std::optional<std::string> condition = by_index(scan.table, "s", name, keys);
  if (!condition) return std::nullopt;
  std::vector<std::string> needed;
  for (const std::string& each : columns_of(scan)) needed.push_back(postgresql_name(each));
  return "(SELECT " + join(needed, ", ") + " FROM " + catalogue_.at(scan.table).rows +
         " AS s WHERE " + *condition + " OFFSET 0)";
}

/// One of its sets may be taken out of the scan: the rows that come are those with it.
std::string PostgresqlQuery::rows_of(Scan& scan) {
  std::optional<std::string> rows;
  if (scan.hops.empty() && scan.keys != nullptr && scan.key_width == 1) {
    rows = found_by_index(scan, scan.columns.front(), *scan.keys);
    if (rows) scan.keys = nullptr;
  }
  if (!rows && scan.hops.empty() && scan.owners != nullptr && scan.owner.size() == 1) {
    rows = found_by_index(scan, scan.owner.front(), *scan.owners);
    if (rows) scan.owners = nullptr;
  }
  return rows.value_or(catalogue_.at(scan.table).rows);
}

std::string PostgresqlQuery::in_set(const std::vector<PostgresqlColumn>& columns,
                                    const KeyIndex& keys) {
  if (keys.size() > largest_set) return "true";
  std::vector<Value> single;
  std::vector<Key> whole, with_nulls;
  for (std::uint32_t number = 0; number < keys.size(); ++number) {
    Key key = decode_key(keys.key(number));
    if (key.size() != columns.size()) continue;
    if (columns.size() == 1)
      single.push_back(std::move(key[0]));
    else
      (holds_null(key) ? with_nulls : whole).push_back(std::move(key));
  }
  if (columns.size() == 1) return any_of(columns[0], single);
  std::vector<std::string> ways;
  if (!whole.empty()) ways.push_back(any_of_keys(columns, whole, false));
  if (!with_nulls.empty()) ways.push_back(any_of_keys(columns, with_nulls, true));
  return ways.empty() ? "false" : "(" + join(ways, " OR ") + ")";
}

}  // namespace besa::source
