// What must not happen while rows are erased or masked (erasure.md 0.10, 4.4).

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;
using besa::Error;
using besa::ErrorKind;
using shapes::Folder;

class SqliteChange : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_ / "a.db"; }
  std::unique_ptr<Source> source(const std::string& sql, bool allow_triggers = false) {
    shapes::run_sql(file(), "PRAGMA synchronous=OFF;" + sql);
    OpenOptions options;
    options.for_change = true;
    options.allow_triggers = allow_triggers;
    options.wait = std::chrono::milliseconds(50);
    return besa::source::open("sqlite:a.db", folder_.path(), options);
  }
  std::string now(const std::string& sql) const { return shapes::sql_text(file(), sql); }
  static KeyIndex ids(std::initializer_list<std::int64_t> numbers) {
    KeyIndex keys;
    for (const std::int64_t n : numbers) keys.add(encode_key({Value::of(n)}));
    return keys;
  }
  /// Erases and commits; the kind of what was refused, or `usage` where nothing was.
  static ErrorKind erase(Source& source, const std::string& table, const KeyIndex& keys,
                         const std::string& key = "id") {
    try {
      const auto change = source.begin();
      (void)change->erase(table, {key}, keys);
      change->commit();
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::usage;
  }
  Folder folder_;
};

constexpr auto members =
    "CREATE TABLE members(id INTEGER PRIMARY KEY, email TEXT);"
    "INSERT INTO members VALUES(1,'a'),(2,'b'),(3,'c');";

TEST_F(SqliteChange, S4_a_table_with_triggers_is_refused_unless_they_are_allowed) {
  const std::string sql =
      std::string(members) +
      "CREATE TABLE history(email); CREATE TRIGGER \"insert\" AFTER DELETE ON members "
      "BEGIN INSERT INTO history VALUES(old.email); END;";
  EXPECT_EQ(erase(*source(sql), "members", ids({1})), ErrorKind::refused);
  EXPECT_EQ(now("SELECT count(*) FROM members"), "3\n");
  EXPECT_EQ(erase(*source("", true), "members", ids({1})), ErrorKind::usage);
  EXPECT_EQ(now("SELECT count(*), (SELECT count(*) FROM history) FROM members"), "2|1\n");
}

TEST_F(SqliteChange, S4_a_trigger_for_other_events_is_no_obstacle) {
  const auto opened =
      source(std::string(members) +
             "CREATE TRIGGER \"delete\" /* UPDATE */ AFTER INSERT ON members BEGIN SELECT 1; END;");
  EXPECT_EQ(erase(*opened, "members", ids({1})), ErrorKind::usage);
}

TEST_F(SqliteChange, S4_a_trigger_that_ignores_the_deletion_is_found) {
  const auto opened = source(std::string(members) +
                                 "CREATE TRIGGER keep BEFORE DELETE ON members WHEN old.id = 2 "
                                 "BEGIN SELECT RAISE(IGNORE); END;",
                             true);
  EXPECT_EQ(erase(*opened, "members", ids({1, 2})), ErrorKind::refused);
  EXPECT_EQ(now("SELECT count(*) FROM members"), "3\n");
}

TEST_F(SqliteChange, S4_a_trigger_that_puts_the_row_back_is_found) {
  const auto opened = source(std::string(members) +
                                 "CREATE TRIGGER back AFTER DELETE ON members "
                                 "BEGIN INSERT INTO members VALUES(old.id, old.email); END;",
                             true);
  EXPECT_EQ(erase(*opened, "members", ids({3})), ErrorKind::refused);
  EXPECT_EQ(now("SELECT group_concat(id) FROM members"), "1,2,3\n");
}

TEST_F(SqliteChange, S4_a_trigger_that_undoes_an_update_is_found) {
  const auto opened =
      source(std::string(members) +
                 "CREATE TRIGGER undo AFTER UPDATE ON members WHEN new.email <> old.email "
                 "BEGIN UPDATE members SET email = old.email WHERE id = old.id; END;",
             true);
  const auto change = opened->begin();
  EXPECT_THROW(
      (void)change->update("members", {"id"}, {"email"},
                           {{{Value::of(std::int64_t{1})}, {Value::of(std::string("m"))}}}),
      Error);
  EXPECT_THROW(change->commit(), Error);
}

std::string family(const std::string& action, bool index) {
  return std::string(members) +
         "CREATE TABLE kids(id INTEGER PRIMARY KEY, parent INTEGER DEFAULT 3 REFERENCES "
         "members(id) " +
         action + "); INSERT INTO kids VALUES(10,1),(11,1),(12,NULL),(13,3);" +
         (index ? "CREATE INDEX by_parent ON kids(parent);" : "");
}

