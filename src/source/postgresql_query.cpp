#include "source/postgresql_query.hpp"

#include <algorithm>

#include "besa/base/date.hpp"
#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/names.hpp"

namespace besa::source {
namespace {

/// "2026-11-22", which dates and times can be compared with as themselves.
bool is_day(const Value& value) {
  return value.type == Type::text && value.bytes.size() == 10 && Date::parse(value.bytes);
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
  if (!compares_exactly(type) || type.family == Family::text) return postgresql_text;
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
  if (family == Family::text && column.type->byte_order)
    return against(column.sql, postgresql_text);
  return against(sortable(*column.type, column.sql), postgresql_text);
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

/// For rows that come in binary form.
std::string PostgresqlQuery::head(const Scan& scan, const std::string& rows) const {
  std::vector<std::string> shown_columns;
  for (const PostgresqlColumn& column : owner(scan, "t"))
    shown_columns.push_back(sent(*column.type, column.sql));
  for (const PostgresqlColumn& column : columns(scan.table, "t0", scan.columns))
    shown_columns.push_back(sent(*column.type, column.sql));
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
