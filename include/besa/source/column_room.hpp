// What the columns of a source take, and in which form they give it back.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "besa/source/source.hpp"

namespace besa::source {

/// What may be made up for a column. A source without types of its own takes anything; `other` is
/// whatever has a form of its own (a date, an address of a network, a list, one of a few words).
struct ColumnRoom {
  enum class Takes { anything, text, number, uuid, other };
  Takes takes = Takes::anything;
  std::size_t longest = 0;  ///< of a text, in characters; 0: no limit
};
[[nodiscard]] ColumnRoom room_of(Source& source, const std::string& table,
                                 const std::string& column);

/// The value as a scan shows it once it was written there: a number may get decimals, a document
/// other blanks. nullopt where the column does not take it whole. Not for NULL.
[[nodiscard]] std::optional<Value> stored_as(Source& source, const std::string& table,
                                             const std::string& column, const Value& value);

/// Sets of columns of which no two rows may have the same, not even where all of them are NULL.
[[nodiscard]] std::vector<std::vector<std::string>> unique_even_if_null(Source& source,
                                                                        const std::string& table);

}  // namespace besa::source
