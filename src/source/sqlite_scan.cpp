#include "source/sqlite_scan.hpp"

#include <algorithm>
#include <numeric>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/names.hpp"
#include "source/sqlite_file.hpp"
#include "source/sqlite_leaves.hpp"
#include "source/text_terms.hpp"

namespace besa::source {
namespace {

constexpr auto table_statistics =
    "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = ? ORDER BY 1 DESC LIMIT 1";
constexpr auto has_statistics = "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'";

// What reading costs, in nanoseconds: a row of a pass by SQLite or by pages, or one that is passed
// over there without being taken apart; a seek in an index, and a row it then finds in the index
// itself or fetches from the table; a row sought by its rowid, in order, so that each seek lands
// where the last one did.
constexpr double passed_row = 250, passed_leaf_row = 110;
constexpr double passed_over_rowid = 25, passed_over_owner = 10;
constexpr double one_seek = 1000, covered_row = 250, fetched_row = 1000, row_sought_in_order = 700;
constexpr std::uint64_t pass_to_seek = 8;
constexpr std::uint32_t always_seek = 16;
constexpr std::uint32_t sampled_keys = 32;

int bind_all(Statement& statement, const std::vector<ValueView>& values, int place = 1) {
  for (const ValueView& value : values) statement.bind(place++, value);
  return place;
}

/// One prepared seek, used again for key after key.
class Seek {
 public:
  Seek(const Connection& connection, const std::string& select, const Sql& condition,
       const std::vector<std::string>& names)
      : connection_(connection),
        select_(select),
        condition_(condition),
        names_(names),
        ordinary_(make(Key(names.size(), Value::of(std::int64_t{0})))) {}

  /// Calls `each` with the statement for every row.
  template <class Each>
  void run(const Key& key, Each each) {
    if (key.size() != names_.size())
      throw Error(ErrorKind::failed, "a key has another number of columns than was asked for");
    if (!holds_null(key)) return run(ordinary_, key, each);
    Statement with_null = make(key);
    run(with_null, key, each);
  }

 private:
  Statement make(const Key& key) const {
    Statement statement = connection_.prepare("SELECT " + select_ + " AND " + equals(names_, key));
    bind_all(statement, condition_.values);
    return statement;
  }

  template <class Each>
  void run(Statement& statement, const Key& key, Each each) {
    int place = static_cast<int>(condition_.values.size()) + 1;
    for (const Value& value : key) statement.bind(place++, value.view());
    while (statement.step()) each(statement);
  }

