#include "source/sqlite_references.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/foreign_keys.hpp"

namespace besa::source {
namespace {

constexpr auto check_table =
    "SELECT parent, coalesce(rowid, ''), fkid FROM pragma_foreign_key_check(?)";

}  // namespace

SqliteReferences::SqliteReferences(const Connection& connection, const Catalogue& catalogue)
    : connection_(connection), catalogue_(catalogue) {
  for (const auto& [name, table] : catalogue.tables)
    for (const SqliteForeignKey& foreign : table.foreign_keys)
      if (!table.seek(catalogue.places(name, foreign.key.columns))) enforceable_ = false;
}

void SqliteReferences::refuse_taking_along(SqliteScanner& scanner, const Scan& rows,
                                           const std::vector<std::string>* updated) const {
  for (const auto& each : catalogue_.tables)
    for (const SqliteForeignKey& foreign : each.second.foreign_keys) {
      const std::string& name = each.first;
      const ForeignKey& key = foreign.key;
      if (key.target != rows.table || key.target_columns.size() != key.columns.size()) continue;
      const bool concerned = updated == nullptr ? takes_along(key.on_delete)
                                                : takes_along(foreign.on_update) &&
                                                      intersect(*updated, key.target_columns);
      if (!concerned) continue;
      Scan children;
      children.table = name;
      children.hops = {{key.columns, rows.table, key.target_columns}};
      children.owner = rows.columns;
      children.owners = rows.keys;
      const bool same_table = name == rows.table;
      if (same_table) children.columns = rows.columns;
      scanner.scan(children, [&](RowView row) {
        // A row of the table itself that goes in the same step is not taken along.
        if (same_table &&
            rows.keys->find(encode_key(row.subspan(rows.columns.size()))) != KeyIndex::none)
          return;
        throw Error(ErrorKind::refused,
                    "changing table '" + for_terminal(rows.table) + "' would take rows of table '" +
                        for_terminal(name) + "' along (" +
                        (updated == nullptr ? "ON DELETE " + key.on_delete
                                            : "ON UPDATE " + foreign.on_update) +
                        ")",
                    "name table '" + for_terminal(name) +
                        "' in the dataset file, so that its rows are decided on");
      });
    }
}

bool SqliteReferences::checked_here(const SqliteForeignKey& foreign) const {
  return !enforceable_ || foreign.deferred;
}

void SqliteReferences::watch(const std::string& table) {
  const bool triggers = !catalogue_.at(table).trigger_events.empty();  // they may reach any table
  for (const auto& [name, known] : catalogue_.tables) {
    const bool all = triggers || name == table;
    const bool concerned =
        std::ranges::any_of(known.foreign_keys, [&](const SqliteForeignKey& foreign) {
          return checked_here(foreign) && (all || foreign.key.target == table);
        });
    if (concerned && !before_.contains(name)) before_[name] = broken_in(name);
  }
}

SqliteReferences::Broken SqliteReferences::broken_in(const std::string& child) const {
  Broken found;
  Statement statement = connection_.prepare(check_table);
  statement.bind(1, ValueView::of(child));
  while (statement.step())
    found.emplace_back(statement.text(0), std::to_string(statement.integer(1)) + "/" +
                                              std::to_string(statement.integer(2)));
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> SqliteReferences::broken() const {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (const auto& [child, before] : before_) {
    Broken fresh;
    std::ranges::set_difference(broken_in(child), before, std::back_inserter(fresh));
    for (const auto& [target, row] : fresh) ++counts[{child, target}];
  }
  std::vector<std::string> lines;
  for (const auto& [tables, count] : counts)
    lines.push_back(counted(count, "row", "rows") + " of table '" + for_terminal(tables.first) +
                    "' refer to '" + for_terminal(tables.second) + "' where nothing is any more");
  return lines;
}

}  // namespace besa::source
