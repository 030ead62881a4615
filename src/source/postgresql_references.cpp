#include "source/postgresql_references.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/foreign_keys.hpp"

namespace besa::source {
namespace {

constexpr auto before_asking = "SAVEPOINT besa_references";
constexpr auto ask_now = "SET CONSTRAINTS ALL IMMEDIATE";
// Also where all was well: deferred checks wait for the commit again.
constexpr auto as_before = "ROLLBACK TO SAVEPOINT besa_references";
constexpr auto after_asking = "RELEASE SAVEPOINT besa_references";

/// One row that refers to a row that goes, and does not go with it.
std::string one_taken_along(PostgresqlQuery& query, const PostgresqlCatalogue& catalogue,
                            const std::string& table, const PostgresqlReference& reference,
                            const std::vector<std::string>& key_columns, const KeyIndex& keys) {
  std::vector<std::string> terms = {query.in_set(query.columns(table, "t0", key_columns), keys)};
  for (std::size_t i = 0; i < reference.columns.size(); ++i) {
    const std::string& collation = catalogue.type(table, reference.target_columns[i]).collation;
    terms.push_back("t0." + postgresql_name(reference.target_columns[i]) + " " +
                    reference.operators[i] + " c." + postgresql_name(reference.columns[i]) +
                    (collation.empty() ? "" : " COLLATE " + collation));
  }
  std::string sql = "SELECT 1 FROM " + reference.child_sql + " AS c JOIN " +
                    catalogue.at(table).rows + " AS t0 ON " + join(terms, " AND ");
  if (reference.child == table)
    sql += " WHERE NOT coalesce(" + query.in_set(query.columns(table, "c", key_columns), keys) +
           ", false)";
  return sql + " LIMIT 1";
}

}  // namespace

void PostgresqlReferences::refuse_taking_along(const std::string& table,
                                               const std::vector<std::string>& key_columns,
                                               const KeyIndex& keys,
                                               const std::vector<std::string>* updated) {
  for (const PostgresqlReference& reference : catalogue_.at(table).referred_by) {
    const std::string& action = updated == nullptr ? reference.on_delete : reference.on_update;
    if (!takes_along(action)) continue;
    if (updated != nullptr && !intersect(*updated, reference.target_columns)) continue;
    PostgresqlQuery query(catalogue_);
    const std::string sql = one_taken_along(query, catalogue_, table, reference, key_columns, keys);
    if (connection_.run(sql, query.parameters()).size() == 0) continue;
    throw Error(ErrorKind::refused,
                "changing table '" + for_terminal(table) + "' would take rows of table '" +
                    for_terminal(reference.child) + "' along (" +
                    (updated == nullptr ? "ON DELETE " : "ON UPDATE ") + action + ")",
                "name table '" + for_terminal(reference.child) +
                    "' in the dataset file, so that its rows are decided on");
  }
}

std::vector<std::string> PostgresqlReferences::broken() {
  std::vector<std::string> lines;
  connection_.run_with_next({before_asking});
  try {
    (void)connection_.run(ask_now);
  } catch (const Error& error) {
    if (connection_.lost() || error.kind() != ErrorKind::refused) throw;
    lines.push_back(error.message());
  }
  connection_.run_with_next({as_before});
  (void)connection_.run(after_asking);
  return lines;
}

}  // namespace besa::source
