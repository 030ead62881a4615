#include "besa/workflow/status.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "besa/workflow/apply.hpp"
#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class StatusTest : public Shop {
 protected:
  void SetUp() override { open_shop(); }

  std::vector<std::string> told(Audience audience = Audience::everybody) {
    std::vector<std::string> lines;
    for (const StatusLine& line : status(*session(), audience))
      lines.push_back((line.needs_person ? "! " : "") + line.topic + ": " + line.message + " -> " +
                      line.command);
    return lines;
  }
  std::vector<std::string> findings() {
    std::vector<std::string> found;
    for (const model::Finding& finding : doctor(*session()))
      found.push_back(std::string(name_of(finding.severity)) + " " + finding.code);
    return found;
  }
};

TEST_F(StatusTest, nobody_has_looked_yet) {
  EXPECT_THAT(told(), Contains(AllOf(StartsWith("! sweep: nobody has looked yet"),
                                     HasSubstr("-> besa sweep"))));
}

TEST_F(StatusTest, a_manifest_awaits_approval) {
  const std::string id = draft();
  EXPECT_THAT(
      told(),
      Contains("! approval: manifest " + id +
               " (2 people, 4 records) awaits approval until 2026-11-29 -> besa manifest approve " +
               id));
  EXPECT_THAT(told(),
              Contains(StartsWith(
                  "due: 2 people are due, the longest for 2 059 days (sweep of 2026-11-22)")));
}

TEST_F(StatusTest, an_approved_manifest_waits_to_be_applied) {
  const std::string id = draft();
  approve_as_arta(id);
  EXPECT_THAT(told(), Contains(AllOf(StartsWith("approved: manifest " + id), HasSubstr("by arta"),
                                     HasSubstr("-> besa manifest apply " + id))));
}

TEST_F(StatusTest, an_expired_manifest_says_so) {
  const std::string id = draft();
  pass_days(8);
  EXPECT_THAT(told(), Contains(AllOf(StartsWith("! expired: manifest " + id),
                                     HasSubstr("expired on 2026-11-29"))));
  EXPECT_THAT(told(),
              Contains(AllOf(StartsWith("! due: 2 people are due"), HasSubstr("-> besa sweep"))));
  EXPECT_THAT(told(), Contains(StartsWith("! sweep: the latest sweep of policy is 8 days old")));
}

TEST_F(StatusTest, what_was_applied_is_not_due_any_more) {
  const std::string id = draft();
  approve_as_arta(id);
  static_cast<void>(apply(*session(), {.manifest = id}));
  EXPECT_THAT(told(), Not(Contains(HasSubstr("due: "))));
}

// Bug: "Nothing is due, nothing is open" after an apply that had left somebody out.
TEST_F(StatusTest, whom_an_apply_left_out_a_new_sweep_has_to_look_at) {
  const std::string id = draft();
  approve_as_arta(id);
  SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE)
      .exec("INSERT INTO purchases VALUES (5, 'a', '2016-06-01T10:00:00Z')");
  static_cast<void>(apply(*session(), {.manifest = id}));
  EXPECT_THAT(told(), Contains(AllOf(StartsWith("! left: manifest " + id +
                                                " was carried out without 1 person (changed since"),
                                     HasSubstr("-> besa sweep"))));
  const auto lines = status(*session(), Audience::everybody);
  EXPECT_TRUE(std::ranges::any_of(lines, [](const StatusLine& line) {
    return line.topic == "left" && line.kind == ErrorKind::partial;
  }));
  EXPECT_EQ(draft(), "M-2026-0002");
  EXPECT_THAT(told(), Not(Contains(HasSubstr("left: "))));
}

TEST_F(StatusTest, who_was_seen_not_to_be_due_any_more_is_no_question) {
  const std::string id = draft();
  approve_as_arta(id);
  SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE)
      .exec("INSERT INTO purchases VALUES (5, 'a', '2026-11-01T10:00:00Z')");
  static_cast<void>(apply(*session(), {.manifest = id}));
  EXPECT_THAT(told(), Not(Contains(HasSubstr("left: "))));
}

TEST_F(StatusTest, a_hold_past_its_review_wants_a_person) {
  {
    const auto opened = session();
    model::Hold hold;
    hold.matter = "case-9";
    hold.tables = {"dataset.purchases"};
    hold.placed = *Date::parse("2026-11-22");
    hold.review = *Date::parse("2026-12-01");
    ledger::Change change = opened->ledger().begin();
    static_cast<void>(change.place_hold(hold, "besnik"));
    change.commit();
  }
  EXPECT_THAT(told(), Not(Contains(HasSubstr("hold: "))));
  pass_days(9);
  EXPECT_THAT(told(), Contains(AllOf(StartsWith("! hold: hold H-2026-0001 (case-9)"),
                                     HasSubstr("besa hold release H-2026-0001"))));
}

