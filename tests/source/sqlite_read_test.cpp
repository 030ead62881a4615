// What a database may hold that is not a plain table of plain values (erasure.md 4.4).

#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;
using besa::Error;
using besa::ErrorKind;
using shapes::Folder;

class SqliteRead : public testing::Test {
 protected:
  std::unique_ptr<Source> source(const std::string& sql) {
    shapes::run_sql(folder_ / "a.db", "PRAGMA synchronous=OFF;" + sql);
    return besa::source::open("sqlite:a.db", folder_.path());
  }
  static std::vector<std::string> rows(Source& source, const Scan& scan) {
    std::vector<std::string> found;
    source.scan(scan, [&](RowView row) {
      std::string line;
      for (const ValueView& value : row) line += (line.empty() ? "" : "|") + Value(value).text();
      found.push_back(line);
    });
    return found;
  }
  static Scan scan(const std::string& table, const std::vector<std::string>& columns) {
    Scan scan;
    scan.table = table;
    scan.columns = columns;
    scan.key_width = 1;
    return scan;
  }
  static KeyIndex set(const std::vector<Value>& values) {
    KeyIndex keys;
    for (const Value& value : values) keys.add(encode_key({value}));
    return keys;
  }
  static ErrorKind refusal(Source& source, const Scan& scan) {
    try {
      source.scan(scan, [](RowView) {});
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::usage;
  }
  Folder folder_;
};

TEST_F(SqliteRead, S2_the_schema_tells_keys_links_and_indexes) {
  const auto opened = source(
      "CREATE TABLE parents(a TEXT, b INTEGER, PRIMARY KEY(b, a)) WITHOUT ROWID;"
      "CREATE TABLE kids(id INTEGER PRIMARY KEY, x TEXT NOT NULL DEFAULT 'x', y INTEGER, "
      "  FOREIGN KEY(y, x) REFERENCES PARENTS ON DELETE CASCADE);"
      "CREATE UNIQUE INDEX only_some ON kids(x) WHERE y > 0;"
      "CREATE INDEX computed ON kids(lower(x), y);");
  const TableSchema& parents = *opened->schema().table("parents");
  EXPECT_TRUE(parents.without_rowid);
  EXPECT_EQ(parents.column("b")->key_position, 1U);
  EXPECT_EQ(parents.column("a")->key_position, 2U);
  const TableSchema& kids = *opened->schema().table("kids");
  EXPECT_TRUE(kids.column("x")->not_null && kids.column("x")->has_default);
  ASSERT_EQ(kids.foreign_keys.size(), 1U);
  EXPECT_EQ(kids.foreign_keys[0].target, "parents");
  EXPECT_EQ(kids.foreign_keys[0].columns, (std::vector<std::string>{"y", "x"}));
  EXPECT_EQ(kids.foreign_keys[0].target_columns, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(kids.foreign_keys[0].on_delete, "CASCADE");
  ASSERT_EQ(kids.indexes.size(), 2U);
  EXPECT_EQ(kids.indexes[0].columns, (std::vector<std::string>{"", "y"}));
  EXPECT_TRUE(kids.indexes[1].unique && kids.indexes[1].partial);
}

TEST_F(SqliteRead, S3_generated_columns_are_seen_and_marked) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, email TEXT, v AS (lower(email)), s AS (email||'!') "
      "STORED);"
      "INSERT INTO t(email) VALUES('Ann@X');");
  const TableSchema& table = *opened->schema().table("t");
  ASSERT_EQ(table.columns.size(), 4U);
  EXPECT_FALSE(table.column("email")->generated);
  EXPECT_TRUE(table.column("v")->generated && table.column("s")->generated);
  EXPECT_EQ(rows(*opened, scan("t", {"v", "s"})), std::vector<std::string>{"ann@x|Ann@X!"});
}

TEST_F(SqliteRead, S6_views_are_named_and_not_read) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE VIEW shown AS SELECT id FROM t;"
      "CREATE TRIGGER on_view INSTEAD OF DELETE ON shown BEGIN DELETE FROM t WHERE id = old.id; "
      "END;");
  EXPECT_EQ(opened->schema().table("shown")->kind, TableKind::view);
  EXPECT_EQ(refusal(*opened, scan("shown", {"id"})), ErrorKind::refused);
}

