// Every code of lint() has a policy that brings it and, beside it, one that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/policy.hpp"

namespace {

using besa::Date;
using besa::Period;
using besa::model::Anchor;
using besa::model::Clause;
using besa::model::Finding;
using besa::model::Law;
using besa::model::lint;
using besa::model::PartyRole;
using besa::model::Policy;
using besa::model::Rule;
using besa::model::RuleKind;
using besa::model::RuleScope;
using besa::model::Severity;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Date today = *Date::from_ymd(2026, 11, 22);

Rule maximum(const std::string& id, const Period& period) {
  Rule rule;
  rule.id = id;
  rule.clause = "C-1";
  rule.from = "last_contact";
  rule.period = period;
  return rule;
}

Rule minimum(const std::string& obligor, const Period& period) {
  Rule rule;
  rule.id = "receipts";
  rule.clause = "C-1";
  rule.kind = RuleKind::minimum;
  rule.scope = RuleScope::record;
  rule.from = "document";
  rule.document = "receipt";
  rule.obligor = obligor;
  rule.period = period;
  return rule;
}

/// A policy nothing can be said against: two years from the last purchase.
Policy faultless() {
  Policy policy;
  policy.controller = "us";
  policy.parties = {{"us", "We", PartyRole::controller, "AL"},
                    {"spar", "Spar", PartyRole::third_party, "AL"}};
  policy.contact_events = {{"purchase", true, "the person bought"}};
  policy.rules = {maximum("all", Period(2, 0, 0))};
  policy.clauses = {{"C-1", "policy", "dy vjet", "two years", {}, {"all"}}};
  return policy;
}

std::vector<std::string> codes(const Policy& policy) {
  std::vector<std::string> found;
  for (const Finding& finding : lint(policy, today)) {
    found.push_back(std::string(name_of(finding.severity)) + " " + finding.code + " at " +
                    finding.where);
  }
  return found;
}

TEST(PolicyLint, nothing_is_said_against_a_faultless_policy) {
  EXPECT_THAT(codes(faultless()), IsEmpty());
}

// P8
TEST(PolicyLint, a_policy_that_promises_nothing) {
  Policy policy = faultless();
  policy.rules.clear();
  policy.clauses.clear();
  EXPECT_THAT(codes(policy), ElementsAre("error retention.none at retention"));
}

// L15
TEST(PolicyLint, a_period_without_end) {
  Policy policy = faultless();
  policy.rules[0].period = Period::indefinite();
  EXPECT_THAT(codes(policy), ElementsAre("error retention.indefinite at retention/all"));
}

// L1
TEST(PolicyLint, a_repealed_law_that_is_still_cited) {
  Policy policy = faultless();
  Law old;
  old.id = "al-9887-2008";
  old.title = "Law 9887/2008";
  old.effective_until = Date::from_ymd(2025, 1, 31);
  old.replaced_by = "al-124-2024";
  policy.laws = {old};
  EXPECT_THAT(codes(policy), IsEmpty());
  policy.clauses[0].cites = {"al-9887-2008"};
  EXPECT_THAT(codes(policy), ElementsAre("warning law.repealed at laws/al-9887-2008"));
  EXPECT_THAT(lint(policy, today)[0].message, HasSubstr("not in force since 2025-02-01"));
  EXPECT_THAT(lint(policy, today)[0].hint, HasSubstr("al-124-2024"));
  EXPECT_THAT(lint(policy, *Date::from_ymd(2025, 1, 31)), IsEmpty());  // its last day
}

TEST(PolicyLint, a_rule_no_clause_promises) {
  Policy policy = faultless();
  policy.rules[0].clause.clear();
  EXPECT_THAT(codes(policy), ElementsAre("warning rule.without_clause at retention/all"));
}

TEST(PolicyLint, a_clause_nothing_carries) {
  Policy policy = faultless();
  policy.clauses[0].carried_by.clear();
  EXPECT_THAT(codes(policy), ElementsAre("warning clause.not_carried at clauses/C-1"));
  policy.clauses[0].carried_by = {"evidence", "erasure_hold", "all"};
  EXPECT_THAT(codes(policy), IsEmpty());
  policy.clauses[0].carried_by = {"a rule that was renamed"};
  EXPECT_THAT(codes(policy), ElementsAre("warning clause.not_carried at clauses/C-1"));
}

TEST(PolicyLint, an_obligor_nobody_knows) {
  Policy policy = faultless();
  policy.rules.push_back(minimum("neptun", Period(1, 0, 0)));
  EXPECT_THAT(codes(policy), ElementsAre("error rule.obligor_unknown at retention/receipts"));
}

// ON-RET-3: the receipt is usually the shop's; keeping a copy on its ground is over-retention.
TEST(PolicyLint, a_duty_that_is_a_partners) {
  Policy policy = faultless();
  policy.rules.push_back(minimum("spar", Period(10, 0, 0)));
  EXPECT_THAT(codes(policy), ElementsAre("warning minimum.not_ours at retention/receipts"));
}

// P4
TEST(PolicyLint, two_maximums_for_the_same) {
  Policy policy = faultless();
  policy.rules.push_back(maximum("shorter", Period(1, 0, 0)));
  EXPECT_THAT(codes(policy), ElementsAre("error rules.contradict at retention/shorter"));
  policy.rules[1].action = besa::model::RuleAction::mask;  // masked first, erased later
  EXPECT_THAT(codes(policy), IsEmpty());
  policy.rules[1].action = besa::model::RuleAction::erase;
  policy.rules[1].subject = "employee";
  EXPECT_THAT(codes(policy), IsEmpty());
}

// P4
TEST(PolicyLint, a_minimum_that_ends_after_a_maximum_takes_precedence) {
  Policy policy = faultless();
  policy.rules.push_back(minimum("us", Period(10, 0, 0)));
  EXPECT_THAT(codes(policy), ElementsAre("note minimum.outlasts_maximum at retention/receipts"));
  policy.rules[1].period = Period(2, 0, 0);
  EXPECT_THAT(codes(policy), IsEmpty());
  policy.rules[1].anchor = Anchor::year_end;  // of a January: eleven months more
  EXPECT_THAT(codes(policy), ElementsAre("note minimum.outlasts_maximum at retention/receipts"));
}

// L7
TEST(PolicyLint, last_contact_that_nothing_defines) {
  Policy policy = faultless();
  policy.contact_events[0].counts = false;
  EXPECT_THAT(codes(policy), ElementsAre("error contact.undefined at retention/all"));
  policy.rules[0].from = "collected";
  EXPECT_THAT(codes(policy), IsEmpty());
}

// L7: three years of silence were accepted, four were not.
TEST(PolicyLint, a_period_longer_than_regulators_accept) {
  Policy policy = faultless();
  policy.rules[0].period = Period(3, 0, 0);
  EXPECT_THAT(codes(policy), IsEmpty());
  policy.rules[0].period = Period(5, 0, 0);
  EXPECT_THAT(codes(policy), ElementsAre("warning retention.above_benchmark at retention/all"));
}

// L8: with the notice on the day of receipt, 335 of the 365 start days of 2027 (domain, fact 3).
TEST(PolicyLint, a_hold_that_ends_after_the_legal_deadline) {
  Policy policy = faultless();
  Law law;
  law.id = "al-124-2024";
  law.title = "Law 124/2024";
  law.erasure_within = Period(0, 0, 30);
  policy.laws = {law};
  EXPECT_THAT(codes(policy), IsEmpty());
  policy.erasure_hold = Period(0, 1, 0);
  EXPECT_THAT(codes(policy), ElementsAre("warning hold.breaks_deadline at erasure_hold"));
  EXPECT_THAT(lint(policy, today)[0].message,
              AllOf(HasSubstr("P1M"), HasSubstr("P30D"), HasSubstr("on 335 days of 2027")));
  policy.erasure_hold = Period(0, 0, 14);
  EXPECT_THAT(codes(policy), IsEmpty());
}

}  // namespace
