#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "besa/base/file.hpp"
#include "tests/base/file_fixture.hpp"

namespace besa {
namespace {

using ::testing::HasSubstr;
// --- locks -----------------------------------------------------------------------------------

TEST_F(Files, fault_22_a_second_lock_is_busy_and_names_the_holder) {
  const FileLock first(at("lock"), "the ledger", "sweep since 10:00, process 7", 0);
  EXPECT_EQ(
      thrown(ErrorKind::busy, [&] { FileLock second(at("lock"), "the ledger", "status", 0.05); }),
      "the ledger is in use by sweep since 10:00, process 7");
}

TEST_F(Files, a_released_lock_can_be_taken) {
  { const FileLock first(at("lock"), "the ledger", "a", 0); }
  EXPECT_EQ(got(at("lock")).find('\n'), 0U) << "nobody holds it, nobody is named";
  const FileLock second(at("lock"), "the ledger", "b", 0);
  EXPECT_EQ(got(at("lock")), "b\n");
}

TEST_F(Files, a_moved_lock_is_held_once) {
  FileLock first(at("lock"), "the ledger", "a", 0);
  const FileLock moved(std::move(first));
  EXPECT_NE(thrown(ErrorKind::busy, [&] { FileLock second(at("lock"), "x", "b", 0); }), "nothing");
}

TEST_F(Files, fault_23_a_killed_holder_leaves_no_lock) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const FileLock lock(at("lock"), "the ledger", "the child", 0);
    (void)!::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(thrown(ErrorKind::busy, [&] { FileLock lock(at("lock"), "the ledger", "us", 0); }),
              HasSubstr("by the child"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  const FileLock lock(at("lock"), "the ledger", "us", 0);
  EXPECT_EQ(got(at("lock")), "us\n");
}

}  // namespace
}  // namespace besa
