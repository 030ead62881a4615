// The anti-join: rows of a population whose owner has no event, by one statement of NOT EXISTS
// where indexes answer it, by sets otherwise.

#include <algorithm>

#include "besa/base/text.hpp"
#include "source/names.hpp"
#include "source/sqlite_file.hpp"
#include "source/sqlite_scan.hpp"

namespace besa::source {

namespace {

// A seek for an owner, and what it takes to read exactly of those nominated, costs the processor as
// much as passing over about twenty of its rows page by page; and a pass is shared by threads.
constexpr double rows_to_seek = 40;
// One look at an owner in its index strides over this many rows in about the time of a seek.
constexpr double rows_to_stride = 400;
constexpr std::uint64_t worth_comparing = 10'000;
constexpr std::uint32_t sampled_places = 64;
constexpr std::uint64_t many_rows = 1000;

}  // namespace

bool SqliteScanner::seeks(std::span<const Scan> scans) const {
  const bool all = std::ranges::all_of(scans, [&](const Scan& scan) {
    require_readable(scan);
    return !scan.owner.empty() && QueryText(catalogue_, scan).from_owners().has_value();
  });
  if (!all) return false;
  double rows = 0;
  for (const Scan& scan : scans) {
    const auto each = rows_of_an_owner(scan);
    if (!each) return true;
    rows += *each;
  }
  return rows > rows_to_seek;
}

bool SqliteScanner::one_look_tells(std::span<const Scan> scans) const {
  return std::ranges::all_of(scans, [&](const Scan& scan) {
    require_readable(scan);
    Scan looks = scan;
    looks.enough = scan.bound;
    looks.bound.reset();
    if (!looks.enough || looks.owner.size() != 1) return false;
    looks.columns = {looks.enough->column};
    const auto pass = leaf_pass(QueryText(catalogue_, looks), looks);
    return pass && pass->terms.columns().empty() &&
           TableLeaves::strides(pass->choice, looks, catalogue_) &&
           size_of(connection_.file().string() + "-wal") == 0 &&
           rows_of_an_owner(scan).value_or(0) <= rows_to_stride;
  });
}

/// How many rows an owner who has any has about; nullopt where there is no pass by pages to compare
/// seeking with. Told from rows spread over the table: an owner of n rows is met n times as often
/// as one of a single row, so it counts an nth.
std::optional<double> SqliteScanner::rows_of_an_owner(const Scan& scan) const {
  const SqliteTable& table = catalogue_.at(scan.table);
  if (about_rows(scan.table) < worth_comparing || table.rowid.empty() || !scan.hops.empty() ||
      !may_read_leaves())
    return std::nullopt;
  const auto clause = table.seek(catalogue_.places(scan.table, scan.owner));
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
  double owners = 0, met = 0;
  for (std::uint32_t i = 0; i < sampled_places; ++i) {
    const auto step = static_cast<double>(last - first) * i / sampled_places;
    count.bind(1, first + static_cast<std::int64_t>(step));
    count.bind(2, static_cast<std::int64_t>(many_rows));
    while (count.step())
      if (const auto rows = count.integer(0); rows != 0) {
        owners += 1.0 / static_cast<double>(rows);
        ++met;
      }
  }
  return owners > 0 ? met / owners : 0;
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
