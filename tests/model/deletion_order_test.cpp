#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/dataset.hpp"
#include "tests/model/dataset_of.hpp"

namespace {

using besa::model::Dataset;
using besa::model::test::dataset_of;
using testing::ElementsAre;

std::vector<std::string> order_of(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const auto table : besa::model::deletion_order(dataset)) {
    names.push_back(dataset.tables[table].name);
  }
  return names;
}

TEST(DeletionOrder, children_go_before_what_they_belong_to_or_mention_and_otherwise_by_name) {
  const Dataset dataset = dataset_of("crm", R"(
      "customers": {"key": ["id"], "subject": "customer", "links": [{"columns": ["rep"], "mentions": "staff"}]},
      "staff": {"key": ["id"], "subject": "employee"},
      "invoices": {"key": ["id"], "links": [{"columns": ["customer"], "belongs_to": "customers"}]},
      "lines": {"key": ["id"], "links": [{"columns": ["invoice"], "belongs_to": "invoices"},
                                         {"columns": ["track"], "mentions": "tracks"}]},
      "tracks": {"key": ["id"]}, "albums": {"key": ["id"]})");
  EXPECT_THAT(order_of(dataset),
              ElementsAre("albums", "lines", "invoices", "customers", "staff", "tracks"));
}

TEST(DeletionOrder, two_identities_of_one_person_may_point_at_each_other) {
  const Dataset dataset = dataset_of("crm", R"(
      "contacts": {"key": ["id"], "subject": "person", "links": [{"columns": ["lead"], "same_person": "leads"}]},
      "leads": {"key": ["id"], "subject": "person", "links": [{"columns": ["contact"], "same_person": "contacts"}]})");
  EXPECT_THAT(order_of(dataset), ElementsAre("contacts", "leads"));
}

TEST(DeletionOrder, one_way_conversion_goes_before_what_it_became) {
  const Dataset dataset = dataset_of("crm", R"(
      "a_contacts": {"key": ["id"], "subject": "person"},
      "leads": {"key": ["id"], "subject": "person", "links": [{"columns": ["contact"], "same_person": "a_contacts"}]})");
  EXPECT_THAT(order_of(dataset), ElementsAre("leads", "a_contacts"));
}

}  // namespace
