// The tables of one CSV dataset: their headers, their rows, and how rows are written.
//
// The files of one table all have the same header. Every value is text or NULL. Packed files and
// UTF-16 are only read.
#pragma once

#include "besa/source/source.hpp"
#include "source/csv_reader.hpp"
#include "source/file_tables.hpp"
#include "source/met_rows.hpp"

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
    return is_its_bytes(bytes) ? ValueView::of(bytes) : unusual_value(column, bytes);
  }
  /// False where the value is a text that does not; only most of those are known.
  [[nodiscard]] bool may_lie_in(const TextRange& range) const {
    const std::string_view bytes =
        reader_.field(*record_, static_cast<std::uint32_t>(range.column()));
    return !is_its_bytes(bytes) || range.holds(bytes);
  }
  [[nodiscard]] RowPlace place() const override {
    const std::uint64_t begin = reader_.offset(*record_);
    return {begin, begin + (record_->next - record_->begin)};
  }

 private:
  struct Cell {
    std::uint64_t stamp = 0;  ///< of the row it was read from
    ValueView view;
    std::string scratch;
  };
  /// Most fields are what their bytes are.
  [[nodiscard]] bool is_its_bytes(std::string_view bytes) const {
    return plain_ && !bytes.empty() && bytes.front() != dialect_.quote;
  }
  [[nodiscard]] ValueView unusual_value(std::size_t column, std::string_view bytes);
  const CsvReader& reader_;
  const CsvDialect& dialect_;
  bool plain_;
  const CsvRecord* record_ = nullptr;
  std::uint64_t stamp_ = 0;
  std::vector<Cell> cells_;
};

class CsvTables final : public FileTables {
 public:
  /// Reads the headers. Error(failed) for a header that is missing, says a name twice, or is not
  /// that of the table's other files.
  /// `note`: OpenOptions::note.
  CsvTables(const std::filesystem::path& path, CsvDialect dialect,
            const std::filesystem::path& note = {});

  [[nodiscard]] const Schema& schema() override { return schema_; }
  [[nodiscard]] char decimal() const override { return dialect_.decimal; }
  void read(const TableSchema& table, const std::filesystem::path& file, const StoredRowSink& sink,
            const Sought& sought) override;

  void require_changeable() const override;
  void require_writable(const TableSchema& table, const Value& value) const override;
  [[nodiscard]] std::string rewritten(const TableSchema& table, const DataFile& file,
                                      const RowEdit& edit) const override;
  [[nodiscard]] std::string written(const TableSchema& table,
                                    const std::vector<Value>& row) const override;
  [[nodiscard]] std::string line_end_of(const std::shared_ptr<const DataFile>& file) const override;

  [[nodiscard]] CharacterSet encoding() const override { return dialect_.encoding; }
  /// As it is, and as it may stand between quotes.
  [[nodiscard]] std::vector<std::string> spellings(const std::string& value) const override;

 private:
  std::uint64_t count(const TableSchema& table, const std::filesystem::path& file) override;
  /// True for a content of which every record was found to be one, now or before.
  [[nodiscard]] bool was_read_through(const DataFile& file);
  void recall();
  void note_read(const DataFile& file, std::uint64_t rows);
  /// Hands on the rows that say one of the texts; remembers where they lie.
  void read_some(const TableSchema& table, const std::shared_ptr<const DataFile>& file,
                 const StoredRowSink& sink, const Mentions& mentions);
  void read_known(const TableSchema& table, const std::shared_ptr<const DataFile>& file,
                  const StoredRowSink& sink, std::vector<Stretch> rows) const;
  [[nodiscard]] CsvReader reader_of(const TableSchema& table,
                                    const std::shared_ptr<const DataFile>& file) const;
  /// Calls `stretch(reader, row, records)` for every stretch of a file, its header left out.
  /// `only`: of a file that was read through, the stretches without these texts may be passed over.
  template <class Each>
  std::uint64_t each_stretch(const TableSchema& table, const std::shared_ptr<const DataFile>& file,
                             Each&& stretch, const Mentions* only = nullptr);
  /// A file may have been replaced since its header was read.
  void require_header(const TableSchema& table, const CsvReader& reader,
                      const CsvRecord& record) const;
  [[nodiscard]] bool show_as_they_are(const Mentions& mentions) const;
  void read_schema();
  [[nodiscard]] std::vector<std::string> read_header(const Table& table,
                                                     const std::filesystem::path& file) const;

  CsvDialect dialect_;
  Schema schema_;
  MetRows met_;
  ReadBefore before_;
  std::mutex mutex_;  ///< of what was read through
  bool recalled_ = false;
  std::map<std::filesystem::path, std::pair<FileState, std::uint64_t>> read_;  ///< with its rows
};

}  // namespace besa::source
