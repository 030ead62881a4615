#include "besa/model/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promises.hpp"

namespace besa::model {
namespace {

using namespace promises;

Programme five_years() {
  return Programme({maximum("five-years", "P5Y")});
}

SubjectFacts last_purchase(Programme& programme, const std::string& date) {
  SubjectFacts facts;
  facts.last_contact = programme.purchase(date);
  facts.collected = programme.collected("2015-01-01");
  return facts;
}

TEST(DecideSubject, is_kept_through_the_last_day_and_due_from_the_next) {
  struct Row {
    std::string contact, kept_through, today;
    Outcome outcome;
  };
  const std::vector<Row> table{
      {"2021-11-22", "2026-11-22", "2026-11-22", Outcome::keep},  // T29, exactly on the last day
      {"2021-11-22", "2026-11-22", "2026-11-23", Outcome::due},
      {"2021-11-21", "2026-11-21", "2026-11-22", Outcome::due},
      {"2020-02-29", "2025-02-28", "2025-02-28", Outcome::keep},  // T30, clamped
      {"2020-02-29", "2025-02-28", "2025-03-01", Outcome::due},
      {"2024-02-29", "2029-02-28", "2029-02-28", Outcome::keep},  // T31
      {"2026-11-22", "2031-11-22", "2026-11-22", Outcome::keep},  // contact today
  };
  auto programme = five_years();
  for (const auto& row : table) {
    const auto decision = programme.member(last_purchase(programme, row.contact), row.today);
    EXPECT_EQ(decision.outcome, row.outcome) << row.contact << " on " << row.today;
    EXPECT_EQ(decision.kept_through, day(row.kept_through)) << row.contact;
    EXPECT_EQ(decision.start, programme.purchase(row.contact));
    EXPECT_EQ(decision.rule->id, "five-years");
  }
}

TEST(DecideSubject, is_due_since_the_day_after_the_last_it_was_kept) {
  auto programme = five_years();
  const auto decision = programme.member(last_purchase(programme, "2021-06-01"), today);
  EXPECT_EQ(decision.due_since, day("2026-06-02"));  // T66
}

TEST(DecideFirst, acts_on_the_whole_subject_before_any_part_and_on_the_part_that_ran_out_first) {
  Rule phone = maximum("phone", "P2Y"), city = maximum("city", "P3Y");
  phone.categories = {"user.contact"};
  city.tables = {"loyalty.visits"};
  Programme programme({maximum("all", "P5Y"), city, phone});
  struct Row {
    std::string contact, rule;
    Outcome outcome;
  };
  for (const Row& row : std::vector<Row>{{"2026-01-01", "all", Outcome::keep},
                                         {"2024-06-01", "phone", Outcome::due},
                                         {"2022-06-01", "phone", Outcome::due},
                                         {"2020-06-01", "all", Outcome::due}}) {
    const auto decision = decide_first(programme.rules(), "member",
                                       last_purchase(programme, row.contact), day(today));
    EXPECT_EQ(decision.outcome, row.outcome) << row.contact;
    EXPECT_EQ(decision.rule->id, row.rule) << row.contact;
  }
}

TEST(DecideFirst, tells_of_a_part_in_doubt_where_the_whole_is_kept) {
  Rule phone = maximum("phone", "P2Y");
  phone.categories = {"user.contact"};
  Programme programme({maximum("all", "P5Y"), phone});
  SubjectFacts facts = last_purchase(programme, "2024-06-01");
  facts.unreadable = 1;
  const auto decision = decide_first(programme.rules(), "member", facts, day(today));
  EXPECT_EQ(decision.outcome, Outcome::undetermined);
  EXPECT_EQ(decision.doubt, Doubt::unreadable_time);
}

// Mistake 7: accounts that never got an activity stamp are never cleaned.
TEST(DecideSubject, without_any_contact_starts_at_collection_and_says_so) {
  auto programme = five_years();
  SubjectFacts facts;
  facts.collected = programme.collected("2019-03-01");
  const auto decision = programme.member(facts, today);
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_EQ(decision.due_since, day("2024-03-02"));
  EXPECT_TRUE(decision.start_is_collection);
}

TEST(DecideSubject, without_contact_and_collection_is_undetermined) {
  auto programme = five_years();
  const auto decision = programme.member({}, today);
  EXPECT_EQ(decision.outcome, Outcome::undetermined);
  EXPECT_EQ(decision.doubt, Doubt::no_start);
}

TEST(DecideSubject, an_event_in_the_future_is_no_licence_to_keep) {
  auto programme = five_years();
  auto facts = last_purchase(programme, "2019-01-01");
  facts.future = programme.purchase("2027-05-01");
  const auto decision = programme.member(facts, today);
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_TRUE(decision.future_flagged);
}

TEST(DecideSubject, a_last_contact_in_the_future_hides_the_true_one_and_is_never_due) {
  auto programme = five_years();
  const auto decision = programme.member(last_purchase(programme, "2026-11-23"), today);
  EXPECT_EQ(decision.outcome, Outcome::undetermined);
  EXPECT_EQ(decision.doubt, Doubt::future_time);
}

TEST(DecideSubject, a_collection_in_the_future_starts_nothing) {
  auto programme = five_years();
  SubjectFacts facts;
  facts.collected = programme.collected("2027-01-01");
  EXPECT_EQ(programme.member(facts, today).doubt, Doubt::no_start);
}

TEST(DecideSubject, a_rule_from_collection_does_not_hear_of_contact) {
  Rule rule = maximum("from-collection", "P5Y");
  rule.from = "collected";
  Programme programme({rule});
  auto facts = last_purchase(programme, "2026-11-01");  // collected 2015
  facts.silence = Silence::source_missing;
  facts.possible_contact = programme.purchase("2026-11-02");
  const auto decision = programme.member(facts, today);
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_EQ(decision.due_since, day("2020-01-02"));
  EXPECT_FALSE(decision.start_is_collection);
}

TEST(DecideSubject, nothing_promised_is_kept_without_a_rule) {
  Programme programme({record_maximum("visits", "visit", "P1Y")});
  const auto decision = programme.member(last_purchase(programme, "1999-01-01"), today);
  EXPECT_EQ(decision.outcome, Outcome::keep);
  EXPECT_EQ(decision.rule, nullptr);
}

TEST(DecideSubject, indefinite_is_a_value_and_a_finding_never_the_winner) {
  Rule forever = maximum("forever", "INDEFINITE");
  forever.subject = "member";
  Programme both({forever, maximum("five-years", "P5Y")});
  EXPECT_EQ(both.member(last_purchase(both, "2019-01-01"), today).outcome, Outcome::due);
  Programme alone({forever});
  const auto decision = alone.member(last_purchase(alone, "2026-01-01"), today);
  EXPECT_EQ(decision.outcome, Outcome::undetermined);
  EXPECT_EQ(decision.doubt, Doubt::indefinite);
}

TEST(DecideSubject, a_shorter_promise_made_before_holds_for_what_was_collected_then) {
  Rule rule = maximum("five-years", "P5Y");
  rule.earlier = {{day("2020-01-01"), period("P3Y")}};
  Programme programme({rule});
  SubjectFacts facts;
  facts.last_contact = programme.purchase("2022-06-01");
  facts.collected = programme.collected("2019-12-31");
  EXPECT_EQ(programme.member(facts, today).due_since, day("2025-06-02"));
  facts.collected = programme.collected("2020-01-01");
  EXPECT_EQ(programme.member(facts, today).outcome, Outcome::keep);
  facts.collected.reset();  // who does not know when it was collected keeps the shortest
  EXPECT_EQ(programme.member(facts, today).due_since, day("2025-06-02"));
}

TEST(DecideSubject, doubts_stop_only_what_would_be_due) {
  struct Row {
    Doubt doubt;
    void (*add)(Programme&, SubjectFacts&);
  };
  const std::vector<Row> table{
      {Doubt::unreadable_time, [](Programme&, SubjectFacts& f) { f.unreadable = 1; }},
      {Doubt::possible_contact,
       [](Programme& p, SubjectFacts& f) { f.possible_contact = p.purchase("2022-01-01"); }},
      {Doubt::source_missing,
       [](Programme&, SubjectFacts& f) { f.silence = Silence::source_missing; }},
      {Doubt::source_stale, [](Programme&, SubjectFacts& f) { f.silence = Silence::source_stale; }},
  };
  auto programme = five_years();
  for (const auto& row : table) {
    auto due = last_purchase(programme, "2019-01-01");
    row.add(programme, due);
    EXPECT_EQ(programme.member(due, today).outcome, Outcome::undetermined) << name_of(row.doubt);
    EXPECT_EQ(programme.member(due, today).doubt, row.doubt);
    EXPECT_EQ(programme.member(due, today).due_since, day("2024-01-02"));
    auto kept = last_purchase(programme, "2023-01-01");
    row.add(programme, kept);
    EXPECT_EQ(programme.member(kept, today).outcome, Outcome::keep) << name_of(row.doubt);
  }
}

TEST(DecideSubject, a_possible_contact_too_old_or_in_the_future_is_no_doubt) {
  auto programme = five_years();
  auto facts = last_purchase(programme, "2019-01-01");
  for (const std::string date : {"2021-11-21", "2026-11-23"}) {
    facts.possible_contact = programme.purchase(date);
    EXPECT_EQ(programme.member(facts, today).outcome, Outcome::due) << date;
  }
  facts.possible_contact = programme.purchase("2021-11-22");
  EXPECT_EQ(programme.member(facts, today).doubt, Doubt::possible_contact);
}

// Mistake 12: a hold that is documented and read by nothing.
TEST(DecideSubject, a_hold_beats_due_and_doubt_and_leaves_keep_alone) {
  auto programme = five_years();
  const Hold order = hold("H-2026-0001");
  auto facts = last_purchase(programme, "2019-01-01");
  facts.holds = {&order};
  auto decision = programme.member(facts, today);
  EXPECT_EQ(decision.outcome, Outcome::held);
  EXPECT_EQ(decision.hold, &order);
  EXPECT_EQ(decision.due_since, day("2024-01-02"));  // resumes on its original clock
  facts.unreadable = 3;
  decision = programme.member(facts, today);
  EXPECT_EQ(decision.outcome, Outcome::held);
  EXPECT_EQ(decision.doubt, Doubt::unreadable_time);
  facts = last_purchase(programme, "2026-01-01");
  facts.holds = {&order};
  EXPECT_EQ(programme.member(facts, today).outcome, Outcome::keep);
}

TEST(DecideSubject, a_hold_on_one_table_holds_the_whole_person) {
  auto programme = five_years();
  Hold order = hold("H-1");
  order.tables = {"loyalty.purchases"};
  auto facts = last_purchase(programme, "2019-01-01");
  facts.holds = {&order};
  EXPECT_EQ(programme.member(facts, today).outcome, Outcome::held);
}

// Mistake 12: a released hold that never resumes.
TEST(DecideSubject, a_released_hold_lets_the_erasure_resume_by_itself) {
  auto programme = five_years();
  Hold order = hold("H-1");
  order.released = day("2026-11-22");
  auto facts = last_purchase(programme, "2019-01-01");
  facts.holds = {&order};
  EXPECT_EQ(programme.member(facts, "2026-11-21").outcome, Outcome::held);
  EXPECT_EQ(programme.member(facts, "2026-11-22").outcome, Outcome::due);
}

TEST(DecideSubject, of_two_equal_promises_the_earlier_counts) {
  Rule from_collection = maximum("from-collection", "P8Y");
  from_collection.from = "collected";
  Programme programme({maximum("five-years", "P5Y"), from_collection});
  const auto decision = programme.member(last_purchase(programme, "2026-01-01"), today);
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_EQ(decision.rule->id, "from-collection");
}

TEST(DecideSubject, staged_retention_masks_first_and_erases_later) {
  Rule mask = maximum("mask", "P3Y");
  mask.action = RuleAction::mask;
  Programme programme({mask, maximum("erase", "P5Y")});
  EXPECT_EQ(programme.member(last_purchase(programme, "2023-06-01"), today).rule->id, "mask");
  EXPECT_EQ(programme.member(last_purchase(programme, "2020-06-01"), today).rule->id, "erase");
}

TEST(DecideSubject, falls_due_on_the_day_after_the_last) {
  auto programme = five_years();
  const Hold order = hold("H-1");
  auto facts = last_purchase(programme, "2021-12-01");
  EXPECT_EQ(falls_due(programme.member(facts, today)), day("2026-12-02"));
  facts = last_purchase(programme, "2020-12-01");
  EXPECT_EQ(falls_due(programme.member(facts, today)), day("2025-12-02"));
  facts.holds = {&order};
  EXPECT_EQ(falls_due(programme.member(facts, today)), std::nullopt);
  EXPECT_EQ(falls_due(programme.member({}, today)), std::nullopt);
}

TEST(TablePromises, reach_only_their_table_and_type) {
  Rule visits = maximum("visits-one-year", "P1Y");
  visits.tables = {"visits"};
  Rule leads = maximum("leads", "P1M");
  leads.tables = {"loyalty.visits"};
  leads.subject = "lead";
  Programme programme({maximum("five-years", "P5Y"), visits, leads});
  const auto facts = last_purchase(programme, "2024-01-01");
  EXPECT_EQ(programme.member(facts, today).outcome, Outcome::keep);
  const auto of = [&](const std::string& table) {
    return table_promises(programme.rules(), programme.index(table), "member", facts, day(today));
  };
  ASSERT_EQ(of("visits").size(), 1U);
  EXPECT_EQ(of("visits")[0].outcome, Outcome::due);
  EXPECT_EQ(of("visits")[0].due_since, day("2025-01-02"));
  EXPECT_TRUE(of("purchases").empty());
}

}  // namespace
}  // namespace besa::model
