// Files that are not what they should be, and what opening leaves behind (erasure.md 4.4).

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <set>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;
using besa::Error;
using besa::ErrorKind;
using shapes::Folder;
using shapes::run_sql;

constexpr auto two_members =
    "CREATE TABLE members(id INTEGER PRIMARY KEY, email TEXT); "
    "INSERT INTO members VALUES(1,'a@x'),(2,'b@x');";

class SqliteOpen : public testing::Test {
 protected:
  std::unique_ptr<Source> open(const std::string& name, bool for_change = false) {
    OpenOptions options;
    options.for_change = for_change;
    options.wait = std::chrono::milliseconds(50);
    return besa::source::open("sqlite:" + name, folder_.path(), options);
  }
  Error refusal(const std::string& name, bool for_change = false) {
    try {
      const auto source = open(name, for_change);
      for (const TableSchema& table : source->schema().tables) (void)read(*source, table.name);
      if (for_change) (void)source->begin();
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorKind::usage, "nothing was refused");
  }
  static int read(Source& source, const std::string& table) {
    Scan scan;
    scan.table = table;
    for (const ColumnSchema& column : source.schema().table(table)->columns)
      scan.columns.push_back(column.name);
    int rows = 0;
    source.scan(scan, [&](RowView) { ++rows; });
    return rows;
  }
  std::string bytes(const std::string& name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  std::set<std::string> files() {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.insert(entry.path().filename());
    return names;
  }
  Folder folder_;
};

TEST_F(SqliteOpen, S1_files_that_are_no_database_are_named_in_one_clear_error) {
  write("empty.db", "");
  write("short.db", "SQLite");
  write("random.db", std::string(5000, '\x5A'));
  for (const char* name : {"empty.db", "short.db", "random.db", "missing.db", "no-folder/x.db"}) {
    const Error error = refusal(name);
    EXPECT_EQ(error.kind(), ErrorKind::failed) << name;
    EXPECT_NE(error.message().find(name), std::string::npos) << error.message();
  }
}

/// True where another process finds a lock on the bytes with which SQLite locks a file.
bool locked_for_others(const std::filesystem::path& file) {
  const pid_t other = ::fork();
  if (other == 0) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 0x40000000;
    lock.l_len = 512;
    const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
    ::_exit(asked && lock.l_type != F_UNLCK ? 1 : 0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(other, &status, 0), other);
  return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

// Closing any descriptor of a file ends all locks that this process has on it.
TEST_F(SqliteOpen, a_second_reader_leaves_the_locks_of_the_first_alone) {
  run_sql(folder_ / "a.db", std::string("PRAGMA journal_mode=WAL;") + two_members);
  const auto source = open("a.db");
  EXPECT_EQ(read(*source, "members"), 2);
  ASSERT_TRUE(locked_for_others(folder_ / "a.db"));  // with a log a reader keeps it
  const auto another = source->another();
  EXPECT_TRUE(locked_for_others(folder_ / "a.db"));
  const auto third = open("a.db");
  EXPECT_TRUE(locked_for_others(folder_ / "a.db"));
}

TEST_F(SqliteOpen, a_reader_opened_meanwhile_leaves_the_lock_of_a_change_alone) {
  run_sql(folder_ / "a.db", two_members);
  const auto source = open("a.db", true);
  const auto change = source->begin();
  ASSERT_TRUE(locked_for_others(folder_ / "a.db"));
  const auto another = source->another();
  EXPECT_TRUE(locked_for_others(folder_ / "a.db"));
}

TEST_F(SqliteOpen, S1_a_truncated_database_is_refused) {
  run_sql(folder_ / "whole.db",
          std::string(two_members) +
              "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i+1 FROM n WHERE i<900) "
              "INSERT INTO members SELECT i, 'somebody@example.al' FROM n;");
  const std::string whole = bytes("whole.db");
  for (const std::size_t size :
       {whole.size() - 1, whole.size() / 2, std::size_t{4096}, std::size_t{150}}) {
    write("cut.db", whole.substr(0, size));
    EXPECT_EQ(refusal("cut.db").kind(), ErrorKind::failed) << size;
  }
}

TEST_F(SqliteOpen, S1_damaged_images_are_read_or_refused_and_never_crash) {
  run_sql(folder_ / "whole.db",
          std::string("PRAGMA page_size=512;") + two_members +
              "CREATE TABLE notes(a TEXT PRIMARY KEY, b) WITHOUT ROWID; CREATE INDEX e ON "
              "members(email);"
              "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i+1 FROM n WHERE i<90) "
              "INSERT INTO members SELECT i, 'somebody@example.al' FROM n; INSERT INTO notes "
              "SELECT id, email FROM members;");
  const std::string whole = bytes("whole.db");
  std::mt19937 random(2026);
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::string damaged = whole;
    for (int k = 0; k < 1 + i % 20; ++k)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    write("damaged.db", damaged);
    const Error error = refusal("damaged.db", i % 2 == 0);
    refused += error.kind() != ErrorKind::usage ? 1 : 0;
  }
  EXPECT_GT(refused, 50);
}

TEST_F(SqliteOpen, S15_a_newer_format_is_refused_or_read_only) {
  run_sql(folder_ / "now.db", two_members);
  std::string newer = bytes("now.db");
  newer[18] = 9;  // write version
  write("newer-to-write.db", newer);
  EXPECT_EQ(read(*open("newer-to-write.db"), "members"), 2);
  EXPECT_NE(refusal("newer-to-write.db", true).message().find("newer"), std::string::npos);
  newer[19] = 9;  // read version
  write("newer.db", newer);
  EXPECT_NE(refusal("newer.db").message().find("newer"), std::string::npos);
}

TEST_F(SqliteOpen, S16_a_link_to_a_database_is_refused_but_folders_may_be_links) {
  std::filesystem::create_directory(folder_ / "real");
  run_sql(folder_ / "real/a.db", two_members);
  std::filesystem::create_symlink(folder_ / "real/a.db", folder_ / "link.db");
  std::filesystem::create_directory_symlink(folder_ / "real", folder_ / "folder");
  EXPECT_EQ(refusal("link.db").kind(), ErrorKind::refused);
  EXPECT_EQ(read(*open("folder/a.db"), "members"), 2);
}

TEST_F(SqliteOpen, S16_a_pipe_a_folder_and_a_device_are_refused_without_waiting) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe.db").c_str(), 0600), 0);
  std::filesystem::create_directory(folder_ / "folder.db");
  for (const char* name : {"pipe.db", "folder.db", "../../dev/null"})
    EXPECT_EQ(refusal(name).kind(), ErrorKind::refused) << name;
}

