#include "source/postgresql_update.hpp"

#include <algorithm>

#include "besa/base/text.hpp"

namespace besa::source {

std::vector<std::vector<RowUpdate>> in_statements(const std::vector<RowUpdate>& updates,
                                                  std::size_t longest, bool alike) {
  std::vector<const RowUpdate*> order;
  for (const RowUpdate& update : updates) order.push_back(&update);
  if (alike)
    std::ranges::stable_sort(order, {},
                             [](const RowUpdate* one) { return encode_key(one->values); });
  std::vector<std::vector<RowUpdate>> statements;
  for (const RowUpdate* update : order) {
    const bool opens = statements.empty() || statements.back().size() == longest ||
                       (alike && statements.back().front().values != update->values);
    if (opens) statements.emplace_back();
    statements.back().push_back(*update);
  }
  return statements;
}

/// What travels: an array for each key column and each new value.
struct PostgresqlUpdate::Sent {
  using Column = std::vector<std::optional<std::string>>;
  std::vector<Column> keys, values;
  bool null_keys = false;
};

PostgresqlUpdate::Sent PostgresqlUpdate::send() const {
  Sent sent{std::vector<Sent::Column>(key_columns.size()),
            std::vector<Sent::Column>(columns.size()), false};
  std::vector<const PostgresqlType*> types;
  for (const std::string& name : key_columns) types.push_back(&catalogue.type(table, name));
  for (const RowUpdate& row : rows) {
    Sent::Column key;
    for (std::size_t i = 0; i < types.size(); ++i) {
      key.push_back(written(*types[i], row.key.at(i).view()));
      if (!key.back() && row.key[i].type != Type::null) break;  // no row can have it
    }
    if (key.size() < types.size() || (!key.back() && row.key.back().type != Type::null)) continue;
    for (std::size_t i = 0; i < key.size(); ++i) {
      sent.null_keys = sent.null_keys || !key[i];
      sent.keys[i].push_back(std::move(key[i]));
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Value& value = row.values[i];
      sent.values[i].push_back(value.type == Type::null ? std::nullopt
                                                        : std::optional(written(value.view())));
    }
  }
  return sent;
}

std::string PostgresqlUpdate::given(PostgresqlQuery& query, const Sent& sent) const {
  std::vector<std::string> arrays, names;
  for (std::size_t i = 0; i < sent.keys.size(); ++i) {
    arrays.push_back(query.parameter(array_of(sent.keys[i])) +
                     "::" + array_type(catalogue.type(table, key_columns[i])) + "[]");
    names.push_back("k" + std::to_string(i));
  }
  for (std::size_t i = 0; i < sent.values.size(); ++i) {
    arrays.push_back(query.parameter(array_of(sent.values[i])) + "::pg_catalog.text[]");
    names.push_back("v" + std::to_string(i));
  }
  return "unnest(" + join(arrays, ", ") + ") AS u(" + join(names, ", ") + ")";
}

std::string PostgresqlUpdate::matches(const PostgresqlQuery& query, const Sent& sent) const {
  std::vector<std::string> terms;
  for (const PostgresqlColumn& column : query.columns(table, "t0", key_columns))
    terms.push_back(compared(column) + (sent.null_keys ? " IS NOT DISTINCT FROM " : " = ") + "u.k" +
                    std::to_string(terms.size()));
  return join(terms, " AND ");
}

/// Cast to the column's type without its length: what does not fit is refused, never cut.
std::string PostgresqlUpdate::new_value(std::size_t column) const {
  return "u.v" + std::to_string(column) + "::" + catalogue.type(table, columns[column]).name;
}

bool PostgresqlUpdate::uniform() const {
  return std::ranges::all_of(
      rows, [this](const RowUpdate& row) { return row.values == rows.front().values; });
}

/// The same for all: what postgres_fdw can hand down whole.
std::string PostgresqlUpdate::uniform_statement(PostgresqlQuery& query) const {
  KeyIndex keys;
  for (const RowUpdate& row : rows) keys.add(encode_key(row.key));
  std::vector<std::string> changes;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Value& value = rows.front().values[i];
    changes.push_back(
        postgresql_name(columns[i]) + " = " +
        query.parameter(value.type == Type::null ? Parameter() : Parameter(written(value.view()))) +
        "::pg_catalog.text::" + catalogue.type(table, columns[i]).name);
  }
  return "UPDATE " + catalogue.at(table).rows + " AS t0 SET " + join(changes, ", ") + " WHERE " +
         query.in_set(query.columns(table, "t0", key_columns), keys);
}

std::string PostgresqlUpdate::statement(PostgresqlQuery& query) const {
  if (uniform()) return uniform_statement(query);
  const Sent sent = send();
  std::vector<std::string> changes;
  for (std::size_t i = 0; i < columns.size(); ++i)
    changes.push_back(postgresql_name(columns[i]) + " = " + new_value(i));
  return "UPDATE " + catalogue.at(table).rows + " AS t0 SET " + join(changes, ", ") + " FROM " +
         given(query, sent) + " WHERE " + matches(query, sent);
}

std::string PostgresqlUpdate::rows_that_differ(PostgresqlQuery& query) const {
  const Sent sent = send();
  std::vector<std::string> differences;
  const auto stored = query.columns(table, "t0", columns);
  for (std::size_t i = 0; i < stored.size(); ++i)
    differences.push_back(sortable(*stored[i].type, stored[i].sql) + " IS DISTINCT FROM " +
                          sortable(*stored[i].type, "(" + new_value(i) + ")"));
  return "SELECT 1 FROM " + catalogue.at(table).rows + " AS t0 JOIN " + given(query, sent) +
         " ON " + matches(query, sent) + " WHERE " + join(differences, " OR ") + " LIMIT 1";
}

}  // namespace besa::source
