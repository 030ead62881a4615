// A pass by the pages of a table finds what plain SQL finds: in tables of every size and page size,
// after deletions, with long values, and where rows, columns or the file are out of the ordinary.

#include "source/sqlite_leaves.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "besa/base/error.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;

/// As SQL's quote() writes it.
std::string quoted(const ValueView& value) {
  if (value.type == Type::null) return "NULL";
  if (value.type == Type::text) return "'" + std::string(value.bytes) + "'";
  if (value.type != Type::blob) return Value(value).text();
  std::string hex = Value(value).text();
  for (char& c : hex) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "X'" + hex + "'";
}

Scan scan_of(const std::vector<std::string>& columns) {
  Scan scan;
  scan.table = "t";
  scan.columns = columns;
  return scan;
}

std::string rows_of(Source& source, const Scan& scan) {
  std::string rows;
  source.scan(scan, [&](RowView row) {
    for (std::size_t i = 0; i < row.size(); ++i) rows += (i == 0 ? "" : "|") + quoted(row[i]);
    rows += "\n";
  });
  return rows;
}

/// True where the driver read the table's pages itself.
bool by_pages(const std::filesystem::path& file, std::vector<std::size_t> columns) {
  const Connection connection(file, Connection::Purpose::read, {});
  const Catalogue catalogue = read_catalogue(connection);
  connection.run("BEGIN");
  const std::string table = "t";
  const TableLeaves::Choice choice{table, columns,
                                   TableLeaves::index_for(catalogue.at(table), columns, {})};
  return TableLeaves::readable(catalogue, choice) &&
         TableLeaves::open(connection, catalogue, choice).has_value();
}

class Leaves : public ::testing::Test {
 protected:
  void make(const std::string& sql) { shapes::run_sql(file(), sql); }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "a.db"; }
  [[nodiscard]] std::unique_ptr<Source> open() const {
    return besa::source::open("sqlite:a.db", folder_.path());
  }
  [[nodiscard]] std::string sql(const std::string& query) const {
    return shapes::sql_text(file(), query);
  }

  shapes::Folder folder_;
};

RC_GTEST_FIXTURE_PROP(Leaves, a_pass_finds_what_plain_sql_finds, ()) {
  std::filesystem::remove(file());
  const auto page = *rc::gen::element(512, 1024, 4096, 65536);
  const auto longest = *rc::gen::element(5, 200, 3000, 20000);
  const auto rows = *rc::gen::inRange(0, 400);
  const auto seed = *rc::gen::inRange(1, 1000);
  const std::string pick = "(n * 7919 + " + std::to_string(seed) + ")";
  make("PRAGMA page_size=" + std::to_string(page) +
       ";PRAGMA synchronous=OFF;BEGIN;"
       "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n INT, long TEXT, any, at TEXT);"
       "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT " +
       std::to_string(rows) +
       ") INSERT INTO t SELECT n * 3 - 500, CASE n % 5 WHEN 0 THEN NULL ELSE 'HM-' || " + pick +
       " END, CASE n % 4 WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN -" + pick + " * " + pick +
       " ELSE n << (n % 62) END, CASE n % 3 WHEN 0 THEN hex(zeroblob(" + pick + " % " +
       std::to_string(longest) +
       ")) END, CASE n % 4 WHEN 0 THEN n / 7.0 WHEN 1 THEN CAST('x' || n AS BLOB) "
       "WHEN 2 THEN n END, '2024-01-' || n FROM c;"
       "DELETE FROM t WHERE n % 11 = 3;COMMIT;");
  const auto source = open();
  RC_ASSERT(by_pages(file(), {0, 1, 2, 3, 4, 5}));
  RC_ASSERT(rows_of(*source, scan_of({"at", "id", "n", "id"})) ==
            sql("SELECT quote(at), quote(id), quote(n), quote(id) FROM t ORDER BY id"));
  RC_ASSERT(rows_of(*source, scan_of({"long", "name"})) ==
            sql("SELECT quote(long), quote(name) FROM t ORDER BY id"));
  Scan some = scan_of({"name", "at"});
  some.where = {{"name", {Value::null(), Value::of("HM-" + std::to_string(7919 + seed))}}};
  some.bound =
      Bound{"at", Value::of(std::string("2024-01-2")), Value::of(std::string("2024-01-4"))};
  RC_ASSERT(rows_of(*source, some) ==
            sql("SELECT quote(name), quote(at) FROM t WHERE (name IS NULL OR name = 'HM-" +
                std::to_string(7919 + seed) +
                "') AND at >= '2024-01-2' AND at < '2024-01-4' ORDER BY id"));
}

