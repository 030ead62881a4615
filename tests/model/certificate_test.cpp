#include "besa/model/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "tests/model/signed_values.hpp"

namespace {

using namespace besa::model;
using besa::model::test::digest_of_a;
using besa::model::test::moment;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Certificate, reads_back_what_it_wrote) {
  Certificate given;
  given.id = "C-2026-0003";
  given.origin = "on-solutions.al/besa";
  given.manifest = "M-2026-0007";
  given.run = "R-2026-0004";
  given.header = digest_of_a;
  given.policy = "on-solutions";
  given.policy_version = "3";
  given.begun = given.finished = moment();
  given.outcome = RunOutcome::residue_pending;
  given.drafted_by = {"arta", true};
  given.approved_by = {"blerta"};
  given.eyes = 2;
  given.tables = {{"loyalty", "members", 1, 2, 3, 4, 5, 6}};
  given.skipped = {{"changed since approval", 4}};
  given.retained = {{"books-10y", 3}};
  given.looks = {
      {"loyalty", 4096, 12, 1, 2, {"live rows of members: 2"}, {"vacuum: not needed"}, false}};
  given.not_covered = {"backups until 2026-12-22"};
  given.ledger_size = 17;
  given.ledger_root = digest_of_a;
  const std::string text = besa::to_pretty(given.to_json());
  const auto read = Certificate::parse(text);
  EXPECT_EQ(besa::to_pretty(read.to_json()), text);
  EXPECT_THAT(text, HasSubstr(R"("outcome": "residue pending")"));
  EXPECT_EQ(read.tables[0].still_there, 6u);
  EXPECT_EQ(read.looks[0].excused, 2u);
  EXPECT_TRUE(read.looks[0].of_files);
  given.looks[0].of_files = false;
  EXPECT_FALSE(Certificate::parse(besa::to_pretty(given.to_json())).looks[0].of_files);
  std::string damaged = text;
  damaged.replace(damaged.find("residue pending"), 15, "all well");
  EXPECT_THROW(static_cast<void>(Certificate::parse(damaged)), besa::Error);
}

TEST(Certificate, of_a_run_that_was_given_up_says_by_whom_and_what_was_not_done) {
  Certificate given;
  given.id = "C-2026-0003";
  given.origin = given.manifest = given.run = given.policy = given.policy_version = "x";
  given.begun = given.finished = moment();
  given.drafted_by = {"arta", true};
  EXPECT_TRUE(given.nothing_outstanding());
  EXPECT_THAT(besa::to_pretty(given.to_json()), Not(HasSubstr("given_up")));
  given.outcome = RunOutcome::given_up;
  given.given_up_by = "blerta";
  given.given_up_reason = "store-lost";
  given.tables = {{"loyalty", "members", 1, 2, 3, 0, 1, 0, 7}};
  const std::string text = besa::to_pretty(given.to_json());
  EXPECT_THAT(text, HasSubstr(R"("outcome": "given up")"));
  const auto read = Certificate::parse(text);
  EXPECT_EQ(besa::to_pretty(read.to_json()), text);
  EXPECT_EQ(read.tables[0].given_up, 7u);
  EXPECT_EQ(read.given_up_by, "blerta");
  EXPECT_EQ(read.given_up_reason, "store-lost");
  EXPECT_FALSE(read.nothing_outstanding());
}

}  // namespace
