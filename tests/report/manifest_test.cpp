#include "besa/report/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace besa::report {
namespace {

using model::ManifestHeader;
using testing::HasSubstr;

ManifestHeader a_header() {
  ManifestHeader header;
  header.id = "M-2026-0007";
  header.drafted_by = {"blerim", true};
  header.policy = "on-solutions";
  header.policy_version = "2026-01";
  header.datasets = {{"loyalty", {}, {}}};
  header.as_of = *Date::parse("2026-11-22");
  header.not_before = header.as_of;
  header.expires = *Date::parse("2026-11-29");
  header.tables = {{"loyalty", "members", 12, 0, 3, 1000}};
  header.rules = {{"last-contact", "ON-RET-2", 12, 60, Date::parse("2021-03-04")}};
  header.subjects = 12;
  header.records = 60;
  return header;
}

TEST(ManifestText, tells_an_approver_what_would_happen_to_how_many_by_which_promise) {
  const std::string text = manifest_text(a_header());
  EXPECT_THAT(text, HasSubstr("To be applied from 2026-11-22 to 2026-11-29\n"));
  EXPECT_THAT(text, HasSubstr("12 people, 60 records:\n"));
  EXPECT_THAT(text, HasSubstr("  last-contact  ON-RET-2      12       60  2021-03-04\n"));
  EXPECT_THAT(text, HasSubstr("  loyalty.members     12     -         3    1 000\n"));
  EXPECT_THAT(text, HasSubstr("Within every limit.\n"));
}

TEST(ManifestText, a_limit_that_is_passed_asks_for_an_override) {
  ManifestHeader header = a_header();
  header.exceeded = {"12 people, and at most 10 are allowed"};
  EXPECT_THAT(manifest_text(header),
              HasSubstr("Beyond a limit: 12 people, and at most 10 are allowed\n"
                        "It needs an override by name: --override CODE.\n"));
}

TEST(ManifestText, a_simulation_says_that_it_is_one) {
  ManifestHeader header = a_header();
  header.simulated = true;
  EXPECT_THAT(manifest_text(header), HasSubstr("can never be approved"));
}

TEST(ManifestJson, has_stable_fields) {
  EXPECT_EQ(
      rules_json(a_header().rules).dump(),
      R"([{"rule":"last-contact","clause":"ON-RET-2","subjects":12,"records":60,"oldest":"2021-03-04"}])");
  EXPECT_EQ(
      counts_json(a_header().tables).dump(),
      R"([{"dataset":"loyalty","table":"members","erase":12,"mask":0,"retained":3,"rows":1000}])");
}

}  // namespace
}  // namespace besa::report
