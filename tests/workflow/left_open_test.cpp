// What is left open is seen to be open, with its cause, until it is not: in status, in the night
// and in the certificate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "at.hpp"
#include "besa/report/certificate.hpp"
#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
#include "two_stores.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class LeftOpen : public testing::TwoStores {
 protected:
  /// Lines of status: "! 6 topic: message", with the exit status that they ask for.
  std::vector<std::string> status_lines() {
    std::vector<std::string> lines;
    for (const StatusLine& line : status(*club_.session(), Audience::everybody))
      lines.push_back(
          (line.needs_person ? "! " + std::to_string(static_cast<int>(line.kind)) + " " : "") +
          line.topic + ": " + line.message);
    return lines;
  }
  std::vector<std::string> night_lines() {
    std::vector<std::string> lines;
    for (const NightStep& step : night(*club_.session()))
      lines.push_back((step.wrong ? "! " + std::to_string(static_cast<int>(step.kind)) + " " : "") +
                      step.name + ": " + step.message);
    return lines;
  }
};

TEST_F(LeftOpen, status_and_night_name_a_store_that_refused_and_why) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  std::filesystem::create_hard_link(club_.root() / "data/shop/orders.csv",
                                    club_.root() / "other.csv");
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_THAT(status_lines(),
              Contains(AllOf(StartsWith("! 6 outstanding: manifest " + manifest),
                             HasSubstr("dataset shop is outstanding: '"),
                             HasSubstr("has another name (a hard link) (certificate C-2026-0001); "
                                       "it may be applied until 2026-11-29"))));
  EXPECT_THAT(status_lines(), Not(Contains(HasSubstr("may be applied by"))));
  EXPECT_THAT(night_lines(),
              Contains(AllOf(StartsWith("! 6 apply: manifest " + manifest),
                             HasSubstr("dataset shop is outstanding: '"), HasSubstr("a hard link"),
                             Not(HasSubstr("later day")))));

  std::filesystem::remove(club_.root() / "other.csv");
  EXPECT_THAT(night_lines(), Contains(StartsWith("apply: manifest " + manifest + ": done")));
  EXPECT_THAT(status_lines(), Not(Contains(HasSubstr("outstanding"))));
}

TEST_F(LeftOpen, what_was_carried_out_in_part_and_expired_is_not_said_to_be_never_applied) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  lose_the_shop();
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  orders();
  club_.set_day("2026-12-15");
  EXPECT_THAT(status_lines(),
              Contains(AllOf(StartsWith("! 6 outstanding: manifest " + manifest),
                             HasSubstr("it expired on 2026-11-29, and the next sweep finds"))));
  EXPECT_THAT(status_lines(), Not(Contains(HasSubstr("never applied"))));
}

TEST_F(LeftOpen, a_party_that_has_its_own_copy_is_named_until_its_instruction_is_destroyed) {
  shop("bar", "");
  const std::string manifest = club_.draft();
  const ApplyReport report = club_.approve_and_apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_TRUE(club_.apply(manifest).already);
  const auto listed = HasSubstr(
      "outstanding: bar has its own copy (dataset shop, 1 record) of what went under manifest " +
      manifest + ", since 2026-11-22 by certificate C-2026-0001");
  club_.set_day("2026-11-24");
  EXPECT_THAT(status_lines(),
              Contains(AllOf(StartsWith("! 6 "), listed,
                             HasSubstr(report.certificate.outstanding[0].instruction))));
  EXPECT_THAT(night_lines(), Contains(AllOf(StartsWith("! 6 "), listed)));

  destroy_file(club_.root() / report.certificate.outstanding[0].instruction);
  EXPECT_THAT(status_lines(), Contains(AllOf(StartsWith("outstanding: "), listed)));
  EXPECT_THAT(night_lines(), Not(Contains(listed)));
}

