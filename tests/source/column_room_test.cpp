// What columns take, above all those of a server, and how they give it back.
#include <gtest/gtest.h>

#include "besa/source/memory.hpp"
#include "besa/source/source.hpp"
#include "tests/source/postgresql_world.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;
using postgresql::Database;
using postgresql::number;
using postgresql::text;

using Takes = ColumnRoom::Takes;

TEST(ColumnRoom, takes_anything_as_it_is_where_a_source_has_no_types) {
  MemorySource source;
  EXPECT_EQ(source.room("t", "name").takes, Takes::anything);
  EXPECT_EQ(source.stored_as("t", "name", text("0")), text("0"));
  EXPECT_TRUE(source.unique_even_if_null("t").empty());
}

// '0' as it is written into an INTEGER column is 0 there, and 0 in a REAL one is 0.0.
TEST(ColumnRoom, of_sqlite_gives_values_back_with_the_affinity_of_the_column) {
  const shapes::Folder folder;
  shapes::run_sql(folder / "a.db",
                  "CREATE TABLE t(no INTEGER, price DECIMAL(6,2), weight REAL,"
                  " name TEXT, any)");
  const auto source = open("sqlite:a.db", folder.path());
  EXPECT_EQ(source->stored_as("t", "no", text("0")), number(0));
  EXPECT_EQ(source->stored_as("t", "no", text("gone")), text("gone"));
  EXPECT_EQ(source->stored_as("t", "price", text("0.00")), number(0));
  EXPECT_EQ(source->stored_as("t", "weight", number(0)), Value(ValueView{Type::real, 0, 0, {}}));
  EXPECT_EQ(source->stored_as("t", "name", number(0)), text("0"));
  EXPECT_EQ(source->stored_as("t", "any", text("0")), text("0"));
}

class PostgresqlColumns : public Database {
 protected:
  void SetUp() override {
    sql("CREATE TYPE mood AS ENUM('sad','ok'); CREATE DOMAIN code AS varchar(4);"
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
        "CREATE TABLE t(name varchar(8), letters char(5), note text, no int, big bigint, flag bool,"
        " price numeric(6,2), weight float8, id uuid, born date, seen timestamptz, host inet,"
        " tags text[], feeling mood, papers jsonb, picture bytea, short code, many positive)");
    source_ = reader();
  }
  std::optional<Value> stored(const std::string& column, const Value& value) {
    return source_->stored_as("t", column, value);
  }
  Takes takes(const std::string& column) { return source_->room("t", column).takes; }

  std::unique_ptr<Source> source_;
};

TEST_F(PostgresqlColumns, say_what_may_be_made_up_for_them) {
  for (const char* column : {"name", "letters", "note", "short"})
    EXPECT_EQ(takes(column), Takes::text) << column;
  for (const char* column : {"no", "big", "flag", "price", "weight", "many"})
    EXPECT_EQ(takes(column), Takes::number) << column;
  EXPECT_EQ(takes("id"), Takes::uuid);
  for (const char* column : {"born", "seen", "host", "tags", "feeling", "papers", "picture"})
    EXPECT_EQ(takes(column), Takes::other) << column;
  EXPECT_EQ(source_->room("t", "name").longest, 8U);
  EXPECT_EQ(source_->room("t", "letters").longest, 5U);
  EXPECT_EQ(source_->room("t", "note").longest, 0U);
}

TEST_F(PostgresqlColumns, give_values_back_in_a_form_of_their_own) {
  EXPECT_EQ(stored("price", text("0")), text("0.00"));
  EXPECT_EQ(stored("price", number(0)), text("0.00"));
  EXPECT_EQ(stored("papers", text(R"({"a":1})")), text(R"({"a": 1})"));
  EXPECT_EQ(stored("picture", text("0")), Value(ValueView{Type::blob, 0, 0, "0"}));
  EXPECT_EQ(stored("letters", text("x")), text("x"));
  EXPECT_EQ(stored("flag", number(0)), number(0));
  EXPECT_EQ(stored("weight", text("0")), Value(ValueView{Type::real, 0, 0, {}}));
  EXPECT_EQ(stored("seen", text("2000-01-01T01:00:00+01:00")), text("2000-01-01T00:00:00Z"));
  EXPECT_EQ(stored("no", text("7")), number(7));
  EXPECT_EQ(stored("feeling", text("ok")), text("ok"));
}

TEST_F(PostgresqlColumns, refuse_what_a_cast_would_cut_and_what_is_of_another_kind) {
  EXPECT_EQ(stored("name", text("12345678")), text("12345678"));
  EXPECT_EQ(stored("name", text("123456789")), std::nullopt);
  EXPECT_EQ(stored("letters", text("123456")), std::nullopt);
  EXPECT_EQ(stored("short", text("12345")), std::nullopt);
  EXPECT_EQ(stored("big", text("abc")), std::nullopt);
  EXPECT_EQ(stored("no", number(std::int64_t{1} << 60)), std::nullopt);
  EXPECT_EQ(stored("many", number(0)), std::nullopt);
  EXPECT_EQ(stored("born", text("xpseudonym")), std::nullopt);
  EXPECT_EQ(stored("feeling", text("glad")), std::nullopt);
  EXPECT_EQ(stored("price", text("100000")), std::nullopt);
}

TEST_F(PostgresqlColumns, are_asked_amid_a_scan_that_goes_on) {
  sql("INSERT INTO t(no) SELECT generate_series(1, 3)");
  int rows = 0;
  Scan scan;
  scan.table = "t";
  scan.columns = {"no"};
  source_->scan(scan, [&](RowView) {
    EXPECT_EQ(stored("big", text("abc")), std::nullopt);
    EXPECT_EQ(stored("big", text("5")), number(5));
    ++rows;
  });
  EXPECT_EQ(rows, 3);
}

TEST_F(PostgresqlColumns, that_must_differ_even_where_they_are_null) {
  sql("ALTER TABLE t ADD UNIQUE (note); ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (name, born)");
  EXPECT_EQ(reader()->unique_even_if_null("t"),
            (std::vector<std::vector<std::string>>{{"name", "born"}}));
}

}  // namespace
