// Errors of the system met at any call (faults 12, 13, 15, 16, 19): besa says so, ends with a
// documented code, and a later run reaches the end that was promised.
#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"

namespace besa::crash {
namespace {

class SystemError : public CrashTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
    learn_the_end();
    calls_ = count_calls(fresh().apply(), folder() / "calls");
  }

  /// A code of besa(1), words for people, and no lie: 0 only where everything is done.
  void expect_honest(const Workspace& copy, const Ended& ended) const {
    EXPECT_TRUE(ended.code == 0 || ended.code == 1 || ended.code == 5 || ended.code == 6)
        << ended.str();
    EXPECT_EQ(ended.err.find("fault of besa itself"), std::string::npos) << ended.str();
    EXPECT_TRUE(ended.code != 0 || faults_at_the_end(copy).empty()) << ended.str();
  }

  void try_at(const std::string& call, const std::string& when) const {
    SCOPED_TRACE(call + " " + GetParam() + " " + when);
    const Workspace copy = fresh();
    const Ended ended =
        run(with_fault(copy.apply(), call, std::string("error=") + GetParam() + ":when=" + when));
    expect_honest(copy, ended);
    // Where nothing can be written from then on, that cannot be written either.
    const bool speechless = call == "write" && when.ends_with('+');
    EXPECT_TRUE(ended.code != 1 || speechless || ended.err.starts_with("besa: ")) << ended.str();
    EXPECT_EQ(faults_between(copy), "");
    const Ended again = run(copy.apply());
    EXPECT_EQ(again.code, 0) << again.str();
    EXPECT_EQ(faults_at_the_end(copy, Runs::some), "");
  }

  std::map<std::string, Calls> calls_;
};

std::vector<std::string> calls_that_fail_so(const std::string& error) {
  if (error == "EMFILE") return {"openat"};
  if (error == "EACCES") return {"openat", "unlink", "renameat2"};
  if (error == "ENOSPC") return {"pwrite64", "write", "openat", "ftruncate"};
  return {"pwrite64", "pread64", "read", "fdatasync", "fsync", "write", "unlink", "rename"};
}

TEST_P(SystemError, faults_12_to_19_met_once_is_told_and_the_next_run_ends_as_promised) {
  for (const std::string& call : calls_that_fail_so(GetParam()))
    for (const int when : sample(calls_[call], 1)) try_at(call, std::to_string(when));
}

TEST_P(SystemError, faults_12_to_19_met_from_then_on_is_told_and_the_next_run_ends_as_promised) {
  for (const std::string& call : calls_that_fail_so(GetParam()))
    for (const int when : sample(calls_[call], 1)) try_at(call, std::to_string(when) + "+");
}

INSTANTIATE_TEST_SUITE_P(Errors, SystemError,
                         ::testing::Values("ENOSPC", "EIO", "EACCES", "EMFILE"),
                         [](const auto& error) { return std::string(error.param); });

}  // namespace
}  // namespace besa::crash