TEST_F(SqliteChange, S5_rows_that_a_foreign_key_would_take_along_are_refused) {
  for (const bool index : {true, false})
    for (const char* action :
         {"ON DELETE CASCADE", "ON DELETE SET NULL", "ON DELETE SET DEFAULT"}) {
      std::filesystem::remove(file());
      const auto opened = source(family(action, index));
      EXPECT_EQ(erase(*opened, "members", ids({1, 2})), ErrorKind::refused) << action;
      EXPECT_EQ(now("SELECT count(*), (SELECT count(parent) FROM kids) FROM members"), "3|3\n");
      EXPECT_EQ(erase(*opened, "members", ids({2})), ErrorKind::usage);
      const auto change = opened->begin();
      EXPECT_EQ(change->erase("kids", {"id"}, ids({10})), 1U);
      EXPECT_EQ(change->update("kids", {"id"}, {"parent"},
                               {{{Value::of(std::int64_t{11})}, {Value::null()}}}),
                1U);
      EXPECT_EQ(change->erase("members", {"id"}, ids({1})), 1U);
      EXPECT_TRUE(change->broken_references().empty());
      change->commit();
      EXPECT_EQ(now("SELECT id, parent FROM kids"), "11|NULL\n12|NULL\n13|3\n");
    }
}

TEST_F(SqliteChange, S5_a_row_that_others_refer_to_is_refused_with_and_without_an_index) {
  for (const bool index : {true, false})
    for (const char* action : {"", "ON DELETE RESTRICT", "DEFERRABLE INITIALLY DEFERRED"}) {
      std::filesystem::remove(file());
      const auto opened = source(family(action, index));
      EXPECT_EQ(erase(*opened, "members", ids({1})), ErrorKind::refused) << action << index;
      EXPECT_EQ(now("SELECT count(*) FROM members"), "3\n");
    }
}

TEST_F(SqliteChange, S5_references_that_break_are_named_and_those_broken_before_are_not) {
  for (const bool index : {true, false}) {
    std::filesystem::remove(file());
    const auto opened =
        source(family("DEFERRABLE INITIALLY DEFERRED", index) + "INSERT INTO kids VALUES(99,77);");
    const auto change = opened->begin();
    EXPECT_TRUE(change->broken_references().empty());
    EXPECT_EQ(change->erase("members", {"id"}, ids({2})), 1U);
    EXPECT_TRUE(change->broken_references().empty());
    EXPECT_EQ(change->erase("members", {"id"}, ids({1})), 1U);
    const auto broken = change->broken_references();
    ASSERT_EQ(broken.size(), 1U);
    EXPECT_NE(broken[0].find("2 rows of table 'kids'"), std::string::npos) << broken[0];
    EXPECT_EQ(change->erase("kids", {"id"}, ids({10, 11})), 2U);
    EXPECT_TRUE(change->broken_references().empty());
    change->commit();
  }
}

TEST_F(SqliteChange, S5_cycles_and_rows_that_refer_to_their_own_table) {
  const auto opened = source(
      "CREATE TABLE staff(id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff ON DELETE CASCADE);"
      "CREATE INDEX by_boss ON staff(boss); INSERT INTO staff VALUES(1,NULL),(2,1),(3,2),(4,1);");
  EXPECT_EQ(erase(*opened, "staff", ids({2})), ErrorKind::refused);
  EXPECT_EQ(erase(*opened, "staff", ids({2, 3})), ErrorKind::usage);
  EXPECT_EQ(now("SELECT group_concat(id) FROM staff"), "1,4\n");
}

TEST_F(SqliteChange, S5_a_masked_key_does_not_change_rows_that_refer_to_it) {
  const auto opened = source(
      "CREATE TABLE cards(id INTEGER PRIMARY KEY, number TEXT UNIQUE); INSERT INTO cards "
      "VALUES(1,'x'),(2,'y');"
      "CREATE TABLE uses(id INTEGER PRIMARY KEY, number TEXT REFERENCES cards(number) ON UPDATE "
      "CASCADE);"
      "CREATE INDEX by_number ON uses(number); INSERT INTO uses VALUES(1,'x');");
  const std::vector<RowUpdate> masked = {
      {{Value::of(std::int64_t{1})}, {Value::of(std::string("m"))}}};
  EXPECT_THROW((void)opened->begin()->update("cards", {"id"}, {"number"}, masked), Error);
  const std::vector<RowUpdate> other = {
      {{Value::of(std::int64_t{2})}, {Value::of(std::string("m"))}}};
  EXPECT_EQ(opened->begin()->update("cards", {"id"}, {"number"}, other), 1U);
}

TEST_F(SqliteChange, S2_keys_of_every_kind_find_exactly_their_row) {
  const auto opened = source(
      "CREATE TABLE t(k, n TEXT); INSERT INTO t VALUES(1.5,'real'),(x'00FF','blob'),(NULL,'null'),"
      "('ann','small'),('ANN','large'),(7,'number'),('7','digit');");
  KeyIndex keys;
  Value real, blob = Value::of(std::string("\0\xFF", 2));
  real.type = Type::real;
  real.real = 1.5;
  blob.type = Type::blob;
  for (const Value& value :
       {real, blob, Value::null(), Value::of(std::string("ann")), Value::of(std::int64_t{7})})
    keys.add(encode_key({value}));
  EXPECT_EQ(erase(*opened, "t", keys, "k"), ErrorKind::usage);
  EXPECT_EQ(now("SELECT n FROM t"), "large\ndigit\n");
}

