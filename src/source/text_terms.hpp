// The conditions and the bound of a scan on columns of text that compare byte by byte, tested on
// values instead of by SQLite. What a column of TEXT stores is text, NULL or a blob.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "source/sqlite_schema.hpp"

namespace besa::source {

class TextTerms {
 public:
  /// nullopt where a term compares in another way.
  [[nodiscard]] static std::optional<TextTerms> of(const Catalogue& catalogue, const Scan& scan);
  /// The columns to be tested, one for each term, by their places in the table.
  [[nodiscard]] const std::vector<std::size_t>& columns() const { return columns_; }
  /// `values` of those columns, in their order.
  [[nodiscard]] bool hold(RowView values) const;

 private:
  struct AnyOf {
    std::vector<std::string> texts;
    bool null = false;
  };
  struct Range {
    std::optional<std::string> at_least, below;
  };
  [[nodiscard]] bool add(const Condition& condition);
  [[nodiscard]] bool add(const Bound& bound);

  std::vector<std::size_t> columns_;
  std::vector<AnyOf> conditions_;
  std::optional<Range> range_;
};

}  // namespace besa::source
