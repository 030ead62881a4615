// Rows kept in memory to be put in key order: for results bounded by a set of owners or keys, so
// that no sorter of a database writes personal data to a temporary file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "besa/source/value.hpp"

namespace besa::source {

class RowBuffer {
 public:
  /// Copies the row under its encoded key.
  void add(std::string_view key, RowView row);
  /// Calls the sink for each row in order of keys (of equal keys: in order of arrival), then is
  /// empty.
  void deliver(const RowSink& sink);

 private:
  struct Cell {
    Type type;
    std::size_t offset;  ///< into bytes_
    std::size_t size;
    std::int64_t integer;
    double real;
  };
  struct Row {
    std::size_t key_offset, key_size;  ///< into bytes_
    std::size_t first_cell;
  };
  [[nodiscard]] std::string_view key(const Row& row) const;

  std::size_t width_ = 0;
  std::string bytes_;
  std::vector<Cell> cells_;
  std::vector<Row> rows_;
};

}  // namespace besa::source