TEST_F(LeftOpen, a_step_that_is_pending_is_not_said_to_be_a_value_that_was_found) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  testing::At gone("looking at the bytes of shop", 0, [&] { lose_the_shop(); });
  Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, gone);
  EXPECT_EQ(apply(session, {manifest}).certificate.outcome, model::RunOutcome::residue_pending);
  EXPECT_THAT(status_lines(),
              Contains(AllOf(StartsWith("! 6 residue: manifest " + manifest),
                             HasSubstr("but not every step after it has succeeded: dataset shop: "),
                             HasSubstr("dataset shop: look at the bytes: not done"),
                             Not(HasSubstr("found again")))));
  EXPECT_THAT(status_lines(), Not(Contains(StartsWith("due: "))));  // they went
}

TEST_F(LeftOpen, a_party_known_by_its_map_alone_is_named_by_status_too) {
  club_.workspace_file(R"("datasets/club.json", "datasets/bar.json")");
  club_.put("datasets/bar.json",
            R"({"dataset": "bar", "policy": "club", "held_by": "bar", "tables": {
          "guests": {"key": ["email"],
            "links": [{"columns": ["email"], "belongs_to": "club.members", "by": "email"}],
            "columns": {"email": "user.contact.email"}}}})");
  static_cast<void>(club_.approve_and_apply(club_.draft()));
  EXPECT_THAT(status_lines(),
              Contains(StartsWith(
                  "! 6 outstanding: bar has its own copy (dataset bar, 2 records) of what went")));
  std::filesystem::remove_all(club_.root() / ".besa/certificates");
  EXPECT_THAT(status_lines(),
              Contains(StartsWith("! 6 outstanding: certificate C-2026-0001 of manifest "
                                  "M-2026-0001 is not there as it was signed")));
}

// m1's order is gone when he comes: he stays, and the certificate says that the order went.
TEST_F(LeftOpen, what_went_of_somebody_who_then_stays_is_certified_as_removed) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  testing::At came("erasing in club", 0,
                   [&] { club_.sql("INSERT INTO visits VALUES(1,'m1','2026-11-21')"); });
  Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, came);
  const model::Certificate certificate = apply(session, {manifest}).certificate;
  ASSERT_TRUE(came.called());
  EXPECT_EQ(members(), "m1,m3");
  EXPECT_EQ(certificate.outcome, model::RunOutcome::partly_done);
  ASSERT_THAT(certificate.skipped, SizeIs(1));
  EXPECT_EQ(certificate.skipped[0].what, "no longer due; erased in part before that");
  for (const auto& table : certificate.tables) {
    EXPECT_EQ(table.erased, 1U) << table.table;  // o1, and m2
    EXPECT_EQ(table.skipped, table.table == "orders" ? 0U : 1U) << table.table;
  }
}

TEST_F(LeftOpen, where_everybody_stays_nothing_is_said_to_be_gone_or_pending) {
  const std::string manifest = club_.draft();
  club_.sql("INSERT INTO visits VALUES(1,'m1','2026-11-21'),(2,'m2','2026-11-21')");
  const model::Certificate certificate = club_.approve_and_apply(manifest).certificate;
  EXPECT_EQ(certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_THAT(certificate.looks, IsEmpty());
  EXPECT_THAT(report::certificate_text(certificate), Not(HasSubstr("emoved from")));
}

TEST_F(LeftOpen, what_was_carried_out_is_not_to_be_drafted_again_for_a_changed_schema) {
  const std::string manifest = club_.draft();
  club_.sql("UPDATE members SET name = 'for arta@club.example' WHERE id = 'm3'");
  EXPECT_EQ(club_.approve_and_apply(manifest).certificate.outcome,
            model::RunOutcome::residue_pending);
  club_.sql("ALTER TABLE members ADD COLUMN phone TEXT");
  try {
    static_cast<void>(club_.apply(manifest));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_THAT(error.message(),
                StartsWith("manifest " + manifest +
                           " was carried out, certificate C-2026-0001, but what is "
                           "pending after it cannot go on: the schema of club "));
    EXPECT_THAT(error.hint(), AllOf(HasSubstr("put it back"), HasSubstr("besa manifest reject"),
                                    Not(HasSubstr("draft it again"))));
  }
}

}  // namespace
}  // namespace besa::workflow
