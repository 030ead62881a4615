#include "besa/source/source.hpp"

#include <algorithm>

namespace besa::source {

const ColumnSchema* TableSchema::column(std::string_view wanted) const {
  const auto found = std::ranges::find(columns, wanted, &ColumnSchema::name);
  return found == columns.end() ? nullptr : &*found;
}

const TableSchema* Schema::table(std::string_view wanted) const {
  const auto found = std::ranges::find(tables, wanted, &TableSchema::name);
  return found == tables.end() ? nullptr : &*found;
}

bool Residue::is_in_unused_bytes() const {
  return std::ranges::any_of(hits, [](const Hit& hit) { return hit.where != Where::live_cell; });
}

bool Cleaning::complete() const {
  return residue.clean() && std::ranges::all_of(steps, &Step::done);
}

}  // namespace besa::source
