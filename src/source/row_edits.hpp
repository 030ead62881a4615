// What a transaction has changed in one table, by where rows lie in their files, until it is
// written.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "besa/source/value.hpp"
#include "source/table_scan.hpp"

namespace besa::source {

/// One row that is erased, or has new values in some columns.
struct RowEdit {
  RowPlace place;
  bool erased = false;
  std::vector<std::pair<std::size_t, Value>> values;  ///< by column
  [[nodiscard]] const Value* value(std::size_t column) const;
  void set(std::size_t column, Value value);
};

/// The edits of one file, in the order in which its rows lie.
class RowEdits {
 public:
  /// Adds edits that are in order; of a row that is there already the newer values count.
  void merge(std::vector<RowEdit> newer);
  [[nodiscard]] const std::vector<RowEdit>& all() const { return edits_; }
  [[nodiscard]] bool empty() const { return edits_.empty(); }

 private:
  std::vector<RowEdit> edits_;
};

/// A row that is in no file yet.
class NewRow final : public StoredRow {
 public:
  explicit NewRow(const std::vector<Value>& values) : values_(values) {}
  [[nodiscard]] ValueView value(std::size_t column) override { return values_[column].view(); }

 private:
  const std::vector<Value>& values_;
};

}  // namespace besa::source
