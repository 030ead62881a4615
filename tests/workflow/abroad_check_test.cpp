// dataset check on links from one store into another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/workflow/coverage.hpp"
#include "two_stores.hpp"

namespace besa::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AbroadCheck : public testing::TwoStores {
 protected:
  /// What the check of the shop says, with the club's source or without it.
  std::vector<std::string> check(bool club_is_there = true) {
    const auto session = club_.session();
    const Realm& realm = session->realms().front();
    const auto shop_source = session->open(*session->dataset("shop"));
    const auto club_source = session->open(*session->dataset("club"));
    Sources others;
    if (club_is_there) others["club"] = club_source.get();
    std::vector<std::string> found;
    for (const model::Finding& finding :
         check_dataset(*realm.rules, *session->dataset("shop"), *shop_source,
                       session->today(*realm.policy), others))
      found.push_back(finding.code + " " + finding.where + ": " + finding.message);
    return found;
  }
};

TEST_F(AbroadCheck, links_that_lead_to_a_row_there_are_right) {
  EXPECT_THAT(check(), IsEmpty());
}

TEST_F(AbroadCheck, a_link_that_leads_to_no_row_there_is_counted) {
  club_.put("data/shop/orders.csv", "no,who,at\no1,m1,x\no2,m7,x\no3,m8,x\no4,,x\n");
  // An empty field says nothing: nobody is meant.
  EXPECT_THAT(check(), ElementsAre("data.dangling shop.orders.who: 2 rows refer to no row of "
                                   "'club.members'"));
}

TEST_F(AbroadCheck, a_link_that_leads_to_two_rows_there_is_counted) {
  club_.sql(
      "DROP TABLE members; CREATE TABLE members(id PRIMARY KEY, name, email, joined);"
      "INSERT INTO members(id) VALUES(5),('5'),(6)");
  club_.put("data/shop/orders.csv", "no,who,at\no1,5,x\no2,6,x\n");
  EXPECT_THAT(check(), ElementsAre("data.link_ambiguous shop.orders.who: 1 row refers to several "
                                   "rows of 'club.members'"));
}

TEST_F(AbroadCheck, who_is_unknown_by_an_identifier_was_never_a_member) {
  club_.put("datasets/shop.json", R"({"dataset": "shop", "policy": "club", "held_by": "club",
      "source": "csv:data/shop", "tables": {"orders": {"key": ["no"],
      "links": [{"columns": ["who"], "belongs_to": "club.members", "target_columns": ["email"]}],
      "columns": {"no": "none", "at": "user.behavior"}}}})");
  club_.put("data/shop/orders.csv", "no,who,at\no1,ARTA@club.example,x\no2,who@knows.example,x\n");
  EXPECT_THAT(check(), IsEmpty());
}

TEST_F(AbroadCheck, without_the_other_source_it_says_that_it_did_not_look) {
  EXPECT_THAT(check(false), ElementsAre(HasSubstr("data.not_compared shop.orders.who")));
}

}  // namespace
}  // namespace besa::workflow
