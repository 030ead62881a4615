// SQLite's settings for the whole program, seen in a process of its own: they hold from the first
// connection on, or not at all.

#include "besa/source/sqlite_settings.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace {

/// What SQLite says a connection of a fresh process uses: 0 where it does not count.
bool counts_memory(const std::function<void()>& before) {
  const pid_t child = fork();
  if (child == 0) {
    sqlite3_shutdown();
    before();
    sqlite3* connection = nullptr;
    const bool opened = sqlite3_open(":memory:", &connection) == SQLITE_OK;
    _exit(!opened ? 2 : sqlite3_memory_used() == 0 ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2);
  return WEXITSTATUS(status) == 1;
}

TEST(SqliteSettings, memory_is_not_counted) {
  EXPECT_TRUE(counts_memory([] {}));
  EXPECT_FALSE(counts_memory(besa::source::set_up_sqlite));
}

TEST(SqliteSettings, too_late_they_change_nothing) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &connection), SQLITE_OK);
  besa::source::set_up_sqlite();
  EXPECT_EQ(sqlite3_exec(connection, "CREATE TABLE t(a)", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_GT(sqlite3_memory_used(), 0);
  sqlite3_close(connection);
}

}  // namespace
