#include "besa/model/dataset_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using besa::Period;
using besa::model::Dataset;
using besa::model::Document;
using besa::model::Finding;
using besa::model::Link;
using besa::model::PartyRole;
using besa::model::Policy;
using besa::model::Rule;
using besa::model::RuleKind;
using besa::model::Table;
using testing::ElementsAre;
using testing::IsEmpty;

Policy policy() {
  Policy promised;
  promised.name = "shop";
  promised.controller = "us";
  promised.parties = {{"us", "We", PartyRole::controller, "AL"}};
  promised.contact_events = {{"purchase", true, "the person bought"}};
  Rule maximum;
  maximum.subject = "member";
  maximum.from = "last_contact";
  maximum.period = Period(2, 0, 0);
  Rule minimum;
  minimum.kind = RuleKind::minimum;
  minimum.document = "receipt";
  minimum.obligor = "us";
  promised.rules = {maximum, minimum};
  return promised;
}

Dataset dataset() {
  Document receipt;
  receipt.document = "receipt";
  receipt.obligor = "us";
  Table members;
  members.name = "members";
  members.subject = "member";
  members.events = {{"joined", {}, "collected"}, {"bought", {}, "purchase"}};
  members.documents = {receipt};
  Dataset map;
  map.name = "loyalty";
  map.policy = "shop";
  map.held_by = "us";
  map.tables = {members};
  return map;
}

std::vector<std::string> said(const Dataset& map) {
  std::vector<std::string> found;
  for (const Finding& finding : lint(map, policy(), {})) {
    found.push_back(std::string(name_of(finding.severity)) + " " + finding.code + " at " +
                    finding.where + (finding.hint.empty() ? "" : " (" + finding.hint + ")"));
  }
  return found;
}

TEST(DatasetLint, nothing_is_said_where_both_use_the_same_words) {
  EXPECT_THAT(said(dataset()), IsEmpty());
}

TEST(DatasetLint, a_dataset_of_another_policy) {
  Dataset map = dataset();
  map.policy = "bank";
  EXPECT_THAT(said(map), ElementsAre("error dataset.other_policy at loyalty"));
}

TEST(DatasetLint, a_holder_who_is_no_party) {
  Dataset map = dataset();
  map.held_by = "uss";
  EXPECT_THAT(said(map),
              ElementsAre("error dataset.holder_unknown at loyalty (did you mean 'us'?)"));
}

// A kind the policy does not know would count as no contact: the person would be erased too early.
TEST(DatasetLint, an_event_the_policy_does_not_know) {
  Dataset map = dataset();
  map.tables[0].events[1].event = "purchace";
  EXPECT_THAT(said(map),
              ElementsAre("error event.unknown at loyalty.members (did you mean 'purchase'?)"));
}

TEST(DatasetLint, a_document_of_nobody_or_without_a_duty) {
  Dataset map = dataset();
  map.tables[0].documents[0].obligor = "uz";
  map.tables[0].documents[0].document = "reciept";
  EXPECT_THAT(said(map),
              ElementsAre("error document.obligor_unknown at loyalty.members (known: us)",
                          "warning document.no_rule at loyalty.members (did you mean 'receipt'?)"));
}

TEST(DatasetLint, people_nobody_promised_anything) {
  Dataset map = dataset();
  map.tables[0].subject = "visitor";
  EXPECT_THAT(said(map),
              ElementsAre("warning subject.no_rule at loyalty.members (add a maximum for them)"));
}

TEST(DatasetLint, personal_data_that_no_link_leads_to) {
  Dataset map = dataset();
  Table leads;
  leads.name = "leads";
  leads.columns = {{"no", "none", {}, {}}, {"email", "user.contact.email", {}, {}}};
  map.tables.push_back(leads);
  EXPECT_THAT(said(map),
              ElementsAre("warning table.nobodys at loyalty.leads (add the link that leads to its "
                          "people, or a maximum of scope 'record')"));
  map.tables[1].columns.pop_back();
  EXPECT_THAT(said(map), IsEmpty());
}

/// Purchases of the members, each with a receipt that we must keep for its number and its buyer.
Table purchases() {
  Document receipt;
  receipt.document = "receipt";
  receipt.obligor = "us";
  receipt.columns = {"number", "buyer", "shop"};
  Link link;
  link.columns = {"member_id"};
  link.target = "members";
  Table table;
  table.name = "purchases";
  table.columns = {{"member_id", "user.unique_id", {}, ""},
                   {"number", "user.payment", {}, ""},
                   {"buyer", "user.name", {}, ""},
                   {"shop", "none", {}, ""}};
  table.links = {link};
  table.events = {{"bought", {}, "purchase"}};
  table.documents = {receipt};
  return table;
}

Rule record_rule(const std::string& from) {
  Rule rule;
  rule.scope = besa::model::RuleScope::record;
  rule.tables = {"purchases"};
  rule.from = from;
  rule.period = Period(10, 0, 0);
  return rule;
}

std::vector<std::string> said_of_purchases(const std::vector<Rule>& record_rules,
                                           const Table& table = purchases()) {
  Policy promised = policy();
  promised.rules.insert(promised.rules.end(), record_rules.begin(), record_rules.end());
  Dataset map = dataset();
  map.tables.push_back(table);
  std::vector<std::string> found;
  for (const Finding& finding : lint(map, promised, {})) {
    found.push_back(finding.code + " at " + finding.where + ": " +
                    finding.message.substr(0, finding.message.find(" stays")));
  }
  return found;
}

// A receipt whose buyer was erased is nobody's: no rule for people ever finds it again.
TEST(DatasetLint, what_a_duty_keeps_stays_for_ever_without_a_rule_for_records) {
  EXPECT_THAT(
      said_of_purchases({}),
      ElementsAre(
          "document.never_ends at loyalty.purchases: what is kept of the document 'receipt' "
          "(number, buyer)"));
  EXPECT_THAT(said_of_purchases({record_rule("purchase")}), IsEmpty());
}

TEST(DatasetLint, a_rule_for_records_that_never_starts_or_covers_a_part_ends_nothing_else) {
  EXPECT_THAT(said_of_purchases({record_rule("collected")}), testing::SizeIs(1));
  Rule names = record_rule("purchase");
  names.categories = {"user.name"};
  EXPECT_THAT(
      said_of_purchases({names}),
      ElementsAre(
          "document.never_ends at loyalty.purchases: what is kept of the document 'receipt' "
          "(number)"));
  Rule elsewhere = record_rule("purchase");
  elsewhere.tables = {"visits"};
  EXPECT_THAT(said_of_purchases({elsewhere}), testing::SizeIs(1));
  Rule for_others = record_rule("purchase");
  for_others.subject = "supplier";
  EXPECT_THAT(said_of_purchases({for_others}), testing::SizeIs(1));
  Rule endless = record_rule("purchase");
  endless.period = Period::indefinite();
  EXPECT_THAT(said_of_purchases({endless}), testing::SizeIs(1));
}

TEST(DatasetLint, what_a_duty_keeps_with_its_link_or_for_others_has_its_end) {
  Table whole = purchases();
  whole.documents[0].columns = {"member_id", "number", "buyer"};
  EXPECT_THAT(said_of_purchases({}, whole), IsEmpty());
  Table nameless = purchases();
  nameless.documents[0].columns = {"shop"};
  EXPECT_THAT(said_of_purchases({}, nameless), IsEmpty());
}

}  // namespace
