// A table of text as people read it in a terminal: aligned columns, numbers to the right.
//
// Every cell is made safe for a terminal (besa::for_terminal); a width is counted in characters,
// not bytes, so that ë and ç line up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace besa::report {

enum class Align { left, right };

struct TableColumn {
  std::string heading;
  Align align = Align::left;
};

class TextTable {
 public:
  explicit TextTable(std::vector<TableColumn> columns);
  /// One cell for each column; Error(failed) otherwise.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Heading, rows, each ending in a newline; columns where every cell is empty are left out.
  [[nodiscard]] std::string str(std::size_t indent = 2) const;

 private:
  std::vector<TableColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// "12 345", or "-" for nothing: a table is read faster without a field of zeros.
[[nodiscard]] std::string number_cell(std::uint64_t number);

}  // namespace besa::report
