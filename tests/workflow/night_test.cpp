#include "besa/workflow/night.hpp"

#include <gmock/gmock.h>

#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class NightTest : public Shop {
 protected:
  void SetUp() override { open_shop(); }

  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const NightStep& step : night(*session()))
      lines.push_back((step.wrong ? "! " : "") + step.name + ": " + step.message);
    return lines;
  }
  void approve_ahead() {
    model::StandingApproval approval;
    approval.rules = {"last-contact"};
    approval.most_subjects = 10;
    approval.most_records = 100;
    approval.until = *Date::parse("2027-01-31");
    approval.by = "arta";
    approve_in_advance(*session("arta"), approval, arta);
  }
};

TEST_F(NightTest, without_approval_it_drafts_and_waits) {
  const auto lines = told();
  EXPECT_THAT(lines, Contains("resume: nothing was unfinished"));
  EXPECT_THAT(lines, Contains("check: dataset dataset is covered by its file"));
  EXPECT_THAT(lines, Contains("sweep: policy: 2 people are due, manifest M-2026-0001 was drafted"));
  EXPECT_THAT(lines, Contains(StartsWith("apply: manifest M-2026-0001 is not approved")));
  EXPECT_EQ(count("customers"), 3);
}

TEST_F(NightTest, one_open_manifest_is_enough) {
  told();
  const auto lines = told();
  EXPECT_THAT(
      lines,
      Contains(
          "sweep: policy: manifest M-2026-0001 is open until 2026-11-29; no other was drafted"));
  EXPECT_EQ(session()->ledger().manifests().size(), 1U);
}

TEST_F(NightTest, an_expired_manifest_is_drafted_again) {
  told();
  pass_days(8);
  EXPECT_THAT(told(), Contains(HasSubstr("manifest M-2026-0002 was drafted")));
}

TEST_F(NightTest, what_was_approved_by_day_is_applied_by_night) {
  const std::string id = draft();
  approve_as_arta(id);
  EXPECT_THAT(told(), Contains(AllOf(StartsWith("apply: manifest " + id + ": done"),
                                     HasSubstr("certificate C-2026-0001"))));
  EXPECT_EQ(count("customers"), 1);
  EXPECT_EQ(count("purchases"), 2);
}

TEST_F(NightTest, approved_in_advance_a_night_does_it_all) {
  approve_ahead();
  EXPECT_THAT(told(), Contains(StartsWith("apply: manifest M-2026-0001: done")));
  EXPECT_EQ(count("customers"), 1);
  EXPECT_THAT(told(), Contains("sweep: policy: nobody is due"));
}

TEST_F(NightTest, a_residue_that_stays_is_looked_for_every_night_and_certified_once) {
  approve_ahead();
  const auto remark = [&](const std::string& text) {
    SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE)
        .exec("UPDATE customers SET email = '" + text + "' WHERE id = 'b'");
  };
  const auto certificates = [&] {
    return std::distance(fs::directory_iterator(root() / ".besa/certificates"), {});
  };
  remark("ben, and ana@x.example");
  EXPECT_THAT(told(),
              Contains(StartsWith(
                  "! apply: manifest M-2026-0001: residue pending, certificate C-2026-0001")));
  for (int nights = 0; nights < 2; ++nights) {
    pass_days(1);
    EXPECT_THAT(told(), Contains(StartsWith("! apply: manifest M-2026-0001: residue pending as "
                                            "before, certificate C-2026-0001")));
    EXPECT_EQ(certificates(), 1);
  }
  remark("ben@x.example");
  pass_days(1);
  EXPECT_THAT(told(), Contains("apply: manifest M-2026-0001: done, certificate C-2026-0002"));
  EXPECT_EQ(certificates(), 2);
}

TEST_F(NightTest, a_residue_found_elsewhere_is_certified_anew) {
  approve_ahead();
  const auto sql = [&](const std::string& text) {
    SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE).exec(text);
  };
  sql("UPDATE customers SET email = 'ben, and ana@x.example' WHERE id = 'b'");
  told();
  sql("UPDATE purchases SET at = '2026-10-20T10:00:00Z for ana@x.example' WHERE id = 4");
  pass_days(1);
  EXPECT_THAT(told(), Contains(StartsWith("! apply: manifest M-2026-0001: residue pending, "
                                          "certificate C-2026-0002")));
}

TEST_F(NightTest, a_broken_source_stops_no_other_step) {
  fs::remove(root() / "data/customers.db");
  const auto lines = told();
  EXPECT_THAT(lines, Contains(StartsWith("! check: dataset dataset: its source is not there")));
  EXPECT_THAT(lines, Contains(StartsWith("checkpoint: checkpoint-")));
}

TEST_F(NightTest, a_new_column_stops_the_sweep_and_is_named) {
  SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE)
      .exec("ALTER TABLE customers ADD COLUMN shoe_size");
  const auto lines = told();
  EXPECT_THAT(lines,
              Contains(AllOf(StartsWith("! check: "), HasSubstr("dataset.customers.shoe_size"))));
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("! sweep: "), HasSubstr("shoe_size"))));
  EXPECT_EQ(session()->ledger().manifests().size(), 0U);
}

TEST_F(NightTest, it_leaves_a_signed_checkpoint_and_the_time_of_its_success) {
  std::string workspace = got(root() / "besa.json");
  workspace.replace(workspace.find("\"language\""), 10, "\"metrics\": \"besa.prom\", \"language\"");
  put(root() / "besa.json", workspace);
  approve_ahead();
  told();
  const Path note = root() / ".besa/checkpoints" /
                    ("checkpoint-" + std::to_string(session()->ledger().size()) + ".note");
  ASSERT_TRUE(fs::exists(note));
  EXPECT_TRUE(model::open_note(got(note), session()->ledger().verifier_key()).has_value());
  EXPECT_THAT(got(root() / "besa.prom"), HasSubstr("besa_last_success_timestamp_seconds " +
                                                   std::to_string(clock.now().seconds) + "\n"));
}

TEST_F(NightTest, faults_22_and_23_a_second_night_says_who_is_at_work) {
  const FileLock first(root() / ".besa/night", "'besa night'", "cron", 0);
  EXPECT_THAT(thrown(ErrorKind::busy, [&] { told(); }), HasSubstr("cron"));
}

TEST_F(NightTest, a_simulated_day_has_no_night) {
  Session looking({root(), "besnik", *Date::parse("2027-06-01")}, clock, silent);
  EXPECT_THAT(thrown(ErrorKind::usage, [&] { static_cast<void>(night(looking)); }),
              HasSubstr("--today"));
}

}  // namespace
}  // namespace besa::workflow
