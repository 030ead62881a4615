// Which columns may be masked in rows that stay.
#include "besa/model/mask_reach.hpp"

#include <gtest/gtest.h>

namespace {

using besa::Period;
using besa::model::Dataset;
using besa::model::Link;
using besa::model::LinkKind;
using besa::model::MaskReach;
using besa::model::Policy;
using besa::model::Rule;
using besa::model::RuleAction;
using besa::model::RuleKind;
using besa::model::Table;

/// Members, who are promised this.
Policy policy_of(const Rule& rule) {
  Policy policy;
  policy.controller = "us";
  policy.rules = {rule};
  policy.rules.front().period = Period(2, 0, 0);
  return policy;
}

Dataset members() {
  Dataset map;
  map.name = "club";
  Table& table = map.tables.emplace_back();
  table.name = "members";
  table.key = {"id"};
  table.subject = "member";
  table.columns = {{"id", "user.unique_id", {}, ""},
                   {"name", "user.name", {}, ""},
                   {"phone", "user.contact.phone_number", {}, ""},
                   {"shop", "none", {}, ""}};
  return map;
}

bool may_mask(const Dataset& map, const Policy& policy, const std::string& column) {
  const Table& table = map.tables.front();
  return MaskReach(map, policy, {}).may_mask(table, *table.column(column));
}

TEST(MaskReach, is_nowhere_where_whole_rows_go) {
  EXPECT_FALSE(may_mask(members(), policy_of({}), "name"));
}

TEST(MaskReach, is_what_a_rule_masks_of_personal_data) {
  Rule masks;
  masks.action = RuleAction::mask;
  EXPECT_TRUE(may_mask(members(), policy_of(masks), "name"));
  EXPECT_FALSE(may_mask(members(), policy_of(masks), "shop"));
  masks.tables = {"orders"};
  EXPECT_FALSE(may_mask(members(), policy_of(masks), "name"));
}

TEST(MaskReach, is_a_category_that_goes_while_the_row_has_more) {
  Rule erases;
  erases.categories = {"user.contact"};
  EXPECT_TRUE(may_mask(members(), policy_of(erases), "phone"));
  EXPECT_FALSE(may_mask(members(), policy_of(erases), "name"));
}

TEST(MaskReach, is_what_a_document_we_keep_does_not_need) {
  Rule duty;
  duty.kind = RuleKind::minimum;
  duty.document = "receipt";
  duty.obligor = "us";
  Dataset map = members();
  auto& document = map.tables.front().documents.emplace_back();
  document.document = "receipt";
  document.obligor = "us";
  document.columns = {"name"};
  EXPECT_FALSE(may_mask(map, policy_of(duty), "name"));
  EXPECT_TRUE(may_mask(map, policy_of(duty), "phone"));
  document.obligor = "partner";
  EXPECT_FALSE(may_mask(map, policy_of(duty), "phone"));
}

TEST(MaskReach, is_what_a_link_that_mentions_somebody_masks_with_it) {
  Dataset map = members();
  Link link;
  link.kind = LinkKind::mentions;
  link.columns = {"shop"};
  link.target = "members";
  link.mask = {"phone"};
  map.tables.front().links = {link};
  EXPECT_TRUE(may_mask(map, policy_of({}), "phone"));
}

}  // namespace
