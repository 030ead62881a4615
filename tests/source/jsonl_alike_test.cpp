// A line with the members of the one before is checked in a shorter way, which lets nothing
// through.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/source/jsonl_files.hpp"

namespace {

using csv_files::Cells;
using csv_files::error_of;
using jsonl_files::JsonlFolder;
using jsonl_files::rows_of;
using testing::ElementsAre;
using testing::HasSubstr;

class JsonlAlike : public testing::Test {
 protected:
  std::vector<Cells> read(const std::string& bytes) {
    folder_.write("t.jsonl", bytes);
    return rows_of(*folder_.open({}), "t");
  }
  std::string error(const std::string& bytes) {
    return error_of([&] { (void)read(bytes); });
  }
  std::vector<std::string> columns(const std::string& bytes) {
    folder_.write("t.jsonl", bytes);
    return jsonl_files::columns_of(*folder_.open({}), "t");
  }
  JsonlFolder folder_;
};

// A line with the members of the one before is checked in a shorter way, which lets nothing
// through.
TEST_F(JsonlAlike, is_checked_as_well_as_the_line_before) {
  const std::string before = "{\"id\":1,\"name\":\"Ana\"}\n{\"id\":2,\"name\":\"Ben\"}\n";
  for (const char* line :
       {"{\"id\":03,\"name\":\"C\"}", "{\"id\":3,\"name\":C}", "{\"id\":3,\"name\":\"C\"",
        "{\"id\":3,\"name\":\"C\"}}", "{\"id\":3,\"name\":\"C\"} {}", "{\"id\":3,\"id\":4}",
        "{\"id\":3 \"name\":\"C\"}", "{\"id\":3,\"name\":\"C\",}", "{\"id\":3,\"name\"}",
        "{\"id\":3,\"name\":\"C\"x}", "{\"id\":,\"name\":\"C\"}", "[\"id\",3]",
        "{\"id\":3,\"name\":\"C\",\"name\":\"D\"}"})
    EXPECT_THAT(error(before + line), HasSubstr("line 3")) << line;
  EXPECT_THAT(columns(before + "{\"id\":3,\"nick\":\"C\"}"), ElementsAre("id", "name", "nick"));
  EXPECT_THAT(columns(before + "{\"id\":3,\"name\":{\"first\":\"C\"}}"),
              ElementsAre("/name/first", "id", "name"));
  EXPECT_THAT(
      read(before + "{ \"id\" : 3 , \"name\" : null }\n{\"name\":\"D\",\"id\":4}"),
      ElementsAre(Cells{"1", "Ana"}, Cells{"2", "Ben"}, Cells{"3", std::nullopt}, Cells{"4", "D"}));
  EXPECT_THAT(columns("{\"id\":1,\"gone\":null}\n{\"id\":2,\"gone\":null}"),
              ElementsAre("gone", "id"));
}

// What values a column holds is told alike, whether lines are like the ones before them or not.
TEST_F(JsonlAlike, is_told_what_its_columns_hold_as_the_line_before) {
  const std::vector<std::string> values = {"5",
                                           "-5",
                                           "0",
                                           "2.5",
                                           "\"5\"",
                                           "\"05\"",
                                           "\"-5\"",
                                           "\"-\"",
                                           "\"\"",
                                           "\"x\"",
                                           "\"12345678\"",
                                           "\"1234567x\"",
                                           "\"0\"",
                                           "\"-x\"",
                                           "\"1234567890123\"",
                                           "\"123456789012x\"",
                                           "\"2020-05-29\"",
                                           "null",
                                           "true",
                                           "\"\\u0035\"",
                                           "\"a\\\"b\"",
                                           "\"-12345678\"",
                                           "\"x2345678\"",
                                           "\"012345678\""};
  const auto told = [&](const std::string& bytes) {
    folder_.write("t.jsonl", bytes);
    const auto source = folder_.open({"v"});
    const auto& column = *source->schema().table("t")->column("v");
    return column.found_type + (column.numbers_as_text ? " mixed" : "") +
           (column.in_no_row ? " nowhere" : "");
  };
  for (const std::string& a : values)
    for (const std::string& b : values) {
      const std::string alike = "{\"v\":" + a + "}\n{\"v\":" + a + "}\n{\"v\":" + b + "}\n";
      const std::string unlike = "{\"v\":" + a + "}\n{\"v\" :" + b + "}\n{}\n";
      EXPECT_EQ(told(alike), told(unlike)) << a << " " << b;
    }
}

// Found when names began to show where values lie: what looks like a name inside a text is none.
TEST_F(JsonlAlike, a_name_inside_a_text_is_no_name) {
  EXPECT_THAT(read("{\"a\":\"\\\"b\\\":\\\"no\\\"\",\"b\":\"yes\"}\n"
                   "{\"a\":\"x\\\\\",\"b\":\"y\\\"z\"}\n{\"a\":\"\\u0022b\\u0022:1\"}\n"),
              ElementsAre(Cells{"\"b\":\"no\"", "yes"}, Cells{"x\\", "y\"z"},
                          Cells{"\"b\":1", std::nullopt}));
  EXPECT_THAT(read("{\"a\":1,\"x\\\"b\":2,\"b\":3}\n"), ElementsAre(Cells{"1", "3", "2"}));
  EXPECT_THAT(read("{\"a\":{\"b\":1},\"b\":2}\n"), ElementsAre(Cells{"1", "2"}));
}

}  // namespace
