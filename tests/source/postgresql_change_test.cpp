// Changing a PostgreSQL database: what is refused before it happens, what others do meanwhile, and
// a connection that goes away.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;
using besa::ErrorKind;
using postgresql::Database;
using postgresql::error_of;
using postgresql::keys;
using postgresql::mentions;
using postgresql::number;
using postgresql::Session;
using postgresql::text;

class PostgresqlChange : public Database {
 protected:
  /// What erasing the row with this key ends with, committed.
  besa::Error refusal(const std::string& table, int key, OpenOptions options = {}) {
    return error_of([&] {
      const auto source = writer(options);
      const auto change = source->begin();
      (void)change->erase(table, {"id"}, keys({{number(key)}}));
      change->commit();
    });
  }
  void erase(const std::string& table, int key, OpenOptions options = {}) {
    const auto source = writer(options);
    const auto change = source->begin();
    EXPECT_EQ(change->erase(table, {"id"}, keys({{number(key)}})), 1U);
    change->commit();
  }
  void history_of(const std::string& table, const std::string& body,
                  const std::string& when = "BEFORE DELETE OR UPDATE") {
    sql("CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql SET search_path ="
        " public AS $$ BEGIN " +
        body + " END $$; CREATE TRIGGER keeper " + when + " ON " + table +
        " FOR EACH ROW EXECUTE FUNCTION keep()");
  }
  static OpenOptions with_triggers() {
    OpenOptions options;
    options.allow_triggers = true;
    return options;
  }
};

TEST_F(PostgresqlChange, rows_that_a_foreign_key_would_take_along_are_named_before_anything) {
  sql("CREATE SCHEMA fin; CREATE TABLE m(id int PRIMARY KEY, boss int REFERENCES m ON DELETE"
      " CASCADE); INSERT INTO m VALUES(1, NULL), (2, NULL), (3, 2), (4, NULL);"
      "CREATE TABLE fin.payments(m int REFERENCES m ON DELETE CASCADE, v int);"
      "INSERT INTO fin.payments VALUES(1, 5)");
  const auto error = refusal("m", 1);
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(error, "fin.payments") && mentions(error, "ON DELETE CASCADE"));
  EXPECT_EQ(refusal("m", 2).kind(), ErrorKind::refused);
  EXPECT_EQ(answer("SELECT count(*) FROM m"), "4\n");
  erase("m", 4);
  const auto source = writer();
  const auto change = source->begin();  // a row that goes in the same step is not taken along
  EXPECT_EQ(change->erase("m", {"id"}, keys({{number(2)}, {number(3)}})), 2U);
  change->commit();
  EXPECT_EQ(answer("SELECT count(*) FROM fin.payments, m"), "1\n");
}

// Its key was written as null, which the row does not have: it was said to be gone and stayed.
TEST_F(PostgresqlChange, a_row_whose_key_is_no_number_goes_by_it) {
  sql("CREATE TABLE m(id float8 PRIMARY KEY); INSERT INTO m VALUES('NaN'), (1)");
  Key key;
  const auto source = writer();
  Scan all;
  all.table = "m";
  all.columns = {"id"};
  source->scan(all, [&](RowView row) {
    if (row[0].type == Type::text) key = {Value(row[0])};
  });
  ASSERT_EQ(key.size(), 1U);
  EXPECT_EQ(key[0].text(), "NaN");
  const auto change = source->begin();
  EXPECT_EQ(change->erase("m", {"id"}, keys({key})), 1U);
  change->commit();
  EXPECT_EQ(answer("SELECT id FROM m"), "1\n");
}

TEST_F(PostgresqlChange, S18_a_foreign_key_takes_along_by_its_own_equality) {
  sql("CREATE EXTENSION citext; CREATE TABLE m(id int PRIMARY KEY, mail citext UNIQUE);"
      "CREATE TABLE n(mail citext REFERENCES m(mail) ON DELETE CASCADE);"
      "INSERT INTO m VALUES(1, 'Ana'); INSERT INTO n VALUES('ANA')");
  EXPECT_EQ(refusal("m", 1).kind(), ErrorKind::refused);
  EXPECT_EQ(answer("SELECT count(*) FROM n"), "1\n");
}

TEST_F(PostgresqlChange, a_changed_key_that_would_change_others_is_refused_too) {
  sql("CREATE TABLE m(id int PRIMARY KEY, mail text UNIQUE); CREATE TABLE n(mail text REFERENCES"
      " m(mail) ON UPDATE CASCADE); INSERT INTO m VALUES(1, 'a'); INSERT INTO n VALUES('a')");
  const auto source = writer();
  const auto change = source->begin();
  const auto error = error_of([&] {
    (void)change->update("m", {"id"}, {"mail"}, {{{number(1)}, {Value::null()}}});
  });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(error, "ON UPDATE CASCADE"));
}