TEST_F(SqliteOpen, S16_uri_tricks_are_only_odd_file_names) {
  for (const char* name :
       {"file:x.db?mode=memory", "file::memory:", ":memory:", "x.db?immutable=1&vfs=unix-none"}) {
    EXPECT_EQ(refusal(name).kind(), ErrorKind::failed) << name;
    EXPECT_TRUE(files().empty());
  }
  run_sql(folder_ / "a?mode=rwc&x=#.db", two_members);
  EXPECT_EQ(read(*open("a?mode=rwc&x=#.db"), "members"), 2);
}

TEST_F(SqliteOpen, an_unknown_scheme_is_an_error_with_the_known_ones) {
  try {
    (void)besa::source::open("oracle:x", folder_.path());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(error.hint().find("sqlite:"), std::string::npos);
  }
}

/// The files of a program that died in the middle of a change.
void leave_hot_journal(const Folder& folder, const std::string& name) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "victim.db").c_str(), &database), SQLITE_OK);
  sqlite3_exec(database, two_members, nullptr, nullptr, nullptr);
  sqlite3_exec(
      database,
      "PRAGMA cache_size=1; PRAGMA cache_spill=1; CREATE TABLE big(x); BEGIN; DELETE FROM members; "
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000) "
      "INSERT INTO big SELECT randomblob(500) FROM n;",
      nullptr, nullptr, nullptr);
  std::filesystem::copy_file(folder / "victim.db", folder / name);
  std::filesystem::copy_file(folder / "victim.db-journal", folder / (name + "-journal"));
  sqlite3_close(database);
}

