#include "source/sqlite_clean.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <tuple>

#include "source/sqlite_full_text.hpp"
#include "source/sqlite_residue.hpp"
#include "tests/source/erased_database.hpp"

namespace besa::source {
namespace {

using namespace std::chrono_literals;
using test::ErasedDatabase;
using test::TemporaryFolder;
using test::values_in_files;
using test::Writing;

using Where = Residue::Where;

Cleaning clean(const std::filesystem::path& database, const std::vector<std::string>& erased,
               VacuumPolicy policy = VacuumPolicy::when_needed,
               const std::vector<LiveRows>& live = {}) {
  return clean_sqlite(database, erased, live, policy, 50ms);
}

std::string steps_of(const Cleaning& cleaning) {
  std::string text;
  for (const Cleaning::Step& step : cleaning.steps)
    text += step.name + (step.done ? ": " : ": NOT DONE: ") + step.detail + '\n';
  return text;
}

const Cleaning::Step* step_of(const Cleaning& cleaning, const std::string& name) {
  const auto found = std::find_if(cleaning.steps.begin(), cleaning.steps.end(),
                                  [&](const Cleaning::Step& step) { return step.name == name; });
  return found == cleaning.steps.end() ? nullptr : &*found;
}

bool all_done(const Cleaning& cleaning) {
  return std::all_of(cleaning.steps.begin(), cleaning.steps.end(),
                     [](const Cleaning::Step& step) { return step.done; });
}

std::uint64_t hits(const Cleaning& cleaning, Where where, const std::string& table = {}) {
  std::uint64_t count = 0;
  for (const Residue::Hit& hit : cleaning.residue.hits)
    if (hit.where == where && (table.empty() || hit.table == table)) count += hit.count;
  return count;
}

/// A small database made of statements, written as an application with upstream's SQLite does.
std::filesystem::path made_of(const TemporaryFolder& folder, const std::string& sql) {
  const auto path = folder.file("made.db");
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  ErasedDatabase::query(database, "PRAGMA secure_delete=OFF");
  ErasedDatabase::query(database, "PRAGMA synchronous=OFF");
  database.exec(sql);
  return path;
}

// Bug: the rebuilt copy of a database of 3 GB was made in memory.
TEST(SqliteClean, a_large_database_is_rebuilt_through_a_file_beside_it_that_nobody_sees) {
  TemporaryFolder folder;
  const auto path = made_of(folder, R"(
      CREATE TABLE ballast(bytes); INSERT INTO ballast VALUES (zeroblob(17000000));
      CREATE TABLE people(email TEXT); INSERT INTO people VALUES ('agim.hoxha@example.com');
      INSERT INTO people VALUES ('drita.leka@example.com');
      DELETE FROM people WHERE email LIKE 'agim%')");
  const Cleaning cleaning = clean(path, {"agim.hoxha@example.com"});
  ASSERT_NE(step_of(cleaning, "vacuum"), nullptr) << steps_of(cleaning);
  EXPECT_EQ(step_of(cleaning, "vacuum")->detail, "rebuilt, through an unnamed file beside it");
  EXPECT_TRUE(cleaning.complete()) << steps_of(cleaning);
  EXPECT_EQ(values_in_files(path, {"agim.hoxha@example.com"}), 0U);
  EXPECT_EQ(values_in_files(path, {"drita.leka@example.com"}), 1U);
  const auto entries = std::filesystem::directory_iterator(path.parent_path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST(SqliteResidue, what_is_found_does_not_depend_on_how_many_values_are_looked_for_at_a_time) {
  TemporaryFolder folder;
  Writing writing;
  writing.secure_delete_of_erasure = "OFF";
  const ErasedDatabase database(folder.file("members.db"), writing);
  const auto places = [&](std::size_t portion) {
    std::set<std::tuple<Where, std::string, bool>> found;
    SqliteResidue search(database.erased(), portion);
    const Residue residue = search.look(database.path());
    EXPECT_EQ(residue.values_sought, database.erased().size());
    EXPECT_EQ(residue.bytes_read, std::filesystem::file_size(database.path()));
    for (const Residue::Hit& hit : residue.hits) found.insert({hit.where, hit.table, hit.words});
    EXPECT_EQ(found.size(), residue.hits.size()) << "a place is told once";
    return found;
  };
  const auto together = places(SqliteResidue::at_a_time);
  EXPECT_FALSE(together.empty());
  EXPECT_EQ(places(7), together);
}

// A column of so many bytes cuts a name amid a character; the whole name lies about in UTF-16.
TEST(SqliteResidue, a_value_that_ends_amid_a_character_is_no_reason_to_read_beside_the_bytes) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder.file("bytes.db");
  std::ofstream(file, std::ios::binary)
      << encoded("MARIA JOS\u00C9", TextEncoding::utf16le) << std::string(100, 'x');
  SqliteResidue search({"MARIA JOS\xC3"});
  EXPECT_TRUE(search.look(file).hits.empty());
}

// Where the file is rebuilt anyway, one value that is left decides; what lies behind it is not
// read.
TEST(SqliteResidue, a_look_that_ends_at_the_first_residue_says_no_less_than_that_there_is_some) {
  TemporaryFolder folder;
  Writing writing;
  writing.secure_delete_of_erasure = "OFF";
  const ErasedDatabase database(folder.file("members.db"), writing);
  const auto look = [&](SqliteResidue::Until until) {
    SqliteResidue search(database.erased());
    std::uint64_t count = 0;
    for (const Residue::Hit& hit : search.look(database.path(), until).hits)
      if (hit.where == Where::free_bytes) count += hit.count;
    return count;
  };
  EXPECT_GT(look(SqliteResidue::Until::everything_is_seen), 100U);
  EXPECT_EQ(look(SqliteResidue::Until::residue_is_seen), 1U);
}

// Bug: a value in a live cell ended a look that was to end at residue; the values of later portions
// were never looked for, and the file was not rebuilt.
TEST(SqliteResidue, a_live_value_does_not_end_the_look_for_the_portions_behind_it) {
  TemporaryFolder folder;
  const auto path = made_of(folder, R"(
      CREATE TABLE cities(name TEXT); INSERT INTO cities VALUES ('Sarajevo');
      CREATE TABLE people(email TEXT); INSERT INTO people VALUES ('ana.longname@example.com');
      DELETE FROM people)");
  SqliteResidue search({"Sarajevo", "ana.longname@example.com"}, 1);
  EXPECT_TRUE(search.look(path, SqliteResidue::Until::residue_is_seen).is_in_unused_bytes());
}

// Bug: the first look ended at a value that rows which stay have inside a longer word; where the
// file could not be rebuilt then, the cleaning was incomplete although nothing was left.
TEST(SqliteClean, a_rebuild_that_is_not_needed_after_all_and_cannot_be_had_leaves_nothing_undone) {
  TemporaryFolder folder;
  const auto path = made_of(folder, R"(
      CREATE TABLE cities(name TEXT); INSERT INTO cities VALUES ('Sarajevoville');
      CREATE TABLE notes(text TEXT); INSERT INTO notes VALUES ('Sarajevo'), ('stays');
      DELETE FROM notes WHERE text = 'Sarajevo')");
  ASSERT_TRUE(clean(path, {"Sarajevo"}, VacuumPolicy::never).complete())
      << "a full look excuses it";
  SQLite::Database reader(path.string());
  ErasedDatabase::query(reader, "BEGIN");
  SQLite::Statement held(reader, "SELECT * FROM cities");
  ASSERT_TRUE(held.executeStep());
  const Cleaning cleaning = clean(path, {"Sarajevo"});
  EXPECT_FALSE(cleaning.vacuumed);
  EXPECT_TRUE(cleaning.complete()) << steps_of(cleaning);
  ASSERT_NE(step_of(cleaning, "vacuum"), nullptr) << steps_of(cleaning);
  EXPECT_EQ(step_of(cleaning, "vacuum")->detail,
            "not needed: all that was found is theirs who stay");
}

// --- the matrix of erasure.md 1.2 and 1.3
// -----------------------------------------------------------

struct Cell {
  std::string encoding, journal_mode, secure_delete;
  int auto_vacuum;
};

class Matrix : public testing::TestWithParam<Cell> {};

TEST_P(Matrix, residue_is_found_and_is_gone_after_vacuum) {
  TemporaryFolder folder;
  Writing writing;
  writing.encoding = GetParam().encoding;
  writing.journal_mode = GetParam().journal_mode;
  writing.secure_delete_of_erasure = GetParam().secure_delete;
  writing.auto_vacuum = GetParam().auto_vacuum;
  const ErasedDatabase database(folder.file("members.db"), writing);
  const std::size_t before = values_in_files(database.path(), database.erased());
  ASSERT_GT(before, 0U) << "the fixture leaves nothing to find";

  const Cleaning looked = clean(database.path(), database.erased(), VacuumPolicy::never);
  EXPECT_TRUE(all_done(looked)) << steps_of(looked);
  EXPECT_FALSE(looked.vacuumed);
  const std::size_t still = values_in_files(database.path(), database.erased());
  EXPECT_GT(still, 0U);
  EXPECT_GE(2 * hits(looked, Where::free_bytes),
            still);  // two values side by side may be one place
  EXPECT_EQ(hits(looked, Where::live_cell), 0U);

  const Cleaning cleaned = clean(database.path(), database.erased());
  EXPECT_TRUE(all_done(cleaned)) << steps_of(cleaned);
  EXPECT_TRUE(cleaned.vacuumed);
  EXPECT_TRUE(cleaned.residue.clean());
  EXPECT_EQ(values_in_files(database.path(), database.erased()), 0U);

  const Cleaning again = clean(database.path(), database.erased());
  EXPECT_TRUE(again.residue.clean());
  EXPECT_FALSE(again.vacuumed);
}

INSTANTIATE_TEST_SUITE_P(
    SqliteClean, Matrix,
    testing::Values(Cell{"UTF-8", "DELETE", "OFF", 0}, Cell{"UTF-8", "DELETE", "FAST", 0},
                    Cell{"UTF-8", "DELETE", "ON", 0}, Cell{"UTF-8", "DELETE", "ON", 1},
                    Cell{"UTF-8", "DELETE", "ON", 2}, Cell{"UTF-8", "TRUNCATE", "ON", 0},
                    Cell{"UTF-8", "PERSIST", "ON", 0}, Cell{"UTF-8", "WAL", "OFF", 1},
                    Cell{"UTF-8", "WAL", "ON", 0}, Cell{"UTF-16le", "DELETE", "ON", 0},
                    Cell{"UTF-16be", "WAL", "OFF", 2}),
    [](const testing::TestParamInfo<Cell>& cell) {
      std::string name = cell.param.encoding + "_" + cell.param.journal_mode + "_" +
                         cell.param.secure_delete + "_" + std::to_string(cell.param.auto_vacuum);
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

// --- side files
// ------------------------------------------------------------------------------------

TEST(SqliteClean, a_reader_of_the_log_leaves_the_cleaning_incomplete) {  // faults 25
  TemporaryFolder folder;
  Writing writing;
  writing.journal_mode = "WAL";
  const ErasedDatabase database(folder.file("members.db"), writing);
  {
    SQLite::Database reader(database.path().string());
    SQLite::Statement reading(reader, "SELECT id FROM members");
    reading.executeStep();
    {
      SQLite::Database writer(database.path().string(), SQLite::OPEN_READWRITE);
      writer.exec("DELETE FROM members WHERE id=21");
    }
    const Cleaning cleaning = clean(database.path(), database.erased());
    const Cleaning::Step* log = step_of(cleaning, "write-ahead log");
    ASSERT_NE(log, nullptr);
    EXPECT_FALSE(log->done);
    EXPECT_NE(log->detail.find("a reader holds the log"), std::string::npos);
    EXPECT_FALSE(cleaning.vacuumed);
    EXPECT_FALSE(step_of(cleaning, "side files")->done);
    EXPECT_FALSE(cleaning.residue.clean());
  }
  const Cleaning repeated = clean(database.path(), database.erased());
  EXPECT_TRUE(all_done(repeated)) << steps_of(repeated);
  EXPECT_TRUE(repeated.residue.clean());
}

TEST(SqliteClean, rows_deleted_only_in_the_log_are_found_in_the_file_beside_it) {
  TemporaryFolder folder;
  const auto path = made_of(folder,
                            "PRAGMA journal_mode=WAL; CREATE TABLE t(a TEXT);"
                            "INSERT INTO t VALUES('erased.person@example.al'),('else')");
  SQLite::Database reader(path.string());
  SQLite::Statement reading(reader, "SELECT a FROM t");
  reading.executeStep();
  {
    SQLite::Database writer(path.string(), SQLite::OPEN_READWRITE);
    writer.exec("DELETE FROM t WHERE rowid=1");
  }
  const Cleaning cleaning = clean(path, {"erased.person@example.al"});
  EXPECT_EQ(hits(cleaning, Where::live_cell), 0U) << "the cell is an old version, not a live row";
  EXPECT_GT(hits(cleaning, Where::free_bytes), 0U);
}

TEST(SqliteClean, a_persistent_journal_is_searched_and_removed) {
  TemporaryFolder folder;
  const auto path = made_of(folder, "CREATE TABLE t(a TEXT)");
  std::ofstream(path.string() + "-journal")
      << std::string(512, '\0') << "old image of erased.person@example.al";
  const Cleaning cleaning = clean(path, {"erased.person@example.al"});
  EXPECT_TRUE(all_done(cleaning)) << steps_of(cleaning);
  EXPECT_TRUE(cleaning.residue.clean());
  EXPECT_EQ(values_in_files(path, {"erased.person@example.al"}), 0U);
}

TEST(SqliteClean, a_database_held_by_another_program_is_reported_not_thrown) {
  TemporaryFolder folder;
  const ErasedDatabase database(folder.file("members.db"), {});
  SQLite::Database other(database.path().string(), SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  const Cleaning cleaning = clean(database.path(), database.erased());
  const Cleaning::Step* vacuum = step_of(cleaning, "vacuum");
  ASSERT_NE(vacuum, nullptr) << steps_of(cleaning);
  EXPECT_FALSE(vacuum->done);
  EXPECT_EQ(vacuum->detail, "database is locked");
  EXPECT_FALSE(cleaning.residue.clean());
}

// --- statistics and full text
// ------------------------------------------------------------------------

TEST(SqliteClean, sampled_statistics_are_deleted) {
  TemporaryFolder folder;
  // Debian's SQLite makes no sqlite_stat4; another build's is an ordinary table to it.
  const auto path =
      made_of(folder,
              "CREATE TABLE s(tbl,idx,neq,nlt,ndlt,sample);"
              "INSERT INTO s VALUES('t','i','1','1','1',CAST('erased.person@example.al' AS BLOB));"
              "PRAGMA writable_schema=ON;"
              "UPDATE sqlite_schema SET name='sqlite_stat4', tbl_name='sqlite_stat4',"
              " sql='CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)' WHERE name='s'");
  const Cleaning cleaning = clean(path, {"erased.person@example.al"});
  ASSERT_NE(step_of(cleaning, "sampled statistics sqlite_stat4"), nullptr) << steps_of(cleaning);
  EXPECT_TRUE(all_done(cleaning)) << steps_of(cleaning);
  EXPECT_TRUE(cleaning.residue.clean());
  EXPECT_EQ(values_in_files(path, {"erased.person@example.al"}), 0U);
}

class FullText : public testing::TestWithParam<std::string> {};

TEST_P(FullText, terms_of_deleted_rows_are_gone) {
  // 16 segments are merged by luck; other numbers of batches are not (erasure.md 1.4).
  for (const int batches : {1, 3, 16, 17}) {
    TemporaryFolder folder;
    const auto path = made_of(folder, GetParam());
    std::vector<std::string> erased;
    {
      SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
      ErasedDatabase::query(database, "PRAGMA secure_delete=OFF");
      ErasedDatabase::query(database, "PRAGMA synchronous=OFF");
      for (int batch = 0; batch < batches; ++batch) {
        SQLite::Transaction transaction(database);
        for (int i = 0; i < 40; ++i) {
          // Terms that share no beginning lie whole in the index.
          const int id = batch * 40 + i + 1;
          std::string term = std::to_string(id * 7919 % 10007) + "erasedterm" + std::to_string(id);
          std::reverse(term.begin(), term.end());
          SQLite::Statement insert(database, "INSERT INTO f(rowid, body) VALUES(?,?)");
          insert.bind(1, id);
          insert.bind(2, term);
          insert.exec();
          if (id % 2 == 0) erased.push_back(term);
        }
        transaction.commit();
      }
      ErasedDatabase::query(database, "PRAGMA secure_delete=ON");
      database.exec("DELETE FROM f WHERE rowid%2=0");
    }
    ASSERT_GT(values_in_files(path, erased), 0U);
    const Cleaning cleaning = clean(path, erased);
    ASSERT_NE(step_of(cleaning, "full-text index f"), nullptr);
    EXPECT_TRUE(all_done(cleaning)) << steps_of(cleaning);
    EXPECT_TRUE(cleaning.residue.clean()) << batches << " batches";
    EXPECT_EQ(values_in_files(path, erased), 0U) << batches << " batches";
  }
}

INSTANTIATE_TEST_SUITE_P(SqliteClean, FullText,
                         testing::Values("CREATE VIRTUAL TABLE f USING fts5(body)",
                                         "CREATE VIRTUAL TABLE f USING fts4(body)",
                                         "CREATE VIRTUAL TABLE f USING fts3(body)"));

TEST(SqliteClean, full_text_over_another_table_is_rebuilt) {
  for (const std::string version : {"fts5", "fts4"}) {
    TemporaryFolder folder;
    const std::string rowid = version == "fts5" ? ", content_rowid='id'" : "";
    const auto path = made_of(folder,
                              "CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT);"
                              "INSERT INTO t VALUES(1,'keptkeptkept'),(2,'erasedterm2026');"
                              "CREATE VIRTUAL TABLE f USING " +
                                  version + "(body, content='t'" + rowid +
                                  ");"
                                  "INSERT INTO f(f) VALUES('rebuild'); DELETE FROM t WHERE id=2");
    const Cleaning cleaning = clean(path, {"erasedterm2026"});
    EXPECT_EQ(step_of(cleaning, "full-text index f")->detail, "rebuild");
    EXPECT_TRUE(all_done(cleaning)) << steps_of(cleaning);
    EXPECT_EQ(values_in_files(path, {"erasedterm2026"}), 0U) << version;
    SQLite::Database database(path.string());
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM f WHERE f MATCH 'keptkeptkept'").getInt(),
              1);
  }
}

TEST(ReadFullText, tells_versions_and_where_the_content_is) {
  const auto read = [](std::string_view sql) { return read_full_text(sql); };
  EXPECT_EQ(read("CREATE VIRTUAL TABLE \"a using b\" USING FTS5(x, y)")->version, 5);
  EXPECT_FALSE(read("CREATE VIRTUAL TABLE f USING fts5(content)")->external_content);
  EXPECT_FALSE(read("CREATE VIRTUAL TABLE f USING fts5(x, content='')")->external_content);
  EXPECT_TRUE(read("CREATE VIRTUAL TABLE f USING fts5(x, content = [my table])")->external_content);
  EXPECT_TRUE(read("create virtual table f using fts4(content=\"t\", x)")->external_content);
  EXPECT_TRUE(
      read("CREATE VIRTUAL TABLE f /* using */ USING fts5(x, -- a\n CONTENT=t)")->external_content);
  EXPECT_FALSE(read("CREATE VIRTUAL TABLE r USING rtree(a, b, c)"));
  EXPECT_FALSE(read("CREATE TABLE fts5(x)"));
  EXPECT_FALSE(read("CREATE VIRTUAL TABLE broken USING"));
}

// --- what counts
// ---------------------------------------------------------------------------------------

TEST(SqliteClean, a_phone_number_in_a_live_note_is_found_named_and_does_not_cause_vacuum) {
  TemporaryFolder folder;
  const auto path = made_of(folder,
                            "CREATE TABLE notes(id INTEGER PRIMARY KEY, body TEXT);"
                            "INSERT INTO notes VALUES(1,'please call +355691234567, thanks')");
  const Cleaning cleaning = clean(path, {"+355691234567"});
  ASSERT_EQ(cleaning.residue.hits.size(), 1U);
  EXPECT_EQ(cleaning.residue.hits[0].where, Where::live_cell);
  EXPECT_EQ(cleaning.residue.hits[0].table, "notes");
  EXPECT_EQ(cleaning.residue.hits[0].file, path.string());
  EXPECT_EQ(cleaning.residue.hits[0].count, 1U);
  EXPECT_FALSE(cleaning.vacuumed);
  EXPECT_TRUE(all_done(cleaning));
}

TEST(SqliteClean, a_value_in_an_index_is_named_by_its_table) {
  TemporaryFolder folder;
  const auto path = made_of(folder,
                            "CREATE TABLE history(email TEXT); CREATE INDEX h ON history(email);"
                            "INSERT INTO history VALUES('erased.person@example.al')");
  const Cleaning cleaning = clean(path, {"erased.person@example.al"});
  EXPECT_EQ(hits(cleaning, Where::live_cell, "history"), 2U);
}

TEST(SqliteClean, a_value_in_the_schema_is_found) {
  TemporaryFolder folder;
  const auto path = made_of(folder,
                            "CREATE TABLE t(email TEXT);"
                            "CREATE INDEX i ON t(email) WHERE email<>'erased.person@example.al'");
  EXPECT_EQ(hits(clean(path, {"erased.person@example.al"}), Where::live_cell, "sqlite_schema"), 1U);
}

TEST(SqliteClean, a_longer_word_or_address_is_somebody_elses) {
  TemporaryFolder folder;
  const auto path =
      made_of(folder,
              "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('Anastasiadis'),('x.ana@example.al'),"
              "('ana@example.al.org'),('ana@example.alb'),('Anastasië')");
  EXPECT_TRUE(clean(path, {"Anastasi", "ana@example.al"}).residue.clean());
  const auto other = folder.file("other.db");
  {
    SQLite::Database database(other.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(
        "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('see ana@example.al.'),"
        "('(ana@example.al)'),('„Anastasi“'),('ana@example.al')");
  }
  EXPECT_EQ(hits(clean(other, {"Anastasi", "ana@example.al"}), Where::live_cell, "t"), 4U);
}

TEST(SqliteClean, a_shared_email_is_excused) {
  for (const std::string encoding : {"UTF-8", "UTF-16le"}) {
    TemporaryFolder folder;
    const auto path =
        made_of(folder, "PRAGMA encoding='" + encoding +
                            "';"
                            "CREATE TABLE members(id INTEGER PRIMARY KEY, email TEXT, phone);"
                            "INSERT INTO members VALUES(1,'family@example.al','0691234567'),"
                            "(2,'family@example.al','0697654321'); DELETE FROM members WHERE id=2");
    const Cleaning cleaning =
        clean(path, {"family@example.al", "0697654321", "Ana"}, VacuumPolicy::when_needed,
              {{"members", "email"}, {"members", "phone"}});
    EXPECT_EQ(cleaning.residue.values_excused, 1U);
    EXPECT_EQ(cleaning.residue.values_too_short, 1U);
    EXPECT_EQ(cleaning.residue.values_sought, 1U);
    EXPECT_TRUE(cleaning.residue.clean());
    EXPECT_TRUE(all_done(cleaning)) << steps_of(cleaning);
    EXPECT_GT(cleaning.residue.bytes_read, 0U);
    EXPECT_EQ(values_in_files(path, {"0697654321"}), 0U);
  }
}

TEST(SqliteClean, a_column_that_is_not_there_excuses_nothing_and_is_reported) {
  TemporaryFolder folder;
  const auto path = made_of(folder, "CREATE TABLE t(a TEXT)");
  const Cleaning cleaning =
      clean(path, {"erased.person@example.al"}, VacuumPolicy::when_needed, {{"t", "emial"}});
  EXPECT_FALSE(step_of(cleaning, "values that stay in t")->done);
}

TEST(SqliteClean, a_fragment_counts_unless_those_who_stay_have_it_too) {
  const auto fragments = [](const std::string& old_value, const std::string& new_value) {
    TemporaryFolder folder;
    const auto path =
        made_of(folder, "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('" + old_value +
                            "'),('someone.else@gmail.com'); DELETE FROM t WHERE rowid=1;"
                            "INSERT INTO t(rowid, a) VALUES(1,'" +
                            new_value + "')");
    return hits(clean(path, {old_value}, VacuumPolicy::never), Where::free_bytes);
  };
  // The new value covers the end of the old one's cell: of both old values the first nine letters
  // are left. Only the second one's belong to an address that stays.
  EXPECT_EQ(fragments("erasedperson@mail.org", "8 bytes."), 1U);
  EXPECT_EQ(fragments("someone.else@mail.org", "8 bytes."), 0U);
}

// Pages in which nothing sought shows are passed over; their records may still go on in others.
TEST(SqliteClean, a_fragment_is_excused_by_who_stays_also_beyond_the_page_of_the_record) {
  const auto fragments = [](const std::string& staying) {
    TemporaryFolder folder;
    const auto path = made_of(folder,
                              "CREATE TABLE t(a TEXT); CREATE TABLE u(a TEXT);"
                              "INSERT INTO u VALUES (hex(zeroblob(5000)) || ' " +
                                  staying +
                                  "'); INSERT INTO t VALUES('someone.else@mail.org'),('a');"
                                  "DELETE FROM t WHERE rowid=1;"
                                  "INSERT INTO t(rowid, a) VALUES(1,'8 bytes.')");
    return hits(clean(path, {"someone.else@mail.org"}, VacuumPolicy::never), Where::free_bytes);
  };
  EXPECT_EQ(fragments("nobody.at.all@gmail.com"), 1U);
  EXPECT_EQ(fragments("someone.else@gmail.com"), 0U);
}

TEST(SqliteClean, vacuum_runs_always_where_the_policy_says_so) {
  TemporaryFolder folder;
  const auto path = made_of(folder, "CREATE TABLE t(a TEXT)");
  const Cleaning cleaning = clean(path, {}, VacuumPolicy::always);
  EXPECT_TRUE(cleaning.vacuumed);
  EXPECT_TRUE(all_done(cleaning)) << steps_of(cleaning);
}

// --- damage
// ------------------------------------------------------------------------------------------

TEST(SqliteClean, a_torn_page_is_not_rebuilt) {  // fault 17
  TemporaryFolder folder;
  const ErasedDatabase database(folder.file("members.db"), {});
  {
    std::fstream file(database.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5 * 4096 + 100);
    file << std::string(2048, '\x7f');
    file.seekp(8 * 4096);
    file << std::string(2048, '\x7f');
  }
  const Cleaning cleaning = clean(database.path(), database.erased());
  ASSERT_NE(step_of(cleaning, "structure check"), nullptr) << steps_of(cleaning);
  EXPECT_FALSE(step_of(cleaning, "structure check")->done);
  EXPECT_FALSE(cleaning.vacuumed);
  EXPECT_FALSE(cleaning.residue.clean());
}

TEST(SqliteClean, what_is_no_database_is_reported_and_still_searched) {  // hostile input S1
  TemporaryFolder folder;
  const auto path = folder.file("random.db");
  std::ofstream(path) << std::string(5000, '#') << "erased.person@example.al"
                      << std::string(500, '#');
  const Cleaning cleaning = clean(path, {"erased.person@example.al"});
  EXPECT_FALSE(cleaning.steps.front().done);
  EXPECT_EQ(hits(cleaning, Where::free_bytes), 1U);
}

TEST(SqliteClean, a_missing_file_is_reported) {
  TemporaryFolder folder;
  const Cleaning cleaning = clean(folder.file("absent.db"), {"erased.person@example.al"});
  EXPECT_FALSE(all_done(cleaning));
  EXPECT_FALSE(std::filesystem::exists(folder.file("absent.db")));
}

}  // namespace
}  // namespace besa::source
