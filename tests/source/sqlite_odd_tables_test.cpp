// Rows of given owners and of given rowids, in tables out of the ordinary: what a reader finds, and
// what a change finds before and after it erased some of them, is what plain SQL finds.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <sstream>

#include "besa/source/source.hpp"
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

/// Of a source or a transaction.
template <class Scanned>
std::string rows_of(Scanned& scanned, const Scan& scan) {
  std::string rows;
  scanned.scan(scan, [&](RowView row) {
    for (std::size_t i = 0; i < row.size(); ++i) rows += (i == 0 ? "" : "|") + quoted(row[i]);
    rows += "\n";
  });
  return rows;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

class OddTables : public ::testing::Test {
 protected:
  void make(const std::string& sql) { shapes::run_sql(file(), sql); }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "a.db"; }
  [[nodiscard]] std::string sql(const std::string& query) const {
    return shapes::sql_text(file(), query);
  }

  shapes::Folder folder_;
};

/// Indexes that sort in another way than the column, hold an expression, a part of the rows, a
/// column twice or the rowid; owners of many lengths; files of every page size.
RC_GTEST_FIXTURE_PROP(OddTables, rows_of_given_owners_or_rowids_are_found, ()) {
  std::filesystem::remove(file());
  const auto page = *rc::gen::element(512, 1024, 65536);
  const auto rows = *rc::gen::inRange(0, 300);
  const auto owners = *rc::gen::element(3, 40, 300);
  const auto longest = *rc::gen::element(1, 7, 17, 90, 200);
  const auto begin = *rc::gen::element(-5000, 1, 2000000000);
  const std::string index = *rc::gen::element<std::string>(
      "", "CREATE INDEX i ON t(owner, at);", "CREATE INDEX i ON t(owner DESC, at DESC);",
      "CREATE INDEX i ON t(owner COLLATE NOCASE, at);",
      "CREATE INDEX i ON t(owner, at COLLATE NOCASE DESC, owner COLLATE RTRIM);",
      "CREATE INDEX i ON t(owner, id, at);", "CREATE INDEX i ON t(at, owner);",
      "CREATE INDEX i ON t(owner, lower(at), at);",
      "CREATE INDEX i ON t(owner, at) WHERE at > '2020';",
      "CREATE UNIQUE INDEX i ON t(owner, at, id);");
  const std::string owner = *rc::gen::element<std::string>("owner", "owner TEXT", "owner BLOB",
                                                           "owner TEXT COLLATE NOCASE");
  const std::string key = *rc::gen::element<std::string>(
      "id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY DESC", "id INT PRIMARY KEY");
  const std::string form = *rc::gen::element<std::string>("", "", "", " WITHOUT ROWID");
  const std::string vacuum =
      *rc::gen::element<std::string>("", "PRAGMA auto_vacuum=FULL;", "PRAGMA encoding='UTF-16le';");
  const std::string log = *rc::gen::element<std::string>("", "", "PRAGMA journal_mode=WAL;");
  make("PRAGMA page_size=" + std::to_string(page) + ";" + vacuum +
       "PRAGMA synchronous=OFF;BEGIN;CREATE TABLE t(" + key + ", " + owner + ", at TEXT)" + form +
       ";" + index + "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT " +
       std::to_string(rows) + ") INSERT INTO t SELECT " + std::to_string(begin) +
       " + n * 3, CASE n % 37 WHEN 0 THEN NULL WHEN 1 THEN n % 3 WHEN 2 THEN x'6d31' ELSE "
       "CASE n % 5 WHEN 0 THEN 'M' ELSE 'm' END || (n * 7919 % " +
       std::to_string(owners) + ") || hex(zeroblob((n * 7919 % " + std::to_string(owners) + ") % " +
       std::to_string(longest) +
       ")) END, CASE n % 23 WHEN 0 THEN NULL WHEN 1 THEN 2024 WHEN 2 THEN x'3230' ELSE "
       "(2015 + n * 131 % 13) || '-06-' || hex(zeroblob(n % " +
       std::to_string(longest) + ")) END FROM c;DELETE FROM t WHERE id % 7 = 3;COMMIT;" + log);
  KeyIndex wanted, keys;
  std::string of_wanted = "(NULL", of_keys = "(NULL";
  const auto want = [&](const Value& value, const std::string& sql) {
    wanted.add(encode_key(Key{value}));
    of_wanted += ", " + sql;
  };
  const auto step = *rc::gen::element(1, 2, 5);
  for (int n = 0; n < owners; n += step) {
    const std::string text =
        "m" + std::to_string(n) + std::string(static_cast<std::size_t>(2 * (n % longest)), '0');
    want(Value::of(text), "'" + text + "'");
  }
  want(Value::of(std::int64_t{1}), "1");
  for (int n = 1; n <= rows; n += step) {
    keys.add(encode_key(Key{Value::of(std::int64_t{begin} + n * 3)}));
    of_keys += ", " + std::to_string(begin + n * 3LL);
  }
  Scan owned = scan_of({"at", "id"});
  owned.owner = {"owner"};
  owned.owners = &wanted;
  Scan keyed = scan_of({"id", "owner", "at"});
  keyed.keys = &keys;
  keyed.key_width = 1;
  const auto expect_owned = sorted_lines(
      sql("SELECT quote(owner), quote(at), quote(id) FROM t WHERE +owner COLLATE BINARY IN " +
          of_wanted +
          ") AND (typeof(owner) = 'text' AND owner LIKE 'm%' OR typeof(owner) = "
          "'integer')"));
  const auto expect_keyed = sorted_lines(
      sql("SELECT quote(id), quote(owner), quote(at) FROM t WHERE id IN " + of_keys + ")"));
  OpenOptions change;
  change.for_change = true;
  const auto source = besa::source::open("sqlite:a.db", folder_.path(), change);
  RC_ASSERT(sorted_lines(rows_of(*source, owned)) == expect_owned);
  RC_ASSERT(sorted_lines(rows_of(*source, keyed)) == expect_keyed);
  const auto transaction = source->begin();
  RC_ASSERT(sorted_lines(rows_of(*transaction, owned)) == expect_owned);
  RC_ASSERT(sorted_lines(rows_of(*transaction, keyed)) == expect_keyed);
  KeyIndex half;
  std::vector<std::string> left;
  for (int n = 1; n <= rows; n += 2 * step)
    half.add(encode_key(Key{Value::of(std::int64_t{begin} + n * 3)}));
  (void)transaction->erase("t", {"id"}, half);
  for (const std::string& line : expect_keyed) {
    const auto id = std::stoll(line.substr(0, line.find('|')));
    if (half.find(encode_key(Key{Value::of(std::int64_t{id})})) == KeyIndex::none)
      left.push_back(line);
  }
  RC_ASSERT(sorted_lines(rows_of(*transaction, keyed)) == left);
}

}  // namespace
