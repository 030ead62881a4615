// What the lines of a JSONL source show of the columns that a dataset file declares.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/source/jsonl_files.hpp"

namespace {

using namespace besa::source;
using jsonl_files::JsonlFolder;
using testing::ElementsAre;

using Names = std::vector<std::string>;

class JsonlSchema : public testing::Test {
 protected:
  JsonlFolder folder_;
};

TEST_F(JsonlSchema, a_declared_column_in_no_line_is_told) {
  const auto absent = [this](const std::string& lines, const Names& declared) {
    folder_.write("t.jsonl", lines);
    Names found;
    const auto source = folder_.open(declared);
    for (const auto& column : source->schema().table("t")->columns)
      if (column.in_no_row) found.push_back(column.name);
    return found;
  };
  EXPECT_THAT(absent("{\"id\":1}\n{\"id\":2}\n", {"id", "phone"}), ElementsAre("phone"));
  EXPECT_THAT(absent("{\"id\":1}\n{\"id\":2,\"phone\":null}\n", {"id", "phone"}), ElementsAre());
  EXPECT_THAT(absent("\n", {"id", "phone"}), ElementsAre());
  EXPECT_THAT(absent("{\"id\":1,\"a\":{\"b\":1}}\n", {"id", "/a/b", "/a/c"}), ElementsAre("/a/c"));
  // Where nothing lies in the object, it is not the inner name that is wrong.
  EXPECT_THAT(absent("{\"id\":1,\"a\":null,\"l\":[]}\n", {"id", "/a/b", "/l/*"}), ElementsAre());
}

// Lines alike are looked at in a shorter way, which must see the same.
TEST_F(JsonlSchema, many_lines_alike_show_what_each_of_them_shows) {
  std::string lines;
  for (int i = 0; i < 50; ++i)
    lines += "{\"id\":" + std::to_string(i) + ",\"who\":\"m" + std::to_string(i) + "\"}\n";
  folder_.write("t.jsonl", lines + "\n{\"id\":\"7\",\"who\":\"m7\"}\n\n");
  const auto source = folder_.open({"id", "who", "gone"});
  const TableSchema& table = *source->schema().table("t");
  EXPECT_EQ(table.blank_lines, 2U);
  EXPECT_TRUE(table.columns.at(0).numbers_as_text);
  EXPECT_FALSE(table.columns.at(1).numbers_as_text);
  EXPECT_FALSE(table.columns.at(1).in_no_row);
  EXPECT_TRUE(table.columns.at(2).in_no_row);
}

TEST_F(JsonlSchema, numbers_that_are_also_texts_are_told_J13) {
  const auto mixed = [this](const std::string& first, const std::string& second) {
    folder_.write("t.jsonl", "{\"v\":" + first + "}\n{\"v\":" + second + "}\n");
    const auto source = folder_.open({"v"});
    return source->schema().table("t")->columns.at(0).numbers_as_text;
  };
  EXPECT_TRUE(mixed("5", "\"5\""));
  EXPECT_TRUE(mixed("\"-7\"", "5.0"));
  EXPECT_FALSE(mixed("5", "5.0"));
  EXPECT_FALSE(mixed("\"5\"", "\"7\""));
  EXPECT_FALSE(mixed("5", "\"A5\""));
  EXPECT_FALSE(mixed("5", "\"005\""));
  EXPECT_FALSE(mixed("5", "[\"5\"]"));
}

TEST_F(JsonlSchema, the_type_of_a_column_is_told_where_it_has_one) {
  const auto type = [this](const std::string& first, const std::string& second) {
    folder_.write("t.jsonl", "{\"v\":" + first + "}\n{\"v\":" + second + "}\n");
    const auto source = folder_.open({"v"});
    return source->schema().table("t")->columns.at(0).found_type;
  };
  EXPECT_EQ(type("5", "-7.5"), "NUMBER");
  EXPECT_EQ(type("5", "null"), "NUMBER");
  EXPECT_EQ(type("\"5\"", "\"7\""), "TEXT");
  EXPECT_EQ(type("5", "\"7\""), "");
  EXPECT_EQ(type("\"5\"", "\"A7\""), "");
  EXPECT_EQ(type("5", "true"), "");
  EXPECT_EQ(type("true", "false"), "BOOLEAN");
  EXPECT_EQ(type("null", "true"), "BOOLEAN");
  EXPECT_EQ(type("true", "\"true\""), "");
  EXPECT_EQ(type("null", "null"), "");
}

}  // namespace
