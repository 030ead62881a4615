// Rows of a few people in files: found by their bytes, which must say the same as going through
// all.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/source/jsonl_files.hpp"

namespace {

using namespace besa::source;
using besa::CharacterSet;
using csv_files::Cells;
using csv_files::CsvFolder;
using csv_files::error_of;
using jsonl_files::JsonlFolder;
using jsonl_files::rows_of;
using testing::HasSubstr;

class CsvMentions : public testing::Test {
 protected:
  CsvFolder folder_;
};

class JsonlMentions : public testing::Test {
 protected:
  JsonlFolder folder_;
};

/// A scan for the ids of the rows of some owners.
struct Asked {
  explicit Asked(std::initializer_list<std::string> names) {
    for (const std::string& name : names) owners.add(encode_key({Value::of(name)}));
    scan.table = "t";
    scan.owner = {"who"};
    scan.columns = {"id"};
    scan.owners = &owners;
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  KeyIndex owners;
  Scan scan;
};

template <class Rows>
std::string ids_in(const Rows& rows) {
  std::string ids;
  for (const Cells& cells : rows) ids += cells[1].value_or("-") + ' ';
  return ids;
}

/// The ids of the rows of one owner, in a source that stays open.
template <class RowsOf>
std::string ids_of(Source& source, const std::string& owner, RowsOf&& rows) {
  return ids_in(rows(source, Asked({owner}).scan));
}

TEST_F(CsvMentions, rows_that_were_found_are_found_again_and_a_new_content_is_read_anew) {
  const auto rows = [](Source& source, const Scan& scan) {
    return csv_files::rows_of(source, scan);
  };
  folder_.write("t.csv",
                "\xEF\xBB\xBFwho,id\r\nHM-17,1\r\n\r\nHM-18,2\r\n\"HM-17\",\"a,\nb\"\r\nHM-17,4");
  const auto source = folder_.open();
  for (int time = 0; time < 3; ++time) EXPECT_EQ(ids_of(*source, "HM-17", rows), "1 a,\nb 4 ");
  EXPECT_EQ(ids_of(*source, "HM-18", rows), "2 ");
  EXPECT_EQ(ids_of(*source, "HM-19", rows), "");
  folder_.write("t.csv", "who,id\nHM-18,5\nHM-19,6\nHM-17,7\n");
  EXPECT_EQ(ids_of(*source, "HM-17", rows), "7 ");
  EXPECT_EQ(ids_of(*source, "HM-19", rows), "6 ");
}

TEST_F(JsonlMentions, rows_that_were_found_are_found_again_and_a_new_content_is_read_anew) {
  const auto rows = [](Source& source, const Scan& scan) {
    return jsonl_files::rows_of(source, scan);
  };
  folder_.write("t.jsonl",
                "{\"who\":\"HM-17\",\"id\":1}\n\n{\"who\":\"HM-18\",\"id\":2}\r\n"
                "{\"who\":\"HM\\u002d17\",\"id\":3}\n{\"id\":4,\"who\":\"HM-17\"}");
  const auto source = folder_.open({"who", "id"});
  for (int time = 0; time < 3; ++time) EXPECT_EQ(ids_of(*source, "HM-17", rows), "1 3 4 ");
  EXPECT_EQ(ids_of(*source, "HM-18", rows), "2 ");
  folder_.write("t.jsonl", "{\"who\":\"HM-17\",\"id\":7}\n");
  EXPECT_EQ(ids_of(*source, "HM-17", rows), "7 ");
}

TEST_F(CsvMentions, rows_of_few_owners_are_those_whose_field_is_the_key) {
  const auto rows_of_owner = [&](const std::string& bytes, const std::string& owner,
                                 const CsvDialect& dialect = {}) {
    folder_.write("t.csv", bytes);
    const auto source = folder_.open(dialect);
    return ids_in(rows_of(*source, Asked({owner, "nobody at all"}).scan));
  };
  EXPECT_EQ(rows_of_owner("who,id,note\nHM-17,1,x\nHM-170,2,HM-17\n\nHM-18,3,\"HM-17,\nHM-17\"\n"
                          "\"HM-17\",4,HM-17\nHM-17,5,",
                          "HM-17"),
            "1 4 5 ");
  EXPECT_EQ(rows_of_owner("who,id\n\"say \"\"hi\"\"\",1\nsay hi,2\n", "say \"hi\""), "1 ");
  EXPECT_EQ(rows_of_owner("who,id\nMira \xE7,1\nMira c,2\n", "Mira \xC3\xA7",
                          {.encoding = CharacterSet::windows_1252}),
            "1 ");
  std::string many = "who,id\n", expected;
  for (int i = 0; i < 40'000; ++i) {
    many += (i % 9'999 == 0 ? "HM-17," : "HM-" + std::to_string(1'000'000 + i) + ",") +
            std::to_string(i) + "\n";
    if (i % 9'999 == 0) expected += std::to_string(i) + " ";
  }
  EXPECT_EQ(rows_of_owner(many, "HM-17"), expected);
}

// What is wrong in a file is told by whoever reads it, whatever is asked.
TEST_F(CsvMentions, a_fault_is_told_even_where_no_row_is_wanted) {
  std::string bytes = "who,id\n";
  for (int i = 0; i < 40'000; ++i) bytes += "HM-18," + std::to_string(i) + "\n";
  folder_.write("t.csv", bytes + "HM-19\n");
  const auto source = folder_.open();
  const Asked asked({"HM-17"});
  EXPECT_THAT(error_of([&] { (void)rows_of(*source, asked.scan); }),
              HasSubstr("1 field instead of 2"));
}

// Rows of a few people are found by their bytes, but it is the value that counts.
TEST_F(JsonlMentions, rows_of_few_owners_are_those_whose_value_is_the_key) {
  folder_.write("t.jsonl",
                "{\"who\":\"HM-17\",\"id\":1}\n"
                "{\"who\":\"HM-18\",\"id\":2,\"note\":\"HM-17\"}\n"
                "{\"who\":\"HM\\u002d17\",\"id\":3}\n"
                "{\"id\":4, \"who\" : \"HM-17\"}\n"
                "{\"who\":[ \"HM-17\" ],\"id\":5}");
  const auto source = folder_.open({"who", "id"});
  const auto ids_of = [&](const std::string& owner) {
    return ids_in(rows_of(*source, Asked({owner}).scan));
  };
  EXPECT_EQ(ids_of("HM-17"), "1 3 4 ");
  EXPECT_EQ(ids_of("[\"HM-17\"]"), "5 ");
}

}  // namespace