TEST_F(SqliteRead, S7_virtual_tables_are_told_apart) {
  const auto opened = source(
      "CREATE VIRTUAL TABLE f5 USING fts5(body); CREATE VIRTUAL TABLE f4 USING FTS4(body);"
      "CREATE VIRTUAL TABLE \"using fts5(\" USING rtree(id, x0, x1);"
      "INSERT INTO f5 VALUES('a letter'), ('another');");
  const Schema& schema = opened->schema();
  EXPECT_EQ(schema.table("f5")->kind, TableKind::full_text);
  EXPECT_EQ(schema.table("f4")->kind, TableKind::full_text);
  EXPECT_EQ(schema.table("using fts5(")->kind, TableKind::virtual_table);
  EXPECT_EQ(schema.table("f5_content")->kind, TableKind::shadow);
  EXPECT_EQ(rows(*opened, scan("f5", {"body"})).size(), 2U);
  EXPECT_EQ(refusal(*opened, scan("using fts5(", {"id"})), ErrorKind::refused);
}

TEST_F(SqliteRead, S7_a_virtual_table_of_an_absent_module_is_known_by_name_and_refused) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY); PRAGMA writable_schema=ON;"
      "INSERT INTO sqlite_schema VALUES('table','gone','gone',0,'CREATE VIRTUAL TABLE gone USING "
      "nowhere(a)');");
  EXPECT_EQ(opened->schema().table("gone")->kind, TableKind::virtual_table);
  Scan anything;
  anything.table = "gone";
  EXPECT_EQ(refusal(*opened, anything), ErrorKind::refused);
}

TEST_F(SqliteRead, S8_a_schema_that_calls_what_it_must_not_is_refused) {
  EXPECT_THROW(
      (void)source(
          "CREATE TABLE t(id INTEGER PRIMARY KEY, trap AS (abs(id))); INSERT INTO t VALUES(1);"
          "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE t("
          "id INTEGER PRIMARY KEY, trap AS (load_extension(id)))' WHERE name='t';"),
      Error);
}

TEST_F(SqliteRead, S9_keywords_quotes_and_emoji_are_only_names) {
  const auto opened = source(
      "CREATE TABLE \"x\"\"; DROP TABLE y;--\"(\"select\" INTEGER PRIMARY KEY, \"\" TEXT, "
      "\"\xF0\x9F\x98\x80 ] '\" TEXT);"
      "CREATE TABLE y(id); INSERT INTO \"x\"\"; DROP TABLE y;--\" VALUES(1,'empty','smile');");
  const std::string table = "x\"; DROP TABLE y;--";
  EXPECT_EQ(rows(*opened, scan(table, {"select", "", "\xF0\x9F\x98\x80 ] '"})),
            std::vector<std::string>{"1|empty|smile"});
  EXPECT_NE(opened->schema().table("y"), nullptr);
  EXPECT_EQ(refusal(*opened, scan(std::string("y\0z", 3), {"id"})), ErrorKind::failed);
}

TEST_F(SqliteRead, S11_bytes_types_and_nul_come_as_they_are_stored) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES(1, CAST(x'610062' AS TEXT)), (2, x'610062'), (3, 7), (4, 7.0), (5, "
      "7.5), "
      "(6, CAST(x'FF41' AS TEXT)), (7, ''), (8, NULL), (9, zeroblob(0));");
  std::vector<Value> found;
  opened->scan(scan("t", {"v"}), [&](RowView row) { found.emplace_back(row[0]); });
  ASSERT_EQ(found.size(), 9U);
  EXPECT_EQ(found[0], Value::of(std::string("a\0b", 3)));
  EXPECT_EQ(found[1].type, Type::blob);
  EXPECT_EQ(found[2], Value::of(std::int64_t{7}));
  EXPECT_EQ(found[3].type, Type::real);
  EXPECT_EQ(found[4].real, 7.5);
  EXPECT_EQ(found[5].bytes,
            "\xFF"
            "A");
  EXPECT_EQ(found[6], Value::of(std::string()));
  EXPECT_TRUE(found[7].view().is_null());
  EXPECT_EQ(found[8].type, Type::blob);
}

