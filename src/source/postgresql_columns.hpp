// What the columns of a PostgreSQL table take: the server is asked, which knows domains, lengths
// and the forms of its types.
#pragma once

#include "besa/source/source.hpp"
#include "source/postgresql_schema.hpp"

namespace besa::source {

[[nodiscard]] ColumnRoom postgresql_room(const PostgresqlCatalogue& catalogue,
                                         const std::string& table, const std::string& column);

/// nullopt where an INSERT of the value would be refused. Casts alone would cut it to the length of
/// the column. Inside a transaction nothing of it is spoiled.
[[nodiscard]] std::optional<Value> stored_by_postgresql(PostgresqlConnection& connection,
                                                        const PostgresqlCatalogue& catalogue,
                                                        const std::string& table,
                                                        const std::string& column,
                                                        const Value& value);

/// The columns of each of its indexes that say UNIQUE NULLS NOT DISTINCT (PostgreSQL 15).
[[nodiscard]] std::vector<std::vector<std::string>> indexes_with_equal_nulls(
    PostgresqlConnection& connection, const PostgresqlCatalogue& catalogue,
    const std::string& table);

}  // namespace besa::source
