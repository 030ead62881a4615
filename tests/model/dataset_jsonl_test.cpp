// Columns of a jsonl: source, as a dataset file declares them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/dataset.hpp"
#include "tests/model/faults.hpp"

namespace {

using besa::model::Dataset;
using besa::model::read_dataset;
using testing::HasSubstr;

/// The faults of a dataset with one table; `more` are members of it.
std::string jsonl_faults(const std::string& columns, const std::string& more = "",
                         const std::string& source = "jsonl:data") {
  std::vector<besa::Fault> faults;
  (void)read_dataset(R"({"dataset": "d", "policy": "p", "held_by": "h", "source": ")" + source +
                         R"(", "tables": {"visits": {"key": ["id"], "columns": )" + columns + more +
                         "}}}",
                     "datasets/d.json", faults);
  return besa::model::test::as_text(faults);
}

TEST(DatasetJsonl, members_pointers_and_elements_are_columns) {
  EXPECT_EQ(jsonl_faults(R"({"/user/id": "user.unique_id", "/tags/*": "user.behavior", "/a~1b/0":
      {"category": "user.name", "mask": "pseudonym"}, "/i/*/n": {"category": "user.name",
      "mask": "null"}})"),
            "");
}

TEST(DatasetJsonl, a_name_that_is_no_place_is_a_fault) {
  EXPECT_THAT(jsonl_faults(R"({"/a~2": "none"})"),
              HasSubstr("/tables/visits/columns/~1a~02: '/a~2' is no place in a JSON object"));
}

TEST(DatasetJsonl, columns_lie_apart) {
  EXPECT_THAT(jsonl_faults(R"({"a": "none", "/a/b": "none"})"), HasSubstr("lie in one another"));
  EXPECT_THAT(jsonl_faults(R"({"/a/*": "none", "/a/1": "none"})"), HasSubstr("lie in one another"));
  EXPECT_EQ(jsonl_faults(R"({"a": "none", "/a/b": "none"})", "", "csv:data"), "");
}

TEST(DatasetJsonl, every_element_is_no_key_no_identifier_no_link_and_no_time) {
  const std::string one_value = "where one value is needed";
  const std::string columns = R"({"/t/*": "user.unique_id"})";
  EXPECT_THAT(jsonl_faults(columns, R"(, "subject": "visitor", "identifiers": {"card": "/t/*"})"),
              HasSubstr(one_value));
  EXPECT_THAT(
      jsonl_faults(columns, R"(, "links": [{"columns": ["/t/*"], "belongs_to": "visits"}])"),
      HasSubstr(one_value));
  EXPECT_THAT(jsonl_faults(columns, R"(, "events": [{"at": "/t/*", "event": "visit"}])"),
              HasSubstr(one_value));
  EXPECT_THAT(jsonl_faults(columns, R"(, "events": [{"at": "at", "when": {"/t/*": "x"}, "event":
      "visit"}])"),
              HasSubstr(one_value));
  EXPECT_THAT(jsonl_faults(columns, R"(, "links": [{"columns": ["x"], "belongs_to": "visits",
      "target_columns": ["/t/*"]}])"),
              HasSubstr(one_value));
}

TEST(DatasetJsonl, every_element_is_masked_with_null) {
  EXPECT_THAT(jsonl_faults(R"({"/t/*": {"category": "user.name", "mask": {"fixed": "x"}}})"),
              HasSubstr("its mask can only be null"));
}

}  // namespace
