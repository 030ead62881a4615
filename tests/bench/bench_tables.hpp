// Where the rows of the benchmark's data go: one SQLite file, or a folder with one CSV or JSONL
// file for each table. The rows are the same; in files the numbers that SQLite gives by itself are
// counted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace besa::bench {

struct TableShape {
  std::string name;
  std::vector<std::string> columns;
  bool numbered = false;  ///< the first column is counted from 1 and not written by the caller
};

/// Takes the values of a row in the order of its columns. Texts must live until `row` returns.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual RowWriter& text(std::string_view value) = 0;
  virtual RowWriter& number(std::int64_t value) = 0;
  virtual void row() = 0;
};

class Tables {
 public:
  virtual ~Tables() = default;
  /// One table after the other: the writer before is done with.
  [[nodiscard]] virtual std::unique_ptr<RowWriter> table(const TableShape& shape) = 0;
  /// Nothing more comes.
  virtual void finish() = 0;
};

/// `folder`/members.db. `schema` makes the tables, `indexes` (may be empty) follows the rows.
[[nodiscard]] std::unique_ptr<Tables> sqlite_tables(const std::filesystem::path& folder,
                                                    std::string_view schema,
                                                    std::string_view indexes);
/// `folder`/NAME.csv: a header, LF, quotes only where a comma asks for them.
[[nodiscard]] std::unique_ptr<Tables> csv_tables(const std::filesystem::path& folder);
/// `folder`/NAME.jsonl: an object on each line, without white space.
[[nodiscard]] std::unique_ptr<Tables> jsonl_tables(const std::filesystem::path& folder);

}  // namespace besa::bench
