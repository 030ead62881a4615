// Killed while a hold is placed or released, besa leaves nobody in the vault whom no hold protects.
#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"

namespace besa::crash {
namespace {

class HoldFault : public CrashTest {
 protected:
  void SetUp() override {
    if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
    const Ended placed = run(place(fresh("held")));
    ASSERT_EQ(placed.code, 0) << placed.str();
    ASSERT_EQ(people_in_the_vault(Workspace(folder() / "held")), 2U);  // sealed, and its key
  }

  static Words place(const Workspace& copy) {
    return copy.besa({"hold", "place", "--subject", "HM-0000017", "--matter", "dispute-7",
                      "--review", "2099-01-01"});
  }
  /// The hold is the first of the year in which the test runs.
  static Words release(const Workspace& copy) {
    const Date today = TimeZone::find("UTC").local_date(SystemClock().now());
    return copy.besa({"hold", "release", "H-" + today.str().substr(0, 4) + "-0001"});
  }

  /// Files about a person, and those that nobody finished.
  static std::size_t people_in_the_vault(const Workspace& copy) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(copy.state() / "vault")) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("subject-") || name.ends_with(".tmp")) ++files;
    }
    return files;
  }

  /// Kills `words` in copies of a workspace, wherever it puts something in place or takes it away;
  /// then the hold, if there is one, is released.
  void expect_nobody_left(const Workspace& from, Words (*words)(const Workspace&)) const {
    auto calls = count_calls(words(copy_of(from, folder() / "copy")), folder() / "calls");
    for (const char* call : {"fsync", "fdatasync", "rename", "renameat2", "unlink"})
      for (const int when : sample(calls[call], calls[call].last)) {
        SCOPED_TRACE(std::string(call) + " " + std::to_string(when));
        const Workspace copy = copy_of(from, folder() / "copy");
        static_cast<void>(
            run(with_fault(words(copy), call, "signal=KILL:when=" + std::to_string(when))));
        const std::size_t open = copy.entries_of("hold.placed") - copy.entries_of("hold.released");
        const Ended released = run(release(copy));
        EXPECT_EQ(released.code, open == 1 ? 0 : 4) << released.str();
        EXPECT_EQ(people_in_the_vault(copy), 0U);
      }
  }
};

TEST_F(HoldFault, killed_while_a_hold_is_placed_the_vault_knows_nobody_in_the_end) {
  expect_nobody_left(base(), place);
}

TEST_F(HoldFault, killed_while_a_hold_is_released_the_vault_knows_nobody_in_the_end) {
  expect_nobody_left(Workspace(folder() / "held"), release);
}

}  // namespace
}  // namespace besa::crash
