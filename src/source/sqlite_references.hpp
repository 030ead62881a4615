// Foreign keys while rows change: what would be taken along, and what points nowhere afterwards.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "source/sqlite_scan.hpp"

namespace besa::source {

class SqliteReferences {
 public:
  SqliteReferences(const Connection& connection, const Catalogue& catalogue);
  /// True where every foreign key can be looked up by an index, so that SQLite enforces them
  /// cheaply.
  [[nodiscard]] bool enforceable() const { return enforceable_; }

  /// Error(refused) where other rows refer to `rows` (a scan by keys) by a foreign key that would
  /// erase or change them too: on delete, or on update of `updated` columns.
  void refuse_taking_along(SqliteScanner& scanner, const Scan& rows,
                           const std::vector<std::string>* updated) const;

  /// Before the first change of a table: remembers which references around it are broken already.
  void watch(const std::string& table);
  /// What is broken now and was not then, a line for each pair of tables.
  [[nodiscard]] std::vector<std::string> broken() const;

 private:
  using Broken = std::vector<std::pair<std::string, std::string>>;  ///< target, which row
  [[nodiscard]] bool checked_here(const SqliteForeignKey& foreign) const;
  [[nodiscard]] Broken broken_in(const std::string& child) const;

  const Connection& connection_;
  const Catalogue& catalogue_;
  bool enforceable_ = true;
  std::map<std::string, Broken> before_;
};

}  // namespace besa::source
