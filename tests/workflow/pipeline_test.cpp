// The spine: sweep → manifest → approve → apply → certificate, on the happy example, held against
// plain SQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "besa/source/value.hpp"
#include "happy_workspace.hpp"
#include "sqlite_rows.hpp"

namespace besa::workflow {
namespace {

using testing::HappyWorkspace;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::rows_of;

using Pipeline = HappyWorkspace;

std::set<std::string> due_by_cases(const Path& root, const std::string& expected) {
  std::set<std::string> members;
  testing::TemporaryFolder other;
  const auto report =
      source::write_happy(other.path(), {.members = 300,
                                         .seed = 7,
                                         .today = *Date::parse("2026-11-22"),
                                         .stores = source::HappyStores::one_database,
                                         .postgresql = {},
                                         .progress = {}});
  for (const auto& each : report.cases)
    if (each.expected == expected) members.insert(each.member_id);
  static_cast<void>(root);
  return members;
}

/// Member ids named in the subject lines of a manifest.
std::set<std::string> members_in(const Path& folder) {
  std::set<std::string> members;
  read_body(folder, read_header(folder), [&](const model::BodyLine& line) {
    if (line.subject) members.insert(parse_json(line.subject->key).at(0).get<std::string>());
  });
  return members;
}

TEST_F(Pipeline, every_case_of_the_example_is_decided_as_it_says) {
  const std::string manifest = draft();
  ASSERT_FALSE(manifest.empty());
  const auto members = members_in(root() / ".besa" / "manifests" / manifest);
  for (const std::string& due : due_by_cases(root(), "due"))
    EXPECT_TRUE(members.contains(due)) << due;
  for (const std::string& keep : due_by_cases(root(), "keep"))
    EXPECT_FALSE(members.contains(keep)) << keep;
  for (const std::string& asks : due_by_cases(root(), "undetermined"))
    EXPECT_FALSE(members.contains(asks)) << asks;
}

TEST_F(Pipeline, a_dry_run_writes_nothing) {
  const auto entries = session()->ledger().size();
  const auto report =
      workflow::sweep(*session(), {.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}}).at(0);
  EXPECT_GT(report.due, 0U);
  EXPECT_TRUE(report.manifest.empty());
  EXPECT_EQ(session()->ledger().size(), entries);
  EXPECT_FALSE(std::filesystem::exists(root() / ".besa" / "manifests"));
}

/// The example has a living member in whose note somebody typed a due member's phone number.
void clear_notes(const Path& database) {
  testing::execute(database, "UPDATE members SET note = NULL");
}

TEST_F(Pipeline, a_phone_number_in_somebody_elses_note_is_a_residue) {
  const std::string manifest = draft();
  approve_as_drita(manifest);
  const ApplyReport report = apply_it(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::residue_pending);
  ASSERT_EQ(report.certificate.looks.size(), 1U);
  EXPECT_THAT(report.certificate.looks[0].found, ::testing::ElementsAre("live rows of members: 1"));
  clear_notes(database());
  const ApplyReport again = apply_it(manifest);
  EXPECT_TRUE(again.certificate.outcome == model::RunOutcome::done)
      << to_pretty(again.certificate.to_json());
  EXPECT_FALSE(std::filesystem::exists(root() / ".besa" / "manifests" / manifest / "body.jsonl"));
}

TEST_F(Pipeline, what_is_approved_is_erased_and_certified) {
  clear_notes(database());
  const std::string manifest = draft();
  const auto members = members_in(root() / ".besa" / "manifests" / manifest);
  approve_as_drita(manifest);
  const ApplyReport report = apply_it(manifest);
  for (const auto& row : rows_of(database(), "SELECT member_id FROM members"))
    EXPECT_FALSE(members.contains(row.at(0))) << row.at(0);
  EXPECT_EQ(rows_of(database(), "PRAGMA foreign_key_check"),
            (std::vector<std::vector<std::string>>{}));
  EXPECT_EQ(report.certificate.manifest, manifest);
  for (const auto& table : report.certificate.tables)
    EXPECT_EQ(table.still_there, 0U) << table.table;
  EXPECT_FALSE(std::filesystem::exists(root() / ".besa" / "manifests" / manifest / "body.jsonl"));
}

TEST_F(Pipeline, a_second_apply_does_nothing) {
  clear_notes(database());
  const std::string manifest = draft();
  approve_as_drita(manifest);
  EXPECT_EQ(apply_it(manifest).certificate.outcome, model::RunOutcome::done);
  const auto entries = session()->ledger().size();
  const std::string before = read_file(database());
  const auto second = apply_it(manifest);
  EXPECT_TRUE(second.already);
  EXPECT_EQ(session()->ledger().size(), entries);
  EXPECT_EQ(read_file(database()), before);
}

TEST_F(Pipeline, sweep_after_apply_finds_nothing_more) {
  const std::string manifest = draft();
  approve_as_drita(manifest);
  static_cast<void>(apply_it(manifest));
  EXPECT_THAT(draft(), IsEmpty());
}

TEST_F(Pipeline, whoever_bought_something_yesterday_is_skipped) {
  const std::string manifest = draft();
  const auto members = members_in(root() / ".besa" / "manifests" / manifest);
  const std::string lucky = *members.rbegin();
  approve_as_drita(manifest);
  testing::execute(database(),
                   "INSERT INTO purchases(member_id, at, partner_id, amount_all, points) SELECT '" +
                       lucky +
                       "', '2026-11-21T10:00:00+01:00', partner_id, 100, 1 FROM purchases LIMIT 1");
  const ApplyReport report = apply_it(manifest);
  ASSERT_EQ(report.certificate.skipped.size(), 1U);
  EXPECT_EQ(report.certificate.skipped[0].what, "no longer due");
  EXPECT_EQ(report.certificate.skipped[0].count, 1U);
  EXPECT_EQ(
      rows_of(database(), "SELECT count(*) FROM members WHERE member_id='" + lucky + "'")[0][0],
      "1");
}

TEST_F(Pipeline, without_approval_nothing_is_touched) {
  const std::string manifest = draft();
  const std::string before = read_file(database());
  EXPECT_THROW(static_cast<void>(apply_it(manifest)), Error);
  EXPECT_EQ(read_file(database()), before);
}

TEST_F(Pipeline, a_simulated_day_can_never_be_approved) {
  const auto report = workflow::sweep(*session("agim", Date::parse("2027-11-22")), {}).at(0);
  EXPECT_TRUE(report.simulated);
  ASSERT_FALSE(report.manifest.empty());
  EXPECT_THROW(approve_as_drita(report.manifest), Error);
}

}  // namespace
}  // namespace besa::workflow
