// A file is whole at every instant: killed at any moment, or on a disk that is full.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tests/source/csv_files.hpp"

namespace {

using namespace besa::source;
using csv_files::CsvFolder;
using csv_files::error_of;
using testing::HasSubstr;

class Rewrite : public testing::Test {
 protected:
  Rewrite() {
    old_ = new_ = "id,name\n";
    for (int i = 0; i < 4000; ++i) {
      const std::string row = std::to_string(i) + ",somebody\n";
      old_ += row;
      if (i % 10 == 0)
        keys_.add(encode_key({Value::of(std::to_string(i))}));
      else
        new_ += row;
    }
  }
  void change() {
    const auto source = folder_.open();
    const auto change = source->begin();
    (void)change->erase("t", {"id"}, keys_);
    change->commit();
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
  }
  CsvFolder folder_;
  std::string old_, new_;
  KeyIndex keys_;
};

TEST_F(Rewrite, killed_at_any_moment_the_file_is_the_old_or_the_new_one_F8) {
  folder_.write("t.csv", old_);
  const auto begin = std::chrono::steady_clock::now();
  change();
  const auto whole = std::chrono::steady_clock::now() - begin;
  int old_files = 0, new_files = 0;
  for (int i = 0; i < 40; ++i) {
    folder_.write("t.csv", old_);
    const pid_t child = ::fork();
    if (child == 0) {
      change();
      ::_exit(0);
    }
    std::this_thread::sleep_for(whole * i / 40);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    const std::string bytes = folder_.bytes("t.csv");
    ASSERT_TRUE(bytes == old_ || bytes == new_) << "killed after " << i << "/40 of the time";
    ++(bytes == old_ ? old_files : new_files);
    change();  // whoever resumes finishes, and removes what was left
    EXPECT_EQ(folder_.bytes("t.csv"), new_);
    EXPECT_EQ(files(), 1U);
  }
  EXPECT_GT(old_files, 0);
}

TEST_F(Rewrite, on_a_full_disk_the_original_stays_and_nothing_is_left_F13_F18) {
  folder_.write("t.csv", old_);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{}, small{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  small = {20000, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string error = error_of([&] { change(); });
  ::setrlimit(RLIMIT_FSIZE, &limit);
  (void)std::signal(SIGXFSZ, previous);
  EXPECT_THAT(error, HasSubstr("cannot be written anew: File too large"));
  EXPECT_EQ(folder_.bytes("t.csv"), old_);
  EXPECT_EQ(files(), 1U);
}

TEST_F(Rewrite, a_folder_in_which_nothing_can_be_created_is_told_before_anything_is_touched_F50) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  folder_.write("t.csv", old_);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0500));
  EXPECT_THAT(error_of([&] { change(); }), HasSubstr("cannot be written to"));
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0700));
  EXPECT_EQ(folder_.bytes("t.csv"), old_);
}

}  // namespace
