#include "besa/base/file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "besa/base/error.hpp"

namespace {

using besa::Error;
using besa::ErrorKind;
using besa::Existing;
using besa::FileLock;
using besa::FileWriter;
using besa::LineReader;
using besa::Path;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  Files() {
    std::string name = (fs::temp_directory_path() / "besa-file-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Files() override { fs::remove_all(folder_); }

  [[nodiscard]] Path at(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      found.push_back(entry.path().filename());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  /// Written and read by the standard library, not by what is tested.
  static void put(const Path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
  }
  static std::string got(const Path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static mode_t mode(const Path& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

  Path folder_;
};

/// What a call threw, as kind and message; "nothing" if it did not.
template <class Call>
std::string thrown(ErrorKind kind, Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.message();
    return error.message();
  }
  return "nothing";
}

template <class Call>
std::string failure(Call call) {
  return thrown(ErrorKind::failed, call);
}

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

// --- reading ---------------------------------------------------------------------------------

TEST_F(Files, a_file_is_read_whole_with_every_byte) {
  std::string content(300'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<char>(i * 7 % 256);
  }
  put(at("a"), content);
  EXPECT_EQ(besa::read_file(at("a")), content);
  put(at("empty"), "");
  EXPECT_EQ(besa::read_file(at("empty")), "");
}

TEST_F(Files, reading_has_a_limit) {
  put(at("a"), "12345");
  EXPECT_EQ(besa::read_file(at("a"), 5), "12345");
  EXPECT_THAT(failure([&] { (void)besa::read_file(at("a"), 4); }),
              HasSubstr("larger than 4 bytes"));
}

TEST_F(Files, a_missing_file_is_named) {
  EXPECT_THAT(failure([&] { (void)besa::read_file(at("gone")); }),
              HasSubstr(at("gone").string() + ": cannot be opened: No such file"));
}

TEST_F(Files, fault_46_a_link_is_not_followed) {
  put(at("a"), "secret");
  fs::create_symlink(at("a"), at("link"));
  EXPECT_THAT(failure([&] { (void)besa::read_file(at("link")); }), HasSubstr("symbolic link"));
  EXPECT_THAT(failure([&] { LineReader reader(at("link")); }), HasSubstr("symbolic link"));
  EXPECT_THAT(failure([&] { besa::write_file(at("link"), "x"); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { besa::destroy_file(at("link")); }), HasSubstr("symbolic link"));
  EXPECT_THAT(failure([&] { FileLock lock(at("link"), "x", "y", 0); }), HasSubstr("symbolic link"));
  EXPECT_EQ(got(at("a")), "secret");
}

TEST_F(Files, fault_51_a_fifo_a_device_or_a_folder_is_no_file_and_nothing_waits) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  EXPECT_THAT(failure([&] { (void)besa::read_file(at("fifo")); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { LineReader reader(at("fifo")); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { FileWriter writer(at("fifo")); }), HasSubstr("not a regular file"));
  EXPECT_NE(failure([&] { besa::destroy_file(at("fifo")); }), "nothing");
  EXPECT_THAT(failure([&] { (void)besa::read_file(folder_); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { (void)besa::read_file("/dev/zero"); }),
              HasSubstr("not a regular file"));
}

// --- writing ---------------------------------------------------------------------------------

TEST_F(Files, a_file_is_created_and_replaced_whole) {
  besa::write_file(at("a"), "first");
  EXPECT_EQ(got(at("a")), "first");
  besa::write_file(at("a"), "second");
  EXPECT_EQ(got(at("a")), "second");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(Files, fault_7_until_commit_a_reader_sees_the_old_file) {
  besa::write_file(at("a"), "old");
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
    besa::write_file(at("private"), "x");
    besa::write_file(at("public"), "x", 0644);
    besa::make_folder(at("folder"));
    besa::make_folder(at("open"), 0755);
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
  EXPECT_THAT(failure([&] { besa::create_file(at("a"), "yours"); }), HasSubstr("exists already"));
  EXPECT_EQ(got(at("a")), "mine");
  EXPECT_THAT(names(), ElementsAre("a"));
  besa::create_file(at("b"), "new");
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
  besa::write_file(at("a"), "old");
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  {
    const Limited limited(RLIMIT_FSIZE, 1'000'000);
    EXPECT_THAT(failure([&] { besa::write_file(at("a"), std::string(2'000'000, 'x')); }),
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
  {
    const Limited limited(RLIMIT_NOFILE, static_cast<rlim_t>(next));
    writing = failure([&] { besa::write_file(at("a"), "new"); });
    reading = failure([&] { (void)besa::read_file(at("a")); });
  }
  EXPECT_THAT(writing, HasSubstr("Too many open files"));
  EXPECT_THAT(reading, HasSubstr("Too many open files"));
  EXPECT_EQ(got(at("a")), "old");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(Files, a_folder_is_made_with_its_parents_and_may_exist) {
  besa::make_folder(at("x/y/z"));
  EXPECT_TRUE(fs::is_directory(at("x/y/z")));
  EXPECT_EQ(mode(at("x")), 0700U);
  EXPECT_EQ(mode(at("x/y")), 0700U);
  besa::make_folder(at("x/y/z/"));
  put(at("file"), "");
  EXPECT_THAT(failure([&] { besa::make_folder(at("file")); }), HasSubstr("cannot be created"));
}

TEST_F(Files, destroying_overwrites_and_removes) {
  put(at("key"), std::string(100'000, 'k'));
  fs::create_hard_link(at("key"), at("witness"));  // shows what the bytes became
  besa::destroy_file(at("key"));
  EXPECT_FALSE(fs::exists(at("key")));
  EXPECT_EQ(got(at("witness")), std::string(100'000, '\0'));
  besa::destroy_file(at("key"));  // recovery repeats
}

// --- lines -----------------------------------------------------------------------------------

TEST_F(Files, lines_come_one_by_one_without_their_end) {
  put(at("a"), "one\n\nthree\r\n");
  LineReader reader(at("a"));
  EXPECT_EQ(reader.next(), "one");
  EXPECT_EQ(reader.next(), "");
  EXPECT_EQ(reader.next(), "three\r");
  EXPECT_EQ(reader.line(), 3U);
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST_F(Files, an_empty_file_has_no_lines) {
  put(at("a"), "");
  EXPECT_EQ(LineReader(at("a")).next(), std::nullopt);
}

TEST_F(Files, a_last_line_without_its_end_is_truncated) {
  put(at("a"), "one\ntwo");
  LineReader reader(at("a"));
  EXPECT_EQ(reader.next(), "one");
  EXPECT_THAT(failure([&] { (void)reader.next(); }), HasSubstr("line 2: ends without a newline"));
}

TEST_F(Files, a_line_has_a_limit) {
  put(at("a"), "12345\n123456\n");
  LineReader reader(at("a"), 5);
  EXPECT_EQ(reader.next(), "12345");
  EXPECT_THAT(failure([&] { (void)reader.next(); }), HasSubstr("line 2: longer than 5 bytes"));
  put(at("b"), std::string(5'000'000, 'x'));
  LineReader endless(at("b"), 3'000'000);
  EXPECT_THAT(failure([&] { (void)endless.next(); }), HasSubstr("longer than 3000000 bytes"));
}

TEST_F(Files, lines_of_every_length_survive_the_edges_of_the_buffer) {
  std::vector<std::string> expected;
  std::string content;
  std::size_t length = 1;
  while (content.size() < 6'000'000) {
    length = (length * 7919 + 13) % 300'007;
    expected.emplace_back(length, static_cast<char>('a' + length % 26));
    content += expected.back() + "\n";
  }
  expected.emplace_back(2'500'000, 'z');
  content += expected.back() + "\n";
  put(at("a"), content);
  LineReader reader(at("a"));
  for (const std::string& line : expected) {
    ASSERT_EQ(reader.next(), line);
  }
  EXPECT_EQ(reader.next(), std::nullopt);
}

// --- locks -----------------------------------------------------------------------------------

TEST_F(Files, fault_22_a_second_lock_is_busy_and_names_the_holder) {
  const FileLock first(at("lock"), "the ledger", "sweep since 10:00, process 7", 0);
  EXPECT_EQ(
      thrown(ErrorKind::busy, [&] { FileLock second(at("lock"), "the ledger", "status", 0.05); }),
      "the ledger is in use by sweep since 10:00, process 7");
}

TEST_F(Files, a_released_lock_can_be_taken) {
  { const FileLock first(at("lock"), "the ledger", "a", 0); }
  EXPECT_EQ(got(at("lock")), "") << "nobody holds it, nobody is named";
  const FileLock second(at("lock"), "the ledger", "b", 0);
  EXPECT_EQ(got(at("lock")), "b\n");
}

TEST_F(Files, a_moved_lock_is_held_once) {
  FileLock first(at("lock"), "the ledger", "a", 0);
  const FileLock moved(std::move(first));
  EXPECT_NE(thrown(ErrorKind::busy, [&] { FileLock second(at("lock"), "x", "b", 0); }), "nothing");
}

TEST_F(Files, fault_23_a_killed_holder_leaves_no_lock) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const FileLock lock(at("lock"), "the ledger", "the child", 0);
    (void)!::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(thrown(ErrorKind::busy, [&] { FileLock lock(at("lock"), "the ledger", "us", 0); }),
              HasSubstr("by the child"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  const FileLock lock(at("lock"), "the ledger", "us", 0);
  EXPECT_EQ(got(at("lock")), "us\n");
}

// --- what a path is --------------------------------------------------------------------------

TEST_F(Files, fault_40_a_key_file_must_be_ours_alone) {
  put(at("key"), "k");
  ASSERT_EQ(::chmod(at("key").c_str(), 0600), 0);
  EXPECT_NO_THROW(besa::require_private(at("key")));
  for (const mode_t open : {0640U, 0604U, 0610U, 0666U}) {
    ASSERT_EQ(::chmod(at("key").c_str(), open), 0);
    try {
      besa::require_private(at("key"));
      ADD_FAILURE() << open;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::refused);
      EXPECT_EQ(error.hint(), "run: chmod 600 " + at("key").string());
    }
  }
}

TEST_F(Files, fault_40_a_key_file_must_be_no_link_and_have_one_name) {
  put(at("key"), "k");
  ASSERT_EQ(::chmod(at("key").c_str(), 0600), 0);
  fs::create_symlink(at("key"), at("soft"));
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { besa::require_private(at("soft")); }),
              HasSubstr("not a link"));
  fs::create_hard_link(at("key"), at("hard"));
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { besa::require_private(at("key")); }),
              HasSubstr("hard link"));
  EXPECT_THAT(failure([&] { besa::require_private(at("gone")); }), HasSubstr("No such file"));
}

TEST_F(Files, fault_40_a_key_file_must_not_be_another_users) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root can give a file away";
  }
  put(at("key"), "k");
  ASSERT_EQ(::chmod(at("key").c_str(), 0600), 0);
  ASSERT_EQ(::chown(at("key").c_str(), 65534, 65534), 0);
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { besa::require_private(at("key")); }),
              HasSubstr("belongs to another user"));
}

TEST_F(Files, free_space_and_kind_of_file_system_are_known) {
  EXPECT_GT(besa::free_space(folder_), 0U);
  EXPECT_FALSE(besa::on_network_filesystem("/proc"));
  EXPECT_EQ(besa::on_network_filesystem(at("not-yet")), besa::on_network_filesystem(folder_));
  EXPECT_NE(failure([&] { (void)besa::free_space(at("gone")); }), "nothing");
}

// O8: names that come from outside reach the file system only through this.
TEST(SafeFileName, O8_allows_what_cannot_leave_its_folder) {
  for (const char* name : {"a", "letter-2026.eml", "A_b.C-9", "x..y"}) {
    EXPECT_TRUE(besa::is_safe_file_name(name)) << name;
  }
  EXPECT_TRUE(besa::is_safe_file_name(std::string(100, 'x')));
  for (const char* name : {"", ".", "..", ".hidden", "-rf", "a/b", "../x", "/abs", "C:\\x", "a b",
                           "a\\b", "%2e%2e", "ë", "a\n", "a:b"}) {
    EXPECT_FALSE(besa::is_safe_file_name(name)) << name;
  }
  EXPECT_FALSE(besa::is_safe_file_name(std::string(101, 'x')));
  EXPECT_FALSE(besa::is_safe_file_name(std::string_view("a\0b", 3)));
}

}  // namespace
