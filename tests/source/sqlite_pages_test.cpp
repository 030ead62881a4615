#include "source/sqlite_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "besa/base/error.hpp"
#include "tests/source/erased_database.hpp"

namespace besa::source {
namespace {

using test::ErasedDatabase;
using test::TemporaryFolder;
using test::Writing;

ByteInput bytes_of(const std::string& image) {
  return {image.size(), [&image](std::uint64_t offset, std::span<char> out) {
            ASSERT_LE(offset + out.size(), image.size());
            std::memcpy(out.data(), image.data() + offset, out.size());
          }};
}

struct Collected final : SqlitePages::Sink {
  bool wants_fields(std::string_view, bool) override { return true; }
  void record(const SqlitePages::Record& record) override {
    ++records;
    record_bytes += record.payload.size();
    for (const auto& field : record.fields)
      if (field.kind == SqlitePages::Kind::text)
        texts.emplace_back(record.table, std::string(field.bytes));
  }
  void unused(std::string_view bytes) override {
    unused_bytes += bytes.size();
    left_over.append(bytes).append(1, '\n');
  }
  [[nodiscard]] bool has(const std::string& table, const std::string& text) const {
    return std::find(texts.begin(), texts.end(), std::pair(table, text)) != texts.end();
  }
  std::size_t records = 0, record_bytes = 0, unused_bytes = 0;
  std::vector<std::pair<std::string, std::string>> texts;
  std::string left_over;
};

Collected walked(const std::string& image) {
  Collected collected;
  SqlitePages(bytes_of(image)).walk(collected);
  return collected;
}

/// Every text of every table as SQL reads it, each as often as table and indexes hold it.
std::vector<std::pair<std::string, std::string>> texts_by_sql(const std::filesystem::path& path) {
  SQLite::Database database(path.string());
  std::vector<std::pair<std::string, std::string>> texts;
  const auto add = [&](const std::string& table, const std::string& sql) {
    SQLite::Statement rows(database, sql);
    while (rows.executeStep())
      for (int i = 0; i < rows.getColumnCount(); ++i)
        if (rows.getColumn(i).isText()) texts.emplace_back(table, rows.getColumn(i).getText());
  };
  add("members", "SELECT email, name, phone, note FROM members");
  add("members", "SELECT email FROM members");        // by_email
  add("members", "SELECT name, phone FROM members");  // by_name
  add("aliases", "SELECT alias FROM aliases");
  add("sqlite_schema", "SELECT type, name, tbl_name, sql FROM sqlite_schema");
  std::sort(texts.begin(), texts.end());
  return texts;
}

TEST(SqlitePages, gives_exactly_the_texts_that_sql_gives) {
  for (const int page_size : {512, 4096, 65536})
    for (const int auto_vacuum : {0, 1, 2}) {
      TemporaryFolder folder;
      Writing writing;
      writing.page_size = page_size;
      writing.auto_vacuum = auto_vacuum;
      writing.members = 400;
      const ErasedDatabase database(folder.file("members.db"), writing);
      Collected collected = walked(test::content(database.path()));
      std::sort(collected.texts.begin(), collected.texts.end());
      EXPECT_EQ(collected.texts, texts_by_sql(database.path())) << page_size << ' ' << auto_vacuum;
    }
}

TEST(SqlitePages, reads_utf16_as_it_is_stored) {  // hostile input S13
  for (const std::string encoding : {"UTF-16le", "UTF-16be"}) {
    TemporaryFolder folder;
    const auto path = folder.file("wide.db");
    SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA encoding='" + encoding + "'");
    database.exec("CREATE TABLE \"ëndrra\"(name TEXT); INSERT INTO \"ëndrra\" VALUES('Ledina')");
    const Collected collected = walked(test::content(path));
    EXPECT_TRUE(collected.has("ëndrra", test::widened("Ledina", encoding == "UTF-16be")));
  }
}

TEST(SqlitePages, gives_what_was_deleted_as_unused) {
  TemporaryFolder folder;
  const auto path = folder.file("gaps.db");
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  ErasedDatabase::query(database, "PRAGMA secure_delete=OFF");
  database.exec(
      "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('stays in the cell'),('goes to the "
      "gap'),('end');"
      "DELETE FROM t WHERE rowid=2");
  const Collected collected = walked(test::content(path));
  EXPECT_TRUE(collected.has("t", "stays in the cell"));
  EXPECT_FALSE(collected.has("t", "goes to the gap"));
  EXPECT_NE(collected.left_over.find("oes to the gap"), std::string::npos);
  EXPECT_EQ(collected.left_over.find("stays in the cell"), std::string::npos);
}

TEST(SqlitePages, joins_a_long_value_and_gives_the_end_of_its_last_page) {
  TemporaryFolder folder;
  const auto path = folder.file("long.db");
  const std::string note(10000, 'n');
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("CREATE TABLE t(a TEXT); INSERT INTO t VALUES('" + note + "')");
  const Collected collected = walked(test::content(path));
  EXPECT_TRUE(collected.has("t", note));
  EXPECT_EQ(collected.left_over.find("nnnn"), std::string::npos);
}

TEST(SqlitePages, accounts_for_nearly_every_byte_of_a_file) {
  TemporaryFolder folder;
  const ErasedDatabase database(folder.file("members.db"), {});
  const std::string image = test::content(database.path());
  const Collected collected = walked(image);
  // What is left is structure: page heads, at most 12 bytes a cell, 4 bytes an overflow page.
  EXPECT_LE(collected.record_bytes + collected.unused_bytes, image.size());
  EXPECT_GE(collected.record_bytes + collected.unused_bytes + 16 * collected.records +
                16 * (image.size() / 4096),
            image.size());
}

TEST(SqlitePages, a_file_that_is_no_database_is_all_unused) {  // hostile input S1
  for (const std::string& image : {std::string(), std::string(50, 'x'), std::string(9000, 'y'),
                                   "SQLite format 3" + std::string(100, '\0')}) {
    const Collected collected = walked(image);
    EXPECT_EQ(collected.records, 0U);
    EXPECT_EQ(collected.unused_bytes, image.size());
  }
}

TEST(SqlitePages, bytes_behind_the_last_whole_page_are_unused) {
  TemporaryFolder folder;
  const ErasedDatabase database(folder.file("members.db"), {});
  const Collected collected = walked(test::content(database.path()) + "after the end");
  EXPECT_NE(collected.left_over.find("after the end"), std::string::npos);
}

TEST(SqlitePages, two_thousand_damaged_images_are_read_to_the_end) {  // erasure 0.12, S1
  TemporaryFolder folder;
  Writing writing;
  writing.members = 40;
  writing.page_size = 1024;
  const ErasedDatabase database(folder.file("members.db"), writing);
  const std::string image = test::content(database.path());
  std::mt19937_64 random(17);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = image;
    const auto place = [&] { return random() % damaged.size(); };
    for (std::uint64_t i = random() % 64; i-- > 0;) damaged[place()] = static_cast<char>(random());
    if (round % 3 == 0)  // the heads of pages: types, counts, pointers, first overflow numbers
      for (int i = 0; i < 40; ++i)
        damaged[place() / 1024 * 1024 + random() % 16] = static_cast<char>(random());
    if (round % 5 == 0)
      std::memset(damaged.data() + place() / 1024 * 1024, round % 2 ? 0xFF : 0, 1024);
    if (round % 7 == 0)
      std::memcpy(damaged.data() + place() / 1024 * 1024, image.data() + 1024, 1024);
    if (round % 4 == 0) damaged.resize(place());
    const Collected collected = walked(damaged);
    // A broken chain's first part may be given twice: as itself and as part of its page.
    ASSERT_LE(collected.unused_bytes + collected.record_bytes, 2 * damaged.size() + 1024);
  }
}

TEST(SqlitePages, a_chain_of_overflow_pages_that_bites_its_tail_ends) {
  TemporaryFolder folder;
  const auto path = folder.file("long.db");
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("CREATE TABLE t(a TEXT); INSERT INTO t VALUES('" + std::string(20000, 'n') + "')");
  std::string image = test::content(path);
  for (std::size_t page = 2 * 4096; page < image.size(); page += 4096)
    image.replace(page, 4, std::string("\0\0\0\3", 4));  // each overflow page names page 3 as next
  const Collected collected = walked(image);
  EXPECT_FALSE(collected.has("t", std::string(20000, 'n')));
  EXPECT_NE(collected.left_over.find(std::string(4000, 'n')), std::string::npos);
}

// Read as a record each time, it would cost the square of the page's size; so it is not, and
// nothing of the page is left out.
TEST(SqlitePages, a_cell_that_a_page_names_very_often_is_read_once_or_twice) {
  TemporaryFolder folder;
  const auto path = folder.file("often.db");
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("PRAGMA page_size=65536; CREATE TABLE t(a TEXT); INSERT INTO t VALUES('" +
                std::string(30000, 'n') + "'),('another')");
  std::string image = test::content(path);
  const std::size_t page = 65536, pointers = 10000;
  const std::string pointer = image.substr(page + 8, 2);
  image.replace(page + 3, 2,
                {static_cast<char>(pointers >> 8), static_cast<char>(pointers & 0xFF)});
  for (std::size_t i = 0; i < pointers; ++i) image.replace(page + 8 + 2 * i, 2, pointer);
  const Collected collected = walked(image);
  EXPECT_TRUE(collected.has("t", std::string(30000, 'n')));
  EXPECT_LE(collected.record_bytes + collected.unused_bytes, 2 * image.size());
  EXPECT_NE(collected.left_over.find("another"), std::string::npos);
}

TEST(ReadInPieces, cuts_nothing_as_long_as_the_overlap) {
  std::string image(9 << 20, '.');
  for (std::size_t at = 0; at + 16 < image.size(); at += 16) image.replace(at, 8, "ABCDEFGH");
  std::size_t whole = 0;
  read_in_pieces(bytes_of(image), 8, [&](std::string_view piece) {
    for (auto at = piece.find("ABCDEFGH"); at != piece.npos; at = piece.find("ABCDEFGH", at + 1))
      ++whole;
  });
  EXPECT_GE(whole, image.size() / 16 - 1);
}

}  // namespace
}  // namespace besa::source
