// What was found in files is remembered: for the same contents, read in the same way, and so that
// who is asked for second is found as if everything had been gone through again.

#include "source/read_before.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "source/csv_index.hpp"
#include "tests/source/jsonl_files.hpp"

namespace {

using namespace besa::source;
using besa::Json;
using csv_files::Cells;
using csv_files::CsvFolder;
using jsonl_files::JsonlFolder;

// --- the note ---

FileStates contents(std::uint64_t size, std::int64_t seconds = 1'700'000'000) {
  FileState state;
  state.inode = 17;
  state.size = size;
  state.modified_seconds = state.changed_seconds = seconds;
  return {{"/data/t.csv", state}};
}

/// As another run: only the note is left.
void forget_this_run() {
  for (std::uint64_t i = 0; i < 100; ++i)
    ReadBefore({}, "forget").keep(contents(1'000'000 + i), Json(i));
}

class Note : public testing::Test {
 protected:
  shapes::Folder folder_;
  std::filesystem::path note_ = folder_.path() / "read" / "t.json";
  const Json rows_ = Json::array({17});
};

TEST_F(Note, tells_another_run_of_the_same_contents_read_in_the_same_way_and_of_no_others) {
  ReadBefore(note_, "csv ,").keep(contents(20), rows_);
  forget_this_run();
  EXPECT_EQ(ReadBefore(note_, "csv ,").found_in(contents(20)), rows_);
  EXPECT_FALSE(ReadBefore(note_, "csv ;").found_in(contents(20)));
  EXPECT_FALSE(ReadBefore(note_, "csv ,").found_in(contents(21)));
  EXPECT_FALSE(ReadBefore(note_, "csv ,").found_in(contents(20, 1'700'000'001)));
  EXPECT_FALSE(ReadBefore({}, "csv ,").found_in(contents(20)));
}

TEST_F(Note, is_open_to_nobody_else) {
  ReadBefore(note_, "csv").keep(contents(20), rows_);
  struct stat status {};
  ASSERT_EQ(::stat(note_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(note_.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(Note, is_not_written_of_files_that_changed_a_moment_ago) {
  const std::int64_t now = besa::SystemClock().now().seconds;
  ReadBefore(note_, "csv").keep(contents(30, now), rows_);
  EXPECT_FALSE(std::filesystem::exists(note_));
  EXPECT_EQ(ReadBefore(note_, "csv").found_in(contents(30, now)), rows_) << "in this run";
  ReadBefore(note_, "csv").keep(contents(30, now - 60), rows_);
  EXPECT_TRUE(std::filesystem::exists(note_));
}

TEST_F(Note, that_cannot_be_read_or_written_is_as_if_there_were_none) {
  ReadBefore(note_, "csv").keep(contents(40), rows_);
  forget_this_run();
  for (const char* wrong : {"", "{", "[]", "{\"contents\":1}", "{\"contents\":\"x\"}", "null"}) {
    besa::write_file(note_, wrong);
    EXPECT_FALSE(ReadBefore(note_, "csv").found_in(contents(40))) << wrong;
  }
  const std::filesystem::path below_a_file = note_ / "t.json";
  EXPECT_NO_THROW(ReadBefore(below_a_file, "csv").keep(contents(50), rows_));
  EXPECT_EQ(ReadBefore(below_a_file, "csv").found_in(contents(50)), rows_) << "in this run";
}

// --- what is passed over ---

RC_GTEST_PROP(SkimCsv, ends_behind_the_last_line_feed_outside_quotes, ()) {
  const char quote = *rc::gen::element('"', '\'', '\0');
  std::string bytes =
      *rc::gen::container<std::string>(rc::gen::element('a', 'b', ',', '\n', '"', '\'', '\r'));
  const auto times = *rc::gen::inRange<std::size_t>(0, 3);
  for (std::size_t i = 0; i < times; ++i) bytes += bytes;
  std::size_t used = 0, lines = 0;
  bool inside = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (quote != '\0' && bytes[i] == quote) inside = !inside;
    if (bytes[i] != '\n') continue;
    ++lines;
    if (!inside) used = i + 1;
  }
  const std::size_t size = bytes.size();
  bytes.resize(size + CsvIndex::padding, '\n');
  const CsvSkimmed skimmed = skim_csv({',', quote, true}, std::string_view(bytes).substr(0, size));
  RC_ASSERT(skimmed.used == used);
  RC_ASSERT(skimmed.lines == lines);
}

struct Written {
  std::string bytes;
  std::map<std::string, std::vector<std::string>> ids;  ///< by owner
};

std::string owner_of(int number) {
  return "HM-" + std::to_string(1000 + number);
}

/// Rows of ten people, a few far apart: each now and then in runs, so that most stretches say
/// nothing of somebody. `row` writes one.
template <class Row>
Written any_rows(Row&& row) {
  Written written;
  const int runs = *rc::gen::inRange(1, 12);
  int id = 0;
  for (int run = 0; run < runs; ++run) {
    const std::string owner = owner_of(*rc::gen::inRange(0, 10));
    const int length = *rc::gen::element(1, 2, 50, 4000);
    const int kind = *rc::gen::inRange(0, 4);
    for (int i = 0; i < length; ++i, ++id) {
      written.bytes += row(owner, id, kind);
      written.ids[owner].push_back(std::to_string(id));
    }
  }
  return written;
}

template <class RowsOf>
void require_all_found(Source& source, const Written& written, RowsOf&& rows_of) {
  for (int number = 0; number < 11; ++number) {
    const std::string owner = owner_of(number);
    KeyIndex owners;
    owners.add(encode_key({Value::of(owner)}));
    Scan scan;
    scan.table = "t";
    scan.owner = {"who"};
    scan.columns = {"id"};
    scan.owners = &owners;
    std::vector<std::string> ids;
    for (const Cells& cells : rows_of(source, scan)) ids.push_back(*cells[1]);
    const auto expected = written.ids.find(owner);
    RC_ASSERT(ids ==
              (expected == written.ids.end() ? std::vector<std::string>() : expected->second));
  }
}

RC_GTEST_PROP(CsvReadBefore, whoever_is_asked_for_next_is_found, ()) {
  const std::string end = *rc::gen::element<std::string>("\n", "\r\n");
  Written written = any_rows([&](const std::string& owner, int id, int kind) {
    const std::string notes[] = {"plain,note", "\"two\nlines, \"\"quoted\"\"\"", "\"\",\"a\n\nb\"",
                                 "x,\"HM-1\n1000\""};
    std::string note = notes[kind];
    if (kind == 1) note += ",y";
    return owner + "," + std::to_string(id) + "," + note + end;
  });
  CsvFolder folder;
  folder.write("t.csv", *rc::gen::element<std::string>("", "\xEF\xBB\xBF") + "who,id,note,more" +
                            end + written.bytes);
  const auto source = folder.open();
  require_all_found(*source, written,
                    [](Source& from, const Scan& scan) { return csv_files::rows_of(from, scan); });
}

RC_GTEST_PROP(JsonlReadBefore, whoever_is_asked_for_next_is_found, ()) {
  const Written written = any_rows([&](const std::string& owner, int id, int kind) {
    const std::string who = kind == 3 ? "HM\\u002d" + owner.substr(3) : owner;
    return std::string(kind == 2 ? "\n \r\n" : "") + R"({"who":")" + who + R"(","id":)" +
           std::to_string(id) + (kind == 1 ? R"(,"note":"HM-1")" : "") + "}\n";
  });
  JsonlFolder folder;
  folder.write("t.jsonl", written.bytes);
  const auto source = folder.open({"who", "id"});
  require_all_found(*source, written, [](Source& from, const Scan& scan) {
    return jsonl_files::rows_of(from, scan);
  });
}

// --- what is recalled ---

TEST(JsonlReadBefore, the_schema_is_recalled_as_it_was_found) {
  JsonlFolder folder;
  folder.write("t/01.jsonl",
               "{\"who\":\"a\",\"n\":1,\"k\":\"5\",\"x\":{\"~y\":[{\"/z\":1}]},\"\":2}\n\n"
               "{\"who\":\"b\",\"n\":\"2\",\"odd\\u0041\":true}\n");
  folder.write("t/02.jsonl", "\n{\"who\":\"c\",\"x\":{\"*\":\"star\"}}\n");
  const std::vector<std::string> declared = {"who", "n", "k", "missing"};
  const auto first = folder.open(declared), second = folder.open(declared);
  const TableSchema found = *first->schema().table("t"), recalled = *second->schema().table("t");
  EXPECT_EQ(first->schema().fingerprint, second->schema().fingerprint);
  EXPECT_EQ(recalled.blank_lines, 2U);
  ASSERT_EQ(recalled.columns.size(), found.columns.size());
  EXPECT_GT(recalled.columns.size(), declared.size());
  for (std::size_t i = 0; i < found.columns.size(); ++i) {
    EXPECT_EQ(recalled.columns[i].name, found.columns[i].name);
    EXPECT_EQ(recalled.columns[i].in_no_row, found.columns[i].in_no_row);
    EXPECT_EQ(recalled.columns[i].found_type, found.columns[i].found_type);
    EXPECT_EQ(recalled.columns[i].numbers_as_text, found.columns[i].numbers_as_text);
  }
  EXPECT_TRUE(recalled.columns[3].in_no_row);
  EXPECT_TRUE(recalled.columns[1].numbers_as_text);
  EXPECT_EQ(jsonl_files::rows_of(*first, "t"), jsonl_files::rows_of(*second, "t"));
  EXPECT_EQ(second->row_count("t"), 3U);
}

/// A source that goes by a note in the same folder.
std::unique_ptr<Source> open_noted(const CsvFolder& folder, const std::string& address,
                                   const std::vector<std::string>& columns = {}) {
  OpenOptions options;
  options.columns["t"] = columns;
  options.note = folder / "read" / (address.substr(0, 3) + ".json");
  return besa::source::open(address, folder.path(), options);
}

// What the notes say is changed here, so that it is seen who goes by them.
TEST(ReadBeforeFiles, another_run_goes_by_the_note_and_only_where_it_is_asked_to) {
  CsvFolder folder;
  folder.write("csv/t.csv", "who,id\nHM-1000,1\nHM-1001,2\n");
  folder.write("named/t.jsonl", "{\"who\":\"HM-1000\",\"id\":1}\n");
  folder.write("unnamed/t.jsonl", "{\"who\":\"HM-1000\",\"id\":1,\"ana@posta.example\":2}\n");
  std::this_thread::sleep_for(std::chrono::seconds(4));  // of files younger than that none is made
  const std::vector<std::string> columns = {"who", "id"};
  EXPECT_EQ(open_noted(folder, "csv:csv")->row_count("t"), 2U);
  EXPECT_EQ(open_noted(folder, "jsonl:unnamed", columns)->row_count("t"), 1U);
  EXPECT_FALSE(std::filesystem::exists(folder / "read/jso.json"))
      << "a name that may be somebody's";
  EXPECT_EQ(open_noted(folder, "jsonl:named", columns)->row_count("t"), 1U);
  for (const char* note : {"read/csv.json", "read/jso.json"})
    EXPECT_EQ(folder.bytes(note).find("HM-"), std::string::npos) << note;
  std::string text = folder.bytes("read/jso.json");
  const std::string said = "\"in_no_row\":false";
  ASSERT_NE(text.find(said), std::string::npos) << text;
  text.replace(text.find(said), said.size(), "\"in_no_row\":true");
  besa::write_file(folder / "read/jso.json", text);
  const auto first_column = [](Source& source) { return source.schema().table("t")->columns[0]; };
  forget_this_run();
  EXPECT_TRUE(first_column(*open_noted(folder, "jsonl:named", columns)).in_no_row);
  OpenOptions without;
  without.columns["t"] = columns;
  forget_this_run();
  EXPECT_FALSE(first_column(*besa::source::open("jsonl:named", folder.path(), without)).in_no_row);
}

TEST(CsvReadBefore, other_declarations_make_another_reading) {
  CsvFolder folder;
  folder.write("t.csv", "who;id,x\nHM-1000;1,2\n");
  const auto commas = folder.open();
  EXPECT_EQ(commas->row_count("t"), 1U);
  CsvDialect semicolons;
  semicolons.delimiter = ';';
  EXPECT_EQ(csv_files::rows_of(*folder.open(semicolons), "t"),
            (std::vector<Cells>{{"HM-1000", "1,2"}}));
}

}  // namespace
