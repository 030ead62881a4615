#include "besa/model/dataset_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using besa::Period;
using besa::model::Dataset;
using besa::model::Document;
using besa::model::Finding;
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
  for (const Finding& finding : lint(map, policy())) {
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

}  // namespace
