// The tables of one JSONL dataset: each line of their files is a JSON object (RFC 8259, UTF-8).
//
// There is no header, so what the columns are is found in the data: the declared ones, and besides
// them each place that no declared column covers and that holds a value somewhere. Finding that out
// takes a whole pass over each file, which also checks every line. It is made when the schema is
// first asked for, and again for a file that is another one by then; what is new in it is an Error.
// What it found is remembered (read_before.hpp).
//
// Values: see jsonl_value.hpp; an object or an array is the text of it without white space, and
// elements (`*`) are an array of what lies there. What is missing is NULL, as null is. Packed files
// are only read.
#pragma once

#include "source/file_tables.hpp"
#include "source/jsonl_check.hpp"
#include "source/jsonl_row.hpp"
#include "source/met_rows.hpp"

namespace besa::source {

class JsonlTables final : public FileTables {
 public:
  /// `columns`: by table, the declared ones. Error(failed) where one is no place in an object, or
  /// lies in another. `note`: OpenOptions::note.
  JsonlTables(const std::filesystem::path& path,
              const std::map<std::string, std::vector<std::string>>& columns,
              const std::filesystem::path& note = {});

  [[nodiscard]] const Schema& schema() override;
  void read(const TableSchema& table, const std::filesystem::path& file, const StoredRowSink& sink,
            const Sought& sought) override;

  void require_writable(const TableSchema& table, const Value& value) const override;
  /// Members only: no elements of arrays.
  void require_writable_row(const TableSchema& table,
                            const std::vector<Value>& values) const override;
  [[nodiscard]] bool leaves_missing() const override { return true; }
  /// What is missing stays missing; elements are an array.
  [[nodiscard]] Value edited(StoredRow& row, std::size_t column, const Value& value) const override;
  [[nodiscard]] std::string rewritten(const TableSchema& table, const DataFile& file,
                                      const RowEdit& edit) const override;
  [[nodiscard]] std::string written(const TableSchema& table,
                                    const std::vector<Value>& row) const override;
  [[nodiscard]] std::string line_end_of(const std::shared_ptr<const DataFile>& file) const override;

  /// Plain, and with characters escaped.
  [[nodiscard]] std::vector<std::string> spellings(const std::string& value) const override;
  /// Of an object or an array also the texts in it.
  void each_text(std::string_view value, const TextSink& sink) const override;
  /// A file of the dataset as what its escapes stand for; others also as they are.
  [[nodiscard]] std::vector<std::unique_ptr<ByteStream>> streams(
      const std::shared_ptr<const DataFile>& file, bool own) const override;

 private:
  /// A content of a file that was gone through to its last byte.
  struct Checked {
    FileState state = {};
    bool plain = false;  ///< JsonlCheck::plain
    std::uint64_t rows = 0;
  };
  struct Known {
    JsonlFields fields;
    std::vector<std::string> columns;
    std::vector<bool> several;          ///< by column: it names every element of an array
    std::vector<std::uint32_t> places;  ///< by declared column
    std::map<std::filesystem::path, Checked> checked;
    TableSchema schema;
  };
  std::uint64_t count(const TableSchema& table, const std::filesystem::path& file) override;
  void declare(const std::string& table, const std::vector<std::string>& columns);
  /// What a pass over a table's files shows: of the declared columns, and which others there are.
  [[nodiscard]] static Json findings(const JsonlCheck& found, const Known& known,
                                     std::uint64_t blank_lines);
  [[nodiscard]] Json find_columns(const Table& table);
  static void add_columns(const std::string& table, const Json& findings, Known& known);
  /// The same of a pass that was made before; false where there was none.
  bool recall(const FileStates& states);
  void remember(const FileStates& states, const Json& tables);
  /// A pass over one file; returns how many lines were blank.
  static std::uint64_t check(const std::shared_ptr<const DataFile>& file, JsonlCheck& check,
                             Known& known);
  /// True for a plain one.
  bool require_checked(const std::string& table, const std::shared_ptr<const DataFile>& file);
  static void read_all(JsonlReader& reader, JsonlRow& row, const StoredRowSink& sink,
                       const Sought& sought);
  /// Hands on the rows that may say one of the texts; remembers where they lie.
  void read_some(const Known& known, bool plain, const std::shared_ptr<const DataFile>& file,
                 const StoredRowSink& sink, const Mentions& mentions);

  std::map<std::string, Known> known_;
  Schema schema_;
  MetRows met_;
  ReadBefore before_;
  bool complete_ = false;  ///< the schema is
  std::mutex mutex_;       ///< of what is found out
};

}  // namespace besa::source
