#include "besa/report/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace besa::report {
namespace {

using model::Certificate;
using testing::HasSubstr;
using testing::Not;

Certificate a_certificate() {
  Certificate certificate;
  certificate.id = "C-2026-0003";
  certificate.origin = "besa-log";
  certificate.manifest = "M-2026-0007";
  certificate.run = "R-2026-0004";
  certificate.policy = "on-solutions";
  certificate.policy_version = "2026-01";
  certificate.drafted_by = {"blerim", true};
  certificate.approved_by = {"drita"};
  certificate.eyes = 2;
  certificate.tables = {{"loyalty", "members", 12, 0, 3, 1, 12, 0}};
  certificate.skipped = {{"changed since approval", 1}};
  certificate.retained = {{"invoice-10y, clause ON-TAX-1", 3}};
  certificate.looks = {{"loyalty", 4096, 24, 2, 1, {}, {"checkpoint: done"}, true}};
  certificate.not_covered = {"earlier copies and backups", "disk blocks not yet overwritten"};
  certificate.ledger_size = 9;
  return certificate;
}

TEST(CertificateText, says_what_was_done_by_whom_and_what_stayed) {
  const std::string text = certificate_text(a_certificate());
  EXPECT_THAT(text,
              HasSubstr("Certificate C-2026-0003 of manifest M-2026-0007, run R-2026-0004\n"));
  EXPECT_THAT(
      text,
      HasSubstr("Drafted by blerim (claimed), approved by drita; 2 different people in all.\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "  loyalty.members       12       -         3        1           12            -\n"));
  EXPECT_THAT(text, HasSubstr("Skipped people, by why:\n  1  changed since approval\n"));
  EXPECT_THAT(text, HasSubstr("Retained rows, by ground:\n  3  invoice-10y, clause ON-TAX-1\n"));
}

TEST(CertificateText, of_a_run_that_was_given_up_says_what_was_not_done) {
  Certificate certificate = a_certificate();
  certificate.outcome = model::RunOutcome::given_up;
  certificate.given_up_by = "drita";
  certificate.given_up_reason = "store-lost";
  certificate.tables = {{"loyalty", "members", 12, 0, 3, 0, 12, 0, 5}};
  certificate.skipped = {{"erased in part: the run was given up", 1}};
  certificate.outstanding = {{"web", "", "its source is not there", 7, ""}};
  const std::string text = certificate_text(certificate);
  EXPECT_THAT(text, HasSubstr("Given up: an approver ended the run."));
  EXPECT_THAT(text, HasSubstr("Given up by drita: store-lost.\n"));
  EXPECT_THAT(text, HasSubstr("not done"));
  EXPECT_THAT(text, HasSubstr("loyalty.members       12       -         3         5"));
  EXPECT_THAT(text, HasSubstr("People not erased, by why:\n  1  erased in part"));
  EXPECT_THAT(text, HasSubstr("web, neither done to the end nor looked at: its source is not "
                              "there, 7 records\n"));
}

// erasure.md 1.8: what may be said about an erasure, and what may not.
TEST(CertificateText, promises_no_more_than_was_seen) {
  const std::string text = certificate_text(a_certificate());
  EXPECT_THAT(
      text, HasSubstr("Removed from the live files of loyalty; a search of their "
                      "4 096 bytes for 24 values, in every encoding they can have, found none.\n"));
  EXPECT_THAT(
      text,
      HasSubstr("Not covered:\n  earlier copies and backups\n  disk blocks not yet overwritten\n"));
  for (const char* boast : {"securely", "wiped", "unrecoverable", "irretrievabl"}) {
    EXPECT_THAT(text, Not(HasSubstr(boast)));
  }
}

TEST(CertificateText, of_a_server_it_claims_what_the_server_shows_and_not_its_files) {
  Certificate certificate = a_certificate();
  certificate.looks.front().of_files = false;
  const std::string text = certificate_text(certificate);
  EXPECT_THAT(text, HasSubstr("Removed from the database of loyalty; a search of the rows and "
                              "statistics it shows, 4 096 bytes, for 24 values found none.\n"
                              "  The files of its server were not searched.\n"));
  EXPECT_THAT(text, Not(HasSubstr("live files")));
}

TEST(CertificateText, a_residue_is_named_where_it_lies) {
  Certificate certificate = a_certificate();
  certificate.outcome = model::RunOutcome::residue_pending;
  certificate.looks.front().found = {"free bytes of members: 2"};
  const std::string text = certificate_text(certificate);
  EXPECT_THAT(text, HasSubstr("Residue pending: "));
  EXPECT_THAT(text, HasSubstr("found: free bytes of members: 2.\n"));
  EXPECT_THAT(text, Not(HasSubstr("found none")));
}

TEST(CertificateText, a_step_that_is_pending_is_not_said_to_be_a_value_that_was_found) {
  Certificate certificate = a_certificate();
  certificate.outcome = model::RunOutcome::residue_pending;
  certificate.looks.front().found = {};
  const std::string text = certificate_text(certificate);
  EXPECT_THAT(text, HasSubstr("Residue pending: what was erased is gone from its tables, but a "
                              "step after that did not succeed"));
  EXPECT_THAT(text, Not(HasSubstr("found again")));
}

TEST(CertificateText, where_nothing_was_removed_it_does_not_say_so) {
  Certificate certificate = a_certificate();
  certificate.tables.clear();
  const std::string text = certificate_text(certificate);
  EXPECT_THAT(text, HasSubstr("No table was changed."));
  EXPECT_THAT(text, HasSubstr("Nothing was removed from the live files of loyalty; a search of "));
  EXPECT_THAT(text, Not(HasSubstr("Removed from")));
}

TEST(CertificateText, an_override_is_told) {
  Certificate certificate = a_certificate();
  certificate.override_reason = "first-wave";
  EXPECT_THAT(certificate_text(certificate), HasSubstr("Limits were overridden: first-wave.\n"));
}

}  // namespace
}  // namespace besa::report
