// A set of keys is handed to an index in one piece, where one surely finds it: what is asked then.
#include "source/postgresql_query.hpp"
#include "source/postgresql_scan.hpp"
#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;
using postgresql::keys;
using postgresql::number;
using postgresql::rows_of;
using postgresql::text;

using Lines = std::vector<std::string>;

class PostgresqlSets : public postgresql::Database {
 protected:
  /// What is off while the server plans how to find the people in `t`.
  Lines ruled_out(const std::string& owner = "person") {
    PostgresqlConnection connection(service_, OpenOptions(), PostgresqlConnection::Purpose::read);
    const PostgresqlCatalogue catalogue = read_catalogue(connection);
    PostgresqlQuery query(catalogue);
    Scan asked = theirs_;
    asked.owner = {owner};
    (void)query.select(asked);
    return query.ruled_out();
  }
  static KeyIndex many_people() {
    KeyIndex people;
    for (int i = 1; i <= 40; ++i) people.add(encode_key({text("P" + std::to_string(i))}));
    return people;
  }
  Scan theirs(const std::string& column = "n") const {
    Scan scan = theirs_;
    scan.columns = {column};
    return scan;
  }
  void fill() const {
    sql("INSERT INTO t SELECT 'P' || i % 100, i FROM generate_series(1, 1000) i; ANALYZE t");
  }

  KeyIndex people_ = many_people();
  Scan theirs_ = [this] {
    Scan scan;
    scan.table = "t";
    scan.columns = {"n"};
    scan.key_width = 1;
    scan.owner = {"person"};
    scan.owners = &people_;
    scan.in_key_order = true;
    return scan;
  }();
};

TEST_F(PostgresqlSets, an_index_that_begins_with_the_column_finds_them) {
  sql("CREATE TABLE t(person text, n int); CREATE INDEX ON t(person, n)");
  fill();
  EXPECT_EQ(ruled_out(), (Lines{"enable_seqscan"}));
  const Lines found = rows_of(theirs(), *reader());
  ASSERT_EQ(found.size(), 400U);
  EXPECT_EQ(found.front(), "P1|1");
  EXPECT_EQ(found.back(), "P40|940");
}

TEST_F(PostgresqlSets, a_table_whose_size_is_not_known_is_not_read_by_a_bitmap) {
  sql("CREATE TABLE t(person text, n int); CREATE INDEX ON t(person, n)");
  EXPECT_EQ(ruled_out(), (Lines{"enable_seqscan", "enable_bitmapscan"}));
}

TEST_F(PostgresqlSets, an_index_that_may_not_find_them_is_not_relied_on) {
  sql("CREATE TABLE t(person text, n int, c numeric)");
  fill();
  EXPECT_TRUE(ruled_out().empty());
  for (const char* index :
       {"ON t(n, person)", "ON t(person) WHERE n > 5", "ON t(lower(person))",
        "ON t USING brin (person)", "ON t USING hash (person)", "ON t(person COLLATE \"C\")"}) {
    sql(std::string("CREATE INDEX i ") + index);
    EXPECT_TRUE(ruled_out().empty()) << index;
    EXPECT_EQ(rows_of(theirs(), *reader()).size(), 400U) << index;
    sql("DROP INDEX i");
  }
  sql("CREATE INDEX ON t(c)");
  EXPECT_TRUE(ruled_out("c").empty());  // its texts decide
}

TEST_F(PostgresqlSets, partitions_are_asked_as_before) {
  sql("CREATE TABLE t(person text, n int) PARTITION BY HASH (person);"
      "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
      "CREATE INDEX ON t(person)");
  fill();
  EXPECT_TRUE(ruled_out().empty());
  EXPECT_EQ(rows_of(theirs(), *reader()).size(), 400U);
}

TEST_F(PostgresqlSets, other_conditions_and_a_second_set_hold_too) {
  sql("CREATE TABLE t(person text, n int); CREATE INDEX ON t(person); CREATE INDEX ON t(n)");
  fill();
  Scan asked = theirs();
  asked.bound = Bound{"n", number(41), number(900)};
  EXPECT_EQ(rows_of(asked, *reader()).size(), 320U);
  asked.where = {{"person", {text("P7"), text("P8"), text("P77")}}};
  EXPECT_EQ(rows_of(asked, *reader()).size(), 16U);
  KeyIndex rows;
  for (int i = 1; i <= 110; ++i) rows.add(encode_key({number(i)}));
  asked.keys = &rows;
  EXPECT_EQ(rows_of(asked, *reader()), (Lines{"P7|107", "P8|108"}));
}

TEST_F(PostgresqlSets, nobody_is_a_member_of_a_set_too) {
  sql("CREATE TABLE t(person text, n int); CREATE INDEX ON t(person)");
  fill();
  sql("INSERT INTO t VALUES(NULL, 5000)");
  people_.add(encode_key({Value::null()}));
  EXPECT_TRUE(ruled_out().empty());
  EXPECT_EQ(rows_of(theirs(), *reader()).size(), 401U);
}

TEST_F(PostgresqlSets, no_column_need_be_readable_that_is_not_asked_for) {
  role("narrow");
  sql("CREATE TABLE t(person text, n int, secret text); CREATE INDEX ON t(person);"
      "GRANT USAGE ON SCHEMA public TO narrow; GRANT SELECT (person, n) ON t TO narrow");
  fill();
  EXPECT_EQ(rows_of(theirs(), *reader("narrow")).size(), 400U);
}

TEST_F(PostgresqlSets, what_was_off_is_on_again_for_the_rest_of_the_transaction) {
  sql("CREATE TABLE t(person text, n int); CREATE INDEX ON t(person)");
  fill();
  PostgresqlConnection connection(service_, OpenOptions(), PostgresqlConnection::Purpose::change);
  const PostgresqlCatalogue catalogue = read_catalogue(connection);
  (void)connection.run("BEGIN");
  PostgresqlScanner(connection, catalogue).scan(theirs(), [](RowView) {});
  EXPECT_EQ(connection.text("SHOW enable_seqscan"), "on");
  EXPECT_EQ(connection.text("SHOW enable_bitmapscan"), "on");
}

}  // namespace