TEST_F(PostgresqlChange, a_deferred_foreign_key_is_asked_about_before_the_commit) {
  sql("CREATE TABLE m(id int PRIMARY KEY); CREATE TABLE p(id int PRIMARY KEY, m int REFERENCES m"
      " DEFERRABLE INITIALLY DEFERRED); INSERT INTO m VALUES(1), (2);"
      "INSERT INTO p VALUES(10, 1), (20, 2)");
  const auto source = writer();
  const auto change = source->begin();
  EXPECT_EQ(change->erase("m", {"id"}, keys({{number(1)}})), 1U);
  const auto broken = change->broken_references();
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_NE(broken[0].find("p_m_fkey"), std::string::npos) << broken[0];
  EXPECT_EQ(error_of([&] { change->commit(); }).kind(), ErrorKind::refused);
  EXPECT_EQ(change->erase("p", {"id"}, keys({{number(10)}})), 1U);  // the order is the caller's
  EXPECT_TRUE(change->broken_references().empty());
  change->commit();
  EXPECT_EQ(answer("SELECT count(*) FROM m, p"), "1\n");
}

TEST_F(PostgresqlChange, a_reference_that_is_not_deferred_is_refused_at_once) {
  sql("CREATE TABLE m(id int PRIMARY KEY); CREATE TABLE p(m int REFERENCES m);"
      "INSERT INTO m VALUES(1); INSERT INTO p VALUES(1)");
  const auto error = refusal("m", 1);
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(error, "p_m_fkey"));
}

TEST_F(PostgresqlChange, triggers_are_refused_unless_allowed_and_never_believed) {
  sql("CREATE TABLE t(id int PRIMARY KEY, v text); INSERT INTO t VALUES(1, 'a'), (2, 'b')");
  history_of("t", "RETURN NULL;");
  EXPECT_TRUE(mentions(refusal("t", 1), "keeper"));
  const auto kept = refusal("t", 1, with_triggers());
  EXPECT_EQ(kept.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(kept, "still there"));
  const auto source = writer(with_triggers());
  const auto change = source->begin();
  const auto undone = error_of([&] {
    (void)change->update("t", {"id"}, {"v"}, {{{number(1)}, {Value::null()}}});
  });
  EXPECT_TRUE(mentions(undone, "new values"));
}

TEST_F(PostgresqlChange, a_trigger_that_puts_rows_back_is_seen) {
  sql("CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES(1)");
  history_of("t", "INSERT INTO t VALUES(OLD.id); RETURN NULL;", "AFTER DELETE");
  EXPECT_TRUE(mentions(refusal("t", 1, with_triggers()), "still there"));
}

TEST_F(PostgresqlChange, a_trigger_of_one_partition_counts_for_the_table) {
  sql("CREATE TABLE t(id int PRIMARY KEY) PARTITION BY HASH(id);"
      "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
      "INSERT INTO t VALUES(1)");
  history_of("t1", "RETURN OLD;", "BEFORE DELETE");
  EXPECT_TRUE(mentions(refusal("t", 1), "keeper"));
  sql("ALTER TABLE t1 DISABLE TRIGGER keeper");
  erase("t", 1);
}

TEST_F(PostgresqlChange, S18_rules_views_and_copies_are_not_changed) {
  sql("CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES(1); CREATE VIEW v AS SELECT id"
      " FROM t; CREATE MATERIALIZED VIEW m AS SELECT id FROM t");
  EXPECT_EQ(refusal("v", 1).kind(), ErrorKind::refused);
  EXPECT_EQ(refusal("m", 1).kind(), ErrorKind::refused);
  sql("CREATE RULE quiet AS ON DELETE TO t DO INSTEAD NOTHING");
  EXPECT_TRUE(mentions(refusal("t", 1), "rules"));
}

TEST_F(PostgresqlChange, computed_columns_are_refused_and_identities_overridden) {
  sql("CREATE TABLE t(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text NOT NULL,"
      " b text GENERATED ALWAYS AS (upper(a)) STORED); INSERT INTO t(a) VALUES('x')");
  const auto source = writer();
  {
    const auto change = source->begin();
    change->insert("t", {"id", "a"}, {number(77), text("tombstone")});
    change->commit();
  }
  EXPECT_EQ(answer("SELECT * FROM t ORDER BY id"), "1|x|X\n77|tombstone|TOMBSTONE\n");
  const auto change = source->begin();
  const auto error = error_of([&] {
    (void)change->update("t", {"id"}, {"b"}, {{{number(1)}, {text("y")}}});
  });
  EXPECT_TRUE(mentions(error, "computed"));
}