/// Every way in which SQLite would convert or fold what it compares: only the very key counts.
TEST_F(SqliteRead, S12_seeks_find_what_the_key_says_not_what_sqlite_would_convert) {
  const std::string inserts =
      " VALUES(1,'5'),(2,5),(3,5.0),(4,'05'),(5,'ann'),(6,'ANN'),(7,'ann "
      "'),(8,x'616e6e'),(9,NULL),(10,5.5);";
  for (const char* type : {"TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB", "", "TEXT COLLATE NOCASE",
                           "TEXT COLLATE RTRIM"}) {
    for (const char* index :
         {"", "CREATE INDEX i ON t(v);", "CREATE INDEX i ON t(v COLLATE BINARY);",
          "CREATE INDEX i ON t(v COLLATE NOCASE);"}) {
      std::filesystem::remove(folder_ / "a.db");
      const auto opened = source("CREATE TABLE t(id INTEGER PRIMARY KEY, v " + std::string(type) +
                                 ");" + index + "INSERT INTO t" + inserts);
      std::vector<Value> stored(11);
      opened->scan(scan("t", {"id", "v"}), [&](RowView row) {
        stored[static_cast<std::size_t>(row[0].integer)] = Value(row[1]);
      });
      const KeyIndex wanted =
          set({Value::of(std::int64_t{5}), Value::of(std::string("ann")), Value::null()});
      std::vector<std::string> expected;
      for (std::size_t id = 1; id <= 10; ++id)
        if (wanted.find(stored[id].view()) != KeyIndex::none)
          expected.push_back(std::to_string(id));
      Scan owners = scan("t", {"id"});
      owners.owner = {"v"};
      owners.owners = &wanted;
      owners.in_key_order = true;
      std::vector<std::string> found;
      opened->scan(owners, [&](RowView row) { found.push_back(std::to_string(row[1].integer)); });
      EXPECT_EQ(found, expected) << type << " " << index;
    }
  }
}

TEST_F(SqliteRead, S12_a_collation_only_the_application_knows_is_refused) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES(1,'x'); PRAGMA "
      "writable_schema=ON;"
      "UPDATE sqlite_schema SET sql='CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT COLLATE "
      "albanian)';");
  Scan chosen = scan("t", {"id"});
  chosen.where = {{"v", {Value::of(std::string("x"))}}};
  EXPECT_EQ(refusal(*opened, chosen), ErrorKind::refused);
}

TEST_F(SqliteRead, S17_two_thousand_columns_are_read) {
  std::string columns = "id INTEGER PRIMARY KEY";
  Scan all = scan("wide", {"id"});
  for (int i = 0; i < 1999; ++i) {
    columns += ", c" + std::to_string(i) + " DEFAULT " + std::to_string(i);
    all.columns.push_back("c" + std::to_string(i));
  }
  const auto opened =
      source("CREATE TABLE wide(" + columns + "); INSERT INTO wide(id) VALUES(1),(2);");
  int sum = 0;
  opened->scan(all, [&](RowView row) { sum += static_cast<int>(row.back().integer); });
  EXPECT_EQ(sum, 2 * 1998);
}

TEST_F(SqliteRead, an_index_is_no_obstacle_to_conditions_with_null) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX i ON t(v);"
      "INSERT INTO t VALUES(1,'x'),(2,NULL),(3,'y');");
  Scan chosen = scan("t", {"id"});
  chosen.in_key_order = true;
  chosen.where = {{"v", {Value::null(), Value::of(std::string("y"))}}};
  EXPECT_EQ(rows(*opened, chosen), (std::vector<std::string>{"2", "3"}));
  chosen.where = {{"v", {}}};
  EXPECT_TRUE(rows(*opened, chosen).empty());
}

TEST_F(SqliteRead, the_fingerprint_follows_the_schema_and_not_the_rows) {
  const auto first =
      source("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);")->schema().fingerprint;
  EXPECT_EQ(source("INSERT INTO t VALUES(1,'x'); ANALYZE; VACUUM;")->schema().fingerprint, first);
  EXPECT_NE(source("ALTER TABLE t ADD COLUMN w;")->schema().fingerprint, first);
}

TEST_F(SqliteRead, large_sets_are_answered_by_one_pass_and_small_ones_by_seeks_with_the_same_rows) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, owner TEXT); CREATE INDEX i ON t(owner);"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i<9999)"
      "INSERT INTO t SELECT i, 'm'||(i%1000) FROM n;");
  for (const int count : {1, 17, 100, 400, 999}) {
    KeyIndex owners;
    for (int i = 0; i < count; ++i) owners.add(encode_key({Value::of("m" + std::to_string(i))}));
    Scan chosen = scan("t", {"id"});
    chosen.owner = {"owner"};
    chosen.owners = &owners;
    EXPECT_EQ(rows(*opened, chosen).size(), static_cast<std::size_t>(count) * 10);
  }
}

}  // namespace