RC_GTEST_FIXTURE_PROP(Leaves, a_pass_over_an_index_finds_what_plain_sql_finds, ()) {
  std::filesystem::remove(file());
  const auto page = *rc::gen::element(512, 4096, 65536);
  const auto rows = *rc::gen::inRange(0, 900);
  const auto longest = *rc::gen::element(1, 40, 600);
  make("PRAGMA page_size=" + std::to_string(page) +
       ";PRAGMA synchronous=OFF;BEGIN;"
       "CREATE TABLE t(id INTEGER PRIMARY KEY, owner TEXT, at TEXT, v);"
       "CREATE INDEX by_owner ON t(owner, at); CREATE INDEX partial ON t(at) WHERE at > '2';"
       "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT " +
       std::to_string(rows) +
       ") INSERT INTO t SELECT n, CASE n % 9 WHEN 0 THEN NULL ELSE 'HM-' || (n * 37 % 101) END,"
       "hex(zeroblob(n % " +
       std::to_string(longest) +
       ")) || n, n FROM c;"
       "DELETE FROM t WHERE id % 7 = 3;COMMIT;");
  const auto source = open();
  RC_ASSERT(by_pages(file(), {1, 2, 0}));
  RC_ASSERT(rows_of(*source, scan_of({"id", "owner", "at"})) ==
            sql("SELECT quote(id), quote(owner), quote(at) FROM t ORDER BY owner, at, id"));
  RC_ASSERT(rows_of(*source, scan_of({"at", "v"})) ==
            sql("SELECT quote(at), quote(v) FROM t ORDER BY id"));
}

/// The rows SQL knows of, less those handed on: as "owner|at|id" with SQL's quotes.
std::vector<std::string> left_out(const std::string& all, const std::string& handed_on) {
  const auto lines = [](const std::string& text) {
    std::vector<std::string> found;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) found.push_back(line);
    std::ranges::sort(found);
    return found;
  };
  const auto here = lines(all), there = lines(handed_on);
  RC_ASSERT(std::ranges::includes(here, there));
  std::vector<std::string> missing;
  std::ranges::set_difference(here, there, std::back_inserter(missing));
  return missing;
}

RC_GTEST_FIXTURE_PROP(Leaves, only_rows_of_whom_one_inside_the_bound_came_are_left_out, ()) {
  std::filesystem::remove(file());
  const auto page = *rc::gen::element(512, 4096);
  const auto rows = *rc::gen::inRange(0, 900);
  const auto owners = std::to_string(*rc::gen::element(3, 50, 400));
  const auto longest = *rc::gen::element(1, 60, 200);
  make("PRAGMA page_size=" + std::to_string(page) +
       ";PRAGMA synchronous=OFF;BEGIN;"
       "CREATE TABLE t(id INTEGER PRIMARY KEY, owner, at); CREATE INDEX by_owner ON t(owner, at" +
       *rc::gen::element(std::string(""), std::string(" DESC")) +
       ");WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT " +
       std::to_string(rows) +
       ") INSERT INTO t SELECT n, CASE n % 37 WHEN 0 THEN NULL WHEN 1 THEN "
       "n % 3 ELSE 'HM-' || (n * 7919 % " +
       owners + ") || hex(zeroblob(n % 3 % " + std::to_string(longest) +
       ")) END, CASE n % 23 WHEN 0 THEN NULL WHEN 1 THEN 2024 WHEN 2 THEN "
       "x'3230' ELSE (2015 + n * 131 % 13) || '-06-' || hex(zeroblob(n % " +
       std::to_string(longest) + ")) END FROM c;COMMIT;");
  Scan scan = scan_of({"at", "id"});
  scan.owner = {"owner"};
  scan.enough = Bound{"at", Value::of(std::string("2020")), Value::of(std::string("2026"))};
  const std::string handed_on = rows_of(*open(), scan);
  const auto missing =
      left_out(sql("SELECT quote(owner), quote(at), quote(id) FROM t ORDER BY id"), handed_on);
  const std::string inside = " AND i.at >= '2020' AND i.at < '2026' AND typeof(i.at) = 'text'";
  for (const std::string& row : missing) {
    const std::string id = row.substr(row.rfind('|') + 1);
    RC_ASSERT(sql("SELECT o.at < '2026' FROM t AS o WHERE typeof(o.at) = 'text' AND o.id = " +
                  id) == "1\n");
    const std::string ids =
        sql("SELECT i.id FROM t AS o, t AS i WHERE i.owner = o.owner AND o.id = " + id + inside);
    std::istringstream each(ids);
    bool came = false;
    for (std::string other; std::getline(each, other);)
      came = came || handed_on.find("|" + other + "\n") != std::string::npos;
    RC_ASSERT(came);
  }
}

