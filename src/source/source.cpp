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

std::uint64_t Transaction::erase_telling(const std::string& table,
                                         const std::vector<std::string>& key_columns,
                                         const KeyIndex& keys,
                                         const std::vector<std::string>& columns,
                                         const RowSink& last) {
  Scan rows;
  rows.table = table;
  rows.columns = key_columns;
  rows.columns.insert(rows.columns.end(), columns.begin(), columns.end());
  rows.key_width = static_cast<std::uint32_t>(key_columns.size());
  rows.keys = &keys;
  if (!columns.empty()) scan(rows, [&](RowView row) { last(row.subspan(key_columns.size())); });
  return erase(table, key_columns, keys);
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
