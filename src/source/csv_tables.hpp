// The tables of one CSV dataset: which files they are, their headers, and their rows.
//
// A table NAME is the file NAME.csv (or NAME.csv.gz), or the folder NAME with such files, read in
// the order of their names, all with the same header. What begins with a dot is not looked at.
#pragma once

#include <map>
#include <mutex>

#include "besa/source/source.hpp"
#include "source/csv_reader.hpp"
#include "source/table_scan.hpp"

namespace besa::source {

/// A row where it lies. Values are taken out once, when asked for.
class CsvRow final : public StoredRow {
 public:
  CsvRow(const CsvReader& reader, const CsvDialect& dialect, std::size_t columns)
      : reader_(reader),
        dialect_(dialect),
        plain_(!is_single_byte(dialect.encoding) && dialect.null_text.empty()),
        cells_(columns) {}
  void move_to(const CsvRecord& record) {
    record_ = &record;
    ++stamp_;
  }
  [[nodiscard]] ValueView value(std::size_t column) override {
    const std::string_view bytes = reader_.field(*record_, static_cast<std::uint32_t>(column));
    // Most fields are what their bytes are.
    if (plain_ && !bytes.empty() && bytes.front() != dialect_.quote) return ValueView::of(bytes);
    return unusual_value(column, bytes);
  }
  [[nodiscard]] const CsvRecord& record() const { return *record_; }
  [[nodiscard]] const CsvReader& reader() const { return reader_; }

 private:
  struct Cell {
    std::uint64_t stamp = 0;  ///< of the row it was read from
    ValueView view;
    std::string scratch;
  };
  [[nodiscard]] ValueView unusual_value(std::size_t column, std::string_view bytes);
  const CsvReader& reader_;
  const CsvDialect& dialect_;
  bool plain_;
  const CsvRecord* record_ = nullptr;
  std::uint64_t stamp_ = 0;
  std::vector<Cell> cells_;
};

class CsvTables {
 public:
  struct Table {
    std::string name;
    std::vector<std::filesystem::path> files;
  };
  /// Reads the headers. Error(failed) for a header that is missing, says a name twice, or is not
  /// that of the table's other files.
  CsvTables(const std::filesystem::path& path, CsvDialect dialect);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const CsvDialect& dialect() const { return dialect_; }
  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }
  [[nodiscard]] const Table& table(const std::string& name) const;
  [[nodiscard]] std::vector<std::filesystem::path> files() const;
  /// The folders in which the files lie.
  [[nodiscard]] std::vector<std::filesystem::path> folders() const;

  /// Hands on every row of one file.
  template <class Sink>
  void read(const TableSchema& table, const std::filesystem::path& file, Sink&& sink) const {
    CsvReader reader = reader_of(table, file);
    CsvRow row(reader, dialect_, table.columns.size());
    bool header = dialect_.header;
    while (reader.advance())
      for (const CsvRecord& record : reader.records()) {
        if (header) {
          require_header(table, reader, record);
          header = false;
          continue;
        }
        row.move_to(record);
        sink(row);
      }
  }

  /// While a change holds a file, whoever reads it must read through that very opening.
  void hold(std::shared_ptr<const DataFile> file);
  void let_go(const std::filesystem::path& path);

 private:
  [[nodiscard]] CsvReader reader_of(const TableSchema& table,
                                    const std::filesystem::path& file) const;
  /// A file may have been replaced since its header was read.
  void require_header(const TableSchema& table, const CsvReader& reader,
                      const CsvRecord& record) const;
  void find_tables(const std::filesystem::path& path);
  void read_schema();
  [[nodiscard]] std::vector<std::string> read_header(const Table& table,
                                                     const std::filesystem::path& file) const;
  [[nodiscard]] std::shared_ptr<const DataFile> open(const std::filesystem::path& path) const;

  CsvDialect dialect_;
  std::vector<Table> tables_;
  Schema schema_;
  mutable std::mutex held_mutex_;
  std::map<std::filesystem::path, std::shared_ptr<const DataFile>> held_;
};

}  // namespace besa::source
