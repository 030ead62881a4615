// What the process promises the system, seen from a child that has made the promise.
#include "besa/cli/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace besa::cli {
namespace {

/// Runs `promise` in a child; true if it returned true there.
bool holds_in_child(bool (*promise)()) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(promise() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// erasure.md, fault 60.
TEST(Process, leaves_no_core_and_lets_nobody_look_in) {
  EXPECT_TRUE(holds_in_child([] {
    harden_process();
    rlimit core{};
    getrlimit(RLIMIT_CORE, &core);
    return core.rlim_cur == 0 && core.rlim_max == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  }));
}

// erasure.md, faults 10 and 18.
TEST(Process, is_not_killed_by_its_output) {
  EXPECT_TRUE(holds_in_child([] {
    harden_process();
    return std::signal(SIGPIPE, SIG_DFL) == SIG_IGN && std::signal(SIGXFSZ, SIG_DFL) == SIG_IGN;
  }));
}

// erasure.md, fault 61.
TEST(Process, makes_private_files_under_any_umask) {
  EXPECT_TRUE(holds_in_child([] {
    umask(0);
    harden_process();
    return umask(0) == 077;
  }));
}

TEST(Process, never_opens_a_database_as_its_standard_output) {
  EXPECT_TRUE(holds_in_child([] {
    close(STDOUT_FILENO);
    harden_process();
    const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return next > STDERR_FILENO && write(STDOUT_FILENO, "x", 1) == -1;
  }));
}

TEST(Process, arguments_leave_out_the_programs_name) {
  std::string name = "besa";
  std::string word = "status";
  char* values[] = {name.data(), word.data(), nullptr};
  EXPECT_EQ(arguments(2, values), std::vector<std::string>{"status"});
  EXPECT_TRUE(arguments(0, values).empty());
}

}  // namespace
}  // namespace besa::cli
