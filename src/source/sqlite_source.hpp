// The SQLite driver: a database file as a source.
//
// Opening checks the file; the connection is made with the first question and closed for cleaning.
// A database that its program left in the middle of a change is an Error for a reader; opened for
// change it is first brought back to its last committed state, as its own program would.
#pragma once

#include "besa/source/source.hpp"
#include "source/sqlite_scan.hpp"

namespace besa::source {

class SqliteSource final : public Source {
 public:
  SqliteSource(const std::filesystem::path& path, const OpenOptions& options);

  const Schema& schema() override { return reader().catalogue.schema; }
  Instant modified_at() override;
  std::uint64_t row_count(const std::string& table) override;
  void scan(const Scan& scan, const RowSink& sink) override { reader().scanner.scan(scan, sink); }
  void scan_without(const Scan& population, std::span<const Scan> events,
                    const RowSink& sink) override {
    reader().scanner.scan_without(population, events, sink);
  }
  bool seeks(std::span<const Scan> scans) override { return reader().scanner.seeks(scans); }
  bool one_look_tells(std::span<const Scan> scans) override {
    return reader().scanner.one_look_tells(scans);
  }
  std::optional<Value> stored_as(const std::string& table, const std::string& column,
                                 const Value& value) override;
  std::unique_ptr<Source> another() override;
  std::unique_ptr<Transaction> begin() override;
  std::vector<std::filesystem::path> files() override;
  std::uint64_t space_needed() override;
  Cleaning clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                 VacuumPolicy vacuum) override;

 private:
  struct Reader {
    Reader(const std::filesystem::path& file, const OpenOptions& options)
        : connection(file, Connection::Purpose::read, options),
          catalogue(read_catalogue(connection)) {}
    Connection connection;
    Catalogue catalogue;
    SqliteScanner scanner{connection, catalogue};
  };
  Reader& reader();

  OpenOptions options_;
  std::filesystem::path file_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace besa::source
