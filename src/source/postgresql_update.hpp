// Many rows of one table, each with new values of its own, as one statement.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "source/postgresql_query.hpp"

namespace besa::source {

/// Updates put so that those with the same values follow each other, and cut into statements: at
/// most `longest` in each and, with `alike`, only ones with the same values.
[[nodiscard]] std::vector<std::vector<RowUpdate>> in_statements(
    const std::vector<RowUpdate>& updates, std::size_t longest, bool alike);

struct PostgresqlUpdate {
  const PostgresqlCatalogue& catalogue;
  const std::string& table;
  const std::vector<std::string>& key_columns;
  const std::vector<std::string>& columns;
  std::span<const RowUpdate> rows;

  /// "UPDATE … FROM unnest(…) AS u WHERE …", of the table as t0; simpler where all get the same.
  [[nodiscard]] std::string statement(PostgresqlQuery& query) const;
  /// Finds a row that does not hold what it was given.
  [[nodiscard]] std::string rows_that_differ(PostgresqlQuery& query) const;

 private:
  struct Sent;
  [[nodiscard]] bool uniform() const;
  [[nodiscard]] std::string uniform_statement(PostgresqlQuery& query) const;
  [[nodiscard]] Sent send() const;
  /// The new values beside their keys: "unnest(…) AS u(k0, k1, v0)".
  [[nodiscard]] std::string given(PostgresqlQuery& query, const Sent& sent) const;
  [[nodiscard]] std::string matches(const PostgresqlQuery& query, const Sent& sent) const;
  [[nodiscard]] std::string new_value(std::size_t column) const;
};

}  // namespace besa::source
