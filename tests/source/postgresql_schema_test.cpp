// What besa sees of a PostgreSQL database's schema, and what changes its fingerprint.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;
using besa::ErrorKind;
using postgresql::Database;
using postgresql::error_of;
using postgresql::mentions;
using postgresql::rows_of;

using Names = std::vector<std::string>;

class PostgresqlSchema : public Database {
 protected:
  Names tables() const {
    Names names;
    const auto source = reader();
    for (const TableSchema& table : source->schema().tables) names.push_back(table.name);
    return names;
  }
  std::string fingerprint() const { return reader()->schema().fingerprint.hex(); }
};

TEST_F(PostgresqlSchema, tables_of_other_schemas_are_named_with_them) {
  sql("CREATE TABLE members(id int); CREATE SCHEMA crm; CREATE TABLE crm.members(id int);"
      "CREATE TABLE crm.\"Odd.Name\"(id int); CREATE TABLE \"dotted.name\"(id int);"
      "CREATE TEMP TABLE passing(id int)");
  EXPECT_EQ(tables(), (Names{"crm.Odd.Name", "crm.members", "members", "public.dotted.name"}));
}

TEST_F(PostgresqlSchema, two_tables_that_would_have_one_name_are_refused) {
  sql("CREATE SCHEMA a; CREATE SCHEMA \"a.b\"; CREATE TABLE a.\"b.c\"(id int);"
      "CREATE TABLE \"a.b\".c(id int)");
  const auto error = error_of([&] { (void)reader(); });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(error, "a.b.c"));
}

TEST_F(PostgresqlSchema, tables_of_extensions_are_left_out_and_views_are_views) {
  sql("CREATE EXTENSION pg_stat_statements; CREATE TABLE t(id int); CREATE VIEW v AS SELECT * FROM"
      " t; CREATE MATERIALIZED VIEW m AS SELECT * FROM t");
  EXPECT_EQ(tables(), (Names{"m", "t", "v"}));
  const auto source = reader();
  EXPECT_EQ(source->schema().table("v")->kind, TableKind::view);
  // A copy with rows of its own: it must be described like a table.
  EXPECT_EQ(source->schema().table("m")->kind, TableKind::table);
}

TEST_F(PostgresqlSchema, columns_keys_and_links_are_as_declared) {
  sql("CREATE TABLE m(shop text, no int, PRIMARY KEY(no, shop));"
      "CREATE TABLE p(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop text, no int,"
      " name varchar(20) NOT NULL DEFAULT 'x', gone int, upper_name text GENERATED ALWAYS AS"
      " (upper(name)) STORED, FOREIGN KEY(no, shop) REFERENCES m(no, shop) ON DELETE SET NULL);"
      "ALTER TABLE p DROP COLUMN gone;"
      "CREATE UNIQUE INDEX p_name ON p(lower(name), no) WHERE no > 0");
  const auto source = reader();
  const TableSchema& m = *source->schema().table("m");
  EXPECT_EQ(m.column("no")->key_position, 1U);
  EXPECT_EQ(m.column("shop")->key_position, 2U);
  const TableSchema& p = *source->schema().table("p");
  EXPECT_EQ(p.columns.size(), 5U);
  EXPECT_EQ(p.column("name")->declared_type, "character varying(20)");
  EXPECT_TRUE(p.column("name")->not_null && p.column("name")->has_default);
  EXPECT_TRUE(p.column("id")->has_default);
  EXPECT_TRUE(p.column("upper_name")->generated);
  ASSERT_EQ(p.foreign_keys.size(), 1U);
  EXPECT_EQ(p.foreign_keys[0].columns, (Names{"no", "shop"}));
  EXPECT_EQ(p.foreign_keys[0].target, "m");
  EXPECT_EQ(p.foreign_keys[0].target_columns, (Names{"no", "shop"}));
  EXPECT_EQ(p.foreign_keys[0].on_delete, "SET NULL");
  const auto index = std::ranges::find(p.indexes, "p_name", &IndexSchema::name);
  ASSERT_NE(index, p.indexes.end());
  EXPECT_TRUE(index->unique && index->partial);
  EXPECT_EQ(index->columns, (Names{"", "no"}));
  EXPECT_TRUE(p.triggers.empty());  // those of the foreign key are the server's own
}

