// The anti-join: rows of a population whose owner has no event, by one statement of NOT EXISTS
// where indexes answer it, by sets otherwise.

#include <algorithm>

#include "besa/base/text.hpp"
#include "source/names.hpp"
#include "source/sqlite_scan.hpp"

namespace besa::source {

namespace {

// A seek for an owner costs as much as passing over this many entries of an index, page by page.
constexpr std::uint64_t rows_to_seek = 240;
constexpr std::uint64_t worth_comparing = 10'000;
constexpr std::uint32_t samples = 64;

}  // namespace

bool SqliteScanner::seeks(std::span<const Scan> scans) const {
  const bool all = std::ranges::all_of(scans, [&](const Scan& scan) {
    require_readable(scan);
    return !scan.owner.empty() && QueryText(catalogue_, scan).from_owners().has_value();
  });
  return all && !std::ranges::all_of(scans, [&](const Scan& scan) { return passes_faster(scan); });
}

/// True where seeking the rows of owner after owner takes longer than one pass by pages over all:
/// owners have few rows. Told from rows spread over the table; owners of many are met too often
/// among them, which errs towards seeking.
bool SqliteScanner::passes_faster(const Scan& scan) const {
  const SqliteTable& table = catalogue_.at(scan.table);
  const std::uint64_t rows = about_rows(scan.table);
  if (rows < worth_comparing || table.rowid.empty() || !scan.hops.empty() || !may_read_leaves())
    return false;
  const std::vector<std::size_t> owner = catalogue_.places(scan.table, scan.owner);
  const auto clause = table.seek(owner);
  std::vector<std::string> same;
  for (const std::string& name : scan.owner)
    same.push_back("b." + sql_name(name) + " = a." + sql_name(name));
  const std::string main = "main." + sql_name(scan.table), rowid = sql_name(table.rowid);
  Statement count =
      connection_.prepare("SELECT count(*) FROM (SELECT 1 FROM " + main + " AS a CROSS JOIN " +
                          main + " AS b" + clause.value_or("") + " ON " + join(same, " AND ") +
                          " WHERE a." + rowid + " = (SELECT " + rowid + " FROM " + main +
                          " WHERE " + rowid + " >= ? ORDER BY " + rowid + " LIMIT 1) LIMIT ?)");
  const std::int64_t first = connection_.number("SELECT min(" + rowid + ") FROM " + main);
  const std::int64_t last = connection_.number("SELECT max(" + rowid + ") FROM " + main);
  std::uint64_t met = 0;
  for (std::uint32_t i = 0; i < samples; ++i) {
    const auto step = static_cast<double>(last - first) * i / samples;
    count.bind(1, first + static_cast<std::int64_t>(step));
    count.bind(2, std::int64_t{10 * rows_to_seek});
    while (count.step()) met += static_cast<std::uint64_t>(count.integer(0));
  }
  return met <= samples * rows_to_seek;
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
