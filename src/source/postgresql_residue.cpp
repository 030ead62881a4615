#include "source/postgresql_residue.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "source/names.hpp"
#include "source/whole_value.hpp"

namespace besa::source {
namespace {

constexpr auto statistics = R"sql(
SELECT schemaname || '.' || tablename, most_common_vals::text, histogram_bounds::text,
       most_common_elems::text
FROM pg_stats WHERE schemaname <> 'information_schema' AND schemaname !~ '^pg_'
UNION ALL
SELECT schemaname || '.' || tablename, most_common_vals::text, NULL, NULL FROM pg_stats_ext)sql";

constexpr auto begin_looking = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A transaction for one look; ended whatever happens.
class Look {
 public:
  explicit Look(PostgresqlConnection& connection) : connection_(connection) {
    (void)connection_.run(begin_looking);
  }
  ~Look() {
    try {
      (void)connection_.run("ROLLBACK");
    } catch (const std::exception&) {  // the connection is lost: the next step says so
    }
  }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;

 private:
  PostgresqlConnection& connection_;
};

/// Types whose values can hold one of eight bytes or more that is somebody's.
bool can_hold(const PostgresqlType& type) {
  return type.family == Family::text || type.family == Family::padded ||
         type.family == Family::bytes || type.family == Family::uuid ||
         type.family == Family::other;
}

std::vector<std::string> long_enough(const std::vector<std::string>& erased) {
  std::set<std::string> all;
  for (const std::string& value : erased)
    if (value.size() >= shortest_sought) all.insert(value);
  return {all.begin(), all.end()};
}

}  // namespace

PostgresqlResidue::PostgresqlResidue(PostgresqlConnection& connection,
                                     const PostgresqlCatalogue& catalogue,
                                     const std::vector<std::string>& erased)
    : connection_(connection), catalogue_(catalogue), values_(long_enough(erased)) {
  const std::set<std::string> distinct(erased.begin(), erased.end());
  residue_.values_too_short = distinct.size() - values_.size();
  residue_.values_sought = values_.size();
}

std::uint64_t PostgresqlResidue::excuse(const LiveRows& live) {
  std::vector<Value> sought;
  for (const std::string& value : values_) sought.push_back(Value::of(value));
  std::set<std::string> stay;
  const Look look(connection_);
  PostgresqlScanner scanner(connection_, catalogue_);
  const std::vector<std::string>& columns = live.scan.columns;
  for (std::size_t i = columns.size() - live.values; i < columns.size(); ++i) {
    if (type_of(catalogue_.type(live.scan.table, columns[i]).family) != Type::text) continue;
    Scan scan = live.scan;
    scan.where = {{columns[i], sought}};
    scanner.scan(scan, [&, place = scan.owner.size() + i](RowView row) {
      const std::string value(row[place].bytes);
      if (!stay.contains(value) && (!live.stays || live.stays(row))) stay.insert(value);
    });
  }
  const std::uint64_t excused =
      std::erase_if(values_, [&](const std::string& value) { return stay.contains(value); });
  residue_.values_excused += excused;
  residue_.values_sought = values_.size();
  search_.reset();
  return excused;
}

const ByteSearch& PostgresqlResidue::search() {
  if (!search_) search_.emplace(values_, TextEncoding::utf8);
  return *search_;
}

std::uint64_t PostgresqlResidue::count_in(const ValueView& cell) {
  residue_.bytes_read += cell.bytes.size();
  if (cell.bytes.size() < shortest_sought) return 0;
  matches_.clear();
  search().find(cell.bytes, matches_);
  return static_cast<std::uint64_t>(
      std::ranges::count_if(matches_, [&](const ByteSearch::Match& match) {
        return cell.type == Type::blob || stands_alone(cell.bytes, match, values_[match.value]);
      }));
}

void PostgresqlResidue::add_hits(Residue::Where where, const std::string& file,
                                 const std::string& table, std::uint64_t count) {
  if (count > 0) residue_.hits.push_back({where, file, table, count});
}

std::uint64_t PostgresqlResidue::look_at_rows(const std::string& table) {
  std::vector<std::string> expressions;
  const TableSchema& schema = require_table(catalogue_.schema, table);
  for (const ColumnSchema& column : schema.columns) {
    const PostgresqlType& type = catalogue_.type(table, column.name);
    if (can_hold(type)) expressions.push_back(shown(type, "t0." + postgresql_name(column.name)));
  }
  if (expressions.empty() || values_.empty()) return 0;
  std::string select;
  for (const std::string& expression : expressions)
    select += (select.empty() ? "SELECT " : ", ") + expression;
  std::uint64_t count = 0;
  const Look look(connection_);
  PostgresqlScanner(connection_, catalogue_)
      .deliver(select + " FROM " + catalogue_.at(table).rows + " AS t0", {}, expressions.size(),
               [&](RowView row) {
                 for (const ValueView& cell : row) count += count_in(cell);
               });
  add_hits(Residue::Where::live_cell, connection_.service(), table, count);
  return count;
}

std::uint64_t PostgresqlResidue::look_at_statistics() {
  std::map<std::string, std::uint64_t> counts;
  const Look look(connection_);
  PostgresqlScanner(connection_, catalogue_).deliver(statistics, {}, 4, [&](RowView row) {
    for (const ValueView& cell : row.subspan(1))
      counts[std::string(row[0].bytes)] += count_in(cell);
  });
  std::uint64_t all = 0;
  for (const auto& [table, count] : counts) {
    add_hits(Residue::Where::side_file, "pg_statistic", table, count);
    all += count;
  }
  return all;
}

}  // namespace besa::source
