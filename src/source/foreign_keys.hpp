// What foreign keys of a database do to other rows: named alike in every dialect of SQL.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace besa::source {

/// True for an action (ForeignKey::on_delete) that erases or changes the rows that refer.
[[nodiscard]] inline bool takes_along(const std::string& action) {
  return action == "CASCADE" || action == "SET NULL" || action == "SET DEFAULT";
}

/// True where a column is in both.
[[nodiscard]] inline bool intersect(const std::vector<std::string>& a,
                                    const std::vector<std::string>& b) {
  return std::ranges::any_of(
      a, [&](const std::string& name) { return std::ranges::count(b, name) != 0; });
}

}  // namespace besa::source
