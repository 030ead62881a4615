// Reading rows from a PostgreSQL server: one cursor for each scan, fetched in pieces of a few
// megabytes, so that memory is flat in the result's size and scans may nest. What is asked for by a
// few keys, and is no more rows than a first piece, comes in one journey instead, without a cursor.
#pragma once

#include <span>

#include "source/postgresql_query.hpp"

namespace besa::source {

class PostgresqlScanner {
 public:
  PostgresqlScanner(PostgresqlConnection& connection, const PostgresqlCatalogue& catalogue)
      : connection_(connection), catalogue_(catalogue) {}

  /// Inside a transaction that the caller has begun.
  void scan(const Scan& scan, const RowSink& sink);
  void scan_without(const Scan& population, std::span<const Scan> events, const RowSink& sink);
  /// The same as `scan`, outside any transaction: in one of its own, begun by `begin` and over
  /// before the first row is handed on. False, and no row, where it asks for more than a few keys,
  /// or they have too many rows for that.
  [[nodiscard]] bool scan_at_once(const Scan& scan, const std::string& begin, const RowSink& sink);
  /// Every row of a SELECT of `width` columns, as besa's values.
  void deliver(const std::string& select, const std::vector<Parameter>& parameters,
               std::size_t width, const RowSink& sink,
               const std::vector<std::string>& ruled_out = {});

 private:
  void require_readable(const Scan& scan) const;

  PostgresqlConnection& connection_;
  const PostgresqlCatalogue& catalogue_;
};

}  // namespace besa::source
