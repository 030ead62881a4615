#include <cstdlib>
#include <map>

#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using besa::Path;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string told(const std::vector<Tampering>& findings) {
  std::string text;
  for (const auto& [where, what] : findings) text += where + ": " + what + "\n";
  return text;
}

/// A connection that keeps none of the ledger's promises.
class Intruder {
 public:
  explicit Intruder(const Path& file) : database_(file.string(), SQLite::OPEN_READWRITE) {
    database_.exec("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF");
  }
  void run(const std::string& sql) { database_.exec(sql); }
  void drop_triggers() {
    std::vector<std::string> names;
    SQLite::Statement query(database_, "SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    while (query.executeStep()) names.push_back(query.getColumn(0));
    for (const auto& name : names) database_.exec("DROP TRIGGER " + name);
  }
  SQLite::Database& database() { return database_; }

 private:
  SQLite::Database database_;
};

TEST(Verify, a_sound_ledger_has_no_findings) {
  Workbench bench;
  fill(bench);
  EXPECT_EQ(told(bench.open().verify()), "");
}

TEST(Verify, a_ledger_just_made_is_sound) {
  Workbench bench;
  EXPECT_EQ(told(bench.open().verify()), "");
}

TEST(Verify, entries_and_checkpoints_can_not_be_changed_by_sql) {
  Workbench bench;
  fill(bench);
  Intruder intruder(bench.folder / "ledger.db");
  for (const char* table : {"entries", "checkpoints"}) {
    EXPECT_THROW(intruder.run(std::string("DELETE FROM ") + table), SQLite::Exception);
  }
  EXPECT_THROW(intruder.run("UPDATE entries SET bytes = x'00'"), SQLite::Exception);
  EXPECT_THROW(intruder.run("UPDATE entries SET nodes = x'00'"), SQLite::Exception);
  EXPECT_THROW(intruder.run("UPDATE checkpoints SET note = ''"), SQLite::Exception);
  EXPECT_THROW(intruder.run("INSERT OR REPLACE INTO entries VALUES (1, x'', x'', x'')"),
               SQLite::Exception);
  EXPECT_THROW(intruder.run("INSERT OR REPLACE INTO checkpoints VALUES (1, '')"),
               SQLite::Exception);
  EXPECT_EQ(told(bench.open().verify()), "");
}

// A long log spans many pages and tree levels: what is wrong is found in its place all the same.
TEST(Verify, finds_what_was_changed_far_into_a_long_log) {
  const Workbench bench;
  {
    auto ledger = bench.open();
    Change change = ledger.begin();
    for (int i = 0; i < 12'000; ++i) change.note("batch.done", {{"rows", i}});
    change.commit();
    EXPECT_EQ(told(ledger.verify()), "");
  }
  Intruder intruder(bench.folder / "ledger.db");
  intruder.run("DROP TRIGGER entries_stay; DROP TRIGGER entries_remain");
  std::string expected = "trigger entries_remain: is missing\ntrigger entries_stay: is missing\n";
  for (const std::string number : {"10", "3000", "6001", "10998"}) {
    intruder.run(
        "UPDATE entries SET bytes = CAST(replace(bytes, 'batch', 'botch') AS BLOB) WHERE number "
        "= " +
        number);
    expected += "entry " + number + ": its bytes are not those that were recorded\n";
  }
  intruder.run("DELETE FROM entries WHERE number = 10999");
  expected += "entry 10999: is missing\n";
  EXPECT_EQ(told(bench.open().verify()), expected);
}

/// Where `verify` must say that a row of a table was changed.
std::string place_of(const std::string& table, const std::string& column, const std::string& key) {
  if (column == "nodes") return "tree node ";
  if (table == "entries") return "entry " + key;
  if (table == "checkpoints") return "checkpoint " + key;
  return "table " + table + ", row ";
}

struct Cell {
  std::string table, column, key, where, type;
  std::string bytes;  ///< as stored; numbers in decimal
};

std::vector<Cell> cells_of(SQLite::Database& database) {
  std::vector<Cell> cells;
  SQLite::Statement columns(
      database,
      "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c "
      "WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite%'");
  while (columns.executeStep()) {
    const std::string table = columns.getColumn(0);
    const std::string column = columns.getColumn(1);
    // How to find the row again: all of its cells, of which no two rows share them.
    SQLite::Statement rows(
        database, "SELECT \"" + column + "\", typeof(\"" + column + "\"), * FROM " + table);
    while (rows.executeStep()) {
      if (rows.getColumn(0).getString().empty()) continue;
      std::string where;
      for (int i = 2; i < rows.getColumnCount(); ++i) {
        const std::string name = rows.getColumnName(i);
        const SQLite::Column cell = rows.getColumn(i);
        where += (i == 2 ? "\"" : " AND \"") + name + "\" IS ";
        const std::string bytes = cell.getString();
        const auto hex = besa::to_hex(besa::as_bytes(bytes));
        where += cell.isNull()      ? "NULL"
                 : cell.isInteger() ? bytes
                 : cell.isText()    ? "CAST(x'" + hex + "' AS TEXT)"
                                    : "x'" + hex + "'";
      }
      cells.push_back({table, column, rows.getColumn(2).getString(), where,
                       rows.getColumn(1).getString(), rows.getColumn(0).getString()});
    }
  }
  return cells;
}

std::string literal(const Cell& cell, const std::string& bytes) {
  if (cell.type == "integer") return bytes;
  const std::string hex = "x'" + besa::to_hex(besa::as_bytes(bytes)) + "'";
  return cell.type == "text" ? "CAST(" + hex + " AS TEXT)" : hex;
}

/// One byte further: a digit stays a digit.
std::string with_byte_changed(const Cell& cell, std::size_t at) {
  std::string bytes = cell.bytes;
  if (cell.type == "integer") {
    bytes[at] = bytes[at] == '9' ? '8' : static_cast<char>(bytes[at] + 1);
  } else {
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
  }
  return bytes;
}

/// A verification takes milliseconds: without BESA_THOROUGH only every so many bytes are tried.
std::size_t step_of(const Cell& cell) {
  if (std::getenv("BESA_THOROUGH") != nullptr) return 1;
  if (cell.table == "entries") return cell.column == "bytes" ? 61 : 16;
  return cell.table == "checkpoints" ? 16 : 11;
}

// Fault 44: every byte of every row of every table, each alone.
TEST(Verify, any_changed_byte_of_any_row_is_found_and_located) {
  Workbench bench;
  fill(bench);
  const Ledger ledger = bench.open();
  Intruder intruder(bench.folder / "ledger.db");
  intruder.drop_triggers();
  const std::size_t dropped = ledger.verify().size();
  EXPECT_EQ(dropped, 6u);
  std::map<std::string, std::size_t> tried;
  std::size_t phase = 0;  // not the same bytes of every row
  for (const Cell& cell : cells_of(intruder.database())) {
    const std::size_t step = step_of(cell);
    for (std::size_t at = phase++ % std::min(step, cell.bytes.size()); at < cell.bytes.size();
         at += step) {
      const std::string changed = with_byte_changed(cell, at);
      intruder.run("BEGIN");
      try {
        intruder.run("UPDATE OR FAIL " + cell.table + " SET \"" + cell.column +
                     "\" = " + literal(cell, changed) + " WHERE " + cell.where);
      } catch (const SQLite::Exception&) {  // a number that is taken already
        intruder.run("ROLLBACK");
        continue;
      }
      ASSERT_EQ(intruder.database().getChanges(), 1) << cell.table << " " << cell.where;
      intruder.run("COMMIT");
      const auto findings = ledger.verify();
      ASSERT_GT(findings.size(), dropped) << cell.table << "." << cell.column << " byte " << at;
      const bool names_the_row = cell.column != "number" && cell.column != "size";
      if (names_the_row) {
        ASSERT_THAT(told(findings), HasSubstr(place_of(cell.table, cell.column, cell.key)));
      }
      ++tried[cell.table];
      std::string where = cell.where;  // the changed cell, put back
      const std::string name = "\"" + cell.column + "\" IS ";
      const auto begin = where.find(name) + name.size();
      where.replace(begin, literal(cell, cell.bytes).size(), literal(cell, changed));
      intruder.run("UPDATE " + cell.table + " SET \"" + cell.column +
                   "\" = " + literal(cell, cell.bytes) + " WHERE " + where);
      ASSERT_EQ(intruder.database().getChanges(), 1);
    }
  }
  EXPECT_EQ(ledger.verify().size(), dropped);
  EXPECT_EQ(tried.size(), 17u) << "every table has rows in this test";
}

// Fault 44: rows removed, added, exchanged.
TEST(Verify, removed_added_and_exchanged_rows_are_found) {
  const auto after = [](const std::string& sql) {
    Workbench bench;
    fill(bench);
    Intruder intruder(bench.folder / "ledger.db");
    intruder.drop_triggers();
    intruder.run(sql);
    return told(bench.open().verify());
  };
  EXPECT_THAT(after("DELETE FROM entries WHERE number = 5"), HasSubstr("entry 5: is missing"));
  EXPECT_THAT(after("DELETE FROM entries WHERE number = (SELECT max(number) FROM entries)"),
              HasSubstr("checkpoint"));
  EXPECT_THAT(
      after("UPDATE entries SET number = -1 WHERE number = 3; UPDATE entries SET number = 3 WHERE "
            "number = 4; UPDATE entries SET number = 4 WHERE number = -1"),
      HasSubstr("tree node 1 of level 1 (entries 2 to 3)"));
  EXPECT_THAT(after("INSERT INTO entries VALUES (1000, x'', x'', x'')"),
              HasSubstr("entry 24: is missing"));
  EXPECT_THAT(after("UPDATE entries SET nodes = substr(nodes, 1, 32) WHERE number = 7"),
              HasSubstr("tree node 1 of level 2 (entries 4 to 7): is missing"));
  EXPECT_THAT(after("UPDATE entries SET nodes = zeroblob(32) WHERE number = 10"),
              HasSubstr("entry 10: holds more tree nodes than it completes"));
  EXPECT_THAT(after("DELETE FROM checkpoints WHERE size = (SELECT min(size) FROM checkpoints)"),
              HasSubstr("was handed out and is gone"));
  EXPECT_THAT(after("DELETE FROM holds"), HasSubstr("table holds, row H-2026-0001: is missing"));
  EXPECT_THAT(
      after("INSERT INTO holds VALUES ('H-2026-0002', 'x', 0, '[]', '2026-01-01', NULL, NULL)"),
      HasSubstr("table holds, row H-2026-0002: no entry speaks of it"));
  EXPECT_THAT(after("UPDATE manifests SET state = 'drafted' WHERE id = 'M-2026-0002'"),
              HasSubstr("table manifests, row M-2026-0002: its state is not what the entries say"));
  EXPECT_THAT(after("CREATE TABLE more (x)"), HasSubstr("table more: does not belong to a ledger"));
  EXPECT_THAT(after("DROP INDEX keys_in_use"), HasSubstr("index keys_in_use: is missing"));
}

TEST(Verify, an_entry_whose_hash_was_changed_with_it_is_found_in_the_tree) {
  Workbench bench;
  fill(bench);
  Intruder intruder(bench.folder / "ledger.db");
  intruder.drop_triggers();
  const std::string forged = R"({"v":1,"kind":"night.done","at":"2026-11-22T16:42:30Z","swept":2})";
  const auto leaf = besa::model::leaf_hash(forged);
  intruder.run("UPDATE entries SET bytes = CAST('" + forged + "' AS BLOB), leaf = x'" + leaf.hex() +
               "' WHERE number = 6");
  EXPECT_THAT(told(bench.open().verify()), HasSubstr("tree node 3 of level 1 (entries 6 to 7)"));
}

// Fault 43: a ledger restored from before a checkpoint that was kept elsewhere.
TEST(Verify, a_ledger_that_went_back_in_time_contradicts_the_kept_checkpoint) {
  Workbench bench;
  bench.enrol_everybody();
  bench.open().copy_to(bench.folder / "old.db");
  Ledger ledger = bench.open();
  const std::string first = ledger.checkpoint();
  Change change = ledger.begin();
  change.note("night.done", besa::Json::object());
  change.commit();
  const std::string kept = ledger.checkpoint();
  EXPECT_THAT(ledger.verify_since(kept), IsEmpty());
  EXPECT_THAT(ledger.verify_since(first), IsEmpty());

  const Folder other;
  std::filesystem::copy(bench.folder / "old.db", other / "ledger.db");
  std::filesystem::copy(bench.folder / "log.key", other / "log.key");
  Ledger restored(other.path(), bench.clock, 0.2);
  EXPECT_THAT(told(restored.verify()), IsEmpty());  // in itself it is sound
  EXPECT_THAT(told(restored.verify_since(kept)), HasSubstr("it went back in time"));

  Change fork = restored.begin();  // the same length again, with another content
  fork.note("night.failed", besa::Json::object());
  fork.commit();
  EXPECT_THAT(told(restored.verify_since(kept)), HasSubstr("are not those the kept checkpoint"));
  EXPECT_THAT(restored.verify_since(first), IsEmpty());
}

TEST(Verify, a_checkpoint_of_somebody_else_is_none_of_ours) {
  Workbench bench, other;
  Ledger ledger = other.open();
  EXPECT_THAT(told(bench.open().verify_since(ledger.checkpoint())),
              HasSubstr("not signed by the ledger"));
  EXPECT_THAT(told(bench.open().verify_since("nonsense")), HasSubstr("not signed by the ledger"));
}

}  // namespace
