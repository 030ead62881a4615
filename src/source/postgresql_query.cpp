#include "source/postgresql_query.hpp"

#include <algorithm>
#include <charconv>

#include "besa/base/date.hpp"
#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/names.hpp"

namespace besa::source {
namespace {

constexpr auto text_type = "\"pg_catalog\".\"text\"";

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

bool holds_null(const Key& key) {
  return std::ranges::any_of(key, [](const Value& value) { return value.type == Type::null; });
}

/// "2026-11-22", which dates and times can be compared with as themselves.
bool is_day(const Value& value) {
  return value.type == Type::text && value.bytes.size() == 10 && Date::parse(value.bytes);
}

/// True for a set that is worth more than to be looked at value by value.
bool is_many(const KeyIndex& keys) {
  return keys.size() > PostgresqlQuery::few && keys.size() <= PostgresqlQuery::largest_set;
}

std::string joined(const std::vector<std::string>& terms, const char* separator) {
  return terms.empty() ? "true" : join(terms, separator);
}

}  // namespace

std::string compared(const PostgresqlColumn& column) {
  if (!compares_exactly(*column.type)) return sortable(*column.type, column.sql);
  const bool plain = column.type->family != Family::boolean && column.type->family != Family::real;
  return plain ? column.sql : shown(*column.type, column.sql);
}

std::string array_type(const PostgresqlType& type) {
  if (!compares_exactly(type) || type.family == Family::text) return text_type;
  if (type.family == Family::boolean) return "\"pg_catalog\".\"int4\"";
  return type.family == Family::real ? "\"pg_catalog\".\"float8\"" : type.name;
}

std::string PostgresqlQuery::parameter(Parameter value) {
  parameters_.push_back(std::move(value));
  return "$" + std::to_string(parameters_.size());
}

std::vector<PostgresqlColumn> PostgresqlQuery::columns(
    const std::string& table, const std::string& alias,
    const std::vector<std::string>& names) const {
  std::vector<PostgresqlColumn> found;
  for (const std::string& name : names)
    found.push_back({&catalogue_.type(table, name), alias + "." + postgresql_name(name)});
  return found;
}

std::vector<PostgresqlColumn> PostgresqlQuery::owner(const Scan& scan,
                                                     const std::string& alias) const {
  return columns(owner_table(scan), alias + std::to_string(scan.hops.size()), scan.owner);
}

std::string PostgresqlQuery::from(const Scan& scan, const std::string& rows,
                                  const std::string& alias) const {
  std::string sql = rows + " AS " + alias + "0";
  const std::string* near = &scan.table;
  for (std::size_t hop = 0; hop < scan.hops.size(); ++hop) {
    const Hop& link = scan.hops[hop];
    const std::string target = alias + std::to_string(hop + 1);
    const auto here = columns(*near, alias + std::to_string(hop), link.columns);
    const auto there = columns(link.table, target, link.target_columns);
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < here.size(); ++i)
      terms.push_back(equal(*there[i].type, there[i].sql, *here[i].type, here[i].sql));
    sql += std::string(scan.owners == nullptr ? " LEFT JOIN " : " JOIN ") +
           catalogue_.at(link.table).rows + " AS " + target + " ON " + join(terms, " AND ");
    near = &link.table;
  }
  return sql;
}

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
      column.type->family == Family::text ? std::string(text_type) : column.type->name;
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
/// the table is read by the index or not at all, in a query of its own, where no other condition
/// and no order offers another way; and a bitmap must have room for single rows.
std::optional<std::string> PostgresqlQuery::found_by_index(const std::string& table,
                                                           const std::string& name,
                                                           const KeyIndex& keys) {
  const PostgresqlTable& known = catalogue_.at(table);
  const PostgresqlColumn column = columns(table, "s", {name}).front();
  if (!is_many(keys) || !known.is_one_place() || !known.sought_by.contains(name) ||
      compared(column) != column.sql)
    return std::nullopt;
  const std::optional<Sent> sent = single_values(column, keys);
  if (!sent) return std::nullopt;
  ruled_out_ = {"enable_seqscan"};
  if (!known.fits_in_memory) ruled_out_.emplace_back("enable_bitmapscan");
  return "(SELECT * FROM " + known.rows + " AS s WHERE " + column.sql + " = ANY (ARRAY" +
         as_rows(column, *sent) + ") OFFSET 0)";
}