TEST_F(SqliteOpen, S14_a_hot_journal_is_an_error_for_a_reader_and_is_left_as_it_is) {
  leave_hot_journal(folder_, "hot.db");
  const std::string before = bytes("hot.db-journal");
  const Error error = refusal("hot.db");
  EXPECT_EQ(error.kind(), ErrorKind::failed);
  EXPECT_NE(error.hint().find("program"), std::string::npos) << error.message();
  EXPECT_EQ(bytes("hot.db-journal"), before);
}

TEST_F(SqliteOpen, S14_opened_for_change_the_last_committed_state_comes_back) {
  leave_hot_journal(folder_, "hot.db");
  EXPECT_EQ(read(*open("hot.db", true), "members"), 2);
}

TEST_F(SqliteOpen, S14_reading_a_wal_database_leaves_nothing_behind) {
  run_sql(folder_ / "wal.db", std::string("PRAGMA journal_mode=WAL;") + two_members);
  ASSERT_EQ(files(), (std::set<std::string>{"wal.db"}));
  const std::string before = bytes("wal.db");
  EXPECT_EQ(read(*open("wal.db"), "members"), 2);
  EXPECT_EQ(files(), (std::set<std::string>{"wal.db"}));
  EXPECT_EQ(bytes("wal.db"), before);
}

TEST_F(SqliteOpen, S14_a_wal_with_content_is_read_and_not_folded_in) {
  run_sql(folder_ / "wal.db", std::string("PRAGMA journal_mode=WAL;") + two_members);
  sqlite3* app = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "wal.db").c_str(), &app), SQLITE_OK);
  sqlite3_exec(app, "INSERT INTO members VALUES(3,'c@x')", nullptr, nullptr, nullptr);
  std::filesystem::copy_file(folder_ / "wal.db", folder_ / "copy.db");
  std::filesystem::copy_file(folder_ / "wal.db-wal", folder_ / "copy.db-wal");
  sqlite3_close(app);
  const std::string before = bytes("copy.db"), log = bytes("copy.db-wal");
  EXPECT_EQ(read(*open("copy.db"), "members"), 3);
  EXPECT_EQ(bytes("copy.db"), before);
  EXPECT_EQ(bytes("copy.db-wal"), log);
}

TEST_F(SqliteOpen, a_database_held_by_its_program_is_busy_after_the_wait) {
  run_sql(folder_ / "a.db", two_members);
  sqlite3* app = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "a.db").c_str(), &app), SQLITE_OK);
  sqlite3_exec(app, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr);
  EXPECT_EQ(refusal("a.db").kind(), ErrorKind::busy);
  sqlite3_exec(app, "ROLLBACK; BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
  EXPECT_EQ(read(*open("a.db"), "members"), 2);
  EXPECT_EQ(refusal("a.db", true).kind(), ErrorKind::busy);
  sqlite3_close(app);
}

TEST_F(SqliteOpen, a_reader_cannot_begin_a_change) {
  run_sql(folder_ / "a.db", two_members);
  EXPECT_THROW((void)open("a.db")->begin(), Error);
}

TEST_F(SqliteOpen, S13_page_sizes_reserved_bytes_and_vacuum_modes_are_read) {
  for (const char* size : {"512", "65536"}) {
    const std::string name = std::string("pages") + size + ".db";
    run_sql(folder_ / name,
            std::string("PRAGMA auto_vacuum=FULL; PRAGMA page_size=") + size + ";" + two_members);
    EXPECT_EQ(read(*open(name), "members"), 2);
  }
  sqlite3* app = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "reserved.db").c_str(), &app), SQLITE_OK);
  int reserved = 32;
  sqlite3_file_control(app, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  sqlite3_exec(app, two_members, nullptr, nullptr, nullptr);
  sqlite3_close(app);
  EXPECT_EQ(bytes("reserved.db")[20], 32);
  EXPECT_EQ(read(*open("reserved.db"), "members"), 2);
}

}  // namespace
