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

}  // namespace
