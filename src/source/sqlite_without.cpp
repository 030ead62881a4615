// The anti-join: rows of a population whose owner has no event, by one statement of NOT EXISTS
// where indexes answer it, by sets otherwise.

#include <algorithm>

#include "source/names.hpp"
#include "source/sqlite_scan.hpp"

namespace besa::source {

bool SqliteScanner::seeks(std::span<const Scan> scans) const {
  return std::ranges::all_of(scans, [&](const Scan& scan) {
    require_readable(scan);
    return !scan.owner.empty() && QueryText(catalogue_, scan).from_owners().has_value();
  });
}

/// True where SQL's equality of the two owners is that of their bytes.
bool SqliteScanner::comparable(const Scan& population, const Scan& event) const {
  if (population.owner.size() != event.owner.size()) return false;
  const SqliteTable& here = catalogue_.at(owner_table(population));
  const SqliteTable& there = catalogue_.at(owner_table(event));
  const auto mine = catalogue_.places(owner_table(population), population.owner);
  const auto theirs = catalogue_.places(owner_table(event), event.owner);
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (!here.binary[mine[i]] || !there.binary[theirs[i]] ||
        here.affinity[mine[i]] != there.affinity[theirs[i]])
      return false;
  return true;
}

std::optional<Sql> SqliteScanner::not_exists(const Scan& population, const Scan& event,
                                             char letter) const {
  const QueryText query(catalogue_, event, letter);
  const auto from = query.from_owners();
  if (!from || !comparable(population, event) || event.owners != nullptr || event.keys != nullptr)
    return std::nullopt;
  const std::vector<std::string> outer = QueryText(catalogue_, population).owner_names();
  const std::vector<std::string> inner = query.owner_names();
  Sql sql = query.condition();
  sql.text = " AND NOT EXISTS (SELECT 1 FROM " + *from + " WHERE " + sql.text;
  for (std::size_t i = 0; i < inner.size(); ++i) sql.text += " AND " + inner[i] + " = " + outer[i];
  sql.text += ")";
  return sql;
}

std::optional<Sql> SqliteScanner::not_exists(const Scan& population,
                                             std::span<const Scan> events) const {
  Sql all;
  char letter = 'a';
  for (const Scan& event : events) {
    if (letter == 't') return std::nullopt;  // more tables than letters
    const auto one = not_exists(population, event, letter++);
    if (!one) return std::nullopt;
    all.text += one->text;
    all.values.insert(all.values.end(), one->values.begin(), one->values.end());
  }
  return all;
}

void SqliteScanner::scan_without(const Scan& population, std::span<const Scan> events,
                                 const RowSink& sink) {
  require_readable(population);
  for (const Scan& event : events) require_readable(event);
  if (const auto without = not_exists(population, events))
    return pass(QueryText(catalogue_, population), population, *without, sink);
  scan_without_by_sets([this](const Scan& one, const RowSink& to) { scan(one, to); }, population,
                       events, sink);
}

}  // namespace besa::source