TEST_F(StatusTest, the_pager_and_the_desk_see_what_is_theirs) {
  draft();
  EXPECT_THAT(told(Audience::ops), Not(Contains(HasSubstr("approval: "))));
  EXPECT_THAT(told(Audience::dpo), Contains(HasSubstr("approval: ")));
  fs::remove(root() / "data/customers.db");
  EXPECT_THAT(told(Audience::ops), Contains(StartsWith("! doctor: datasets/dataset.json")));
  EXPECT_THAT(told(Audience::dpo), Not(Contains(HasSubstr("doctor: "))));
}

// --- doctor ---

TEST_F(StatusTest, a_new_workspace_has_no_errors_but_advice) {
  EXPECT_THAT(findings(), Not(Contains(StartsWith("error"))));
  EXPECT_THAT(findings(), Contains("warning backup.none"));
  EXPECT_THAT(findings(), Contains("warning checkpoint.never_left"));
  EXPECT_THAT(findings(), Contains("note keys.one_approver"));
}

TEST_F(StatusTest, a_checkpoint_that_left_the_machine_satisfies) {
  {
    const auto opened = session();
    static_cast<void>(opened->ledger().checkpoint());
    opened->ledger().mark_checkpoint_exported(opened->ledger().size());
  }
  EXPECT_THAT(findings(), Not(Contains("warning checkpoint.never_left")));
}

TEST_F(StatusTest, fault_40_files_open_to_others_are_errors) {
  fs::permissions(root() / ".besa/log.key", fs::perms::others_read, fs::perm_options::add);
  EXPECT_THAT(findings(), Contains("error permissions.state"));
}

TEST_F(StatusTest, fault_39_a_missing_signing_key_is_an_error) {
  fs::remove(root() / ".besa/log.key");
  EXPECT_THAT(findings(), Contains("error key.missing"));
}

TEST_F(StatusTest, data_that_everybody_can_read_is_a_warning) {
  fs::permissions(root() / "data/customers.db", fs::perms::others_read, fs::perm_options::add);
  EXPECT_THAT(findings(), Contains("warning permissions.data"));
}

TEST_F(StatusTest, fault_34_a_clock_behind_the_ledger_is_an_error) {
  pass_days(-2);
  EXPECT_THAT(findings(), Contains("error clock.behind"));
}

TEST_F(StatusTest, fault_35_a_clock_that_leapt_ahead_is_a_warning) {
  pass_days(3000);
  EXPECT_THAT(findings(), Contains("warning clock.ahead"));
}

TEST_F(StatusTest, a_source_that_is_damaged_is_a_finding_and_the_rest_is_looked_at) {
  put(root() / "data/customers.db", "this is no database at all, but long enough to look like one");
  EXPECT_THAT(findings(), Contains("error source.unreadable"));
  EXPECT_THAT(findings(), Contains("warning backup.none"));
}

// --- metrics ---

TEST_F(StatusTest, metrics_are_written_for_the_node_exporter) {
  std::string workspace = got(root() / "besa.json");
  workspace.replace(workspace.find("\"language\""), 10, "\"metrics\": \"besa.prom\", \"language\"");
  put(root() / "besa.json", workspace);
  draft();
  write_metrics(*session());
  const std::string text = got(root() / "besa.prom");
  EXPECT_THAT(text, HasSubstr("# HELP besa_due_subjects "));
  EXPECT_THAT(
      text, HasSubstr("# TYPE besa_due_subjects gauge\nbesa_due_subjects{policy=\"policy\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("besa_overdue_days_max{policy=\"policy\"} 2059\n"));
  EXPECT_THAT(text, HasSubstr("besa_undetermined_subjects{policy=\"policy\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("besa_held_subjects{policy=\"policy\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("besa_unfinished_runs 0\n"));
  EXPECT_THAT(text, HasSubstr("besa_ledger_entries "));
  EXPECT_EQ(mode(root() / "besa.prom"), 0644U);
}

TEST_F(StatusTest, without_a_name_for_it_no_metrics_file_is_written) {
  write_metrics(*session());
  EXPECT_FALSE(fs::exists(root() / "besa.prom"));
}

}  // namespace
}  // namespace besa::workflow
