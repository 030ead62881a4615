// Reading a PostgreSQL database: what its types become, what is compared, what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "besa/base/time.hpp"
#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;
using besa::ErrorKind;
using postgresql::Database;
using postgresql::error_of;
using postgresql::keys;
using postgresql::mentions;
using postgresql::number;
using postgresql::rows_of;
using postgresql::text;

using Lines = std::vector<std::string>;

class PostgresqlRead : public Database {
 protected:
  static Scan scan(const std::string& table, std::vector<std::string> columns,
                   std::uint32_t key_width = 1) {
    Scan scan;
    scan.table = table;
    scan.columns = std::move(columns);
    scan.key_width = key_width;
    return scan;
  }
  /// The one value of a one-column table made for it.
  Value value_of(const std::string& type, const std::string& literal) {
    sql("DROP TABLE IF EXISTS one; CREATE TABLE one(v " + type + "); INSERT INTO one VALUES(" +
        literal + ")");
    Value found;
    reader()->scan(scan("one", {"v"}), [&](RowView row) { found = Value(row[0]); });
    return found;
  }
};

TEST_F(PostgresqlRead, types_become_values_as_the_driver_says) {
  EXPECT_EQ(value_of("smallint", "-32768"), number(-32768));
  EXPECT_EQ(value_of("integer", "2147483647"), number(2147483647));
  EXPECT_EQ(value_of("bigint", "-9223372036854775808"),
            number(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(value_of("oid", "4294967295"), number(4294967295));
  EXPECT_EQ(value_of("boolean", "true"), number(1));
  EXPECT_EQ(value_of("boolean", "false"), number(0));
  EXPECT_EQ(value_of("double precision", "0.1").real, 0.1);
  EXPECT_EQ(value_of("real", "0.5").real, 0.5);
  EXPECT_EQ(value_of("text", "'Ç\"\\ü'"), text("Ç\"\\ü"));
  EXPECT_EQ(value_of("character(6)", "'ab'"), text("ab"));
  EXPECT_EQ(value_of("numeric", "1.50"), text("1.50"));
  EXPECT_EQ(value_of("uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"),
            text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
  EXPECT_EQ(value_of("jsonb", "'{\"a\": [1]}'"), text("{\"a\": [1]}"));
  EXPECT_EQ(value_of("text[]", "ARRAY['x','y z']"), text("{x,\"y z\"}"));
  EXPECT_EQ(value_of("interval", "'1 year 2 days'"), text("P1Y2D"));
  EXPECT_EQ(value_of("text", "NULL"), Value::null());
  const Value blob = value_of("bytea", "'\\x00ff61'");
  EXPECT_EQ(blob.type, Type::blob);
  EXPECT_EQ(blob.bytes, std::string("\0\xff"
                                    "a",
                                    3));
}

TEST_F(PostgresqlRead, domains_and_enumerations_are_what_they_are_made_of) {
  sql("CREATE DOMAIN card AS bigint CHECK (VALUE > 0); CREATE DOMAIN gold AS card;"
      "CREATE TYPE mood AS ENUM ('sad', 'glad')");
  EXPECT_EQ(value_of("gold", "7"), number(7));
  EXPECT_EQ(value_of("mood", "'glad'"), text("glad"));
}

TEST_F(PostgresqlRead, times_are_read_by_the_formats_a_dataset_declares) {
  const auto zone = besa::TimeZone::find("Europe/Tirane");
  const auto day = [&](const char* format, const Value& value) {
    const auto parsed = besa::TimeReader(format, "Europe/Tirane", zone).read(value.bytes);
    return parsed.ok() ? parsed.date.str() : "fault";
  };
  EXPECT_EQ(value_of("timestamptz", "'2026-11-22 23:30:00.25+00'"),
            text("2026-11-22T23:30:00.25Z"));
  EXPECT_EQ(day("rfc3339", value_of("timestamptz", "'2026-11-22 23:30:00.25+00'")), "2026-11-23");
  EXPECT_EQ(value_of("timestamp", "'2026-11-22 23:30:00'"), text("2026-11-22 23:30:00"));
  EXPECT_EQ(day("datetime", value_of("timestamp", "'2026-11-22 23:30:00'")), "2026-11-22");
  EXPECT_EQ(value_of("date", "'2026-11-22'"), text("2026-11-22"));
  EXPECT_EQ(day("date", value_of("date", "'2026-11-22'")), "2026-11-22");
  EXPECT_EQ(day("rfc3339", value_of("timestamptz", "'infinity'")), "fault");
  EXPECT_EQ(day("rfc3339", value_of("timestamptz", "'0044-03-15 12:00:00+00 BC'")), "fault");
}

TEST_F(PostgresqlRead, the_roles_own_settings_change_nothing) {
  role("odd_settings", "SET datestyle = 'German'");
  sql("ALTER ROLE odd_settings SET timezone = 'Asia/Tokyo';"
      "ALTER ROLE odd_settings SET search_path = 'decoy', 'public';"
      "CREATE SCHEMA decoy; CREATE TABLE decoy.t(at timestamptz); CREATE TABLE t(at timestamptz);"
      "INSERT INTO t VALUES('2026-11-22 10:00:00+00');"
      "GRANT USAGE ON SCHEMA decoy TO public; GRANT SELECT ON t, decoy.t TO public");
  EXPECT_EQ(rows_of(scan("t", {"at"}), *reader("odd_settings")), (Lines{"2026-11-22T10:00:00Z"}));
}

TEST_F(PostgresqlRead, S18_what_shadows_a_function_or_an_operator_is_not_called) {
  sql("CREATE FUNCTION public.replace(text, text, text) RETURNS text LANGUAGE sql AS $$ SELECT "
      "'stolen' $$; CREATE TABLE t(at timestamptz); INSERT INTO t VALUES('2026-11-22 10:00+00')");
  EXPECT_EQ(rows_of(scan("t", {"at"}), *reader()), (Lines{"2026-11-22T10:00:00Z"}));
}

TEST_F(PostgresqlRead, bounds_on_times_are_those_of_their_text) {
  sql("CREATE TABLE t(n int, z timestamptz, l timestamp, d date);"
      "INSERT INTO t VALUES(1, '2021-06-29 23:59:59+00', '2021-06-29 23:59:59', '2021-06-29'),"
      "(2, '2021-06-30 00:00:00+00', '2021-06-30 00:00:00', '2021-06-30'), (3, NULL, NULL, NULL),"
      "(4, 'infinity', 'infinity', 'infinity')");
  const auto source = reader();
  for (const char* column : {"z", "l", "d"}) {
    Scan bounded = scan("t", {"n"});
    bounded.in_key_order = true;
    bounded.bound = Bound{column, text("2021-06-30"), {}};
    EXPECT_EQ(rows_of(bounded, *source), (Lines{"2", "4"})) << column;
    bounded.bound = Bound{column, {}, text("2021-06-30")};
    EXPECT_EQ(rows_of(bounded, *source), (Lines{"1"})) << column;
    bounded.bound = Bound{column, {}, text("\xf4\x8f\xbf\xbf")};  // no day: everything sorts before
    EXPECT_EQ(rows_of(bounded, *source), (Lines{"1", "2", "4"})) << column;
  }
}

// Its datcollate says C, and its texts sort as people sort words.
TEST_F(PostgresqlRead, bounds_are_by_bytes_also_where_the_database_sorts_by_icu) {
  if (std::stoi(answer("SHOW server_version_num")) < 150000) GTEST_SKIP() << "not known before 15";
  sql("DROP DATABASE IF EXISTS words");
  sql("CREATE DATABASE words TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
      " LC_COLLATE 'C' LC_CTYPE 'C'");
  server_.run("CREATE TABLE t(n text); INSERT INTO t VALUES('a'), ('B'), ('c')", "words");
  Scan bounded = scan("t", {"n"});
  bounded.bound = Bound{"n", text("a"), text("c")};
  EXPECT_EQ(rows_of(bounded, *postgresql::open(server_.service("words", "chief"))), (Lines{"a"}));
  sql("DROP DATABASE words");
}

TEST_F(PostgresqlRead, S18_citext_and_case_blind_collations_do_not_make_two_people_one) {
  sql("CREATE EXTENSION citext; CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2',"
      " deterministic = false);"
      "CREATE TABLE t(n int, c citext, b text COLLATE blind, p char(8));"
      "INSERT INTO t VALUES(1, 'Ana', 'Ana', 'Ana'), (2, 'ANA', 'ANA', 'ANA')");
  const auto source = reader();
  for (const char* column : {"c", "b", "p"}) {
    Scan asked = scan("t", {"n"});
    asked.where = {{column, {text("ANA"), text("ana"), text("Ana ")}}};
    EXPECT_EQ(rows_of(asked, *source), (Lines{"2"})) << column;
    const KeyIndex one = keys({{text("Ana")}});
    Scan by_key = scan("t", {column, "n"});
    by_key.keys = &one;
    EXPECT_EQ(rows_of(by_key, *source), (Lines{"Ana|1"})) << column;
  }
}

TEST_F(PostgresqlRead, one_person_is_found_by_an_index_also_where_texts_decide) {
  sql("CREATE EXTENSION citext; CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2',"
      " deterministic = false); CREATE TABLE t(c citext, n numeric, b text COLLATE blind, i int,"
      " v varchar(20), p char(20), u uuid);"
      "INSERT INTO t SELECT 'Key' || i, i, 'Key' || i, i, 'Key' || i, 'Key' || i,"
      " lpad(to_hex(i), 32, '0')::uuid FROM generate_series(1, 20000) i;"
      "CREATE INDEX tc ON t(c); CREATE INDEX tn ON t(n); CREATE INDEX tb ON t(b);"
      "CREATE INDEX ti ON t(i); CREATE INDEX tv ON t(v); CREATE INDEX tp ON t(p);"
      "CREATE INDEX tu ON t(u); ANALYZE t");
  const std::map<std::string, Value> sought = {{"c", text("Key77")},
                                               {"n", text("77")},
                                               {"b", text("Key77")},
                                               {"i", number(77)},
                                               {"v", text("Key77")},
                                               {"p", text("Key77")},
                                               {"u", text("00000000-0000-0000-0000-00000000004d")}};
  for (const auto& [column, value] : sought) {
    const KeyIndex one = keys({{value}});
    Scan by_key = scan("t", {column});
    by_key.keys = &one;
    EXPECT_EQ(rows_of(by_key, *reader()).size(), 1U) << column;
    const std::string uses =
        "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 't" + column + "'";
    for (int i = 0; i < 200 && answer(uses) == "0\n"; ++i)  // told when the reader has gone
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(answer(uses), "1\n") << column;
  }
}

TEST_F(PostgresqlRead, many_people_are_found_by_an_index_also_where_a_few_have_most_rows) {
  sql("CREATE TABLE t(person text, n int);"
      "INSERT INTO t SELECT 'P' || least(i % 5000, i % 90), i FROM generate_series(1, 60000) i;"
      "INSERT INTO t SELECT 'Q' || i, i FROM generate_series(1, 60000) i;"
      "CREATE INDEX tp ON t(person); ANALYZE t");
  KeyIndex people;
  for (int i = 1; i <= 400; ++i) people.add(encode_key({text("Q" + std::to_string(i))}));
  Scan theirs = scan("t", {"n"});
  theirs.owner = {"person"};
  theirs.owners = &people;
  theirs.in_key_order = true;
  const Lines found = rows_of(theirs, *reader());
  ASSERT_EQ(found.size(), 400U);
  EXPECT_EQ(found.front(), "Q1|1");
  EXPECT_EQ(found.back(), "Q400|400");
  const std::string uses =
      "SELECT idx_scan > 0 FROM pg_stat_user_indexes WHERE indexrelname = 'tp'";
  for (int i = 0; i < 200 && answer(uses) != "t\n"; ++i)  // told when the reader has gone
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(answer(uses), "t\n");
}

TEST_F(PostgresqlRead, links_between_unlike_columns_compare_what_is_shown) {
  sql("CREATE COLLATION other (provider = icu, locale = 'sq');"
      "CREATE TABLE m(id uuid PRIMARY KEY, card text COLLATE other, no int);"
      "CREATE TABLE p(n int, member text, card varchar(20), no bigint, wrong int);"
      "INSERT INTO m VALUES('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'K1', 5);"
      "INSERT INTO p VALUES(1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'K1', 5, 5)");
  const auto source = reader();
  const auto owner_by = [&](const char* here, const char* there) {
    Scan linked = scan("p", {"n"});
    linked.hops = {{{here}, "m", {there}}};
    linked.owner = {"card"};
    return rows_of(linked, *source);
  };
  EXPECT_EQ(owner_by("member", "id"), (Lines{"K1|1"}));
  EXPECT_EQ(owner_by("card", "card"), (Lines{"K1|1"}));
  EXPECT_EQ(owner_by("no", "no"), (Lines{"K1|1"}));
  EXPECT_EQ(owner_by("wrong", "card"), (Lines{"NULL|1"}));  // 5 is not "5"
}

TEST_F(PostgresqlRead, keys_that_no_row_can_have_choose_nothing_and_break_nothing) {
  sql("CREATE TABLE t(i int, s smallint, u uuid, n numeric, d date);"
      "INSERT INTO t VALUES(7, 7, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 7.0, '2026-01-01')");
  const KeyIndex odd = keys({{text("seven")},
                             {number(99999999999)},
                             {Value(ValueView{Type::blob, 0, 0, "7"})},
                             {text(std::string("a\0b", 3))},
                             {text("\xff\xfe")},
                             {text("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")},
                             {text("2026-02-30")},
                             {text("7")}});
  const auto source = reader();
  for (const char* column : {"i", "s", "u", "n", "d"}) {
    Scan by_key = scan("t", {column});
    by_key.keys = &odd;
    EXPECT_TRUE(rows_of(by_key, *source).empty()) << column;
  }
}

TEST_F(PostgresqlRead, a_set_too_large_to_be_sent_is_looked_up_here) {
  sql("CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES(-5), (3), (1000000), (2000000)");
  KeyIndex many;
  for (std::int64_t id = 0; id <= 1'000'000; ++id) many.add(encode_key({number(id)}));
  Scan by_key = scan("t", {"id"});
  by_key.keys = &many;
  by_key.in_key_order = true;
  EXPECT_EQ(rows_of(by_key, *reader()), (Lines{"3", "1000000"}));
  const auto source = writer();
  const auto change = source->begin();
  EXPECT_EQ(change->erase("t", {"id"}, many), 2U);
  change->commit();
  EXPECT_EQ(answer("SELECT id FROM t ORDER BY id"), "-5\n2000000\n");
}

TEST_F(PostgresqlRead, S9_values_with_every_sign_of_sql_are_only_values) {
  sql("CREATE TABLE t(v text)");
  const Lines odd = {
      "x'); DROP TABLE t;--", "{a,\"b\",NULL}", "\\", "\"", "NULL", "", "$1", "😀", "a\nb\tc"};
  postgresql::Session chief(service_);
  for (const std::string& value : odd) chief.run("INSERT INTO t VALUES($tag$" + value + "$tag$)");
  const auto source = reader();
  for (const std::string& value : odd) {
    const KeyIndex one = keys({{text(value)}});
    Scan by_key = scan("t", {"v"});
    by_key.keys = &one;
    EXPECT_EQ(rows_of(by_key, *source), (Lines{value}));
  }
}

TEST_F(PostgresqlRead, many_rows_and_huge_ones_come_in_pieces_S19) {
  sql("CREATE TABLE t(n int PRIMARY KEY, v text);"
      "INSERT INTO t SELECT i, CASE WHEN i % 20000 = 0 THEN repeat('x', 3000000) ELSE 'y' END"
      " FROM generate_series(1, 60000) i");
  std::int64_t rows = 0, last = 0;
  std::size_t longest = 0;
  Scan ordered = scan("t", {"n", "v"});
  ordered.in_key_order = true;
  reader()->scan(ordered, [&](RowView row) {
    ++rows;
    EXPECT_GT(row[0].integer, last);
    last = row[0].integer;
    longest = std::max(longest, row[1].bytes.size());
  });
  EXPECT_EQ(rows, 60000);
  EXPECT_EQ(longest, 3000000U);
}

TEST_F(PostgresqlRead, fault_59_rows_hidden_by_row_level_security_are_an_error) {
  role("narrow");
  sql("CREATE TABLE t(v text); INSERT INTO t VALUES('seen'), ('hidden');"
      "ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT USAGE ON SCHEMA public TO narrow;"
      "CREATE POLICY part ON t USING (v = 'seen'); GRANT SELECT ON t TO narrow");
  const auto error = error_of([&] { (void)rows_of(scan("t", {"v"}), *reader("narrow")); });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(error, "row-level security")) << error.message();
  EXPECT_EQ(rows_of(scan("t", {"v"}), *reader()).size(), 2U);
}

TEST_F(PostgresqlRead, a_table_besa_may_not_read_is_listed_and_says_so_when_asked) {
  role("narrow");
  sql("CREATE TABLE secret(v text); GRANT USAGE ON SCHEMA public TO narrow");
  const auto source = reader("narrow");
  EXPECT_NE(source->schema().table("secret"), nullptr);
  const auto error = error_of([&] { (void)rows_of(scan("secret", {"v"}), *source); });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(error, "besa-dataset(5)"));
}

TEST_F(PostgresqlRead, reading_cannot_write) {
  sql("CREATE TABLE t(v text); CREATE FUNCTION write() RETURNS int LANGUAGE sql AS"
      " $$ INSERT INTO public.t VALUES('x') RETURNING 1 $$; CREATE VIEW w AS SELECT write() AS v");
  const auto error = error_of([&] { (void)rows_of(scan("w", {"v"}), *reader()); });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(answer("SELECT count(*) FROM t"), "0\n");
}

// Up to 256 rows of a few keys come at once, all others by a cursor.
TEST_F(PostgresqlRead, however_many_rows_a_few_keys_have_they_come_once_and_in_order) {
  for (const int count : {0, 1, 255, 256, 257, 5000}) {
    sql("DROP TABLE IF EXISTS t; CREATE TABLE t(id int, owner text); INSERT INTO t SELECT " +
        std::to_string(count) + " - i, 'a' FROM generate_series(1, " + std::to_string(count) +
        ") AS i; INSERT INTO t VALUES(7, 'b')");
    const KeyIndex wanted = keys({{text("a")}, {text("nobody")}});
    Scan theirs = scan("t", {"id"});
    theirs.owner = {"owner"};
    theirs.owners = &wanted;
    theirs.in_key_order = true;
    Lines expected;
    for (int i = 0; i < count; ++i) expected.push_back("a|" + std::to_string(i));
    EXPECT_EQ(rows_of(theirs, *reader()), expected) << count;
  }
}

TEST_F(PostgresqlRead, a_few_keys_are_read_as_safely_as_all_are) {
  sql("CREATE TABLE t(v text); CREATE FUNCTION write() RETURNS text LANGUAGE sql AS"
      " $$ INSERT INTO public.t VALUES('x') RETURNING 'k' $$; CREATE VIEW w AS SELECT write() AS v;"
      "CREATE VIEW u AS SELECT left('k', length(set_config('default_transaction_read_only', 'off',"
      " false))) AS v");
  const KeyIndex wanted = keys({{text("k")}});
  Scan key = scan("u", {"v"});
  key.keys = &wanted;
  const auto source = reader();
  EXPECT_EQ(rows_of(key, *source), (Lines{"k"}));
  key.table = "w";
  EXPECT_EQ(error_of([&] { (void)rows_of(key, *source); }).kind(), ErrorKind::refused);
  key.table = "t";
  EXPECT_EQ(rows_of(key, *source), Lines()) << "nor does a failure stay";
  EXPECT_EQ(answer("SELECT count(*) FROM t"), "0\n");
}

TEST_F(PostgresqlRead, a_reader_holds_nothing_between_its_scans) {
  sql("CREATE TABLE t(v text)");
  const auto source = reader();
  (void)rows_of(scan("t", {"v"}), *source);
  const KeyIndex wanted = keys({{text("k")}});
  Scan key = scan("t", {"v"});
  key.keys = &wanted;
  (void)rows_of(key, *source);
  EXPECT_EQ(answer("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'besa'"
                   " AND (state <> 'idle' OR backend_xmin IS NOT NULL)"),
            "0\n");
}

TEST_F(PostgresqlRead, a_connection_lost_between_two_questions_is_made_again) {
  sql("CREATE TABLE t(v text); INSERT INTO t VALUES('x')");
  const auto source = reader();
  (void)answer(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE application_name = 'besa'");
  EXPECT_THROW((void)rows_of(scan("t", {"v"}), *source), besa::Error);
  EXPECT_EQ(rows_of(scan("t", {"v"}), *source), (Lines{"x"}));
}

TEST_F(PostgresqlRead, an_unknown_service_and_a_wrong_password_say_where_to_look) {
  const auto unknown = error_of([] { (void)postgresql::open("no_such_service"); });
  EXPECT_EQ(unknown.kind(), ErrorKind::failed);
  EXPECT_TRUE(mentions(unknown, "no_such_service"));
  sql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stranger') THEN"
      " CREATE ROLE stranger LOGIN PASSWORD 'another'; END IF; END $$");
  const auto wrong = error_of([&] { (void)reader("stranger"); });
  EXPECT_EQ(wrong.kind(), ErrorKind::failed);
  EXPECT_TRUE(mentions(wrong, "passfile"));
  EXPECT_FALSE(mentions(wrong, postgresql::Server::password()));
}

TEST_F(PostgresqlRead, a_live_server_is_as_fresh_as_now) {
  const std::int64_t now = besa::SystemClock().now().seconds;
  EXPECT_NEAR(static_cast<double>(reader()->modified_at().seconds), static_cast<double>(now), 60);
}

}  // namespace
