#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "besa/model/manifest.hpp"
#include "tests/model/signed_values.hpp"

namespace {

using namespace besa::model;
using besa::Date;
using besa::Digest;
using besa::Instant;
using besa::model::test::day;
using besa::model::test::digest_of_a;
using besa::model::test::moment;
using ::testing::HasSubstr;

const std::string hex_of_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
Approval approval() {
  return {"M-2026-0007", digest_of_a, "blerta", moment(), "", "KEY=", "SIG="};
}

StandingApproval standing() {
  StandingApproval approval;
  approval.id = "A-2026-0001";
  approval.origin = "on-solutions.al/besa";
  approval.rules = {"members-5y", "calls-1y"};
  approval.policy_digest = digest_of_a;
  approval.datasets = {{"loyalty", digest_of_a}};
  approval.most_subjects = 100;
  approval.most_records = 1000;
  approval.until = day("2027-03-31");
  approval.by = "blerta";
  approval.at = moment();
  approval.public_key = "KEY=";
  approval.signature = "SIG=";
  return approval;
}

ManifestHeader covered() {
  ManifestHeader header;
  header.origin = "on-solutions.al/besa";
  header.why = "retention";
  header.policy_digest = digest_of_a;
  header.datasets = {{"loyalty", digest_of_a, Digest{}}};
  header.rules = {{"members-5y", "4.2", 100, 1000, std::nullopt}};
  header.subjects = 100;
  header.records = 1000;
  return header;
}

TEST(Rejection, reads_back_what_it_wrote_and_signs_all_of_it) {
  const Rejection given{"M-2026-0007", digest_of_a, "blerta", moment(),
                        "store-lost",  "KEY=",      "SIG="};
  EXPECT_EQ(given.statement(),
            R"({"format":"besa-rejection/1","manifest":"M-2026-0007","header":")" + hex_of_a +
                R"(","by":"blerta","at":"2026-11-22T16:42:30Z","reason":"store-lost"})" + "\n");
  EXPECT_EQ(Rejection::parse(given.to_text()).to_text(), given.to_text());
  EXPECT_THROW(static_cast<void>(Rejection::parse(approval().to_text())), besa::Error);
}

TEST(Approval, its_statement_is_one_line_that_names_the_header) {
  EXPECT_EQ(approval().statement(),
            R"({"format":"besa-approval/1","manifest":"M-2026-0007","header":")" + hex_of_a +
                R"(","by":"blerta","at":"2026-11-22T16:42:30Z","override_reason":""})" + "\n");
}

TEST(Approval, reads_back_what_it_wrote) {
  auto given = approval();
  given.override_reason = "first-sweep";
  const auto read = Approval::parse(given.to_text());
  EXPECT_EQ(read.to_text(), given.to_text());
  EXPECT_EQ(read.statement(), given.statement());
  EXPECT_EQ(read.signature, "SIG=");
}

TEST(Approval, a_damaged_file_says_what_is_wrong) {
  const std::string text = approval().to_text();
  const auto complaint = [](std::string_view damaged) -> std::string {
    try {
      static_cast<void>(Approval::parse(damaged));
      return "accepted";
    } catch (const besa::Error& error) {
      return error.message();
    }
  };
  std::string newer = text;
  newer.replace(newer.find("approval/1"), 10, "approval/9");
  EXPECT_THAT(complaint(newer), HasSubstr("newer"));
  EXPECT_THAT(complaint(text.substr(0, 40)), HasSubstr("approval: line"));
  std::string unsigned_one = text;
  unsigned_one.replace(unsigned_one.find("SIG="), 4, "");
  EXPECT_THAT(complaint(unsigned_one), HasSubstr("/signature"));
}

TEST(StandingApproval, its_statement_is_one_line_that_names_its_bounds) {
  EXPECT_EQ(
      standing().statement(),
      R"({"format":"besa-standing-approval/1","id":"A-2026-0001","origin":"on-solutions.al/besa",)"
      R"("rules":["members-5y","calls-1y"],"policy_digest":")" +
          hex_of_a + R"(","datasets":{"loyalty":")" + hex_of_a +
          R"("},"most_subjects":100,"most_records":1000,"until":"2027-03-31","by":"blerta",)"
          R"("at":"2026-11-22T16:42:30Z"})" +
          "\n");
  EXPECT_EQ(StandingApproval::parse(standing().to_text()).to_text(), standing().to_text());
}

TEST(StandingApproval, covers_what_lies_within_its_bounds_to_its_last_day) {
  EXPECT_EQ(standing().refuses(covered(), day("2027-03-31")), "");
}

TEST(StandingApproval, refuses_what_lies_outside_and_says_why) {
  const auto refusal = [](auto change) {
    ManifestHeader header = covered();
    change(header);
    return standing().refuses(header, day("2026-11-22"));
  };
  EXPECT_EQ(standing().refuses(covered(), day("2027-04-01")), "it ended on 2027-03-31");
  EXPECT_THAT(refusal([](auto& h) { h.why = "request"; }), HasSubstr("never request"));
  EXPECT_THAT(refusal([](auto& h) { h.origin = "other"; }), HasSubstr("another ledger"));
  EXPECT_THAT(refusal([](auto& h) { h.simulated = true; }), HasSubstr("simulation"));
  EXPECT_THAT(refusal([](auto& h) { h.policy_digest = {}; }), HasSubstr("policy was changed"));
  EXPECT_THAT(refusal([](auto& h) { h.datasets[0].digest = {}; }),
              HasSubstr("loyalty was changed"));
  EXPECT_THAT(refusal([](auto& h) { h.datasets[0].name = "crm"; }),
              HasSubstr("crm is not covered"));
  EXPECT_THAT(refusal([](auto& h) { h.rules[0].rule = "new"; }), HasSubstr("rule new"));
  EXPECT_EQ(refusal([](auto& h) { h.subjects = 101; }),
            "101 subjects, more than the 100 it covers");
  EXPECT_EQ(refusal([](auto& h) { h.records = 1001; }),
            "1 001 records, more than the 1 000 it covers");
  EXPECT_THAT(refusal([](auto& h) { h.exceeded = {"too many"}; }), HasSubstr("too many"));
}

}  // namespace
