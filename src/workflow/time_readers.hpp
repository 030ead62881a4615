// The readers of a table's time columns, and the rows' conditions, as facts and records both need
// them. Private to workflow.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "besa/base/time.hpp"
#include "besa/model/dataset.hpp"
#include "besa/model/decide.hpp"
#include "besa/source/source.hpp"

namespace besa::workflow {

/// The reader of one time column, in the policy's zone.
[[nodiscard]] TimeReader time_reader(const model::Rulebook& rules, const model::Table& table,
                                     const std::string& column);

/// Reads a stored value, whatever its type. NULL and empty text are TimeFault::empty.
[[nodiscard]] ParsedTime read_time(const TimeReader& reader, const source::ValueView& value);

/// A condition laid over the columns of a scan.
struct BoundWhen {
  std::size_t column = 0;  ///< place in the row
  const model::When* when = nullptr;
  [[nodiscard]] bool holds(source::RowView row) const;
};

/// Columns a scan asks for, each once, and where they will stand in the row.
class ColumnList {
 public:
  explicit ColumnList(std::size_t offset = 0)
      : offset_(offset) {}  ///< how many owner columns stand before
  std::size_t place(const std::string& column);
  [[nodiscard]] std::vector<BoundWhen> places(const std::vector<model::When>& conditions);
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::size_t offset_;
  std::vector<std::string> names_;
};

/// A condition as a source can check it: every stored form that equals one of the texts.
[[nodiscard]] source::Condition as_condition(const model::When& when);

/// The scan that follows one way of ownership from its table to the identifier.
[[nodiscard]] source::Scan scan_along(const model::Dataset& dataset, const model::Attachment& way);

}  // namespace besa::workflow
