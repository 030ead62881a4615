#include "besa/model/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promises.hpp"

namespace besa::model {
namespace {

using namespace promises;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SubjectExplanation why(Programme& programme, const SubjectFacts& facts) {
  return explain(programme.rules(), facts, programme.member(facts, today), day(today));
}

TEST(ExplainSubject, who_is_kept_learns_until_when_and_what_keeps_it_longer) {
  Programme programme({maximum("five-years", "P5Y")});
  SubjectFacts facts;
  facts.last_contact = programme.purchase("2021-12-01");
  const auto told = why(programme, facts);
  EXPECT_EQ(told.decision, "keep through 2026-12-01");
  EXPECT_EQ(told.start->kind, "purchase");
  EXPECT_EQ(told.start->table, "loyalty.purchases");
  EXPECT_EQ(told.rule->english, "five (5) years from the date of last contact");
  EXPECT_THAT(told.sentences,
              ElementsAre("The clock started at the purchase of 2021-12-01 in loyalty.purchases.",
                          "Rule five-years (clause ON-RET-2) promises P5Y, through 2026-12-01."));
  EXPECT_THAT(
      told.otherwise,
      ElementsAre("It falls due on 2026-12-02 unless there is contact.",
                  "A purchase or newsletter_click before 2026-12-02 keeps it longer: today, "
                  "until 2031-11-22."));
}

TEST(ExplainSubject, who_is_due_learns_since_when_and_that_contact_would_keep_it) {
  Programme programme({maximum("five-years", "P5Y")});
  SubjectFacts facts;
  facts.collected = programme.collected("2019-03-01");
  const auto told = why(programme, facts);
  EXPECT_EQ(told.decision, "due since 2024-03-02");
  EXPECT_TRUE(told.start_is_collection);
  EXPECT_THAT(told.sentences[0], HasSubstr("never was a contact"));
  EXPECT_THAT(told.sentences[1], HasSubstr("through 2024-03-01; that is over since 2024-03-02."));
  EXPECT_THAT(told.otherwise,
              ElementsAre("A purchase or newsletter_click today keeps it until 2031-11-22."));
}

TEST(ExplainSubject, who_is_held_learns_by_which_hold_and_what_its_release_does) {
  Programme programme({maximum("five-years", "P5Y")});
  const Hold order = hold("H-2026-0001");
  SubjectFacts facts;
  facts.last_contact = programme.purchase("2019-01-01");
  facts.holds = {&order};
  const auto told = why(programme, facts);
  EXPECT_EQ(told.decision, "held by H-2026-0001");
  EXPECT_THAT(told.otherwise, Contains("Hold H-2026-0001 released: it is due since 2024-01-02."));
}

TEST(ExplainSubject, each_doubt_names_what_would_settle_it) {
  Programme programme({maximum("five-years", "P5Y")});
  SubjectFacts due;
  due.last_contact = programme.purchase("2019-01-01");
  auto facts = due;
  facts.unreadable = 2;
  EXPECT_THAT(why(programme, facts).otherwise, Contains(HasSubstr("Readable dates")));
  facts = due;
  facts.possible_contact = programme.purchase("2026-01-01");
  EXPECT_THAT(why(programme, facts).otherwise,
              Contains("Knowing whose the row in loyalty.purchases is would decide it."));
  facts = due;
  facts.silence = Silence::source_stale;
  facts.silent_source = "shop";
  EXPECT_THAT(why(programme, facts).otherwise, Contains("A fresh export of shop would decide it."));
  facts.silence = Silence::source_missing;
  EXPECT_THAT(why(programme, facts).sentences, Contains(HasSubstr("Source shop is missing")));
  EXPECT_EQ(why(programme, {}).decision, "undetermined: no_start");
  EXPECT_THAT(why(programme, {}).otherwise, Contains(HasSubstr("collection date or a contact")));
}

TEST(ExplainSubject, without_a_rule_says_that_nothing_was_promised) {
  Programme programme({});
  EXPECT_THAT(why(programme, {}).sentences, ElementsAre(HasSubstr("No rule")));
}

TEST(ExplainRecord, a_retained_row_tells_ground_statute_and_columns) {
  Programme programme({maximum("five-years", "P5Y"), receipt_minimum("receipts", "on-solutions")});
  SubjectFacts person;
  person.last_contact = programme.purchase("2021-06-01");
  const auto owner = programme.member(person, today);
  RecordFacts facts;
  facts.table = programme.index("purchases");
  facts.documents = {{true, day("2021-03-15")}};
  facts.leaving_links = {0};
  facts.owners_due = 1;
  const auto decision = decide(programme.rules(), facts, &owner, day(today));
  const auto told = explain(programme.rules(), facts, &owner, decision, day(today));
  EXPECT_EQ(told.decision, "retained until 2026-12-31");
  EXPECT_EQ(told.start->date, day("2021-06-01"));
  EXPECT_THAT(
      told.sentences,
      ElementsAre("Its owner is due to be erased.",
                  "The clock started at the purchase of 2021-06-01 in loyalty.purchases.",
                  "Rule five-years (clause ON-RET-2) promises P5Y; that is over since "
                  "2026-06-02.",
                  "Rule receipts (clause ON-RET-3) keeps the document until 2026-12-31, as "
                  "Law 87/2019 demands.",
                  "Retained: amount, invoice_no.", "Cleared: note.", "Link cut: member_id."));
  EXPECT_THAT(told.otherwise, ElementsAre("From 2027-01-01 nothing keeps it any more."));
}

TEST(ExplainRecord, an_unreadable_date_is_named_with_its_column) {
  Programme programme({record_maximum("visits", "visit", "P1Y")});
  RecordFacts facts;
  facts.table = programme.index("visits");
  facts.starts.resize(2);
  facts.start_unreadable = true;
  const auto decision = decide(programme.rules(), facts, nullptr, day(today));
  const auto told = explain(programme.rules(), facts, nullptr, decision, day(today));
  EXPECT_THAT(told.otherwise, ElementsAre("A readable date in visits.left_at and visits.seen_at "
                                          "would decide it."));
}

TEST(ExplainRecord, a_kept_row_tells_when_its_own_rule_makes_it_due) {
  Programme programme({record_maximum("visits", "visit", "P1Y")});
  RecordFacts facts;
  facts.table = programme.index("visits");
  facts.starts = {day("2026-02-01"), std::nullopt};
  const auto decision = decide(programme.rules(), facts, nullptr, day(today));
  const auto told = explain(programme.rules(), facts, nullptr, decision, day(today));
  EXPECT_EQ(told.falls_due, day("2027-02-02"));
  EXPECT_EQ(told.outcome, Outcome::keep);
  EXPECT_THAT(told.columns, IsEmpty());
}

TEST(ExplainRecord, a_partners_duty_is_named_and_said_to_protect_nothing) {
  Programme programme({maximum("five-years", "P5Y"), receipt_minimum("receipts", "spar")});
  programme.table("purchases").documents[0].obligor = "spar";
  SubjectFacts person;
  person.last_contact = programme.purchase("2021-06-01");
  const auto owner = programme.member(person, today);
  RecordFacts facts;
  facts.table = programme.index("purchases");
  facts.documents = {{true, day("2021-03-15")}};
  const auto decision = decide(programme.rules(), facts, &owner, day(today));
  const auto told = explain(programme.rules(), facts, &owner, decision, day(today));
  EXPECT_TRUE(told.removes);
  EXPECT_EQ(told.not_ours->obligor, "spar");
  EXPECT_THAT(told.sentences, Contains(HasSubstr("does not protect")));
}

}  // namespace
}  // namespace besa::model
