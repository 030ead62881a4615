#include "besa/base/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/base/file_fixture.hpp"

namespace besa {
namespace {

using ::testing::HasSubstr;
// --- reading ---------------------------------------------------------------------------------

TEST_F(Files, a_file_is_read_whole_with_every_byte) {
  std::string content(300'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<char>(i * 7 % 256);
  }
  put(at("a"), content);
  EXPECT_EQ(read_file(at("a")), content);
  put(at("empty"), "");
  EXPECT_EQ(read_file(at("empty")), "");
}

TEST_F(Files, reading_has_a_limit) {
  put(at("a"), "12345");
  EXPECT_EQ(read_file(at("a"), 5), "12345");
  EXPECT_THAT(failure([&] { (void)read_file(at("a"), 4); }), HasSubstr("larger than 4 bytes"));
}

TEST_F(Files, a_missing_file_is_named) {
  EXPECT_THAT(failure([&] { (void)read_file(at("gone")); }),
              HasSubstr(at("gone").string() + ": cannot be opened: No such file"));
}

TEST_F(Files, fault_46_a_link_is_not_followed) {
  put(at("a"), "secret");
  fs::create_symlink(at("a"), at("link"));
  EXPECT_THAT(failure([&] { (void)read_file(at("link")); }), HasSubstr("symbolic link"));
  EXPECT_THAT(failure([&] { LineReader reader(at("link")); }), HasSubstr("symbolic link"));
  EXPECT_THAT(failure([&] { write_file(at("link"), "x"); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { destroy_file(at("link")); }), HasSubstr("symbolic link"));
  EXPECT_THAT(failure([&] { FileLock lock(at("link"), "x", "y", 0); }), HasSubstr("symbolic link"));
  EXPECT_EQ(got(at("a")), "secret");
}

TEST_F(Files, fault_51_a_fifo_a_device_or_a_folder_is_no_file_and_nothing_waits) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  EXPECT_THAT(failure([&] { (void)read_file(at("fifo")); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { LineReader reader(at("fifo")); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { FileWriter writer(at("fifo")); }), HasSubstr("not a regular file"));
  EXPECT_NE(failure([&] { destroy_file(at("fifo")); }), "nothing");
  EXPECT_THAT(failure([&] { (void)read_file(folder_); }), HasSubstr("not a regular file"));
  EXPECT_THAT(failure([&] { (void)read_file("/dev/zero"); }), HasSubstr("not a regular file"));
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

// --- what a path is --------------------------------------------------------------------------

TEST_F(Files, fault_40_a_key_file_must_be_ours_alone) {
  put(at("key"), "k");
  ASSERT_EQ(::chmod(at("key").c_str(), 0600), 0);
  EXPECT_NO_THROW(require_private(at("key")));
  for (const mode_t open : {0640U, 0604U, 0610U, 0666U}) {
    ASSERT_EQ(::chmod(at("key").c_str(), open), 0);
    try {
      require_private(at("key"));
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
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { require_private(at("soft")); }),
              HasSubstr("not a link"));
  fs::create_hard_link(at("key"), at("hard"));
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { require_private(at("key")); }),
              HasSubstr("hard link"));
  EXPECT_THAT(failure([&] { require_private(at("gone")); }), HasSubstr("No such file"));
}

TEST_F(Files, fault_40_a_key_file_must_not_be_another_users) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root can give a file away";
  }
  put(at("key"), "k");
  ASSERT_EQ(::chmod(at("key").c_str(), 0600), 0);
  ASSERT_EQ(::chown(at("key").c_str(), 65534, 65534), 0);
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { require_private(at("key")); }),
              HasSubstr("belongs to another user"));
}

TEST_F(Files, free_space_and_kind_of_file_system_are_known) {
  EXPECT_GT(free_space(folder_), 0U);
  EXPECT_FALSE(on_network_filesystem("/proc"));
  EXPECT_EQ(on_network_filesystem(at("not-yet")), on_network_filesystem(folder_));
  EXPECT_NE(failure([&] { (void)free_space(at("gone")); }), "nothing");
}

// O8: names that come from outside reach the file system only through this.
TEST(SafeFileName, O8_allows_what_cannot_leave_its_folder) {
  for (const char* name : {"a", "letter-2026.eml", "A_b.C-9", "x..y"}) {
    EXPECT_TRUE(is_safe_file_name(name)) << name;
  }
  EXPECT_TRUE(is_safe_file_name(std::string(100, 'x')));
  for (const char* name : {"", ".", "..", ".hidden", "-rf", "a/b", "../x", "/abs", "C:\\x", "a b",
                           "a\\b", "%2e%2e", "ë", "a\n", "a:b"}) {
    EXPECT_FALSE(is_safe_file_name(name)) << name;
  }
  EXPECT_FALSE(is_safe_file_name(std::string(101, 'x')));
  EXPECT_FALSE(is_safe_file_name(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace besa
