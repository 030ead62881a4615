// Files of text in a folder of the test, and CSV sources over them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"
#include "tests/source/shapes.hpp"

namespace csv_files {

/// A row as a test reads it: nullopt for NULL.
using Cells = std::vector<std::optional<std::string>>;

class CsvFolder {
 public:
  std::filesystem::path write(const std::string& name, const std::string& bytes) {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return folder_ / name;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

  [[nodiscard]] std::unique_ptr<besa::source::Source> open(
      const besa::source::CsvDialect& dialect = {}, const std::string& place = ".") const {
    besa::source::OpenOptions options;
    options.csv = dialect;
    options.for_change = true;
    options.wait = std::chrono::milliseconds(100);
    return besa::source::open("csv:" + place, folder_.path(), options);
  }

 private:
  shapes::Folder folder_;
};

/// A scan of all columns of a table.
inline besa::source::Scan everything(besa::source::Source& source, const std::string& table) {
  besa::source::Scan scan;
  scan.table = table;
  for (const auto& column : source.schema().table(table)->columns)
    scan.columns.push_back(column.name);
  return scan;
}

template <class Scanned>
std::vector<Cells> rows_of(Scanned& scanned, const besa::source::Scan& scan) {
  std::vector<Cells> rows;
  scanned.scan(scan, [&](besa::source::RowView row) {
    Cells& cells = rows.emplace_back();
    for (const auto& value : row)
      cells.push_back(value.is_null() ? std::nullopt : std::optional(std::string(value.bytes)));
  });
  return rows;
}

inline std::vector<Cells> rows_of(besa::source::Source& source, const std::string& table) {
  return rows_of(source, everything(source, table));
}

/// "message | hint" of the Error that `work` throws, or "no error".
template <class Work>
std::string error_of(Work&& work) {
  try {
    work();
  } catch (const besa::Error& error) {
    return error.message() + " | " + error.hint();
  }
  return "no error";
}

}  // namespace csv_files
