#include "besa/model/policy_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/base/file.hpp"
#include "tests/model/faults.hpp"
#include "tests/model/shipped.hpp"

namespace {

using besa::Fault;
using besa::model::CaseMismatch;
using besa::model::mismatches;
using besa::model::Policy;
using besa::model::read_policy_cases;
using besa::model::test::on_solutions;
using besa::model::test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> mismatched(const Policy& policy, const std::string& text) {
  std::vector<Fault> faults;
  const auto cases = read_policy_cases(text, "on-solutions.cases.json", policy, faults);
  EXPECT_EQ(besa::model::test::as_text(faults), "");
  std::vector<std::string> found;
  for (const CaseMismatch& each : mismatches(policy, cases)) {
    found.push_back(each.name + ": " + each.field + " is " + each.decided + ", not " +
                    each.expected);
  }
  return found;
}

std::string cases_faults(const std::string& text) {
  std::vector<Fault> faults;
  (void)read_policy_cases(text, "cases.json", on_solutions(), faults);
  return besa::model::test::as_text(faults);
}

/// One case with a purchase in 2020, looked at in 2026.
std::string one(const std::string& expect, const std::string& record = "") {
  return R"([{"name": "n", "clause": "ON-RET-2", "today": "2026-11-22",
              "subject": {"type": "member", "events": [{"event": "purchase", "at": "2020-01-15"}]},)" +
         record + R"("expect": )" + expect + "}]";
}

// T29, T30, T31, T52, T64, T65, T66
TEST(PolicyCases, the_shipped_policy_decides_its_cases_as_expected) {
  EXPECT_THAT(mismatched(on_solutions(), text_of("policies/on-solutions.cases.json")),
              ElementsAre());
}

TEST(PolicyCases, a_policy_that_was_edited_is_found_out) {
  std::string text = text_of("policies/on-solutions.json");
  const std::string five = R"("period": "P5Y")";
  text.replace(text.find(five), five.size(), R"("period": "P6Y")");
  EXPECT_THAT(mismatched(on_solutions(text), text_of("policies/on-solutions.cases.json")),
              testing::Contains("five years to the day are kept: kept_through is 2027-11-22, "
                                "not 2026-11-22"));
}

TEST(PolicyCases, a_wrong_expectation_is_a_mismatch_field_by_field) {
  EXPECT_THAT(
      mismatched(on_solutions(), one(R"({"outcome": "keep", "due_since": "2025-01-15"})")),
      ElementsAre("n: due_since is 2025-01-16, not 2025-01-15", "n: outcome is due, not keep"));
}

TEST(PolicyCases, what_is_not_expected_is_not_compared) {
  EXPECT_THAT(mismatched(on_solutions(), one(R"({"outcome": "due"})")), ElementsAre());
}

TEST(PolicyCases, a_row_without_documents_goes_with_its_owner) {
  EXPECT_THAT(mismatched(on_solutions(),
                         one(R"({"outcome": "due", "others": "removed"})", R"("record": {},)")),
              ElementsAre());
}

TEST(PolicyCases, a_record_rule_is_asked_about_the_rows_own_event) {
  std::string text = text_of("policies/on-solutions.json");
  const std::string rules = R"("retention": [)";
  text.replace(text.find(rules), rules.size(), rules + R"({
    "id": "visits", "clause": "ON-RET-1", "scope": "record", "tables": ["loyalty.visits"],
    "from": "web_visit", "period": "P13M" },)");
  const auto visited = [&](const std::string& day, const std::string& expect) {
    return mismatched(on_solutions(text),
                      R"([{"name": "n", "clause": "ON-RET-1", "today": "2026-11-22",
                           "subject": {"type": "member", "events": [{"event": "purchase", "at": "2026-01-15"}]},
                           "record": {"table": "loyalty.visits", "event": "web_visit", "at": ")" +
                          day + R"("}, "expect": )" + expect + "}]");
  };
  EXPECT_THAT(
      visited("2025-10-21", R"({"outcome": "due", "rule": "visits", "due_since": "2026-11-22"})"),
      ElementsAre());
  EXPECT_THAT(visited("2025-10-22", R"({"outcome": "keep"})"), ElementsAre());
}

// P1
TEST(PolicyCases, a_misspelt_field_is_a_fault_with_the_nearest_name) {
  EXPECT_EQ(cases_faults(one(R"({"outcome": "due", "due_sine": "2025-01-16"})")),
            "/0/expect/due_sine: unknown field (did you mean 'due_since'?)\n");
}

TEST(PolicyCases, what_a_case_names_is_in_the_policy) {
  EXPECT_THAT(cases_faults(R"([{"name": "n", "clause": "ON-RET-22", "today": "2026-11-22",
                             "subject": {"type": "m", "events": [{"event": "purchace", "at": "2020-01-01"}]},
                             "expect": {"outcome": "keep"}}])"),
              testing::AllOf(HasSubstr("/0/clause: unknown clause 'ON-RET-22'"),
                             HasSubstr("/0/subject/events/0/event: unknown event kind 'purchace' "
                                       "(did you mean 'purchase'?)")));
}

TEST(PolicyCases, days_are_dates_or_times_with_an_offset) {
  EXPECT_THAT(cases_faults(R"([{"name": "n", "clause": "ON-RET-2", "today": "2026-11-22",
                             "subject": {"type": "m", "events": [{"event": "purchase", "at": "22.11.2021"}]},
                             "expect": {"outcome": "keep"}}])"),
              HasSubstr("/0/subject/events/0/at: must be a date, or a time with its offset"));
}

TEST(PolicyCases, names_are_given_once_and_every_case_expects_something) {
  EXPECT_THAT(cases_faults(one("{}")), HasSubstr("/0/expect/outcome: a case expects something"));
  const std::string twice = one(R"({"outcome": "due"})");
  EXPECT_THAT(cases_faults(twice.substr(0, twice.size() - 1) + "," + twice.substr(1)),
              HasSubstr("has the name 'n' twice"));
  EXPECT_THAT(cases_faults("{}"), HasSubstr("must be a list of cases"));
}

}  // namespace