TEST_F(SqliteChange, S2_a_key_under_nocase_erases_only_the_very_value) {
  const auto opened = source(
      "CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID; INSERT INTO t "
      "VALUES('ann'),('bob');");
  KeyIndex keys;
  for (const char* name : {"ANN", "bob"}) keys.add(encode_key({Value::of(std::string(name))}));
  const auto change = opened->begin();
  EXPECT_EQ(change->erase("t", {"k"}, keys), 1U);
  change->commit();
  EXPECT_EQ(now("SELECT k FROM t"), "ann\n");
}

TEST_F(SqliteChange, S2_a_table_whose_columns_hide_every_rowid_is_reached_by_its_key) {
  const auto opened = source(
      "CREATE TABLE t(rowid TEXT, oid TEXT, _rowid_ TEXT, k TEXT PRIMARY KEY NOT NULL); INSERT "
      "INTO t VALUES(9,9,9,'a'),(9,9,9,'b');");
  KeyIndex keys;
  keys.add(encode_key({Value::of(std::string("a"))}));
  EXPECT_EQ(erase(*opened, "t", keys, "k"), ErrorKind::usage);
  EXPECT_EQ(now("SELECT k FROM t"), "b\n");
}

TEST_F(SqliteChange, S3_generated_columns_are_not_written) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b AS (a) STORED); INSERT INTO t(a) VALUES('x');");
  EXPECT_THROW((void)opened->begin()->update("t", {"id"}, {"b"},
                                             {{{Value::of(std::int64_t{1})}, {Value::null()}}}),
               Error);
}

TEST_F(SqliteChange, S7_full_text_tables_lose_their_rows_and_shadow_tables_are_not_touched) {
  const auto opened = source(
      "CREATE VIRTUAL TABLE f USING fts5(k, body); INSERT INTO f VALUES('1','one'),('2','two');");
  KeyIndex keys;
  keys.add(encode_key({Value::of(std::string("1"))}));
  EXPECT_EQ(erase(*opened, "f", keys, "k"), ErrorKind::usage);
  EXPECT_EQ(now("SELECT k FROM f"), "2\n");
  EXPECT_EQ(erase(*opened, "f_content", ids({2})), ErrorKind::refused);
}

TEST_F(SqliteChange, a_conflict_rule_of_the_schema_replaces_no_other_row) {
  const auto opened = source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, email TEXT UNIQUE ON CONFLICT REPLACE); INSERT INTO "
      "t VALUES(1,'a'),(2,'b');");
  const auto change = opened->begin();
  EXPECT_THROW(
      (void)change->update("t", {"id"}, {"email"},
                           {{{Value::of(std::int64_t{1})}, {Value::of(std::string("b"))}}}),
      Error);
  EXPECT_THROW(change->commit(), Error);
  EXPECT_EQ(now("SELECT count(*) FROM t"), "2\n");
}

TEST_F(SqliteChange, a_second_writer_is_busy_and_a_reader_is_not) {
  const auto opened = source(members);
  const auto change = opened->begin();
  EXPECT_EQ(erase(*opened, "members", ids({1})), ErrorKind::busy);
  EXPECT_EQ(opened->row_count("members"), 3U);
}

TEST_F(SqliteChange, the_journal_mode_of_the_application_stays) {
  for (const char* mode : {"wal", "delete"}) {
    std::filesystem::remove(file());
    const auto opened = source(std::string("PRAGMA journal_mode=") + mode + ";" + members);
    EXPECT_EQ(erase(*opened, "members", ids({2})), ErrorKind::usage);
    EXPECT_EQ(now("PRAGMA journal_mode"), std::string(mode) + "\n");
  }
}

/// Erased values do not stay in the pages they were in: secure_delete is on, whatever the build.
TEST_F(SqliteChange, erased_rows_are_overwritten) {
  const auto opened = source(
      "PRAGMA secure_delete=OFF;CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);"
      "INSERT INTO t VALUES(1,'somebody-quite-particular'),(2,'another');");
  EXPECT_EQ(erase(*opened, "t", ids({1})), ErrorKind::usage);
  const std::string found = now("SELECT count(*) FROM pragma_integrity_check");
  EXPECT_EQ(found, "1\n");
  std::FILE* in = std::fopen(file().c_str(), "rb");
  std::string bytes(1 << 20, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), in));
  std::fclose(in);
  EXPECT_EQ(bytes.find("somebody-quite-particular"), std::string::npos);
  EXPECT_NE(bytes.find("another"), std::string::npos);
}

TEST_F(SqliteChange, S17_a_value_beyond_the_limit_fails_and_nothing_is_committed) {
  const auto opened =
      source("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, NULL);");
  const auto change = opened->begin();
  const Value large = Value::of(std::string(300u * 1024 * 1024, 'x'));
  EXPECT_THROW((void)change->update("t", {"id"}, {"v"}, {{{Value::of(std::int64_t{1})}, {large}}}),
               Error);
  EXPECT_THROW(change->commit(), Error);
  EXPECT_EQ(now("SELECT v FROM t"), "NULL\n");
}

}  // namespace
