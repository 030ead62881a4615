#include "source/sqlite_query.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "source/names.hpp"

namespace besa::source {

QueryText::QueryText(const Catalogue& catalogue, const Scan& scan, char letter,
                     const std::vector<std::string>& extra)
    : catalogue_(catalogue), scan_(scan), letter_(1, letter) {
  expressions_ = owner_names();
  for (const std::string& name : scan.columns) expressions_.push_back(column(0, name));
  for (const std::string& name : extra) expressions_.push_back(column(0, name));
}

std::string QueryText::expressions() const {
  return join(expressions_, ", ");
}

std::string QueryText::column(std::size_t place, const std::string& name) const {
  return alias(place) + "." + sql_name(name);
}

std::string QueryText::table_as(std::size_t place, const std::string& clause) const {
  const std::string& name = place == 0 ? scan_.table : scan_.hops[place - 1].table;
  return "main." + sql_name(name) + " AS " + alias(place) + clause;
}

/// The target stands left: its collation decides, as for a foreign key.
std::string QueryText::hop_condition(std::size_t hop) const {
  const Hop& step = scan_.hops[hop];
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < step.columns.size(); ++i)
    terms.push_back(column(hop + 1, step.target_columns[i]) + " = " + column(hop, step.columns[i]));
  return join(terms, " AND ");
}

std::string QueryText::from(const std::string& clause) const {
  std::string text = table_as(0, clause);
  for (std::size_t hop = 0; hop < scan_.hops.size(); ++hop)
    text += (scan_.owners == nullptr ? " LEFT JOIN " : " JOIN ") + table_as(hop + 1, "") + " ON " +
            hop_condition(hop);
  return text;
}

std::optional<std::string> QueryText::from_owners() const {
  const std::size_t last = scan_.hops.size();
  std::string text;
  for (std::size_t place = last + 1; place-- > 0;) {
    const std::string& table = place == 0 ? scan_.table : scan_.hops[place - 1].table;
    const auto& columns = place == last ? scan_.owner : scan_.hops[place].columns;
    const auto clause =
        catalogue_.at(table).seek(catalogue_.places(table, columns),
                                  place == 0 ? columns_read() : std::vector<std::size_t>());
    if (!clause) return std::nullopt;
    text +=
        (place == last ? "" : " CROSS JOIN ") + table_as(place, *clause);  // CROSS: in this order
    if (place != last) text += " ON " + hop_condition(place);
  }
  return text;
}

bool QueryText::covered() const {
  if (!scan_.hops.empty() || scan_.owner.empty()) return false;
  const std::vector<std::size_t> owner = catalogue_.places(scan_.table, scan_.owner);
  const std::vector<std::size_t> read = columns_read();
  return std::ranges::any_of(catalogue_.at(scan_.table).indexes, [&](const SqliteIndex& index) {
    return index.led_by(owner) && index.holds(read) == read.size();
  });
}

bool QueryText::hops_seek() const {
  return std::ranges::all_of(scan_.hops, [&](const Hop& hop) {
    return catalogue_.at(hop.table)
        .seek(catalogue_.places(hop.table, hop.target_columns))
        .has_value();
  });
}

std::size_t QueryText::term_column(std::size_t place) const {
  const std::string& name =
      place < scan_.where.size() ? scan_.where[place].column : scan_.bound->column;
  return catalogue_.places(scan_.table, {name}).front();
}

std::vector<std::size_t> QueryText::term_columns() const {
  std::vector<std::size_t> columns;
  for (std::size_t place = 0; place < term_count(); ++place) columns.push_back(term_column(place));
  return columns;
}

Sql QueryText::term(std::size_t place) const {
  Sql sql;
  if (place == scan_.where.size()) {
    const std::string name = column(0, scan_.bound->column);
    sql.text = name + " IS NOT NULL";
    for (const auto& [limit, compare] :
         {std::pair(&scan_.bound->at_least, " >= ?"), std::pair(&scan_.bound->below, " < ?")}) {
      if (!*limit) continue;
      sql.text += " AND " + name + compare;
      sql.values.push_back((*limit)->view());
    }
    return sql;
  }
  const Condition& condition = scan_.where[place];
  const std::string name = column(0, condition.column);
  std::string marks;
  bool null = false;
  for (const Value& value : condition.any_of) {
    if (value.type == Type::null) {
      null = true;
      continue;
    }
    marks += marks.empty() ? "?" : ", ?";
    sql.values.push_back(value.view());
  }
  sql.text = name + " IN (" + marks + ")";
  if (null) sql.text = "(" + sql.text + " OR " + name + " IS NULL)";
  return sql;
}

Sql QueryText::condition() const {
  Sql all;
  std::vector<std::string> terms;
  for (std::size_t place = 0; place < term_count(); ++place) {
    Sql one = term(place);
    terms.push_back(std::move(one.text));
    all.values.insert(all.values.end(), one.values.begin(), one.values.end());
  }
  all.text = terms.empty() ? "1" : join(terms, " AND ");
  return all;
}

std::vector<std::string> QueryText::owner_names() const {
  std::vector<std::string> names;
  for (const std::string& name : scan_.owner) names.push_back(column(scan_.hops.size(), name));
  return names;
}

std::vector<std::string> QueryText::key_names() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < scan_.key_width; ++i) names.push_back(column(0, scan_.columns[i]));
  return names;
}

std::vector<std::size_t> QueryText::columns_read() const {
  std::vector<std::string> names = scan_.columns;
  const auto& near = scan_.hops.empty() ? scan_.owner : scan_.hops.front().columns;
  names.insert(names.end(), near.begin(), near.end());
  std::vector<std::size_t> columns = catalogue_.places(scan_.table, names);
  const std::vector<std::size_t> terms = term_columns();
  columns.insert(columns.end(), terms.begin(), terms.end());
  return columns;
}

std::string equals(const std::vector<std::string>& names, const Key& key) {
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < names.size(); ++i)
    terms.push_back(names[i] + (key[i].type == Type::null ? " IS ?" : " = ?"));
  return join(terms, " AND ");
}

}  // namespace besa::source
