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

std::vector<std::string> ids(const std::vector<const Rule*>& rules) {
  std::vector<std::string> names;
  for (const Rule* rule : rules) names.push_back(rule->id);
  return names;
}

const Rulebook::TableRules& about(Programme& programme, const std::string& table) {
  return programme.rules().tables()[programme.index(table)];
}

TEST(Rulebook, knows_every_event_once_and_which_count_as_contact) {
  Programme programme({});
  const Rulebook& rules = programme.rules();
  EXPECT_THAT(rules.event_kinds(),
              ElementsAre("collected", "purchase", "newsletter_click", "newsletter_open", "visit"));
  EXPECT_TRUE(rules.counts_as_contact(rules.event_kind("purchase")));
  EXPECT_FALSE(rules.counts_as_contact(rules.event_kind("newsletter_open")));
  EXPECT_FALSE(rules.counts_as_contact(rules.event_kind("visit")));
  EXPECT_FALSE(rules.counts_as_contact(rules.event_kind("collected")));
  EXPECT_TRUE(rules.is_collection(rules.event_kind("collected")));
  EXPECT_THROW((void)rules.event_kind("purchased"), Error);
}

TEST(Rulebook, lists_the_tables_in_the_datasets_order) {
  Programme programme({});
  EXPECT_EQ(programme.index("members"), 0U);
  EXPECT_EQ(programme.index("referrals"), 3U);
  EXPECT_EQ(about(programme, "visits").full_name(), "loyalty.visits");
  EXPECT_THROW((void)programme.index("visit"), Error);
}

TEST(Rulebook, a_rule_that_names_the_subject_beats_one_that_does_not) {
  Rule named = maximum("members", "P7Y");
  named.subject = "member";
  Programme programme({maximum("everybody", "P5Y"), named});
  EXPECT_EQ(programme.rules().subject_rule("member")->id, "members");
  EXPECT_EQ(programme.rules().subject_rule("lead")->id, "everybody");
}

TEST(Rulebook, among_equals_the_shorter_wins_and_indefinite_never) {
  Programme programme({maximum("a", "P5Y"), maximum("b", "P59M"), maximum("c", "INDEFINITE")});
  EXPECT_THAT(ids(programme.rules().subject_rules("member")), ElementsAre("b", "a"));
  Programme forever({maximum("c", "INDEFINITE")});
  EXPECT_EQ(forever.rules().subject_rule("member")->id, "c");
  Programme nothing({});
  EXPECT_EQ(nothing.rules().subject_rule("member"), nullptr);
}

// Nobody is overlooked whose phone number was promised shorter than the rest.
TEST(Rulebook, promises_about_parts_move_the_day_an_anti_join_asks_for) {
  Rule part = maximum("part", "P2Y");
  part.categories = {"user.contact"};
  Programme programme({maximum("all", "P5Y"), part});
  EXPECT_THAT(ids(programme.rules().part_rules("member")), ElementsAre("part"));
  EXPECT_EQ(programme.rules().contact_cutoff("member", day("2026-11-22")), day("2024-11-21"));
  part.period = *Period::parse("INDEFINITE");
  Programme forever({maximum("all", "P5Y"), part});
  EXPECT_THAT(ids(forever.rules().part_rules("member")), IsEmpty());
}

TEST(Rulebook, rules_for_a_table_category_or_purpose_are_not_the_whole_subjects) {
  Rule table = maximum("table", "P1Y"), category = maximum("category", "P2Y"),
       purpose = maximum("purpose", "P3Y");
  table.tables = {"loyalty.purchases"};
  category.categories = {"user.contact"};
  purpose.purposes = {"marketing"};
  Programme programme({maximum("all", "P5Y"), table, category, purpose});
  EXPECT_EQ(programme.rules().subject_rule("member")->id, "all");
  EXPECT_THAT(ids(about(programme, "members").subject_maximums),
              ElementsAre("category", "purpose"));
  EXPECT_THAT(ids(about(programme, "purchases").subject_maximums), ElementsAre("table", "purpose"));
  EXPECT_THAT(ids(about(programme, "visits").subject_maximums), IsEmpty());  // for analytics only
}

