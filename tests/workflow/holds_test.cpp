// Orders not to delete: what they protect, and that the log does not know whom.
#include "besa/workflow/holds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
#include "happy_workspace.hpp"

namespace besa::workflow {
namespace {

using Holds = testing::HappyWorkspace;

HoldOrder on_member_17() {
  return {.identifier = "HM-0000017",
          .tables = {},
          .matter = "dispute-7",
          .review = Date::parse("2027-06-30")};
}

std::uint64_t due(Session& session) {
  return workflow::sweep(session, {.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}})
      .at(0)
      .due;
}

TEST_F(Holds, keep_a_person_who_is_due_until_they_are_released) {
  const std::uint64_t before = due(*session());
  const std::string id = place_hold(*session(), on_member_17());
  EXPECT_EQ(id, "H-2026-0001");
  EXPECT_EQ(due(*session()), before - 1);
  release_hold(*session(), id);
  EXPECT_EQ(due(*session()), before);
}

TEST_F(Holds, the_log_does_not_know_whom_they_protect) {
  place_hold(*session(), on_member_17());
  const auto with = session();
  with->ledger().entries(0, with->ledger().size(), [](const ledger::Entry& entry) {
    EXPECT_EQ(entry.bytes.find("HM-0000017"), std::string::npos) << entry.bytes;
  });
  EXPECT_EQ(with->vault().names().size(), 1U);
}

TEST_F(Holds, released_they_leave_nothing_in_the_vault) {
  const std::string id = place_hold(*session(), on_member_17());
  release_hold(*session(), id);
  EXPECT_TRUE(session()->vault().names().empty());
  EXPECT_THROW(release_hold(*session(), id), Error);
  EXPECT_THROW(release_hold(*session(), "H-2026-0099"), Error);
}

TEST_F(Holds, name_somebody_and_tables_that_are_there) {
  HoldOrder nobody_there = on_member_17();
  nobody_there.identifier = "HM-9999999";
  EXPECT_THROW(place_hold(*session(), nobody_there), Error);
  HoldOrder no_such_table = on_member_17();
  no_such_table.tables = {"loyalty.purchase"};
  EXPECT_THROW(place_hold(*session(), no_such_table), Error);
  EXPECT_TRUE(session()->ledger().holds().empty());
}

TEST_F(Holds, what_cannot_be_recorded_leaves_nothing_in_the_vault) {
  HoldOrder with_free_text = on_member_17();
  with_free_text.matter = "the dispute with Mrs Example";
  EXPECT_THROW(place_hold(*session(), with_free_text), Error);
  EXPECT_TRUE(session()->vault().names().empty());
}

// Bug: killed between the ledger and the vault, a hold left a person there for good.
TEST_F(Holds, whom_no_hold_names_the_next_one_forgets) {
  const std::string id = place_hold(*session(), on_member_17());
  const std::vector<std::string> held = session()->vault().names();
  session()->vault().put("subject-1", as_bytes("somebody"));
  session()->vault().put("subject-2", as_bytes("somebody else"));
  session()->vault().put("tombstones", as_bytes("a secret of another purpose"));
  std::filesystem::remove(root() / ".besa/vault/subject-2.sealed");
  write_file(root() / ".besa/vault/.besa-0123456789abcdef.tmp", "unfinished");
  EXPECT_THROW(release_hold(*session(), "H-2026-0099"), Error);
  EXPECT_THAT(session()->vault().traces(), ::testing::ElementsAre(held.at(0), "tombstones"));
  EXPECT_FALSE(std::filesystem::exists(root() / ".besa/vault/.besa-0123456789abcdef.tmp"));
  release_hold(*session(), id);
  EXPECT_THAT(session()->vault().traces(), ::testing::ElementsAre("tombstones"));
}

TEST_F(Holds, whom_a_released_hold_still_names_in_the_vault_the_night_forgets) {
  place_hold(*session(), on_member_17());
  const std::string name = session()->vault().names().at(0);
  {
    const auto with = session();
    ledger::Change change = with->ledger().begin();  // and killed before the vault forgot
    change.release_hold("H-2026-0001", *Date::parse("2026-11-22"), "agim");
    change.commit();
  }
  EXPECT_THAT(session()->vault().traces(), ::testing::Contains(name));
  static_cast<void>(night(*session()));
  EXPECT_THAT(session()->vault().traces(), ::testing::Not(::testing::Contains(name)));
}

TEST_F(Holds, the_doctor_tells_of_whom_no_hold_names) {
  const auto told = [&] {
    const auto findings = doctor(*session());
    return std::ranges::any_of(
        findings, [](const model::Finding& each) { return each.code == "vault.unheld"; });
  };
  place_hold(*session(), on_member_17());
  EXPECT_FALSE(told());
  session()->vault().put("subject-1", as_bytes("somebody"));
  EXPECT_TRUE(told());
}

TEST_F(Holds, are_reviewed_after_today) {
  HoldOrder too_early = on_member_17();
  too_early.review = Date::parse("2026-11-22");
  EXPECT_THROW(place_hold(*session(), too_early), Error);
}

TEST_F(Holds, may_cover_a_table_of_everybody) {
  place_hold(*session(), {.identifier = "",
                          .tables = {"loyalty.purchases"},
                          .matter = "audit",
                          .review = Date::parse("2027-06-30")});
  ASSERT_EQ(session()->ledger().holds().size(), 1U);
  EXPECT_EQ(session()->ledger().holds().front().subject, 0U);
}

}  // namespace
}  // namespace besa::workflow
