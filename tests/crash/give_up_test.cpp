// Killed while it gives a run up, besa leaves the run open, to be given up or applied again, or
// given up; and nothing more is erased by it.
#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"

namespace besa::crash {
namespace {

class GiveUp : public CrashTest {
 protected:
  void SetUp() override {
    if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
    learn_the_end();
    const int half = count_calls(fresh().apply(), folder() / "calls")["pwrite64"].last / 2;
    const Workspace begun = fresh("begun");
    static_cast<void>(
        run(with_fault(begun.apply(), "pwrite64", "signal=KILL:when=" + std::to_string(half))));
    ASSERT_EQ(begun.entries_of("run.begun"), 1U);
    ASSERT_EQ(begun.entries_of("run.ended"), 0U);
    calls_ = count_calls(give_up(copy_of(begun, folder() / "copy")), folder() / "calls");
  }

  [[nodiscard]] std::vector<std::string> give_up(const Workspace& copy) const {
    return copy.besa({"manifest", "reject", "--signature", rejection().string()});
  }

  /// Killed at that call.
  [[nodiscard]] Workspace ruined(const std::string& call, int when) const {
    const Workspace copy = copy_of(Workspace(folder() / "begun"), folder() / "copy");
    static_cast<void>(
        run(with_fault(give_up(copy), call, "signal=KILL:when=" + std::to_string(when))));
    EXPECT_EQ(faults_between(copy), "");
    return copy;
  }

  static void expect_given_up(const Workspace& copy) {
    EXPECT_EQ(copy.entries_of("run.given-up"), 1U);
    EXPECT_EQ(copy.entries_of("run.ended"), 0U);
    const Ended audit = run(copy.besa({"audit", "verify"}));
    EXPECT_EQ(audit.code, 0) << audit.str();
    for (const auto& entry : std::filesystem::directory_iterator(copy.manifest()))
      EXPECT_EQ(entry.path().filename(), "header.json");
  }

  std::map<std::string, Calls> calls_;
};

TEST_F(GiveUp, killed_at_any_system_call_it_is_given_up_the_next_time_and_nothing_more_goes) {
  const auto rows =
      content_of(copy_of(Workspace(folder() / "begun"), folder() / "rows").database());
  for (const char* call : changing_calls)
    for (const int when : sample(calls_[call], 2)) {
      SCOPED_TRACE(std::string(call) + " " + std::to_string(when));
      const Workspace copy = ruined(call, when);
      const bool over = copy.entries_of("run.given-up") == 1;
      const Ended again =
          run(over ? copy.besa({"manifest", "reject", copy.manifest_id()}) : give_up(copy));
      EXPECT_EQ(again.code, over ? 4 : 6) << again.str();
      expect_given_up(copy);
      EXPECT_EQ(content_of(copy.database()), rows);
    }
}

TEST_F(GiveUp, killed_before_it_was_given_up_it_is_applied_to_the_same_end) {
  for (const char* call : {"pwrite64", "fdatasync"}) {
    const Workspace copy = ruined(call, calls_[call].first);
    ASSERT_EQ(copy.entries_of("run.given-up"), 0U);
    const Ended ended = run(copy.apply());
    EXPECT_EQ(ended.code, 0) << ended.str();
    EXPECT_EQ(faults_at_the_end(copy), "");
  }
}

}  // namespace
}  // namespace besa::crash
