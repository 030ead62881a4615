// Rows kept in memory to be put in key order: for results bounded by a set of owners or keys, so
// that no sorter of a database writes personal data to a temporary file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
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
  /// Where a record lies: the key and the values packed one after another.
  struct Place {
    std::uint32_t chunk, offset;
  };
  struct Row {
    std::uint64_t prefix;  ///< the key's first bytes: most comparisons need no more
    Place place;
  };
  char* room(std::size_t size);
  [[nodiscard]] const char* record(const Row& row) const;
  [[nodiscard]] std::string_view key(const Row& row) const;
  [[nodiscard]] bool before(const Row& a, const Row& b) const;

  std::size_t width_ = 0;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t used_ = 0, size_ = 0;  ///< of the last chunk
  std::vector<Row> rows_;
};

}  // namespace besa::source