/// One of its sets may be taken out of the scan: the rows that come are those with it.
std::string PostgresqlQuery::rows_of(Scan& scan) {
  std::optional<std::string> rows;
  if (scan.hops.empty() && scan.keys != nullptr && scan.key_width == 1) {
    rows = found_by_index(scan.table, scan.columns.front(), *scan.keys);
    if (rows) scan.keys = nullptr;
  }
  if (!rows && scan.hops.empty() && scan.owners != nullptr && scan.owner.size() == 1) {
    rows = found_by_index(scan.table, scan.owner.front(), *scan.owners);
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

/// Types sort as keys do: numbers before text before blobs.
std::string PostgresqlQuery::compare(const PostgresqlColumn& column, const char* comparison,
                                     const Value& limit) {
  const Type mine = type_of(column.type->family);
  const bool number = mine == Type::integer || mine == Type::real;
  const bool number_limit = limit.type == Type::integer || limit.type == Type::real;
  const auto against = [&](const std::string& sql, const std::string& type) {
    return sql + comparison + parameter(written(limit.view())) + "::" + type;
  };
  if (number && number_limit)
    return against(shown(*column.type, column.sql),
                   mine == Type::integer && limit.type == Type::integer
                       ? "\"pg_catalog\".\"int8\""
                       : "\"pg_catalog\".\"float8\"");
  if (number != number_limit || mine != limit.type) {
    const auto rank = [](Type type) { return type == Type::real ? Type::integer : type; };
    const bool above = rank(mine) > rank(limit.type);
    return above == (comparison[1] == '>') ? column.sql + " IS NOT NULL" : "false";
  }
  const Family family = column.type->family;
  if ((family == Family::date || family == Family::time) && is_day(limit))
    return against(column.sql, column.type->name);
  if (mine == Type::blob) return against(column.sql, column.type->name);
  if (family == Family::text && column.type->byte_order) return against(column.sql, text_type);
  return against(sortable(*column.type, column.sql), text_type);
}

std::string PostgresqlQuery::bound(const PostgresqlColumn& column, const Bound& bound) {
  std::vector<std::string> terms;
  if (bound.at_least) terms.push_back(compare(column, " >= ", *bound.at_least));
  if (bound.below) terms.push_back(compare(column, " < ", *bound.below));
  return terms.empty() ? column.sql + " IS NOT NULL" : join(terms, " AND ");
}

std::string PostgresqlQuery::conditions(const Scan& scan, const std::string& alias) {
  std::vector<std::string> terms;
  const auto at = [&](const std::string& name) {
    return columns(scan.table, alias + "0", {name}).front();
  };
  for (const Condition& condition : scan.where)
    terms.push_back(any_of(at(condition.column), condition.any_of));
  if (scan.bound) terms.push_back(bound(at(scan.bound->column), *scan.bound));
  if (scan.owners != nullptr)
    terms.push_back(sought(owner_table(scan), owner(scan, alias), *scan.owners));
  if (scan.keys != nullptr) {
    const std::vector<std::string> key(scan.columns.begin(), scan.columns.begin() + scan.key_width);
    terms.push_back(sought(scan.table, columns(scan.table, alias + "0", key), *scan.keys));
  }
  return joined(terms, " AND ");
}

std::string PostgresqlQuery::head(const Scan& scan, const std::string& rows) const {
  std::vector<std::string> shown_columns;
  for (const PostgresqlColumn& column : owner(scan, "t"))
    shown_columns.push_back(shown(*column.type, column.sql));
  for (const PostgresqlColumn& column : columns(scan.table, "t0", scan.columns))
    shown_columns.push_back(shown(*column.type, column.sql));
  return "SELECT " + join(shown_columns, ", ") + " FROM " + from(scan, rows, "t");
}

std::string PostgresqlQuery::order(const Scan& scan) const {
  if (!scan.in_key_order) return {};
  std::vector<std::string> terms;
  for (const PostgresqlColumn& column : columns(scan.table, "t0", scan.columns)) {
    if (terms.size() == scan.key_width) break;
    terms.push_back(sortable(*column.type, column.sql) + " NULLS FIRST");
  }
  return " ORDER BY " + join(terms, ", ");
}

std::string PostgresqlQuery::select(const Scan& scan) {
  Scan rest = scan;
  const std::string rows = rows_of(rest);
  return head(rest, rows) + " WHERE " + conditions(rest, "t") + order(rest);
}

std::string PostgresqlQuery::not_exists(const Scan& population, const Scan& event,
                                        const std::string& alias) {
  if (population.owner.size() != event.owner.size())
    throw Error(ErrorKind::failed, "the events of table '" + event.table + "' and the rows of '" +
                                       population.table +
                                       "' do not name their owners by as many columns");
  const auto mine = owner(population, "t"), theirs = owner(event, alias);
  std::vector<std::string> terms = {conditions(event, alias)};
  for (std::size_t i = 0; i < mine.size(); ++i)
    terms.push_back(equal(*theirs[i].type, theirs[i].sql, *mine[i].type, mine[i].sql));
  return "NOT EXISTS (SELECT FROM " + from(event, catalogue_.at(event.table).rows, alias) +
         " WHERE " + join(terms, " AND ") + ")";
}

std::string PostgresqlQuery::select_without(const Scan& population, std::span<const Scan> events) {
  std::vector<std::string> terms = {conditions(population, "t")};
  for (std::size_t i = 0; i < events.size(); ++i)
    terms.push_back(not_exists(population, events[i], "e" + std::to_string(i) + "_"));
  return head(population, catalogue_.at(population.table).rows) + " WHERE " + join(terms, " AND ") +
         order(population);
}

}  // namespace besa::source
