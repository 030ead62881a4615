#include "besa/report/explanation.hpp"

#include <gtest/gtest.h>

namespace besa::report {
namespace {

model::SubjectExplanation somebody_due() {
  model::SubjectExplanation why;
  why.outcome = model::Outcome::due;
  why.decision = "due since 2026-06-02";
  why.start = {"purchase", "loyalty.purchases", *Date::parse("2021-06-01")};
  why.due_since = Date::parse("2026-06-02");
  why.sentences = {"Their last contact was a purchase on 2021-06-01.", "Five years are over."};
  why.otherwise = {"a purchase since then"};
  return why;
}

TEST(ExplanationText, the_reasoning_and_then_what_would_change_it) {
  EXPECT_EQ(explanation_text(somebody_due()),
            "    Their last contact was a purchase on 2021-06-01.\n"
            "    Five years are over.\n"
            "    It would be otherwise:\n"
            "      a purchase since then\n");
}

TEST(ExplanationJson, fields_that_played_no_part_are_null) {
  const Json json = explanation_json(somebody_due());
  EXPECT_EQ(json.at("outcome"), "due");
  EXPECT_EQ(json.at("start").dump(),
            R"({"event":"purchase","table":"loyalty.purchases","date":"2021-06-01"})");
  EXPECT_EQ(json.at("due_since"), "2026-06-02");
  EXPECT_TRUE(json.at("rule").is_null());
  EXPECT_TRUE(json.at("hold").is_null());
}

TEST(ExplanationJson, a_record_tells_what_becomes_of_each_column) {
  model::RecordExplanation why;
  why.columns = {{"amount", model::ColumnFate::retain}, {"note", model::ColumnFate::clear}};
  EXPECT_EQ(explanation_json(why).at("columns").dump(), R"({"amount":"retain","note":"clear"})");
}

}  // namespace
}  // namespace besa::report
