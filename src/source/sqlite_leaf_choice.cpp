// TableLeaves: what can be read by pages, by which index, and which rows are passed over there.
#include <algorithm>

#include "source/names.hpp"
#include "source/sqlite_leaves.hpp"

namespace besa::source {

std::vector<std::int64_t> rowids_of(const KeyIndex& keys) {
  std::vector<std::int64_t> rowids;
  rowids.reserve(keys.size());
  for (std::uint32_t number = 0; number < keys.size(); ++number)
    if (const Key key = decode_key(keys.key(number)); key.at(0).type == Type::integer)
      rowids.push_back(key[0].integer);
  std::ranges::sort(rowids);
  return rowids;
}

RowidMerge::RowidMerge(const KeyIndex& keys) : rowids_(rowids_of(keys)) {}

const SqliteIndex* TableLeaves::index_for(const SqliteTable& table,
                                          std::span<const std::size_t> columns,
                                          const std::vector<std::size_t>& first) {
  const SqliteIndex* found = nullptr;
  for (const SqliteIndex& index : table.indexes) {
    const bool holds_all = std::ranges::all_of(columns, [&](std::size_t column) {
      return table.is_rowid({column}) || index.holds({column}) == 1;
    });
    if (index.partial || !holds_all) continue;
    if (index.led_by(first)) return &index;
    if (found == nullptr) found = &index;
  }
  return found;
}

bool TableLeaves::readable(const Catalogue& catalogue, const Choice& choice) {
  const TableSchema& schema = require_table(catalogue.schema, choice.table);
  const SqliteTable& known = catalogue.at(choice.table);
  if (schema.kind != TableKind::table || schema.without_rowid || known.text.empty()) return false;
  if (std::ranges::any_of(schema.columns, &ColumnSchema::generated)) return false;
  return std::ranges::all_of(choice.columns, [&](std::size_t column) {
    // A row older than its column takes the default, and integers may stand for whole reals.
    return !schema.columns[column].has_default && !known.real[column];
  });
}

namespace {

bool is_at(const SqliteIndex& index, std::size_t at, const Scan& scan, const std::string& column,
           const Catalogue& catalogue) {
  const std::size_t place = catalogue.places(scan.table, {column}).front();
  return index.columns.size() > at && index.columns[at] == static_cast<int>(place);
}

/// The set whose members the first column of the index holds: of owners, or of keys of one column.
struct Leading {
  bool there = false;
  const KeyIndex* only = nullptr;
};
Leading leading(const TableLeaves::Choice& choice, const Scan& scan, const Catalogue& catalogue) {
  if (choice.index == nullptr) return {};
  if (scan.owner.size() == 1 && is_at(*choice.index, 0, scan, scan.owner.front(), catalogue))
    return {true, scan.owners};
  const bool by_key = scan.owner.empty() && scan.keys != nullptr && scan.key_width == 1 &&
                      is_at(*choice.index, 0, scan, scan.columns.front(), catalogue);
  return {by_key, by_key ? scan.keys : nullptr};
}

bool by_rowid(const TableLeaves::Choice& choice, const Scan& scan, const Catalogue& catalogue) {
  return choice.index == nullptr && scan.keys != nullptr && scan.key_width == 1 &&
         catalogue.at(scan.table).is_rowid(catalogue.places(scan.table, {scan.columns.front()}));
}

}  // namespace

bool TableLeaves::passes_over(const Choice& choice, const Scan& scan, const Catalogue& catalogue) {
  return by_rowid(choice, scan, catalogue) || leading(choice, scan, catalogue).only != nullptr;
}

bool TableLeaves::strides(const Choice& choice, const Scan& scan, const Catalogue& catalogue) {
  return leading(choice, scan, catalogue).there && choice.index->by_bytes.front() && scan.enough &&
         is_at(*choice.index, 1, scan, scan.enough->column, catalogue) &&
         choice.index->by_bytes.at(1);
}

void TableLeaves::pass_over(const Scan& scan, const Catalogue& catalogue) {
  if (by_rowid(choice_, scan, catalogue)) only_.emplace(*scan.keys);
  const Leading first = leading(choice_, scan, catalogue);
  if (!first.there) return;
  const bool bounded =
      scan.enough && is_at(*choice_.index, 1, scan, scan.enough->column, catalogue);
  const bool by_bytes =
      choice_.index->by_bytes.front() && (!bounded || choice_.index->by_bytes.at(1));
  OwnerRuns runs(first.only, bounded ? scan.enough : std::nullopt, by_bytes);
  if (runs.leaves_out()) runs_.emplace(std::move(runs));
}

}  // namespace besa::source
