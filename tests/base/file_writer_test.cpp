#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "besa/base/file.hpp"
#include "tests/base/file_fixture.hpp"

namespace besa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A limit of this process for as long as the object lives.
class Limited {
 public:
  Limited(__rlimit_resource what, rlim_t value) : what_(what) {
    ::getrlimit(what_, &before_);
    const rlimit now{value, before_.rlim_max};
    ::setrlimit(what_, &now);
  }
  ~Limited() { ::setrlimit(what_, &before_); }
  Limited(const Limited&) = delete;
  Limited& operator=(const Limited&) = delete;

 private:
  __rlimit_resource what_;
  rlimit before_{};
};

// --- writing ---------------------------------------------------------------------------------

TEST_F(Files, a_file_is_created_and_replaced_whole) {
  write_file(at("a"), "first");
  EXPECT_EQ(got(at("a")), "first");
  write_file(at("a"), "second");
  EXPECT_EQ(got(at("a")), "second");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(Files, fault_7_until_commit_a_reader_sees_the_old_file) {
  write_file(at("a"), "old");
  {
    FileWriter writer(at("a"));
    writer.write(std::string(3'000'000, 'n'));
    EXPECT_EQ(got(at("a")), "old");
  }
  EXPECT_EQ(got(at("a")), "old");
  EXPECT_THAT(names(), ElementsAre("a")) << "an abandoned temporary is removed";
}

TEST_F(Files, a_large_file_is_streamed_in_pieces_of_any_size) {
  FileWriter writer(at("a"));
  std::string expected;
  for (const std::size_t size : {1U, 1'048'575U, 2U, 3'000'000U, 0U, 5U}) {
    const std::string piece(size, static_cast<char>('a' + size % 26));
    writer.write(piece);
    expected += piece;
  }
  EXPECT_EQ(writer.size(), expected.size());
  writer.commit();
  EXPECT_EQ(got(at("a")), expected);
}

TEST_F(Files, fault_61_the_mode_does_not_depend_on_the_umask) {
  for (const mode_t mask : {mode_t{0}, mode_t{077}, mode_t{0777}}) {
    const mode_t before = ::umask(mask);
    write_file(at("private"), "x");
    write_file(at("public"), "x", 0644);
    make_folder(at("folder"));
    make_folder(at("open"), 0755);
    const FileLock lock(at("lock"), "ledger", "us", 0);
    ::umask(before);
    EXPECT_EQ(mode(at("private")), 0600U);
    EXPECT_EQ(mode(at("public")), 0644U);
    EXPECT_EQ(mode(at("folder")), 0700U);
    EXPECT_EQ(mode(at("open")), 0755U);
    EXPECT_EQ(mode(at("lock")), 0600U);
    fs::remove_all(folder_);
    fs::create_directory(folder_);
  }
}

TEST_F(Files, a_temporary_is_closed_to_others_whatever_the_file_will_be) {
  FileWriter writer(at("a"), 0644);
  ASSERT_EQ(names().size(), 1U);
  EXPECT_EQ(mode(at(names().front())), 0600U);
}

TEST_F(Files, fault_47_an_existing_file_is_refused_and_stays) {
  put(at("a"), "mine");
  EXPECT_THAT(failure([&] { create_file(at("a"), "yours"); }), HasSubstr("exists already"));
  EXPECT_EQ(got(at("a")), "mine");
  EXPECT_THAT(names(), ElementsAre("a"));
  create_file(at("b"), "new");
  EXPECT_EQ(got(at("b")), "new");
}

TEST_F(Files, fault_47_also_a_file_that_appears_while_we_write) {
  FileWriter writer(at("a"), 0600, Existing::refuse);
  writer.write("ours");
  put(at("a"), "theirs");
  EXPECT_THAT(failure([&] { writer.commit(); }), HasSubstr("exists already"));
  EXPECT_EQ(got(at("a")), "theirs");
}

TEST_F(Files, fault_49_a_folder_that_is_missing_is_known_before_anything_is_written) {
  EXPECT_THAT(failure([&] { FileWriter writer(at("no/such/a")); }), HasSubstr("cannot be created"));
  put(at("file"), "x");
  EXPECT_NE(failure([&] { FileWriter writer(at("file/a")); }), "nothing");
  EXPECT_THAT(names(), ElementsAre("file"));
}

TEST_F(Files, fault_49_a_folder_that_is_not_writable_likewise) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write anywhere";
  }
  ASSERT_EQ(::chmod(folder_.c_str(), 0500), 0);
  EXPECT_THAT(failure([&] { FileWriter writer(at("a")); }), HasSubstr("Permission denied"));
  ASSERT_EQ(::chmod(folder_.c_str(), 0700), 0);
}

TEST_F(Files, fault_18_a_full_disk_leaves_the_old_file_and_no_temporary) {
  write_file(at("a"), "old");
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  {
    const Limited limited(RLIMIT_FSIZE, 1'000'000);
    EXPECT_THAT(failure([&] { write_file(at("a"), std::string(2'000'000, 'x')); }),
                HasSubstr("cannot be written: File too large"));
  }
  std::signal(SIGXFSZ, before);
  EXPECT_EQ(got(at("a")), "old");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(Files, fault_19_no_descriptors_left_is_a_clean_error) {
  const int next = ::open("/dev/null", O_RDONLY);
  ::close(next);
  put(at("a"), "old");
  std::string writing;
  std::string reading;
  // The sanitizer needs descriptors to look at the first Error of a process.
  EXPECT_NE(failure([&] { (void)read_file(at("gone")); }), "nothing");
  {
    const Limited limited(RLIMIT_NOFILE, static_cast<rlim_t>(next));
    writing = failure([&] { write_file(at("a"), "new"); });
    reading = failure([&] { (void)read_file(at("a")); });
  }
  EXPECT_THAT(writing, HasSubstr("Too many open files"));
  EXPECT_THAT(reading, HasSubstr("Too many open files"));
  EXPECT_EQ(got(at("a")), "old");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(Files, a_folder_is_made_with_its_parents_and_may_exist) {
  make_folder(at("x/y/z"));
  EXPECT_TRUE(fs::is_directory(at("x/y/z")));
  EXPECT_EQ(mode(at("x")), 0700U);
  EXPECT_EQ(mode(at("x/y")), 0700U);
  make_folder(at("x/y/z/"));
  put(at("file"), "");
  EXPECT_THAT(failure([&] { make_folder(at("file")); }), HasSubstr("cannot be created"));
}

TEST_F(Files, destroying_overwrites_and_removes) {
  put(at("key"), std::string(100'000, 'k'));
  fs::create_hard_link(at("key"), at("witness"));  // shows what the bytes became
  destroy_file(at("key"));
  EXPECT_FALSE(fs::exists(at("key")));
  EXPECT_EQ(got(at("witness")), std::string(100'000, '\0'));
  destroy_file(at("key"));  // recovery repeats
}

TEST_F(Files, what_a_crash_left_unfinished_is_destroyed_and_nothing_else) {
  put(at(".besa-0011223344556677.tmp"), "somebody's address");
  put(at(".besa-but-not-ours"), "stays");
  put(at("values.tmp"), "stays");
  destroy_unfinished(at(""));
  EXPECT_EQ(names(), (std::vector<std::string>{".besa-but-not-ours", "values.tmp"}));
}

}  // namespace
}  // namespace besa