TEST_F(Leaves, of_an_owner_with_a_row_inside_the_bound_one_is_enough) {
  make(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, owner TEXT, at TEXT);"
      "INSERT INTO t(owner, at) VALUES('a','2019'),('a','2021'),('a','2022'),('a','2030'),"
      "('b','2018'),('b','2019'),('b','2031'),(NULL,'2022'),('c','2023');");
  Scan scan = scan_of({"at"});
  scan.owner = {"owner"};
  scan.enough = Bound{"at", Value::of(std::string("2020")), Value::of(std::string("2026"))};
  const auto source = open();
  EXPECT_EQ(rows_of(*source, scan), sql("SELECT quote(owner), quote(at) FROM t ORDER BY id"));
  make("CREATE INDEX by_owner ON t(owner, at);");
  EXPECT_EQ(rows_of(*open(), scan),
            "NULL|'2022'\n'a'|'2021'\n'a'|'2030'\n'b'|'2031'\n'b'|'2018'\n'b'|'2019'\n"
            "'c'|'2023'\n");
}

TEST_F(Leaves, conditions_on_text_compare_numbers_and_blobs_as_sql_does) {
  make(
      "CREATE TABLE t(v TEXT); INSERT INTO t VALUES(5),('5'),('05'),(x'35'),(NULL),('6'),(x'00');");
  const auto source = open();
  Scan scan = scan_of({"v"});
  scan.where = {{"v", {Value::of(std::int64_t{5}), Value::of(std::string("6"))}}};
  EXPECT_EQ(rows_of(*source, scan), sql("SELECT quote(v) FROM t WHERE v IN (5, '6')"));
  scan.where.clear();
  scan.bound = Bound{"v", Value::of(std::string("5")), std::nullopt};
  EXPECT_EQ(rows_of(*source, scan), sql("SELECT quote(v) FROM t WHERE v >= '5'"));
  scan.bound = Bound{"v", std::nullopt, Value::of(std::string("6"))};
  EXPECT_EQ(rows_of(*source, scan), sql("SELECT quote(v) FROM t WHERE v < '6'"));
}

TEST_F(Leaves, rows_older_than_a_column_have_null_there_or_its_default) {
  make(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES(1, 'x');"
      "ALTER TABLE t ADD COLUMN late TEXT; ALTER TABLE t ADD COLUMN with_default TEXT DEFAULT 'd';"
      "INSERT INTO t VALUES(2, 'y', 'l', 'w');");
  EXPECT_TRUE(by_pages(file(), {0, 1, 2}));
  EXPECT_FALSE(by_pages(file(), {3}));
  EXPECT_EQ(rows_of(*open(), scan_of({"a", "late"})), "'x'|NULL\n'y'|'l'\n");
  EXPECT_EQ(rows_of(*open(), scan_of({"a", "with_default"})), "'x'|'d'\n'y'|'w'\n");
}

TEST_F(Leaves, what_sqlite_makes_of_values_on_reading_is_left_to_it) {
  make(
      "CREATE TABLE t(price REAL, sum DOUBLE PRECISION, flat FLOATING POINT, n NUMERIC);"
      "INSERT INTO t VALUES(1, 2, 3, 4.0);");
  EXPECT_FALSE(by_pages(file(), {0}));
  EXPECT_FALSE(by_pages(file(), {1}));
  EXPECT_TRUE(by_pages(file(), {2}));  // POINT makes it an INTEGER: the first rule wins
  std::vector<Type> types;
  open()->scan(scan_of({"price", "sum", "flat", "n"}), [&](RowView row) {
    for (const ValueView& value : row) types.push_back(value.type);
  });
  EXPECT_EQ(types, (std::vector{Type::real, Type::real, Type::integer, Type::integer}));
}