TEST_F(PostgresqlChange, values_of_every_type_are_written_as_they_were_read) {
  sql("CREATE EXTENSION citext; CREATE TYPE mood AS ENUM('sad', 'glad'); CREATE TABLE t(id int"
      " PRIMARY KEY, b boolean, f double precision, n numeric(6,2), x bytea, z timestamptz,"
      " d date, u uuid, c citext, m mood, j jsonb, a int[], p char(4));"
      "INSERT INTO t(id) VALUES(1)");
  const std::vector<std::string> columns = {"b", "f", "n", "x", "z", "d",
                                            "u", "c", "m", "j", "a", "p"};
  const std::vector<Value> values = {number(1),
                                     Value(ValueView{Type::real, 0, 0.1, {}}),
                                     text("1.50"),
                                     Value(ValueView{Type::blob, 0, 0, "\xff\x01"}),
                                     text("2026-11-22T23:30:00.25Z"),
                                     text("2026-11-22"),
                                     text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                                     text("Ana"),
                                     text("glad"),
                                     text("{\"k\": \"\\\"\"}"),
                                     text("{1,2}"),
                                     text("ab")};
  const auto source = writer();
  const auto change = source->begin();
  EXPECT_EQ(change->update("t", {"id"}, columns, {{{number(1)}, values}}), 1U);
  change->commit();
  Scan scan;
  scan.table = "t";
  scan.columns = columns;
  source->scan(scan, [&](RowView row) {
    for (std::size_t i = 0; i < row.size(); ++i) EXPECT_EQ(Value(row[i]), values[i]) << columns[i];
  });
}

TEST_F(PostgresqlChange, what_does_not_fit_is_refused_without_saying_what_it_was) {
  sql("CREATE TABLE t(id int PRIMARY KEY, v varchar(5), d date, n int NOT NULL);"
      "INSERT INTO t VALUES(1, 'a', NULL, 1)");
  const auto source = writer();
  for (const char* column : {"v", "d", "n"}) {
    const auto change = source->begin();
    const auto error = error_of([&] {
      (void)change->update("t", {"id"}, {column}, {{{number(1)}, {text("Ana Kola")}}});
    });
    EXPECT_FALSE(mentions(error, "Ana")) << error.message();
    EXPECT_EQ(error_of([&] { change->commit(); }).kind(), ErrorKind::refused);
  }
  EXPECT_EQ(answer("SELECT v FROM t"), "a\n");
}

TEST_F(PostgresqlChange, composite_keys_with_null_are_keys) {
  sql("CREATE TABLE t(a text, b int, v text); INSERT INTO t VALUES('x', 1, '1'), ('x', NULL, '2'),"
      " (NULL, 1, '3'), (NULL, NULL, '4')");
  const auto source = writer();
  const auto change = source->begin();
  EXPECT_EQ(change->erase("t", {"a", "b"},
                          keys({{text("x"), Value::null()}, {Value::null(), Value::null()}})),
            2U);
  EXPECT_EQ(
      change->update("t", {"a", "b"}, {"v"}, {{{Value::null(), number(1)}, {text("masked")}}}), 1U);
  change->commit();
  EXPECT_EQ(answer("SELECT v FROM t ORDER BY v"), "1\nmasked\n");
}

TEST_F(PostgresqlChange, S18_citext_keys_erase_the_one_row_and_not_its_twin) {
  sql("CREATE EXTENSION citext; CREATE TABLE t(id citext); INSERT INTO t VALUES('Ana'), ('ANA')");
  const auto source = writer();
  const auto change = source->begin();
  EXPECT_EQ(change->erase("t", {"id"}, keys({{text("ANA")}, {text("ana")}})), 1U);
  change->commit();
  EXPECT_EQ(answer("SELECT id FROM t"), "Ana\n");
}

