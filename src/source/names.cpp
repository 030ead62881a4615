#include "source/names.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/json.hpp"
#include "besa/base/text.hpp"

namespace besa::source {
namespace {

std::string nearest_hint(const std::string& name, const std::vector<std::string>& known) {
  const auto nearest = nearest_name(name, known);
  return nearest ? "did you mean '" + for_terminal(*nearest) + "'?" : "";
}

void require_hop(const TableSchema& near, const Hop& hop, const TableSchema& target) {
  (void)require_columns(near, hop.columns);
  (void)require_columns(target, hop.target_columns);
  if (hop.columns.empty() || hop.columns.size() != hop.target_columns.size())
    throw Error(ErrorKind::failed, "the link from table '" + near.name + "' to '" + target.name +
                                       "' does not name as many columns on both sides");
}

}  // namespace

const TableSchema& require_table(const Schema& schema, const std::string& name) {
  if (const TableSchema* table = schema.table(name)) return *table;
  std::vector<std::string> known;
  for (const TableSchema& table : schema.tables) known.push_back(table.name);
  throw Error(ErrorKind::failed, "there is no table '" + for_terminal(name) + "'",
              nearest_hint(name, known));
}

std::size_t require_column(const TableSchema& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns, name, &ColumnSchema::name);
  if (found != table.columns.end()) return static_cast<std::size_t>(found - table.columns.begin());
  std::vector<std::string> known;
  for (const ColumnSchema& column : table.columns) known.push_back(column.name);
  throw Error(ErrorKind::failed,
              "table '" + for_terminal(table.name) + "' has no column '" + for_terminal(name) + "'",
              nearest_hint(name, known));
}

std::vector<std::size_t> require_columns(const TableSchema& table,
                                         const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) places.push_back(require_column(table, name));
  return places;
}

void require_names(const Schema& schema, const Scan& scan) {
  const TableSchema& table = require_table(schema, scan.table);
  const TableSchema* near = &table;
  for (const Hop& hop : scan.hops) {
    const TableSchema& target = require_table(schema, hop.table);
    require_hop(*near, hop, target);
    near = &target;
  }
  (void)require_columns(*near, scan.owner);
  (void)require_columns(table, scan.columns);
  for (const Condition& condition : scan.where) (void)require_column(table, condition.column);
  if (scan.bound) (void)require_column(table, scan.bound->column);
  if (scan.enough) (void)require_column(table, scan.enough->column);
  if (scan.key_width > scan.columns.size() ||
      (scan.key_width == 0 && (scan.keys != nullptr || scan.in_key_order)))
    throw Error(ErrorKind::failed,
                "table '" + scan.table + "' was asked for a key it does not have");
}

const std::string& owner_table(const Scan& scan) {
  return scan.hops.empty() ? scan.table : scan.hops.back().table;
}

}  // namespace besa::source
