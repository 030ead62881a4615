// The tables of a dataset that lies in files of text: which files they are, and what drivers of
// such formats have to say so that their files are scanned, changed and looked at in one way
// (file_source.hpp, file_change.hpp, file_clean.hpp).
//
// A table NAME is the file NAME.csv (or packed: NAME.csv.gz, NAME.csv.zst), or the folder NAME with
// such files, read in the order of their names; likewise with another ending. What begins with a
// dot, and what has another ending, is not read.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "besa/source/source.hpp"
#include "source/byte_stream.hpp"
#include "source/read_before.hpp"
#include "source/row_edits.hpp"
#include "source/table_scan.hpp"

namespace besa::source {

class FileTables {
 public:
  struct Table {
    std::string name;
    std::vector<std::filesystem::path> files;
  };
  /// Finds the files that end in `ending`. Error(failed) where there are none, or a table is there
  /// twice, Error(refused) for a link.
  FileTables(const std::filesystem::path& path, std::string ending);
  virtual ~FileTables() = default;
  FileTables(const FileTables&) = delete;
  FileTables& operator=(const FileTables&) = delete;

  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }
  [[nodiscard]] const Table& table(const std::string& name) const;
  [[nodiscard]] std::vector<std::filesystem::path> files() const;
  /// What else lies in the source's folder and in those of its tables: nobody reads it. Hidden
  /// files only with the ending of the format.
  [[nodiscard]] const std::vector<std::filesystem::path>& passed_over() const {
    return passed_over_;
  }
  /// The folders in which the files lie.
  [[nodiscard]] std::vector<std::filesystem::path> folders() const;

  /// While a change holds a file, whoever reads it must read through that very opening.
  void hold(std::shared_ptr<const DataFile> file);
  void let_go(const std::filesystem::path& path);

  // --- what a format says of itself ---

  [[nodiscard]] virtual const Schema& schema() = 0;
  /// The mark in numbers that are kept as text.
  [[nodiscard]] virtual char decimal() const { return '.'; }
  /// Hands on every wanted row of one file, in order.
  virtual void read(const TableSchema& table, const std::filesystem::path& file,
                    const StoredRowSink& sink, const Sought& sought) = 0;

  /// How many rows a file has: counted once for each content.
  [[nodiscard]] std::uint64_t rows_in(const TableSchema& table, const std::filesystem::path& file);
  /// See Source::parts.
  [[nodiscard]] std::vector<Part> parts(const TableSchema& table);

  /// Error(refused) where a file of the dataset can only be read.
  virtual void require_changeable() const;
  /// Error(refused) where no row of the table can have this value.
  virtual void require_writable(const TableSchema& table, const Value& value) const = 0;
  /// Error(refused) where a new row cannot have these values.
  virtual void require_writable_row(const TableSchema& table,
                                    const std::vector<Value>& values) const;
  /// See Source::leaves_missing.
  [[nodiscard]] virtual bool leaves_missing() const { return false; }
  /// What `row` says in a column that was given `value`.
  [[nodiscard]] virtual Value edited(StoredRow& row, std::size_t column, const Value& value) const;
  /// The bytes of a row, line end included, with its new values; every other byte as it was.
  [[nodiscard]] virtual std::string rewritten(const TableSchema& table, const DataFile& file,
                                              const RowEdit& edit) const = 0;
  /// A new row, without line end.
  [[nodiscard]] virtual std::string written(const TableSchema& table,
                                            const std::vector<Value>& row) const = 0;
  /// The line end that a file uses: that of its first line; LF where it has none.
  [[nodiscard]] virtual std::string line_end_of(
      const std::shared_ptr<const DataFile>& file) const = 0;

  // --- how values that were erased are looked for ---

  [[nodiscard]] virtual CharacterSet encoding() const { return CharacterSet::utf8; }
  /// A value as it may be written, itself among it.
  [[nodiscard]] virtual std::vector<std::string> spellings(const std::string& value) const = 0;
  using TextSink = std::function<void(std::string_view)>;
  /// What is sought for a value: itself, and the texts it is made of.
  virtual void each_text(std::string_view value, const TextSink& sink) const;
  /// A file of the dataset (`own`) or one beside it, in each way in which it is to be looked at.
  [[nodiscard]] virtual std::vector<std::unique_ptr<ByteStream>> streams(
      const std::shared_ptr<const DataFile>& file, bool own) const;

 protected:
  [[nodiscard]] std::shared_ptr<const DataFile> open(const std::filesystem::path& path) const;
  /// All files as they are now.
  [[nodiscard]] FileStates states() const;
  /// For a driver that has read all of a file: it need not be read again to be counted.
  static void note_rows(const DataFile& file, std::uint64_t rows);
  /// nullopt where nobody has said.
  [[nodiscard]] static std::optional<std::uint64_t> noted_rows(const DataFile& file);
  /// Reads the file through.
  [[nodiscard]] virtual std::uint64_t count(const TableSchema& table,
                                            const std::filesystem::path& file);

 private:
  [[nodiscard]] std::string stem_of(const std::filesystem::path& path) const;
  [[nodiscard]] bool is_hidden(const std::filesystem::path& path) const;
  /// The table's files in a folder; notes what else lies there.
  [[nodiscard]] std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder);
  void find_tables(const std::filesystem::path& path);

  std::string ending_;
  std::vector<Table> tables_;
  std::vector<std::filesystem::path> passed_over_;
  mutable std::mutex held_mutex_;
  std::map<std::filesystem::path, std::shared_ptr<const DataFile>> held_;
};

/// True for a folder in which no file is a table's: an export that did not arrive, though its place
/// is there. A link is no folder.
[[nodiscard]] bool is_folder_without_files(const std::filesystem::path& path,
                                           const std::string& ending);

/// SHA-256 over the names and types of tables and columns.
[[nodiscard]] Digest fingerprint_of(const Schema& schema);

}  // namespace besa::source
