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

/// The same rows as CSV and as JSONL.
struct Written {
  std::string scheme, header, before, behind;
  [[nodiscard]] std::string file() const { return "t." + scheme; }
  [[nodiscard]] std::string row(int id) const { return before + std::to_string(id) + behind; }
  [[nodiscard]] Value key(int id) const {
    return scheme == "csv" ? Value::of(std::to_string(id)) : Value::of(std::int64_t{id});
  }
};

class Rewrite : public testing::TestWithParam<Written> {
 protected:
  Rewrite() {
    old_ = new_ = GetParam().header;
    for (int i = 0; i < 4000; ++i) {
      const std::string row = GetParam().row(i);
      old_ += row;
      if (i % 10 == 0)
        keys_.add(encode_key({GetParam().key(i)}));
      else
        new_ += row;
    }
  }
  void change() {
    OpenOptions options;
    options.for_change = true;
    options.wait = std::chrono::milliseconds(100);
    const auto source = besa::source::open(GetParam().scheme + ":.", folder_.path(), options);
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

TEST_P(Rewrite, killed_at_any_moment_the_file_is_the_old_or_the_new_one_F8) {
  folder_.write(GetParam().file(), old_);
  const auto begin = std::chrono::steady_clock::now();
  change();
  const auto whole = std::chrono::steady_clock::now() - begin;
  int old_files = 0, new_files = 0;
  for (int i = 0; i < 40; ++i) {
    folder_.write(GetParam().file(), old_);
    const pid_t child = ::fork();
    if (child == 0) {
      change();
      ::_exit(0);
    }
    std::this_thread::sleep_for(whole * i / 40);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    const std::string bytes = folder_.bytes(GetParam().file());
    ASSERT_TRUE(bytes == old_ || bytes == new_) << "killed after " << i << "/40 of the time";
    ++(bytes == old_ ? old_files : new_files);
    change();  // whoever resumes finishes, and removes what was left
    EXPECT_EQ(folder_.bytes(GetParam().file()), new_);
    EXPECT_EQ(files(), 1U);
  }
  EXPECT_GT(old_files, 0);
}

TEST_P(Rewrite, on_a_full_disk_the_original_stays_and_nothing_is_left_F13_F18) {
  folder_.write(GetParam().file(), old_);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{}, small{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  small = {20000, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string error = error_of([&] { change(); });
  ::setrlimit(RLIMIT_FSIZE, &limit);
  (void)std::signal(SIGXFSZ, previous);
  EXPECT_THAT(error, HasSubstr("cannot be written anew: File too large"));
  EXPECT_EQ(folder_.bytes(GetParam().file()), old_);
  EXPECT_EQ(files(), 1U);
}

TEST_P(Rewrite, a_folder_in_which_nothing_can_be_created_is_told_before_anything_is_touched_F50) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  folder_.write(GetParam().file(), old_);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0500));
  EXPECT_THAT(error_of([&] { change(); }), HasSubstr("cannot be written to"));
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0700));
  EXPECT_EQ(folder_.bytes(GetParam().file()), old_);
}

// Bug: a stale export became fresh by every erasure, and its silence proved something again.
TEST_P(Rewrite, what_stays_is_as_old_as_it_was) {
  folder_.write(GetParam().file(), old_);
  const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1000);
  std::filesystem::last_write_time(folder_ / GetParam().file(), then);
  change();
  EXPECT_EQ(folder_.bytes(GetParam().file()), new_);
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / GetParam().file()), then);
}

// Bug: where rows were sought by few keys before, a driver remembers where they lie and reads only
// them; what was then erased lay where they were in what had been read, and was somebody else's.
TEST_P(Rewrite, rows_that_were_looked_at_before_are_the_ones_that_go) {
  const bool csv = GetParam().scheme == "csv";
  const auto row = [&](const std::string& id, const std::string& name) {
    return csv ? id + "," + name + "\n" : R"({"id":")" + id + R"(","name":")" + name + "\"}\n";
  };
  const auto file = [&](const std::string& rows) { return GetParam().header + rows; };
  folder_.write(GetParam().file(),
                file(row("M-0001", "ana") + row("M-0002", "ben") + row("M-0003", "cyd")));
  KeyIndex cyd;
  const Key key{Value::of(std::string("M-0003"))};
  cyd.add(encode_key(key));
  Scan scan;
  scan.table = "t";
  scan.columns = {"id", "name"};
  scan.key_width = 1;
  scan.keys = &cyd;
  const auto looked_at = [&](Transaction& change) {
    std::string names;
    for (int i = 0; i < 2; ++i)
      change.scan(scan, [&](RowView found) { names += std::string(found[1].bytes) + ' '; });
    return names;
  };
  OpenOptions options;
  options.for_change = true;
  const auto source = besa::source::open(GetParam().scheme + ":.", folder_.path(), options);
  const auto masks = source->begin();
  EXPECT_EQ(looked_at(*masks), "cyd cyd ");
  EXPECT_EQ(masks->update("t", {"id"}, {"name"}, {{key, {Value::of(std::string("x"))}}}), 1U);
  EXPECT_EQ(looked_at(*masks), "x x ");
  masks->commit();
  EXPECT_EQ(folder_.bytes(GetParam().file()),
            file(row("M-0001", "ana") + row("M-0002", "ben") + row("M-0003", "x")));
  const auto erases = source->begin();
  EXPECT_EQ(looked_at(*erases), "x x ");
  EXPECT_EQ(erases->erase("t", {"id"}, cyd), 1U);
  EXPECT_EQ(looked_at(*erases), "");
  erases->commit();
  EXPECT_EQ(folder_.bytes(GetParam().file()), file(row("M-0001", "ana") + row("M-0002", "ben")));
}

INSTANTIATE_TEST_SUITE_P(Files, Rewrite,
                         testing::Values(Written{"csv", "id,name\n", "", ",somebody\n"},
                                         Written{"jsonl", "",
                                                 "{\"id\":", ",\"name\":\"somebody\"}\n"}),
                         [](const auto& written) { return written.param.scheme; });

}  // namespace
