// Masks that would never happen, because what they are to mask is in a table's key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/dataset_lint.hpp"

namespace {

using besa::Period;
using besa::model::Dataset;
using besa::model::Finding;
using besa::model::Mask;
using besa::model::MaskKind;
using besa::model::PartyRole;
using besa::model::Policy;
using besa::model::Rule;
using besa::model::RuleAction;
using besa::model::RuleKind;
using besa::model::RuleScope;
using besa::model::Severity;
using testing::ElementsAre;
using testing::IsEmpty;

Policy promises(Rule rule) {
  Policy policy;
  policy.name = "shop";
  policy.controller = "us";
  policy.parties = {{"us", "We", PartyRole::controller, "AL"}};
  policy.contact_events = {{"click", false, "a machine may click"}};
  rule.id = "news";
  rule.period = Period(2, 0, 0);
  policy.rules = {rule};
  return policy;
}

Rule masking(std::vector<std::string> categories = {}) {
  Rule rule;
  rule.subject = "member";
  rule.from = "last_contact";
  rule.action = RuleAction::mask;
  rule.categories = std::move(categories);
  return rule;
}

Rule masking_records(std::vector<std::string> categories) {
  Rule rule = masking(std::move(categories));
  rule.subject.clear();
  rule.scope = RuleScope::record;
  rule.from = "click";
  return rule;
}

/// Subscribers, named by their address.
Dataset subscribers() {
  Dataset map;
  map.name = "mail";
  map.policy = "shop";
  map.held_by = "us";
  auto& table = map.tables.emplace_back();
  table.name = "subs";
  table.key = {"email"};
  table.subject = "member";
  table.columns = {{"email", "user.contact.email", {}, ""}, {"name", "user.name", {}, ""}};
  table.events = {{"at", {}, "click"}};
  return map;
}

std::vector<std::string> said(const Dataset& map, const Policy& policy) {
  std::vector<std::string> found;
  for (const Finding& finding : lint(map, policy, {}))
    if (finding.severity == Severity::error) found.push_back(finding.code + " " + finding.where);
  return found;
}

TEST(KeyMasks, a_mask_on_a_key_is_refused_whatever_the_rules) {
  Rule erasing = masking();
  erasing.action = RuleAction::erase;
  Dataset map = subscribers();
  EXPECT_THAT(said(map, promises(erasing)), IsEmpty());
  map.tables[0].columns[0].mask = Mask{MaskKind::pseudonym};
  EXPECT_THAT(said(map, promises(erasing)), ElementsAre("mask.on_key mail.subs.email"));
}

TEST(KeyMasks, a_rule_that_masks_people_named_by_their_address_is_refused) {
  EXPECT_THAT(said(subscribers(), promises(masking())), ElementsAre("mask.of_key mail.subs.email"));
  EXPECT_THAT(said(subscribers(), promises(masking({"user.contact"}))),
              ElementsAre("mask.of_key mail.subs.email"));
  EXPECT_THAT(said(subscribers(), promises(masking({"user.name"}))), IsEmpty());
}

TEST(KeyMasks, a_rule_for_records_that_would_never_list_a_row_is_refused) {
  EXPECT_THAT(said(subscribers(), promises(masking_records({"user.contact"}))),
              ElementsAre("mask.of_key mail.subs.email"));
  Rule of_other_events = masking_records({"user.contact"});
  of_other_events.from = "purchase";
  EXPECT_THAT(said(subscribers(), promises(of_other_events)), IsEmpty());
}

TEST(KeyMasks, a_rule_that_erases_a_category_masks_it_where_there_is_more_in_the_row) {
  Rule erasing = masking({"user.contact"});
  erasing.action = RuleAction::erase;
  EXPECT_THAT(said(subscribers(), promises(erasing)), ElementsAre("mask.of_key mail.subs.email"));
  Dataset nothing_else = subscribers();
  nothing_else.tables[0].columns.pop_back();
  EXPECT_THAT(said(nothing_else, promises(erasing)), IsEmpty());
}

TEST(KeyMasks, a_number_that_tells_rows_apart_may_stay_unless_a_rule_names_it) {
  Dataset map = subscribers();
  map.tables[0].columns[0].category = "user.unique_id";
  EXPECT_THAT(said(map, promises(masking())), IsEmpty());
  EXPECT_THAT(said(map, promises(masking({"user.unique_id"}))),
              ElementsAre("mask.of_key mail.subs.email"));
}

TEST(KeyMasks, rules_for_other_tables_purposes_and_people_are_none) {
  Rule elsewhere = masking();
  elsewhere.tables = {"orders"};
  EXPECT_THAT(said(subscribers(), promises(elsewhere)), IsEmpty());
  Rule of_others = masking();
  of_others.subject = "supplier";
  EXPECT_THAT(said(subscribers(), promises(of_others)), IsEmpty());
  Rule for_another_purpose = masking();
  for_another_purpose.purposes = {"billing"};
  Dataset map = subscribers();
  map.tables[0].purposes = {"newsletter"};
  EXPECT_THAT(said(map, promises(for_another_purpose)), IsEmpty());
}

TEST(KeyMasks, a_document_that_is_kept_under_an_address_it_does_not_need) {
  Rule erasing = masking();
  erasing.action = RuleAction::erase;
  Policy policy = promises(erasing);
  Rule duty;
  duty.kind = RuleKind::minimum;
  duty.scope = RuleScope::record;
  duty.document = "consent";
  duty.obligor = "us";
  policy.rules.push_back(duty);
  Dataset map = subscribers();
  auto& document = map.tables[0].documents.emplace_back();
  document.document = "consent";
  document.obligor = "us";
  document.columns = {"at"};
  EXPECT_THAT(said(map, policy), ElementsAre("document.keeps_key mail.subs.email"));
  document.columns.emplace_back("email");
  EXPECT_THAT(said(map, policy), IsEmpty());
}

}  // namespace
