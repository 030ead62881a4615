// Killed at any system call (fault 8, and with it 1 to 7), besa resumes and reaches the same end.
#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"

namespace besa::crash {
namespace {

class Kill : public CrashTest, public ::testing::WithParamInterface<const char*> {
 protected:
  Kill()
      : CrashTest(several_stores() ? "delete" : GetParam(),
                  several_stores() ? Stores::spread : Stores::one_database) {}

  static bool several_stores() { return std::string(GetParam()) == "several_stores"; }

  void SetUp() override {
    if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
    learn_the_end();
    calls_ = count_calls(fresh().apply(), folder() / "calls");
  }

  /// Dies at that call; says whether it got that far.
  static void die(const Workspace& copy, const std::string& call, int when) {
    const Ended ended =
        run(with_fault(copy.apply(), call, "signal=KILL:when=" + std::to_string(when)));
    ASSERT_TRUE(ended.signal == SIGKILL || ended.code == 0) << ended.str();
  }

  void resume(const Workspace& copy) const {
    EXPECT_EQ(faults_between(copy), "");
    const Ended ended = run(copy.apply());
    EXPECT_EQ(ended.code, 0) << ended.str();
    EXPECT_EQ(faults_at_the_end(copy), "");
  }

  const int few_ = std::string(GetParam()) == "wal" ? 1 : 2;
  std::map<std::string, Calls> calls_;
};

TEST_P(Kill, fault_8_killed_at_any_system_call_and_resumed_it_reaches_the_same_end) {
  for (const char* call : changing_calls)
    for (const int when : sample(calls_[call], few_)) {
      SCOPED_TRACE(std::string(call) + " " + std::to_string(when));
      const Workspace copy = fresh();
      die(copy, call, when);
      resume(copy);
    }
}

TEST_P(Kill, fault_63_killed_once_more_while_it_recovers_it_reaches_the_same_end) {
  const int first = calls_["pwrite64"].last * 2 / 3;
  for (const char* call : {"pwrite64", "fdatasync", "fsync", "unlink"})
    for (const int when : sample(calls_[call], 1)) {
      SCOPED_TRACE(std::string("pwrite64 ") + std::to_string(first) + ", then " + call + " " +
                   std::to_string(when));
      const Workspace copy = fresh();
      die(copy, "pwrite64", first);
      die(copy, call, when);
      resume(copy);
    }
}

INSTANTIATE_TEST_SUITE_P(Journals, Kill, ::testing::Values("delete", "wal", "several_stores"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace besa::crash