TEST_F(PostgresqlChange, fault_58_conflicts_with_others_are_busy) {
  sql("CREATE TABLE t(id int PRIMARY KEY, v int); INSERT INTO t VALUES(1, 0), (2, 0)");
  const auto source = writer();
  {
    const auto change = source->begin();
    (void)change->broken_references();  // takes its snapshot
    sql("UPDATE t SET v = 1 WHERE id = 1");
    const auto error = error_of([&] { (void)change->erase("t", {"id"}, keys({{number(1)}})); });
    EXPECT_EQ(error.kind(), ErrorKind::busy) << error.message();
  }
  const Session other(service_);
  other.run("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  const auto error =
      error_of([&] { (void)source->begin()->erase("t", {"id"}, keys({{number(2)}})); });
  EXPECT_EQ(error.kind(), ErrorKind::busy) << error.message();
  EXPECT_FALSE(error.hint().empty());
}

TEST_F(PostgresqlChange, a_statement_that_takes_too_long_is_stopped_as_busy) {
  sql("CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES(1)");
  history_of("t", "PERFORM pg_sleep(20); RETURN OLD;", "BEFORE DELETE");
  OpenOptions options = with_triggers();
  options.longest_statement = std::chrono::milliseconds(200);
  EXPECT_EQ(refusal("t", 1, options).kind(), ErrorKind::busy);
}

TEST_F(PostgresqlChange, fault_57_a_connection_lost_meanwhile_changes_nothing) {
  sql("CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES(1)");
  const auto source = writer();
  const auto change = source->begin();
  EXPECT_EQ(change->erase("t", {"id"}, keys({{number(1)}})), 1U);
  (void)answer(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE application_name = 'besa'");
  EXPECT_EQ(error_of([&] { change->commit(); }).kind(), ErrorKind::failed);
  EXPECT_EQ(answer("SELECT count(*) FROM t"), "1\n");
}

TEST_F(PostgresqlChange, fault_57_a_commit_that_was_cut_off_and_rolled_back_is_told_apart) {
  // A deferred trigger ends the connection inside COMMIT itself, the second time it is asked.
  sql("CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES(1); CREATE SEQUENCE fired;"
      "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " PERFORM pg_terminate_backend(pg_backend_pid()) WHERE nextval('public.fired') = 2;"
      " RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER late AFTER DELETE ON t DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION die()");
  const auto source = writer(with_triggers());
  const auto change = source->begin();
  EXPECT_EQ(change->erase("t", {"id"}, keys({{number(1)}})), 1U);
  const auto error = error_of([&] { change->commit(); });
  EXPECT_EQ(error.kind(), ErrorKind::failed);
  EXPECT_TRUE(mentions(error, "rolled back")) << error.message();
  EXPECT_EQ(answer("SELECT count(*) FROM t"), "1\n");
}

TEST_F(PostgresqlChange, fault_57_a_commit_that_was_cut_off_but_took_place_is_a_commit) {
  // The commit waits for a replica that never comes; whoever waits is sent away after the fact.
  const postgresql::Server server({"synchronous_standby_names=nobody"});
  server.run(
      "SET synchronous_commit = local; CREATE TABLE t(id int PRIMARY KEY);"
      "INSERT INTO t VALUES(1), (2)");
  OpenOptions options;
  options.for_change = true;
  const auto source = postgresql::open(server.service("postgres"), options);
  const auto change = source->begin();
  EXPECT_EQ(change->erase("t", {"id"}, keys({{number(1)}})), 1U);
  std::thread somebody([&] {
    const Session chief(server.service("postgres"));
    while (chief
               .text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE wait_event = 'SyncRep'")
               .empty())
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  EXPECT_NO_THROW(change->commit());
  somebody.join();
  EXPECT_EQ(server.text("SELECT id FROM t"), "2\n");
}

TEST_F(PostgresqlChange, fault_59_what_is_read_only_is_refused) {
  sql("CREATE TABLE t(id int PRIMARY KEY)");
  role("onlooker");
  sql("ALTER ROLE onlooker SET default_transaction_read_only = on");
  const auto set = error_of([&] { (void)writer({}, "onlooker")->begin(); });
  EXPECT_EQ(set.kind(), ErrorKind::refused);
  EXPECT_EQ(error_of([&] { (void)reader()->begin(); }).kind(), ErrorKind::refused);
}

TEST_F(PostgresqlChange, fault_59_a_standby_is_read_but_not_changed_and_has_an_age) {
  const postgresql::Server standby({}, true);
  OpenOptions options;
  options.for_change = true;
  const auto source = postgresql::open(standby.service("postgres"), options);
  EXPECT_TRUE(source->schema().tables.empty());
  EXPECT_EQ(source->modified_at().seconds, 0);  // it has replayed nothing that says when
  const auto error = error_of([&] { (void)source->begin(); });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(mentions(error, "standby"));
}

}  // namespace
