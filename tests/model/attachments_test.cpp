#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/dataset.hpp"
#include "tests/model/dataset_of.hpp"

namespace {

using besa::model::Attachment;
using besa::model::Dataset;
using besa::model::test::dataset_of;
using testing::ElementsAre;

/// "lines(invoice) > invoices(customer) = customer by key": how a person would draw it.
std::string drawn(const Dataset& dataset, const Attachment& attachment) {
  std::string text = dataset.tables[attachment.table].name;
  for (const auto& step : attachment.steps) {
    text += "(" + step.columns.front() + ") > " + dataset.tables[step.table].name;
    EXPECT_FALSE(step.target_columns.empty());
  }
  EXPECT_EQ(attachment.holder,
            attachment.steps.empty() ? attachment.table : attachment.steps.back().table);
  text += "(" + attachment.columns.front() + ") = " + attachment.subject + " by ";
  text += attachment.by.empty() ? "key" : attachment.by;
  return attachment.root_itself ? "root " + text : text;
}

std::vector<std::string> drawn(const Dataset& dataset) {
  std::vector<std::string> all;
  for (const Attachment& attachment : besa::model::attachments(dataset)) {
    all.push_back(drawn(dataset, attachment));
  }
  return all;
}

TEST(Attachments, a_row_belongs_to_its_owner_over_any_number_of_steps) {
  const Dataset dataset = dataset_of("shop", R"(
      "lines": {"key": ["id"], "links": [{"columns": ["invoice"], "belongs_to": "invoices"}]},
      "invoices": {"key": ["id"], "links": [{"columns": ["customer"], "belongs_to": "customers"}]},
      "returns": {"key": ["id"], "links": [{"columns": ["line"], "belongs_to": "lines"}]},
      "customers": {"key": ["id"], "subject": "customer"})");
  EXPECT_THAT(drawn(dataset),
              ElementsAre("root customers(id) = customer by key",
                          "lines(invoice) > invoices(customer) = customer by key",
                          "invoices(customer) = customer by key",
                          "returns(line) > lines(invoice) > invoices(customer) = customer by key"));
}

TEST(Attachments, two_owners_are_two_ways) {
  const Dataset dataset = dataset_of("shop", R"(
      "members": {"key": ["id"], "subject": "member"},
      "transfers": {"key": ["id"], "links": [{"columns": ["giver"], "belongs_to": "members"},
                                             {"columns": ["taker"], "belongs_to": "members"}]},
      "notes": {"key": ["id"], "links": [{"columns": ["transfer"], "belongs_to": "transfers"}]})");
  EXPECT_THAT(drawn(dataset),
              ElementsAre("root members(id) = member by key", "transfers(giver) = member by key",
                          "transfers(taker) = member by key",
                          "notes(transfer) > transfers(giver) = member by key",
                          "notes(transfer) > transfers(taker) = member by key"));
  const auto ways = besa::model::attachments(dataset);
  EXPECT_EQ(ways[2].link, 1u);
  EXPECT_EQ(ways[4].link, 0u);  // the first link, in notes
}

TEST(Attachments, an_identifier_is_met_at_the_last_step) {
  const Dataset dataset = dataset_of("shop", R"(
      "members": {"key": ["id"], "subject": "member", "identifiers": {"email": "mail"}},
      "mailings": {"key": ["id"], "links": [{"columns": ["address"], "belongs_to": "members", "by": "email"}]},
      "clicks": {"key": ["id"], "links": [{"columns": ["mailing"], "belongs_to": "mailings"}]})");
  EXPECT_THAT(drawn(dataset),
              ElementsAre("root members(id) = member by key", "mailings(address) = member by email",
                          "clicks(mailing) > mailings(address) = member by email"));
}

TEST(Attachments, columns_of_the_root_that_are_an_identifier_are_met_as_that) {
  const Dataset dataset = dataset_of("shop", R"(
      "members": {"key": ["id"], "subject": "member", "identifiers": {"card": "card_no"},
                  "columns": {"household": "user.unique_id"}},
      "sales": {"key": ["id"], "links": [{"columns": ["card"], "belongs_to": "members", "target_columns": ["card_no"]}]},
      "letters": {"key": ["id"], "links": [{"columns": ["home"], "belongs_to": "members", "target_columns": ["household"]}]})");
  EXPECT_THAT(drawn(dataset),
              ElementsAre("root members(id) = member by key", "sales(card) = member by card",
                          "letters(home) > members(id) = member by key"));
}

TEST(Attachments, a_mention_or_a_merged_identity_owns_nothing) {
  const Dataset dataset = dataset_of("shop", R"(
      "customers": {"key": ["id"], "subject": "customer", "links": [{"columns": ["rep"], "mentions": "staff"}]},
      "staff": {"key": ["id"], "subject": "employee", "links": [{"columns": ["boss"], "mentions": "staff"}]},
      "merged": {"key": ["old"], "links": [{"columns": ["kept"], "same_person": "customers"}]})");
  EXPECT_THAT(drawn(dataset), ElementsAre("root customers(id) = customer by key",
                                          "root staff(id) = employee by key"));
}

TEST(Attachments, copies_and_what_was_derived_go_with_their_original) {
  const Dataset dataset = dataset_of("shop", R"(
      "members": {"key": ["id"], "subject": "member"},
      "archive": {"key": ["id"], "links": [{"columns": ["id"], "copy_of": "members"}]},
      "scores": {"key": ["id"], "links": [{"columns": ["member"], "derived_from": "members"}]})");
  EXPECT_THAT(drawn(dataset),
              ElementsAre("root members(id) = member by key", "archive(id) = member by key",
                          "scores(member) = member by key"));
}

TEST(Attachments, a_table_that_belongs_to_itself_is_walked_once) {
  const Dataset dataset = dataset_of("shop", R"(
      "members": {"key": ["id"], "subject": "member"},
      "comments": {"key": ["id"], "links": [{"columns": ["parent"], "belongs_to": "comments"},
                                            {"columns": ["author"], "belongs_to": "members"}]})");
  EXPECT_THAT(drawn(dataset),
              ElementsAre("root members(id) = member by key", "comments(author) = member by key"));
}

TEST(Attachments, catalogues_are_nobodys) {
  EXPECT_THAT(drawn(dataset_of("shop", R"("genres": {"key": ["id"], "columns": {"id": "none"}})")),
              ElementsAre());
}

}  // namespace