  const Connection& connection_;
  std::string select_;
  Sql condition_;
  std::vector<std::string> names_;
  Statement ordinary_;
};

/// One read transaction around many seeks, so that the locks are taken once. Does nothing inside
/// another transaction.
class ReadTransaction {
 public:
  explicit ReadTransaction(const Connection& connection)
      : connection_(connection), ours_(sqlite3_get_autocommit(connection.handle()) != 0) {
    if (ours_) connection_.run("BEGIN");
  }
  ~ReadTransaction() {
    if (ours_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  const Connection& connection_;
  bool ours_;
};

std::vector<std::uint32_t> in_order(const KeyIndex& keys) {
  std::vector<std::uint32_t> numbers(keys.size());
  std::iota(numbers.begin(), numbers.end(), 0U);
  std::ranges::sort(numbers, {}, [&](std::uint32_t number) { return keys.key(number); });
  return numbers;
}

}  // namespace

void SqliteScanner::require_readable(const std::string& table) const {
  const TableSchema& known = require_table(catalogue_.schema, table);
  if (known.kind == TableKind::view)
    throw Error(ErrorKind::refused, "'" + for_terminal(table) + "' is a view",
                "name the tables it shows instead");
  if (known.kind == TableKind::virtual_table)
    throw Error(ErrorKind::refused,
                "'" + for_terminal(table) + "' is a virtual table of a kind besa does not know");
}

void SqliteScanner::require_readable(const Scan& scan) const {
  require_names(catalogue_.schema, scan);
  require_readable(scan.table);
  for (const Hop& hop : scan.hops) require_readable(hop.table);
}

void SqliteScanner::scan(const Scan& scan, const RowSink& sink,
                         const std::vector<std::string>& extra) {
  require_readable(scan);
  if ((scan.owners != nullptr && scan.owners->empty()) ||
      (scan.keys != nullptr && scan.keys->empty()))
    return;
  const QueryText query(catalogue_, scan, 't', extra);
  if (scan.keys != nullptr && query.hops_seek()) {
    const auto clause = catalogue_.at(scan.table).seek(key_places(scan));
    if (clause && worth_seeking(query.from(*clause), query.key_names(), query, scan, *scan.keys))
      return seek(query, query.from(*clause), scan, By::key, sink);
  }
  if (scan.owners != nullptr && scan.keys == nullptr) {
    const auto from = query.from_owners();
    if (from && worth_seeking(*from, query.owner_names(), query, scan, *scan.owners))
      return seek(query, *from, scan, By::owner, sink);
  }
  pass(query, scan, {}, sink);
}

std::vector<std::size_t> SqliteScanner::key_places(const Scan& scan) const {
  return catalogue_.places(scan.table,
                           {scan.columns.begin(), scan.columns.begin() + scan.key_width});
}

bool SqliteScanner::by_rowid(const Scan& scan) const {
  return scan.keys != nullptr && scan.owners == nullptr &&
         catalogue_.at(scan.table).is_rowid(key_places(scan));
}

SqliteScanner::PassCost SqliteScanner::pass_cost(const QueryText& query, const Scan& scan) const {
  const auto leaves = leaf_pass(query, scan);
  if (!leaves) return {passed_row, 0};
  const bool over =
      leaves->terms.columns().empty() && TableLeaves::passes_over(leaves->choice, scan, catalogue_);
  if (!over) return {passed_leaf_row, 0};
  return {by_rowid(scan) ? passed_over_rowid : passed_over_owner, passed_leaf_row};
}

bool SqliteScanner::worth_seeking(const std::string& from, const std::vector<std::string>& names,
                                  const QueryText& query, const Scan& scan,
                                  const KeyIndex& set) const {
  if (set.size() <= always_seek) return true;
  const PassCost pass = pass_cost(query, scan);
  const double most = static_cast<double>(about_rows(scan.table)) * pass.row;
  const auto seeks = static_cast<double>(set.size());
  if (by_rowid(scan)) return seeks * (row_sought_in_order - pass.found) <= most;
  if (seeks * one_seek > most) return false;  // each row found costs no less than in a pass
  Seek count(connection_, "count(*) FROM " + from + " WHERE 1", {}, names);
  std::uint64_t found = 0;
  for (std::uint32_t i = 0; i < sampled_keys; ++i) {
    const auto number = static_cast<std::uint32_t>(std::uint64_t{i} * set.size() / sampled_keys);
    count.run(decode_key(set.key(number)),
              [&](const Statement& row) { found += static_cast<std::uint64_t>(row.integer(0)); });
  }
  const double rows_each = static_cast<double>(found) / sampled_keys;
  const bool covered = &set == scan.owners && query.covered();
  const double each = covered ? covered_row : fetched_row;
  return seeks * (one_seek + rows_each * (each - pass.found)) <= most;
}

void SqliteScanner::seek(const QueryText& query, const std::string& from, const Scan& scan, By by,
                         const RowSink& sink) {
  const bool by_owner = by == By::owner;
  const ReadTransaction together(connection_);
  const KeyIndex& set = by_owner ? *scan.owners : *scan.keys;
  const Sql condition = query.condition();
  Seek seek(connection_, query.expressions() + " FROM " + from + " WHERE " + condition.text,
            condition, by_owner ? query.owner_names() : query.key_names());
  const bool one_set = scan.owners == nullptr || scan.keys == nullptr;  // then it is the one sought
  RowFilter filter(scan, sink, scan.in_key_order && by_owner);
  std::vector<ValueView> row(static_cast<std::size_t>(query.width()));
  for (const std::uint32_t number : in_order(set)) {
    const std::string_view sought = set.key(number);
    seek.run(decode_key(sought), [&](const Statement& statement) {
      for (std::size_t i = 0; i < row.size(); ++i) row[i] = statement.column(static_cast<int>(i));
      // SQLite may convert what it compares: 5 finds '5'. Only the very key counts.
      if ((by_owner ? filter.encoded_owner(row) : filter.encoded_key(row)) != sought) return;
      if (one_set)
        filter.take(row);
      else
        filter.offer(row);
    });
  }
  filter.finish();
}

void SqliteScanner::pass(const QueryText& query, const Scan& scan, const Sql& without,
                         const RowSink& sink) {
  const bool bounded = scan.owners != nullptr || scan.keys != nullptr;
  // BINARY sorts UTF-16 text by its UTF-16 bytes, which is another order than a key's.
  const bool sort_here = scan.in_key_order && (bounded || connection_.utf16());
  const std::string ordered = scan.in_key_order && !sort_here ? order(query, scan) : "";
  RowFilter filter(scan, sink, sort_here);
  const std::string clause = clause_for_pass(query, scan);
  const bool by_index = clause.starts_with(" INDEXED BY");
  if (!by_index && without.text.empty() && ordered.empty())
    if (const auto leaves = leaf_pass(query, scan); leaves && pass_leaves(*leaves, scan, filter))
      return filter.finish();
  const bool collect =
      ordered.empty() && query.width() > 0 && query.width() <= Connection::collect_limit;
  const Sql condition = query.condition();
  const std::string expressions = query.width() == 0 ? "NULL" : query.expressions();
  Statement statement = connection_.prepare(
      "SELECT " + (collect ? "besa_collect(" + expressions + ")" : expressions) + " FROM " +
      query.from(clause) + " WHERE " + condition.text + without.text + ordered);
  bind_all(statement, without.values, bind_all(statement, condition.values));
  if (collect) {
    connection_.collect(statement, filter);
  } else {
    std::vector<ValueView> row(static_cast<std::size_t>(query.width()));
    while (statement.step()) {
      for (std::size_t i = 0; i < row.size(); ++i) row[i] = statement.column(static_cast<int>(i));
      filter.offer(row);
    }
  }
  filter.finish();
}

/// Not once rows were changed: their pages are in SQLite's cache alone.
bool SqliteScanner::may_read_leaves() const {
  return sqlite3_total_changes64(connection_.handle()) == 0 && !connection_.utf16();
}

std::optional<SqliteScanner::LeafPass> SqliteScanner::leaf_pass(const QueryText& query,
                                                                const Scan& scan) const {
  if (!may_read_leaves() || !scan.hops.empty() ||
      static_cast<std::size_t>(query.width()) != query.columns_asked())
    return std::nullopt;  // extra columns are a changer's
  auto terms = TextTerms::of(catalogue_, scan);
  if (!terms) return std::nullopt;
  const std::vector<std::size_t> owner = catalogue_.places(scan.table, scan.owner);
  const std::vector<std::size_t> asked = catalogue_.places(scan.table, scan.columns);
  std::vector<std::size_t> columns = owner;
  columns.insert(columns.end(), asked.begin(), asked.end());
  const std::size_t width = columns.size();
  columns.insert(columns.end(), terms->columns().begin(), terms->columns().end());
  const std::vector<std::size_t> first =
      owner.empty() && scan.keys != nullptr ? key_places(scan) : owner;
  const SqliteIndex* index =
      by_rowid(scan) ? nullptr : TableLeaves::index_for(catalogue_.at(scan.table), columns, first);
  LeafPass pass{{scan.table, std::move(columns), index}, width, std::move(*terms)};
  if (!TableLeaves::readable(catalogue_, pass.choice)) return std::nullopt;
  return pass;
}

bool SqliteScanner::pass_leaves(const LeafPass& pass, const Scan& scan, RowFilter& filter) {
  const ReadTransaction together(connection_);
  auto leaves = TableLeaves::open(connection_, catalogue_, pass.choice);
  if (!leaves) return false;
  if (pass.terms.columns().empty()) leaves->pass_over(scan, catalogue_);
  if (pass.terms.columns().empty()) {
    leaves->each_row(filter.entrance(), filter.entrance_of_wanted());
    return true;
  }
  const RowSink sink = [&](RowView row) {
    if (pass.terms.hold(row.subspan(pass.width))) filter.offer(row.first(pass.width));
  };
  leaves->each_row(sink, sink);
  return true;
}

std::string SqliteScanner::order(const QueryText& query, const Scan& scan) const {
  std::vector<std::string> names = query.key_names();
  const SqliteTable& table = catalogue_.at(scan.table);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t place = catalogue_.places(scan.table, {scan.columns[i]}).front();
    if (!table.binary[place]) names[i] += " COLLATE BINARY";
  }
  return " ORDER BY " + join(names, ", ");
}

/// Left alone, SQLite takes any index that fits a condition, however many rows it matches; fetching
/// those one by one is many times slower than a pass.
std::string SqliteScanner::clause_for_pass(const QueryText& query, const Scan& scan) const {
  const SqliteTable& table = catalogue_.at(scan.table);
  const std::vector<std::size_t> columns = query.columns_read();
  bool tempting = false;
  for (std::size_t term = 0; term < query.term_count(); ++term) {
    const std::size_t column = query.term_column(term);
    if (const auto clause = table.covering(column, columns)) return *clause;
    const auto clause = table.seek({column});
    if (clause && selective(query, scan, term, *clause)) return *clause;
    tempting = tempting || clause;
  }
  return tempting ? " NOT INDEXED" : "";
}

bool SqliteScanner::selective(const QueryText& query, const Scan& scan, std::size_t term,
                              const std::string& clause) const {
  const std::uint64_t few = about_rows(scan.table) / (2 * pass_to_seek) + 1;
  const Sql condition = query.term(term);
  Statement statement =
      connection_.prepare("SELECT count(*) FROM (SELECT 1 FROM main." + sql_name(scan.table) +
                          " AS t0" + clause + " WHERE " + condition.text + " LIMIT ?)");
  const int place = bind_all(statement, condition.values);
  statement.bind(place, static_cast<std::int64_t>(few));
  return statement.step() && static_cast<std::uint64_t>(statement.integer(0)) < few;
}

std::uint64_t SqliteScanner::about_rows(const std::string& table) const {
  if (connection_.number(has_statistics) != 0) {
    Statement statement = connection_.prepare(table_statistics);
    statement.bind(1, ValueView::of(table));
    if (statement.step())
      return static_cast<std::uint64_t>(std::max(std::int64_t{0}, statement.integer(0)));
  }
  const std::uint64_t bytes =
      size_of(connection_.file()) + size_of(connection_.file().string() + "-wal");
  const SqliteTable& known = catalogue_.at(table);
  if (known.rowid.empty()) return bytes / 64;
  const std::string rowid = sql_name(known.rowid), from = " FROM main." + sql_name(table);
  // Each alone is one seek; together they would be a pass.
  const double span = static_cast<double>(connection_.number("SELECT max(" + rowid + ")" + from)) -
                      static_cast<double>(connection_.number("SELECT min(" + rowid + ")" + from)) +
                      1;
  return std::min(bytes / 16, static_cast<std::uint64_t>(std::min(span, 1e18)));
}

}  // namespace besa::source
