// Foreign keys while rows of a PostgreSQL database change: what would be taken along, and what is
// broken at the end. The server enforces them; here is asked before it acts.
#pragma once

#include <string>
#include <vector>

#include "source/postgresql_query.hpp"

namespace besa::source {

class PostgresqlReferences {
 public:
  PostgresqlReferences(PostgresqlConnection& connection, const PostgresqlCatalogue& catalogue)
      : connection_(connection), catalogue_(catalogue) {}

  /// Error(refused) where rows refer to the rows of `table` with these keys by a foreign key that
  /// would erase or change them too: on delete, or on update of `updated` columns.
  void refuse_taking_along(const std::string& table, const std::vector<std::string>& key_columns,
                           const KeyIndex& keys, const std::vector<std::string>* updated);
  /// What the server would refuse at the commit, deferred until then; nothing is changed by asking.
  [[nodiscard]] std::vector<std::string> broken();

 private:
  PostgresqlConnection& connection_;
  const PostgresqlCatalogue& catalogue_;
};

}  // namespace besa::source