TEST_F(Leaves, computed_columns_and_tables_without_rowids_are_left_to_sqlite) {
  make(
      "CREATE TABLE t(a TEXT, twice TEXT AS (a || a), b TEXT); INSERT INTO t(a, b) VALUES('x', "
      "'y');");
  EXPECT_FALSE(by_pages(file(), {2}));
  EXPECT_EQ(rows_of(*open(), scan_of({"b", "twice"})), "'y'|'xx'\n");
  make(
      "DROP TABLE t; CREATE TABLE t(a TEXT PRIMARY KEY, b TEXT) WITHOUT ROWID; INSERT INTO t "
      "VALUES('x', 'y');");
  EXPECT_FALSE(by_pages(file(), {0}));
  EXPECT_EQ(rows_of(*open(), scan_of({"b"})), "'y'\n");
}

TEST_F(Leaves, a_log_beside_the_file_is_read_by_sqlite) {
  make("CREATE TABLE t(a TEXT); INSERT INTO t VALUES('old');");
  const auto source = open();
  EXPECT_EQ(rows_of(*source, scan_of({"a"})), "'old'\n");
  sqlite3* program = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &program), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(program, "PRAGMA journal_mode=WAL; UPDATE t SET a = 'new'", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  EXPECT_FALSE(by_pages(file(), {0}));
  EXPECT_EQ(rows_of(*source, scan_of({"a"})), "'new'\n");
  ASSERT_EQ(sqlite3_exec(program, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_TRUE(by_pages(file(), {0}));
  EXPECT_EQ(rows_of(*source, scan_of({"a"})), "'new'\n");
  sqlite3_close(program);
}

TEST_F(Leaves, a_table_that_was_changed_since_it_was_looked_at_is_left_to_sqlite) {
  make("CREATE TABLE t(a TEXT, b TEXT); INSERT INTO t VALUES('x', 'y');");
  const auto source = open();
  EXPECT_EQ(rows_of(*source, scan_of({"b"})), "'y'\n");
  make("ALTER TABLE t DROP COLUMN a");
  EXPECT_EQ(rows_of(*source, scan_of({"b"})), "'y'\n");
}

TEST_F(Leaves, nobody_writes_while_a_pass_goes_on) {
  make("CREATE TABLE t(a TEXT); INSERT INTO t VALUES('x');");
  open()->scan(scan_of({"a"}),
               [&](RowView) { EXPECT_THROW(make("UPDATE t SET a = 'y'"), std::runtime_error); });
  make("UPDATE t SET a = 'y'");
  EXPECT_EQ(rows_of(*open(), scan_of({"a"})), "'y'\n");
}

TEST_F(Leaves, scans_nest) {
  make("CREATE TABLE t(a TEXT); INSERT INTO t VALUES('x'),('y');");
  const auto source = open();
  std::string rows;
  source->scan(scan_of({"a"}), [&](RowView row) {
    rows += quoted(row[0]) + ":" + rows_of(*source, scan_of({"a"}));
  });
  EXPECT_EQ(rows, "'x':'x'\n'y'\n'y':'x'\n'y'\n");
}

/// Whatever byte of the table's pages is damaged: rows or an Error, never a crash or an endless
/// walk.
TEST_F(Leaves, damage_ends_in_an_error_or_in_rows) {
  make(
      "PRAGMA page_size=512; CREATE TABLE t(a TEXT, b TEXT);"
      "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 60)"
      "INSERT INTO t SELECT 'HM-' || n, hex(zeroblob(n * 8)) FROM c;");
  const auto size = std::filesystem::file_size(file());
  unsigned refused = 0;
  for (std::uintmax_t at = 512; at < size; at += 97) {
    std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(at));
    const char before = static_cast<char>(bytes.get());
    for (const int other : {0x00, 0xFF, 0x05, before ^ 0x10}) {
      bytes.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(other)).flush();
      try {
        rows_of(*open(), scan_of({"b", "a"}));
      } catch (const besa::Error& error) {
        EXPECT_EQ(error.kind(), besa::ErrorKind::failed);
        ++refused;
      }
    }
    bytes.seekp(static_cast<std::streamoff>(at)).put(before);
  }
  EXPECT_GT(refused, 20U);
}

}  // namespace
