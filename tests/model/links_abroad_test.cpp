// Links from one dataset into another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/dataset.hpp"
#include "besa/model/dataset_lint.hpp"
#include "tests/model/dataset_of.hpp"

namespace {

using besa::model::Attachment;
using besa::model::Dataset;
using besa::model::test::dataset_of;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class LinksAbroad : public testing::Test {
 protected:
  /// The only codes that lint finds in `web`, with its hint.
  std::vector<std::string> said(const std::string& link) const {
    const Dataset web = dataset_of("web", R"("visits": {"key": ["id"], "links": [)" + link + "]}");
    const std::vector<const Dataset*> all{&shop_, &web};
    besa::model::Policy policy;
    policy.name = "p";
    policy.controller = "us";
    policy.parties = {{"us", "We", besa::model::PartyRole::controller, "AL"}};
    std::vector<std::string> found;
    for (const auto& finding : lint(web, policy, all))
      found.push_back(finding.code + (finding.hint.empty() ? "" : " (" + finding.hint + ")"));
    return found;
  }

  Dataset shop_ = dataset_of("shop", R"(
      "members": {"key": ["id"], "subject": "member",
                  "identifiers": {"email": "mail", "member_id": "id"}, "columns": {"city": "none"}},
      "orders": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}]})");
};

TEST_F(LinksAbroad, lead_straight_to_the_people_of_another_dataset) {
  const Dataset web = dataset_of("web", R"(
      "visits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "shop.members"}]},
      "clicks": {"key": ["id"], "links": [{"columns": ["visit"], "belongs_to": "visits"}]},
      "mails": {"key": ["id"],
        "links": [{"columns": ["to"], "belongs_to": "shop.members", "by": "email"}]})");
  const std::vector<const Dataset*> all{&web, &shop_};
  std::vector<std::string> drawn;
  for (const Attachment& way : attachments(web, all))
    drawn.push_back(web.tables[way.table].name + "(" + way.columns.front() +
                    ") = " + way.root_name() + " by " + (way.by.empty() ? "key" : way.by) + ", " +
                    std::to_string(way.steps.size()) + " steps");
  EXPECT_THAT(drawn, ElementsAre("visits(member) = shop.members by key, 0 steps",
                                 "clicks(member) = shop.members by key, 1 steps",
                                 "mails(to) = shop.members by email, 0 steps"));
  EXPECT_THAT(attachments(web), IsEmpty());  // alone it knows nobody
  EXPECT_TRUE(leads_into(web, shop_, all));
  EXPECT_FALSE(leads_into(shop_, web, all));
}

TEST_F(LinksAbroad, a_dataset_comes_after_those_its_people_are_listed_in) {
  const Dataset web = dataset_of("web", R"("visits": {"key": ["id"],
      "links": [{"columns": ["member"], "belongs_to": "shop.members"}]})");
  const Dataset alone = dataset_of("alone", R"("notes": {"key": ["id"]})");
  const std::vector<const Dataset*> listed{&web, &alone, &shop_};
  EXPECT_THAT(besa::model::owners_first(listed), ElementsAre(&alone, &shop_, &web));
}

TEST_F(LinksAbroad, good_links_are_not_remarked_on) {
  EXPECT_THAT(said(R"({"columns": ["member"], "belongs_to": "shop.members"})"), IsEmpty());
  EXPECT_THAT(said(R"({"columns": ["mail"], "belongs_to": "shop.members", "by": "email"})"),
              IsEmpty());
  EXPECT_THAT(said(R"({"columns": ["mail"], "belongs_to": "shop.members",
                       "target_columns": ["mail"]})"),
              IsEmpty());
}

TEST_F(LinksAbroad, an_unknown_dataset_or_table_is_named_with_the_nearest) {
  EXPECT_THAT(said(R"({"columns": ["member"], "belongs_to": "shopp.members"})"),
              ElementsAre("link.dataset_unknown (did you mean 'shop'?)"));
  EXPECT_THAT(said(R"({"columns": ["member"], "belongs_to": "shop.member"})"),
              ElementsAre("link.table_unknown (did you mean 'members'?)"));
}

TEST_F(LinksAbroad, a_table_that_lists_nobody_cannot_be_reached_from_abroad) {
  EXPECT_THAT(said(R"({"columns": ["order"], "belongs_to": "shop.orders"})"),
              ElementsAre(testing::StartsWith("link.nobodys")));
}

TEST_F(LinksAbroad, an_identifier_nobody_has_or_a_column_that_is_none) {
  EXPECT_THAT(said(R"({"columns": ["m"], "belongs_to": "shop.members", "by": "emial"})"),
              ElementsAre("link.kind_unknown (did you mean 'email'?)"));
  EXPECT_THAT(said(R"({"columns": ["m"], "belongs_to": "shop.members",
                       "target_columns": ["city"]})"),
              ElementsAre(testing::StartsWith("link.columns")));
  EXPECT_THAT(said(R"({"columns": ["m", "n"], "belongs_to": "shop.members"})"),
              ElementsAre(testing::StartsWith("link.columns")));
}

TEST_F(LinksAbroad, two_datasets_that_lead_into_one_another_are_an_error) {
  const Dataset one = dataset_of("one", R"("a": {"key": ["id"], "subject": "x",
      "links": [{"columns": ["b"], "belongs_to": "two.b"}]})");
  const Dataset two = dataset_of("two", R"("b": {"key": ["id"], "subject": "y",
      "links": [{"columns": ["a"], "belongs_to": "one.a"}]})");
  const std::vector<const Dataset*> all{&one, &two};
  besa::model::Policy policy;
  std::vector<std::string> codes;
  for (const auto& finding : lint(one, policy, all)) codes.push_back(finding.code);
  EXPECT_THAT(codes, Contains("link.circle"));
}

}  // namespace
