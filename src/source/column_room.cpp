#include "besa/source/column_room.hpp"

#include "source/typed_columns.hpp"

namespace besa::source {

ColumnRoom room_of(Source& source, const std::string& table, const std::string& column) {
  auto* const typed = dynamic_cast<TypedColumns*>(&source);
  return typed != nullptr ? typed->room(table, column) : ColumnRoom{};
}

std::optional<Value> stored_as(Source& source, const std::string& table, const std::string& column,
                               const Value& value) {
  auto* const typed = dynamic_cast<TypedColumns*>(&source);
  return typed != nullptr ? typed->stored(table, column, value) : value;
}

std::vector<std::vector<std::string>> unique_even_if_null(Source& source,
                                                          const std::string& table) {
  auto* const typed = dynamic_cast<TypedColumns*>(&source);
  return typed != nullptr ? typed->unique_even_if_null(table)
                          : std::vector<std::vector<std::string>>{};
}

}  // namespace besa::source
