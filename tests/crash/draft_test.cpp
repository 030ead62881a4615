// Killed while it drafts, or out of space, a sweep leaves nothing that stands in the way of the
// next one, and nothing with people's keys that the ledger does not know.
#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"

namespace besa::crash {
namespace {

class DraftFault : public CrashTest {
 protected:
  void SetUp() override {
    if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
    const Ended calm = run(fresh().besa({"sweep"}));
    ASSERT_NE(calm.out.find("was drafted"), std::string::npos) << calm.str();
    calm_ = calm.code;  // of a workspace in which so few people are beyond a limit
    calls_ = count_calls(fresh().besa({"sweep"}), folder() / "calls");
  }

  /// A few of them, but each that puts a file or a folder in place.
  [[nodiscard]] std::vector<int> steps(const std::string& call) {
    const Calls& calls = calls_[call];
    const bool each = call.starts_with("rename") || call == "fsync";
    return sample(calls, each ? calls.last - calls.first + 1 : 3);
  }

  /// A sweep that meets the fault, and then one that meets none.
  void expect_recovery(const std::string& call, const std::string& inject) const {
    SCOPED_TRACE(call + " " + inject);
    const Workspace copy = fresh();
    const Ended hurt = run(with_fault(copy.besa({"sweep"}), call, inject));
    EXPECT_EQ(hurt.err.find("fault of besa itself"), std::string::npos) << hurt.str();
    const Ended again = run(copy.besa({"sweep"}));
    EXPECT_EQ(again.code, calm_) << again.str();
    EXPECT_NE(again.out.find("was drafted"), std::string::npos) << again.str();
    EXPECT_EQ(left_behind(copy), "");
    const Ended audit = run(copy.besa({"audit", "verify"}));
    EXPECT_EQ(audit.code, 0) << audit.str();
  }

  /// Folders and keys that the ledger does not know, and what it knows without either.
  static std::string left_behind(const Workspace& copy) {
    std::set<std::string> drafted, folders, keys;
    for (const auto& row :
         run_sql(copy.ledger(), "SELECT id FROM manifests", SQLITE_OPEN_READWRITE))
      drafted.insert(row[0]);
    for (const auto& entry : std::filesystem::directory_iterator(copy.state() / "manifests"))
      folders.insert(entry.path().filename().string());
    for (const auto& entry : std::filesystem::directory_iterator(copy.state() / "vault"))
      if (entry.path().filename().string().starts_with("manifest-"))
        keys.insert(entry.path().stem().string().substr(std::string("manifest-").size()));
    std::string faults;
    if (folders != drafted) faults += "folders: " + words(folders) + "of " + words(drafted) + '\n';
    if (keys != drafted) faults += "keys: " + words(keys) + "of " + words(drafted) + '\n';
    return faults;
  }

  static std::string words(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += name + ' ';
    return text;
  }

  int calm_ = 0;
  std::map<std::string, Calls> calls_;
};

TEST_F(DraftFault, killed_at_any_step_the_next_sweep_destroys_what_was_never_recorded) {
  for (const char* call : changing_calls)
    for (const int when : steps(call))
      expect_recovery(call, "signal=KILL:when=" + std::to_string(when));
}

TEST_F(DraftFault, a_full_disk_at_any_step_leaves_nothing_in_the_way_of_the_next_sweep) {
  for (const char* call : {"fsync", "fdatasync", "write", "pwrite64", "rename"})
    for (const int when : steps(call))
      for (const char* how_long : {"", "+"})
        expect_recovery(call, "error=ENOSPC:when=" + std::to_string(when) + how_long);
}

}  // namespace
}  // namespace besa::crash
