// What a transaction has changed in one table, by where records lie, until it is written.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "besa/source/value.hpp"
#include "source/table_scan.hpp"

namespace besa::source {

/// One record that is erased, or has new values in some columns.
struct CsvEdit {
  std::uint64_t begin = 0, end = 0;  ///< its bytes in the file, line end included
  bool erased = false;
  std::vector<std::pair<std::size_t, Value>> values;  ///< by column
  [[nodiscard]] const Value* value(std::size_t column) const;
  void set(std::size_t column, Value value);
};

/// The edits of one file, in the order in which its records lie.
class CsvEdits {
 public:
  /// Adds edits that are in order; of a record that is there already the newer values count.
  void merge(std::vector<CsvEdit> newer);
  [[nodiscard]] const std::vector<CsvEdit>& all() const { return edits_; }
  [[nodiscard]] bool empty() const { return edits_.empty(); }

 private:
  std::vector<CsvEdit> edits_;
};

/// A row with its edit before it.
class EditedRow final : public StoredRow {
 public:
  EditedRow(StoredRow& row, const CsvEdit& edit) : row_(row), edit_(edit) {}
  [[nodiscard]] ValueView value(std::size_t column) override {
    const Value* changed = edit_.value(column);
    return changed != nullptr ? changed->view() : row_.value(column);
  }

 private:
  StoredRow& row_;
  const CsvEdit& edit_;
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