TEST(Rulebook, orders_record_maximums_from_the_most_specific) {
  Rule everything = record_maximum("everything", "visit", "P1Y"),
       purpose = record_maximum("purpose", "visit", "P9Y"),
       category = record_maximum("category", "visit", "P9Y"),
       deeper = record_maximum("deeper", "visit", "P9Y"),
       table = record_maximum("table", "visit", "P9Y");
  purpose.purposes = {"analytics"};
  category.categories = {"user.behavior"};
  deeper.categories = {"user.behavior.browsing_history"};
  table.tables = {"visits"};
  Programme programme({everything, purpose, category, deeper, table});
  EXPECT_THAT(ids(about(programme, "visits").record_maximums),
              ElementsAre("table", "deeper", "category", "purpose", "everything"));
  EXPECT_THAT(about(programme, "visits").record_starts, ElementsAre(0U, 1U));
}

TEST(Rulebook, a_category_key_covers_those_below_it_and_no_neighbour) {
  Rule rule = record_maximum("contact", "collected", "P1Y");
  rule.categories = {"user.contact.e"};
  Programme programme({rule});
  EXPECT_THAT(about(programme, "members").record_maximums, IsEmpty());
}

TEST(Rulebook, a_minimum_is_ours_only_where_the_controller_is_obliged) {
  struct Row {
    std::string rule, document;
    std::size_t found;
    bool ours;
  };
  const std::vector<Row> table{
      {"on-solutions", "on-solutions", 1, true},
      {"on-solutions", "", 1, true},
      {"", "on-solutions", 1, true},
      {"on-solutions", "spar", 1, false},
      {"spar", "spar", 1, false},
      {"spar", "", 1, false},
      {"spar", "on-solutions", 0, false},
      {"spar", "neptun", 0, false},
      {"", "", 1, false},
  };
  for (const auto& row : table) {
    Programme programme({receipt_minimum("receipts", row.rule)});
    programme.table("purchases").documents[0].obligor = row.document;
    const auto& minimums = about(programme, "purchases").minimums;
    ASSERT_EQ(minimums.size(), row.found) << row.rule << " / " << row.document;
    if (row.found > 0) {
      EXPECT_EQ(minimums[0].ours, row.ours) << row.rule << " / " << row.document;
    }
  }
}

TEST(ContactCutoff, a_contact_after_it_keeps_and_one_on_it_does_not) {
  Programme programme({maximum("five-years", "P5Y")});
  EXPECT_EQ(programme.rules().contact_cutoff("member", day("2026-11-22")), day("2021-11-21"));
}

TEST(ContactCutoff, is_the_shortest_promises_so_that_nobody_due_is_overlooked) {
  Rule rule = maximum("five-years", "P5Y");
  rule.earlier = {{day("2020-01-01"), period("P3Y")}, {day("2018-01-01"), period("P1Y")}};
  Programme programme({rule, maximum("four-years", "P4Y")});
  EXPECT_EQ(programme.rules().contact_cutoff("member", day("2026-11-22")), day("2025-11-21"));
}

TEST(ContactCutoff, is_absent_where_contact_alone_keeps_nobody) {
  Rule from_collection = maximum("from-collection", "P5Y");
  from_collection.from = "collected";
  Programme collection({maximum("five-years", "P5Y"), from_collection});
  Programme forever({maximum("forever", "INDEFINITE")});
  Programme nothing({});
  for (Programme* programme : {&collection, &forever, &nothing})
    EXPECT_EQ(programme->rules().contact_cutoff("member", day("2026-11-22")), std::nullopt);
}

}  // namespace
}  // namespace besa::model
