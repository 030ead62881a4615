// The PostgreSQL driver: a database on a server as a source.
//
// The connection is made at once and kept. Each scan sees one moment (REPEATABLE READ, READ ONLY);
// two scans, or two readers, may see different ones; those that begin while one hands on its rows
// may see its moment. Nothing is held between scans, so that besa
// keeps no old rows from being vacuumed away.
//
// A live server is as fresh as now, or, where it tracks commit timestamps, as its last commit; a
// standby is as fresh as what it has replayed. It owns no files that besa could look at.
#pragma once

#include <memory>
#include <string>

#include "besa/source/source.hpp"
#include "source/postgresql_columns.hpp"
#include "source/postgresql_scan.hpp"

namespace besa::source {

class PostgresqlSource final : public Source {
 public:
  PostgresqlSource(const std::string& service, const OpenOptions& options);

  const Schema& schema() override;
  Instant modified_at() override;
  std::uint64_t row_count(const std::string& table) override;
  void scan(const Scan& scan, const RowSink& sink) override;
  void scan_without(const Scan& population, std::span<const Scan> events,
                    const RowSink& sink) override;
  /// The server joins by itself, in whatever way is best.
  bool seeks(std::span<const Scan> scans) override;
  bool one_look_tells(std::span<const Scan>) override { return false; }
  ColumnRoom room(const std::string& table, const std::string& column) override {
    return postgresql_room(reader().catalogue, table, column);
  }
  std::optional<Value> stored_as(const std::string& table, const std::string& column,
                                 const Value& value) override {
    return stored_by_postgresql(reader().connection, reader().catalogue, table, column, value);
  }
  std::vector<std::vector<std::string>> unique_even_if_null(const std::string& table) override {
    return indexes_with_equal_nulls(reader().connection, reader().catalogue, table);
  }
  std::unique_ptr<Source> another() override;
  std::unique_ptr<Transaction> begin() override;
  std::vector<std::filesystem::path> files() override { return {}; }
  std::uint64_t space_needed() override { return 0; }
  Cleaning clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                 VacuumPolicy vacuum) override;

 private:
  struct Reader {
    Reader(const std::string& service, const OpenOptions& options)
        : connection(service, options, PostgresqlConnection::Purpose::read),
          catalogue(read_catalogue(connection)) {}
    PostgresqlConnection connection;
    PostgresqlCatalogue catalogue;
    PostgresqlScanner scanner{connection, catalogue};
    int scans = 0;  ///< that run now: they nest like calls
  };
  class Moment;
  Reader& reader();

  std::string service_;
  OpenOptions options_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace besa::source
