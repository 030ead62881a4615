// A source that does not answer is a finding of the commands that look, not a failure of theirs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/cli/stage.hpp"

namespace besa::cli {
namespace {

/// The web's visits are said to be on a server that nobody runs.
class OutOfReach : public ::testing::Test {
 protected:
  OutOfReach() {
    EXPECT_EQ(stage_.run("besa init --example happy --members 300 happy > made.txt").code, 0);
    const auto services = stage_.folder() / "services";
    std::ofstream(services) << "[away]\nhost=" << stage_.folder().string() << "\ndbname=web\n";
    ::setenv("PGSERVICEFILE", services.c_str(), 1);
    EXPECT_EQ(stage_.run("cd happy").code, 0);
    EXPECT_EQ(
        stage_.run("replace datasets/web.json \"jsonl:data/web\" \"postgresql:service=away\"").code,
        0);
  }
  ~OutOfReach() override { ::unsetenv("PGSERVICEFILE"); }

  void expect_found(const std::string& command) {
    const Outcome outcome = stage_.run(command);
    EXPECT_EQ(outcome.code, 3) << command << outcome.out << outcome.err;
    EXPECT_NE((outcome.out + outcome.err).find("PostgreSQL service 'away'"), std::string::npos)
        << command << outcome.out << outcome.err;
  }

  Stage stage_;
};

TEST_F(OutOfReach, the_exit_status_is_3) {
  for (const char* command : {"besa sweep --dry-run", "besa sweep", "besa night", "besa status"})
    expect_found(command);
}

}  // namespace
}  // namespace besa::cli
