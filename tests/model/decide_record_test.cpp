#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "besa/model/decide.hpp"
#include "promises.hpp"

namespace besa::model {
namespace {

using namespace promises;
using testing::ElementsAre;
using testing::IsEmpty;
using enum ColumnFate;

/// A row of a table, with an owner who is due, kept, held or nobody.
class DecidedRow {
 public:
  DecidedRow(Programme& programme, const std::string& table) : programme_(programme) {
    facts.table = programme.index(table);
    const auto& rules = programme.rules().tables()[facts.table];
    facts.starts.resize(rules.record_starts.size());
    facts.documents.resize(rules.table->documents.size());
  }
  DecidedRow& owner_due() {
    owner_.outcome = Outcome::due;
    owner_.rule = programme_.rules().subject_rule("member");
    owner_.due_since = day("2026-06-02");
    facts.owners_due = 1;
    return *this;
  }
  DecidedRow& owner(const SubjectDecision& decision) {
    owner_ = decision;
    return *this;
  }
  DecidedRow& start(std::size_t index, const std::string& date) {
    facts.starts[index] = day(date);
    return *this;
  }
  DecidedRow& document(const std::string& date) {
    facts.documents[0] = {true, day(date)};
    return *this;
  }
  RecordDecision decide(const std::string& on = today,
                        const std::vector<SubjectDecision>& promises = {}) const {
    return model::decide(programme_.rules(), facts, &owner_, day(on), promises);
  }
  RecordFacts facts;