TEST_F(PostgresqlSchema, S18_a_partition_tree_is_one_table_and_an_inheriting_table_is_its_own) {
  sql("CREATE TABLE p(id int, at date) PARTITION BY RANGE(at);"
      "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
      "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')"
      " PARTITION BY HASH(id);"
      "CREATE TABLE p2a PARTITION OF p2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
      "INSERT INTO p VALUES(1, '2020-05-05'), (2, '2021-05-05');"
      "CREATE TABLE parent(id int); CREATE TABLE child() INHERITS(parent);"
      "INSERT INTO parent VALUES(1); INSERT INTO child VALUES(2)");
  EXPECT_EQ(tables(), (Names{"child", "p", "parent"}));
  const auto source = reader();
  EXPECT_EQ(source->row_count("p"), 2U);
  EXPECT_EQ(source->row_count("parent"), 1U);
  EXPECT_EQ(source->row_count("child"), 1U);
}

TEST_F(PostgresqlSchema, whatever_is_declared_changes_the_fingerprint_and_rows_do_not) {
  sql("CREATE TABLE t(id int PRIMARY KEY, name text)");
  std::string last = fingerprint();
  sql("INSERT INTO t VALUES(1, 'x'); ANALYZE t");
  EXPECT_EQ(fingerprint(), last);
  for (const char* change :
       {"ALTER TABLE t ADD COLUMN note text", "ALTER TABLE t ALTER COLUMN name SET NOT NULL",
        "ALTER TABLE t ALTER COLUMN name TYPE varchar(30)",
        "ALTER TABLE t ALTER COLUMN name SET DEFAULT 'y'", "CREATE INDEX i ON t(name)",
        "CREATE TABLE u(t int REFERENCES t)",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN OLD; END'",
        "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "DROP TABLE u"}) {
    sql(change);
    const std::string now = fingerprint();
    const bool no_table = std::string_view(change).find("CREATE FUNCTION") == 0;
    EXPECT_EQ(now == last, no_table) << change;
    last = now;
  }
}

// A manifest says of which schema it was drafted: besa's next version must say the same.
TEST_F(PostgresqlSchema, a_fingerprint_is_the_same_in_every_version_of_besa) {
  sql("CREATE DOMAIN short AS varchar(30) COLLATE \"C\" NOT NULL; CREATE DOMAIN name AS short;"
      "CREATE TABLE parent(a int, b text, PRIMARY KEY(b, a));"
      "CREATE TABLE child(id bigint GENERATED ALWAYS AS IDENTITY, gone int, b text, a int,"
      " n name DEFAULT 'x', twice int GENERATED ALWAYS AS (a * 2) STORED, at timestamptz,"
      " FOREIGN KEY(b, a) REFERENCES parent ON DELETE CASCADE);"
      "ALTER TABLE child DROP COLUMN gone;"
      "CREATE UNIQUE INDEX one ON child(at, lower(b)) INCLUDE (a) WHERE a > 0;"
      "CREATE INDEX two ON child(twice DESC, a);"
      "CREATE TABLE parts(id int, at date) PARTITION BY RANGE (at);"
      "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
      "CREATE TRIGGER g BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION f();");
  EXPECT_EQ(fingerprint(), "010edcc77e9caf925cce98efa421d40b134e21a4c7ebb73ff2fa94a5ca267a25");
}

TEST_F(PostgresqlSchema, S9_names_of_every_kind_are_listed_and_read) {
  sql("CREATE SCHEMA \"select\"; CREATE TABLE \"select\".\"x\"\"; DROP TABLE y;--\"(\"order\" int,"
      " \"😀 \"\"'\" text, \"Case\" int); INSERT INTO \"select\".\"x\"\"; DROP TABLE y;--\""
      " VALUES(1, 'v', 2)");
  const auto source = reader();
  Scan scan;
  scan.table = "select.x\"; DROP TABLE y;--";
  scan.columns = {"order", "😀 \"'", "Case"};
  EXPECT_EQ(rows_of(scan, *source), (Names{"1|v|2"}));
  scan.columns = {std::string("a\0b", 3)};
  EXPECT_EQ(error_of([&] { (void)rows_of(scan, *source); }).kind(), ErrorKind::failed);
}

}  // namespace
