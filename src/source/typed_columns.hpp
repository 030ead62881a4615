// A source whose columns have types that it insists on: what besa/source/column_room.hpp asks.
#pragma once

#include "besa/source/column_room.hpp"

namespace besa::source {

class TypedColumns {
 public:
  virtual ~TypedColumns() = default;
  [[nodiscard]] virtual ColumnRoom room(const std::string& table, const std::string& column) = 0;
  [[nodiscard]] virtual std::optional<Value> stored(const std::string& table,
                                                    const std::string& column,
                                                    const Value& value) = 0;
  [[nodiscard]] virtual std::vector<std::vector<std::string>> unique_even_if_null(
      const std::string& table) = 0;
};

}  // namespace besa::source
