#include "besa/source/source.hpp"

#include <algorithm>

namespace besa::source {

const ColumnSchema* TableSchema::column(std::string_view wanted) const {
  const auto found = std::ranges::find(columns, wanted, &ColumnSchema::name);
  return found == columns.end() ? nullptr : &*found;
}

bool TableSchema::is_unique(const std::string& wanted) const {
  return std::ranges::any_of(indexes, [&](const IndexSchema& index) {
    return index.unique && index.columns == std::vector<std::string>{wanted};
  });
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

Instant Source::table_modified_at(const std::string&) {
  return modified_at();
}

std::vector<Part> Source::parts(const std::string& table) {
  return {{"", row_count(table)}};
}

ColumnRoom Source::room(const std::string&, const std::string&) {
  return {};
}

std::optional<Value> Source::stored_as(const std::string&, const std::string&, const Value& value) {
  return value;
}

std::vector<std::vector<std::string>> Source::unique_even_if_null(const std::string&) {
  return {};
}

}  // namespace besa::source
