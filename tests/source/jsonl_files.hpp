// JSONL sources over files in a folder of the test.
#pragma once

#include "tests/source/csv_files.hpp"

namespace jsonl_files {

using csv_files::Cells;
using csv_files::error_of;
using csv_files::everything;

class JsonlFolder : public csv_files::CsvFolder {
 public:
  /// `columns`: of the table t, as a dataset file declares them.
  [[nodiscard]] std::unique_ptr<besa::source::Source> open(
      const std::vector<std::string>& columns = {}, const std::string& place = ".") const {
    besa::source::OpenOptions options;
    options.columns["t"] = columns;
    options.for_change = true;
    options.wait = std::chrono::milliseconds(100);
    return besa::source::open("jsonl:" + place, path(), options);
  }
};

/// The rows of a scan as people read values; nullopt for NULL.
template <class Scanned>
std::vector<Cells> rows_of(Scanned& scanned, const besa::source::Scan& scan) {
  std::vector<Cells> rows;
  scanned.scan(scan, [&](besa::source::RowView row) {
    Cells& cells = rows.emplace_back();
    for (const auto& value : row)
      cells.push_back(value.is_null() ? std::nullopt
                                      : std::optional(besa::source::Value(value).text()));
  });
  return rows;
}

inline std::vector<Cells> rows_of(besa::source::Source& source, const std::string& table) {
  return rows_of(source, everything(source, table));
}

inline std::vector<std::string> columns_of(besa::source::Source& source, const std::string& table) {
  std::vector<std::string> names;
  for (const auto& column : source.schema().table(table)->columns) names.push_back(column.name);
  return names;
}

}  // namespace jsonl_files