 private:
  Programme& programme_;
  SubjectDecision owner_;
};

Programme with_minimum(const std::string& obligor = "on-solutions") {
  return Programme({maximum("five-years", "P5Y"), receipt_minimum("receipts", obligor)});
}

TEST(DecideRecord, goes_as_a_whole_with_its_owner) {
  Programme programme({maximum("five-years", "P5Y")});
  const auto decision = DecidedRow(programme, "visits").owner_due().decide();
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_TRUE(decision.remove);
  EXPECT_THAT(decision.columns, IsEmpty());
  EXPECT_EQ(decision.rule->id, "five-years");
  EXPECT_EQ(decision.due_since, day("2026-06-02"));
}

TEST(DecideRecord, stays_with_an_owner_who_stays) {
  Programme programme({maximum("five-years", "P5Y")});
  EXPECT_EQ(DecidedRow(programme, "visits").decide().outcome, Outcome::keep);
}

TEST(DecideRecord, an_owner_asked_to_be_erased_without_a_rule_takes_the_row_along) {
  Programme programme({});
  EXPECT_TRUE(DecidedRow(programme, "visits").owner_due().decide().remove);
}

TEST(DecideRecord, an_owner_in_doubt_or_held_leaves_the_row_so) {
  Programme programme({maximum("five-years", "P5Y")});
  SubjectDecision owner;
  owner.outcome = Outcome::undetermined;
  owner.doubt = Doubt::source_stale;
  EXPECT_EQ(DecidedRow(programme, "visits").owner(owner).decide().doubt, Doubt::source_stale);
  Hold order = hold("H-1");
  order.tables = {"loyalty.purchases"};
  owner = {};
  owner.outcome = Outcome::held;
  owner.hold = &order;
  const auto decision = DecidedRow(programme, "visits").owner(owner).decide();
  EXPECT_EQ(decision.outcome, Outcome::held);
  EXPECT_EQ(decision.hold, &order);
}

TEST(DecideRecord, a_mask_rule_for_the_subject_clears_and_does_not_remove) {
  Rule mask = maximum("mask", "P3Y");
  mask.action = RuleAction::mask;
  Programme programme({mask});
  const auto decision = DecidedRow(programme, "members").owner_due().decide();
  EXPECT_FALSE(decision.remove);
  EXPECT_THAT(decision.columns, ElementsAre(keep, clear, clear, keep));  // key and shard stay
}

TEST(DecideRecord, of_two_owners_who_both_leave_goes) {
  Programme programme({maximum("five-years", "P5Y")});
  DecidedRow row(programme, "referrals");
  row.owner_due();
  row.facts.owners = row.facts.owners_due = 2;
  EXPECT_TRUE(row.decide().remove);
}

TEST(DecideRecord, of_two_owners_loses_only_the_leaving_ones_link) {
  Programme programme({maximum("five-years", "P5Y")});
  DecidedRow row(programme, "referrals");
  row.owner_due();
  row.facts.owners = 2;
  row.facts.leaving_links = {1};
  const auto decision = row.decide();
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_FALSE(decision.remove);
  EXPECT_THAT(decision.columns, ElementsAre(keep, keep, cut, keep));
  EXPECT_EQ(decision.doubt, Doubt::none);
}

TEST(DecideRecord, of_two_owners_with_nothing_to_cut_says_so) {
  Programme programme({maximum("five-years", "P5Y")});
  DecidedRow row(programme, "referrals");
  row.owner_due();
  row.facts.owners = 2;
  const auto decision = row.decide();
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_FALSE(decision.remove);
  EXPECT_THAT(decision.columns, ElementsAre(keep, keep, keep, keep));
  EXPECT_EQ(decision.doubt, Doubt::shared_row);
}

TEST(DecideRecord, what_is_perhaps_somebody_elses_is_never_erased) {
  Programme programme({maximum("five-years", "P5Y"), record_maximum("visits", "visit", "P1Y")});
  DecidedRow row(programme, "visits");
  row.owner_due().start(0, "2020-01-01");
  row.facts.ambiguous = true;
  EXPECT_EQ(row.decide().outcome, Outcome::undetermined);
  EXPECT_EQ(row.decide().doubt, Doubt::link_ambiguous);
  row.owner({});
  EXPECT_EQ(row.decide().doubt, Doubt::link_ambiguous);
  EXPECT_EQ(row.start(0, "2026-06-01").decide().outcome, Outcome::keep);
}

TEST(DecideRecord, its_own_maximum_runs_from_its_own_event) {
  struct Case {
    std::string seen, on;
    Outcome outcome;
  };
  const std::vector<Case> table{{"2025-11-22", "2026-11-22", Outcome::keep},
                                {"2025-11-21", "2026-11-22", Outcome::due},
                                {"2024-02-29", "2025-02-28", Outcome::keep},
                                {"2024-02-29", "2025-03-01", Outcome::due}};
  Programme programme({record_maximum("visits", "visit", "P1Y")});
  for (const auto& one : table) {
    const auto decision = DecidedRow(programme, "visits").start(0, one.seen).decide(one.on);
    EXPECT_EQ(decision.outcome, one.outcome) << one.seen << " on " << one.on;
    EXPECT_EQ(decision.remove, one.outcome == Outcome::due);
  }
}

TEST(DecideRecord, of_two_events_of_one_row_the_later_counts) {
  Programme programme({record_maximum("visits", "visit", "P1Y")});
  EXPECT_EQ(DecidedRow(programme, "visits")
                .start(0, "2020-01-01")
                .start(1, "2026-01-01")
                .decide()
                .outcome,
            Outcome::keep);
  EXPECT_EQ(DecidedRow(programme, "visits").decide().outcome,
            Outcome::keep);  // no event, nothing said
}

TEST(DecideRecord, a_start_that_cannot_be_read_or_has_not_come_is_a_doubt) {
  Programme programme({record_maximum("visits", "visit", "P1Y")});
  DecidedRow unreadable(programme, "visits");
  unreadable.facts.start_unreadable = true;
  EXPECT_EQ(unreadable.decide().doubt, Doubt::unreadable_time);
  EXPECT_EQ(unreadable.start(0, "2020-01-01").decide().doubt, Doubt::unreadable_time);
  EXPECT_EQ(unreadable.start(0, "2026-01-01").decide().outcome, Outcome::keep);
  EXPECT_EQ(DecidedRow(programme, "visits").start(0, "2026-11-23").decide().doubt,
            Doubt::future_time);
  DecidedRow leaving(programme, "visits");
  leaving.owner_due().facts.start_unreadable = true;
  EXPECT_TRUE(leaving.decide().remove);  // its owner goes, whatever the row's own age
}

TEST(DecideRecord, a_rule_for_some_categories_clears_these_columns_only) {
  Rule addresses = record_maximum("addresses", "visit", "P6M");
  addresses.categories = {"user.device"};
  Programme programme({addresses});
  const auto decision = DecidedRow(programme, "visits").start(0, "2025-01-01").decide();
  EXPECT_EQ(decision.outcome, Outcome::due);
  EXPECT_FALSE(decision.remove);
  EXPECT_THAT(decision.columns, ElementsAre(keep, keep, keep, clear));
}

TEST(DecideRecord, a_rule_for_all_its_categories_removes_the_row) {
  Rule rule = record_maximum("user", "visit", "P6M");
  rule.categories = {"user"};
  Programme programme({rule});
  EXPECT_TRUE(DecidedRow(programme, "visits").start(0, "2025-01-01").decide().remove);
}

TEST(DecideRecord, an_action_to_mask_clears_and_cuts) {
  Rule mask = record_maximum("mask", "visit", "P6M");
  mask.action = RuleAction::mask;
  Programme programme({mask});
  const auto decision = DecidedRow(programme, "visits").start(0, "2025-01-01").decide();
  EXPECT_FALSE(decision.remove);
  EXPECT_THAT(decision.columns, ElementsAre(keep, cut, clear, clear));
}

TEST(DecideRecord, the_most_specific_maximum_wins_for_each_column) {
  Rule everything = record_maximum("everything", "visit", "P1Y"),
       pages = record_maximum("pages", "visit", "P9Y"),
       table = record_maximum("table", "visit", "P3Y");
  pages.categories = {"user.behavior"};
  Programme two({everything, pages});
  const auto decision = DecidedRow(two, "visits").start(0, "2024-01-01").decide();
  EXPECT_THAT(decision.columns, ElementsAre(keep, cut, keep, clear));
  EXPECT_EQ(decision.rule->id, "everything");
  table.tables = {"visits"};
  Programme three({everything, pages, table});
  EXPECT_EQ(DecidedRow(three, "visits").start(0, "2024-01-01").decide().outcome, Outcome::keep);
  EXPECT_TRUE(DecidedRow(three, "visits").start(0, "2022-01-01").decide().remove);
}

TEST(DecideRecord, among_equal_maximums_the_shorter_wins_and_indefinite_never) {
  Programme programme({record_maximum("long", "visit", "P9Y"),
                       record_maximum("short", "visit", "P1Y"),
                       record_maximum("forever", "visit", "INDEFINITE")});
  EXPECT_EQ(DecidedRow(programme, "visits").start(0, "2024-01-01").decide().rule->id, "short");
}

TEST(DecideRecord, a_minimum_of_our_own_keeps_its_columns_and_nothing_else) {
  auto programme = with_minimum();
  DecidedRow row(programme, "purchases");
  row.owner_due().document("2021-03-15");  // T64, T66
  row.facts.leaving_links = {0};
  const auto decision = row.decide();
  EXPECT_EQ(decision.outcome, Outcome::retained);
  EXPECT_FALSE(decision.remove);
  EXPECT_EQ(decision.retained_until, day("2026-12-31"));
  EXPECT_EQ(decision.ground->id, "receipts");
  EXPECT_THAT(decision.columns, ElementsAre(keep, cut, retain, retain, clear));
  EXPECT_EQ(row.decide("2026-12-31").outcome, Outcome::retained);
  EXPECT_TRUE(row.decide("2027-01-01").remove);
}

TEST(DecideRecord, a_link_to_a_row_that_stays_is_not_cut_unless_it_is_personal) {
  auto programme = with_minimum();
  programme.table("purchases").columns[1].category = "none";
  DecidedRow row(programme, "purchases");
  row.owner_due().document("2021-03-15");
  EXPECT_EQ(row.decide().columns[1], keep);
  row.facts.leaving_links = {0};
  EXPECT_EQ(row.decide().columns[1], cut);
}

TEST(DecideRecord, a_partners_minimum_protects_nothing) {
  for (const std::string document_obligor : {"", "spar"}) {
    auto programme = with_minimum("spar");
    programme.table("purchases").documents[0].obligor = document_obligor;
    const auto decision =
        DecidedRow(programme, "purchases").owner_due().document("2025-01-01").decide();
    EXPECT_TRUE(decision.remove);
    EXPECT_EQ(decision.ground, nullptr);
    EXPECT_EQ(decision.not_ours->id, "receipts");
  }
}

TEST(DecideRecord, a_document_without_a_readable_date_is_a_doubt_not_an_erasure) {
  auto programme = with_minimum();
  DecidedRow row(programme, "purchases");
  row.owner_due().facts.documents[0].present = true;
  EXPECT_EQ(row.decide().outcome, Outcome::undetermined);
  EXPECT_EQ(row.decide().doubt, Doubt::unreadable_time);
  row.facts.documents[0].present = false;
  EXPECT_TRUE(row.decide().remove);
}

TEST(DecideRecord, a_minimum_without_end_is_a_doubt_never_a_ground) {
  Rule forever = receipt_minimum("forever", "on-solutions");
  forever.period = Period::indefinite();
  Programme programme({maximum("five-years", "P5Y"), forever});
  const auto decision =
      DecidedRow(programme, "purchases").owner_due().document("2025-01-01").decide();
  EXPECT_EQ(decision.doubt, Doubt::indefinite);
  EXPECT_FALSE(decision.remove);
}

TEST(DecideRecord, of_two_minimums_the_one_that_lasts_longest_is_the_ground) {
  Rule accounts = receipt_minimum("accounts", "on-solutions");
  accounts.period = period("P10Y");
  for (const bool longest_first : {true, false}) {
    const Rule receipts = receipt_minimum("receipts", "on-solutions");
    Programme programme({maximum("five-years", "P5Y"), longest_first ? accounts : receipts,
                         longest_first ? receipts : accounts});
    const auto decision =
        DecidedRow(programme, "purchases").owner_due().document("2021-03-15").decide();
    EXPECT_EQ(decision.ground->id, "accounts");
    EXPECT_EQ(decision.retained_until, day("2031-12-31"));  // T65
  }
}

TEST(DecideRecord, a_minimum_beats_a_record_maximum_for_the_columns_it_names) {
  Rule mask = record_maximum("mask", "purchase", "P1Y");
  mask.action = RuleAction::mask;
  mask.categories = {"user.content", "user.payment"};
  Programme programme({mask, receipt_minimum("receipts", "on-solutions")});
  DecidedRow row(programme, "purchases");
  row.start(0, "2024-01-01").document("2024-01-01");
  const auto decision = row.decide();
  EXPECT_EQ(decision.outcome, Outcome::retained);
  EXPECT_THAT(decision.columns, ElementsAre(keep, keep, keep, retain, clear));
}

TEST(DecideRecord, a_hold_beats_everything_that_is_due) {
  Programme programme({maximum("five-years", "P5Y"), record_maximum("visits", "visit", "P1Y")});
  const Hold order = hold("H-7");
  for (const int which : {0, 1, 2}) {
    DecidedRow row(programme, "visits");
    row.owner_due().start(0, "2020-01-01");
    row.facts.owner_held = which == 0;
    row.facts.table_held = which == 1;
    if (which == 2) row.facts.hold = &order;
    const auto decision = row.decide();
    EXPECT_EQ(decision.outcome, Outcome::held);
    EXPECT_FALSE(decision.remove);
    EXPECT_THAT(decision.columns, IsEmpty());
  }
}

TEST(DecideRecord, a_hold_on_other_tables_does_not_stop_the_rows_own_maximum) {
  Programme programme({maximum("five-years", "P5Y"), record_maximum("visits", "visit", "P1Y")});
  Hold order = hold("H-7");
  SubjectDecision owner;
  owner.outcome = Outcome::keep;
  owner.hold = &order;
  DecidedRow row(programme, "visits");
  row.owner(owner).start(0, "2020-01-01");
  EXPECT_EQ(row.decide().outcome, Outcome::held);  // it covers all tables, though the caller forgot
  order.tables = {"loyalty.purchases"};
  EXPECT_TRUE(row.decide().remove);
}

TEST(DecideRecord, a_promise_for_one_table_reaches_its_rows_before_the_owner_is_due) {
  Rule visits = maximum("visits-one-year", "P1Y"), addresses = maximum("addresses", "P6M");
  visits.tables = {"visits"};
  addresses.categories = {"user.device"};
  Programme programme({maximum("five-years", "P5Y"), visits, addresses});
  const auto promises = [&](const std::string& contact) {
    SubjectFacts facts;
    facts.last_contact = programme.purchase(contact);
    return table_promises(programme.rules(), programme.index("visits"), "member", facts,
                          day(today));
  };
  const DecidedRow row(programme, "visits");
  EXPECT_TRUE(row.decide(today, promises("2025-01-01")).remove);
  EXPECT_THAT(row.decide(today, promises("2026-03-01")).columns,
              ElementsAre(keep, keep, keep, clear));
  EXPECT_EQ(row.decide(today, promises("2026-09-01")).outcome, Outcome::keep);
  DecidedRow shared(programme, "visits");
  shared.facts.owners = 2;
  EXPECT_EQ(shared.decide(today, promises("2025-01-01")).doubt, Doubt::shared_row);
}

TEST(DecideRecord, a_table_without_personal_columns_goes_with_its_owner_or_a_rule_for_it) {
  Rule rule = record_maximum("visits", "visit", "P1Y");
  Programme programme({rule});
  for (auto& column : programme.table("visits").columns) column.category = "none";
  EXPECT_TRUE(DecidedRow(programme, "visits").start(0, "2020-01-01").decide().remove);
  EXPECT_TRUE(DecidedRow(programme, "visits").owner_due().decide().remove);
}

TEST(DecideRecord, incomplete_facts_are_refused) {
  Programme programme({record_maximum("visits", "visit", "P1Y")});
  DecidedRow row(programme, "visits");
  row.facts.starts.clear();
  EXPECT_THROW((void)row.decide(), Error);
}

}  // namespace
}  // namespace besa::model
