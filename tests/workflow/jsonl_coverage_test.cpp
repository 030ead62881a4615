// Files of JSON lines have no list of columns: what the dataset file names and no line has is told,
// and stops where it decides about people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "club_workspace.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using testing::Club;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* all_of_it =
    R"({"n":1,"who":"m1","mail":"a@club.example","kind":"came","at":"2026-01-01","page":"x"})"
    "\n";

/// Visits to the club's pages, line by line.
class JsonlCoverage : public ::testing::Test {
 protected:
  JsonlCoverage() {
    club_.dataset("club", testing::members_map,
                  std::string(testing::members_sql) +
                      "INSERT INTO members VALUES('m1','Arta','a@club.example','2010-01-01');");
    club_.workspace_file(R"("datasets/club.json", "datasets/web.json")");
    club_.make_ledger();
    club_.put("datasets/web.json",
              R"({"dataset": "web", "policy": "club", "held_by": "club", "source": "jsonl:data/web",
          "tables": {"pages": {"key": ["n"],
            "links": [{"columns": ["who"], "belongs_to": "club.members"}],
            "identifiers": {"email": "mail"},
            "columns": {"page": "user.behavior"},
            "events": [{"at": "at", "when": {"kind": "came"}, "event": "visit"}],
            "times": {"at": {"format": "date"}}}}})");
  }

  /// What a sweep stops with; empty where it does not.
  std::string stop(const std::string& lines) {
    club_.put("data/web/pages.jsonl", lines);
    try {
      seen_ = club_.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}}).findings;
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }
  std::vector<std::string> findings() const {
    std::vector<std::string> found;
    for (const model::Finding& finding : seen_)
      found.push_back(std::string(name_of(finding.severity)) + " " + finding.where + ": " +
                      finding.message);
    return found;
  }

  Club club_;
  std::vector<model::Finding> seen_;
};

std::string without(std::string line, const std::string& member) {
  const std::size_t at = line.find(member);
  EXPECT_NE(at, std::string::npos);
  return line.erase(at, member.size());
}

TEST_F(JsonlCoverage, with_every_declared_column_there_is_nothing_to_tell) {
  EXPECT_EQ(stop(all_of_it), "");
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(JsonlCoverage, a_file_without_lines_is_no_drift) {
  EXPECT_EQ(stop(""), "");
  EXPECT_EQ(stop("\n\n"), "");
}

TEST_F(JsonlCoverage, a_declared_column_in_no_line_stops_where_it_decides) {
  const auto missing = [](const char* column) {
    return AllOf(HasSubstr(std::string("web.pages.") + column + ": is in no line of the source"));
  };
  EXPECT_THAT(stop(without(all_of_it, R"("n":1,)")), missing("n"));
  EXPECT_THAT(stop(without(all_of_it, R"("who":"m1",)")), missing("who"));
  EXPECT_THAT(stop(without(all_of_it, R"("mail":"a@club.example",)")), missing("mail"));
  EXPECT_THAT(stop(without(all_of_it, R"("kind":"came",)")), missing("kind"));
  EXPECT_THAT(stop(without(all_of_it, R"("at":"2026-01-01",)")), missing("at"));
}

TEST_F(JsonlCoverage, another_declared_column_in_no_line_is_a_warning) {
  EXPECT_EQ(stop(without(all_of_it, R"(,"page":"x")")), "");
  EXPECT_THAT(findings(), ElementsAre("warning web.pages.page: is in no line of the source"));
}

TEST_F(JsonlCoverage, a_column_that_some_line_has_if_only_as_null_is_there) {
  EXPECT_EQ(stop(without(all_of_it, R"("who":"m1",)") + R"({"n":2,"who":null})"
                                                        "\n"),
            "");
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(JsonlCoverage, blank_lines_are_counted_J10) {
  EXPECT_EQ(stop(std::string("\n") + all_of_it + " \t\r\n\n"), "");
  EXPECT_THAT(findings(), ElementsAre("note web.pages: 3 blank lines were passed over"));
}

TEST_F(JsonlCoverage, a_key_in_numbers_and_in_texts_stops_J13) {
  EXPECT_THAT(stop(all_of_it + std::string(R"({"n":"2","who":"m1"})") + "\n"),
              AllOf(HasSubstr("web.pages.n"), HasSubstr("two keys")));
}

TEST_F(JsonlCoverage, a_link_into_another_store_may_be_in_numbers_and_in_texts_J13) {
  EXPECT_EQ(stop(all_of_it +
                 std::string(R"({"n":2,"who":5})"
                             "\n"
                             R"({"n":3,"who":"5"})") +
                 "\n"),
            "");
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("warning web.pages.who: holds numbers and also")));
}

// Both people would be erased although one came lately: no visit would be found.
TEST_F(JsonlCoverage, a_link_in_texts_to_a_key_in_numbers_stops) {
  club_.put("datasets/web.json",
            R"({"dataset": "web", "policy": "club", "held_by": "club", "source": "jsonl:data/web",
          "tables": {"people": {"key": ["id"], "subject": "guest"},
            "pages": {"key": ["n"], "links": [{"columns": ["who"], "belongs_to": "people"}],
            "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}}}})");
  club_.put("data/web/people.jsonl", "{\"id\":1}\n{\"id\":2}\n");
  EXPECT_THAT(
      stop(R"({"n":1,"who":"2","at":"2026-01-01"})"
           "\n"),
      AllOf(HasSubstr("web.pages.who: holds texts"), HasSubstr("'people.id', holds numbers")));
  EXPECT_EQ(stop(R"({"n":1,"who":2,"at":"2026-01-01"})"
                 "\n"),
            "");
}

TEST_F(JsonlCoverage, another_column_in_numbers_and_in_texts_is_a_warning_J13) {
  EXPECT_EQ(stop(all_of_it +
                 std::string(R"({"n":2,"page":7})"
                             "\n"
                             R"({"n":3,"page":"7"})") +
                 "\n"),
            "");
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("warning web.pages.page: holds numbers and also")));
}

TEST_F(JsonlCoverage, texts_that_are_no_numbers_are_no_other_type) {
  EXPECT_EQ(stop(all_of_it +
                 std::string(R"({"n":2,"who":5})"
                             "\n"
                             R"({"n":3,"who":"007"})") +
                 "\n"),
            "");
  EXPECT_THAT(findings(), IsEmpty());
}

}  // namespace
}  // namespace besa::workflow
