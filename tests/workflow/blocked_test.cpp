// People who are due but cannot go: a row of theirs may not. To go without it would leave the row
// nobody's, so they stay, and the night says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/workflow/explain.hpp"
#include "besa/workflow/holds.hpp"
#include "club_workspace.hpp"

namespace besa::workflow {
namespace {

using testing::accounts_map;
using testing::accounts_sql;
using testing::Club;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::rows_of;
using testing::SqlRows;

/// Ana, Ben and Cila are due; Dea came yesterday.
constexpr const char* three_due_sql =
    "INSERT INTO members VALUES('ana','Ana','ana@example.org','2018-01-01'),"
    "('ben','Ben','ben@example.org','2018-01-01'),('cila','Cila','cila@example.org','2018-01-01'),"
    "('dea','Dea','dea@example.org','2018-01-01');"
    "INSERT INTO visits "
    "VALUES(1,'ana','2020-05-01'),(2,'ben','2020-06-01'),(3,'cila','2020-07-01'),"
    "(4,'dea','2026-11-21');";

constexpr const char* receipts_map =
    R"("receipts": {"key": ["no"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"amount": "user.payment", "issued": "none"},
        "times": {"issued": {"format": "date"}},
        "documents": [{"document": "receipt", "at": "issued", "columns": ["amount"],
          "obligor": "club"}]})";
constexpr const char* tax_rule =
    R"({"id": "tax", "clause": "C-1", "kind": "minimum", "scope": "record", "from": "document",
        "period": "P5Y", "document": "receipt", "obligor": "club", "statute": "tax",
        "article": "1"},)";

SweepReport look(Club& club) {
  return club.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}});
}

void hold(Club& club, const std::string& member, std::vector<std::string> tables = {}) {
  place_hold(*club.session(), {.identifier = member,
                               .tables = std::move(tables),
                               .matter = "dispute-1",
                               .review = Date::parse("2027-06-30")});
}

TEST(Blocked, a_row_shared_with_somebody_under_a_hold_keeps_its_other_owner) {
  Club club;
  club.members_and(accounts_map, std::string(accounts_sql) + three_due_sql +
                                     "INSERT INTO accounts VALUES(1,'ana','dea','both'),"
                                     "(2,'ben','cila','both');");
  hold(club, "dea");
  const SweepReport report = look(club);
  EXPECT_EQ(report.due, 2U);
  EXPECT_EQ(report.held, 1U) << "Ana; Dea is not due anyway";
  const std::string manifest = club.draft();
  EXPECT_THAT(club.people(manifest), ElementsAre(R"(["ben"])", R"(["cila"])"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM accounts"),
            (SqlRows{{"1", "ana", "dea", "both"}}));
}

TEST(Blocked, one_who_stays_makes_the_next_one_stay) {
  Club club;
  club.members_and(accounts_map, std::string(accounts_sql) + three_due_sql +
                                     "INSERT INTO accounts VALUES(1,'ana','dea','both'),"
                                     "(2,'ana','ben','both');");
  hold(club, "dea");
  // Ana stays with Dea's row; Ben may go: of the row he shares with Ana only his link is cut.
  const std::string manifest = club.draft();
  EXPECT_THAT(club.sorted_lines(manifest),
              ElementsAre("accounts [2] mask cut second", R"(members ["ben"] erase)",
                          R"(members ["cila"] erase)", "visits [2] erase", "visits [3] erase"));
}

TEST(Blocked, explain_says_who_waits_for_which_hold) {
  Club club;
  club.members_and(accounts_map, std::string(accounts_sql) + three_due_sql +
                                     "INSERT INTO accounts VALUES(1,'ana','dea','both');");
  hold(club, "dea");
  const Explained ana = explain(*club.session(), "ana").at(0);
  EXPECT_EQ(ana.stays,
            "a row of club.accounts is also of somebody under hold H-2026-0001: they stay until it "
            "is released");
  EXPECT_EQ(ana.records.at(0).table, "accounts");
  EXPECT_EQ(ana.records.at(0).why.outcome, model::Outcome::held);
  EXPECT_EQ(explain(*club.session(), "ben").at(0).stays, "");
}

TEST(Blocked, a_hold_on_another_table_does_not_reach_the_shared_row) {
  Club club;
  club.members_and(accounts_map, std::string(accounts_sql) + three_due_sql +
                                     "INSERT INTO accounts VALUES(1,'ana','dea','both');");
  hold(club, "dea", {"club.visits"});
  EXPECT_EQ(look(club).due, 3U);
}

TEST(Blocked, a_hold_placed_after_the_approval_stops_the_one_it_blocks) {
  Club club;
  club.members_and(accounts_map, std::string(accounts_sql) + three_due_sql +
                                     "INSERT INTO accounts VALUES(1,'ana','dea','both');");
  const std::string manifest = club.draft();
  club.approve(manifest);
  hold(club, "dea");
  const ApplyReport report = club.apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(report.certificate.skipped.at(0).what,
            "held: a record of theirs is also of somebody under a hold");
  EXPECT_EQ(rows_of(club.database(), "SELECT id FROM members"), (SqlRows{{"ana"}, {"dea"}}));
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM accounts"),
            (SqlRows{{"1", "ana", "dea", "both"}}));
}

TEST(Blocked, an_unreadable_date_on_a_document_keeps_its_owner_and_nobody_else) {
  Club club(tax_rule);
  club.members_and(receipts_map,
                   std::string("CREATE TABLE receipts(no INTEGER PRIMARY KEY,"
                               " member TEXT NOT NULL REFERENCES members(id), amount REAL,"
                               " issued TEXT);") +
                       three_due_sql +
                       "INSERT INTO receipts VALUES(1,'ana',10,'2020-02-30'),"
                       "(2,'ben',20,'2020-02-28'),(3,'cila',30,'2026-02-28');");
  const SweepReport report = look(club);
  EXPECT_EQ(report.due, 2U);
  EXPECT_EQ(report.undetermined.at("unreadable_time"), 1U);
  const std::string manifest = club.draft();
  EXPECT_THAT(club.people(manifest), ElementsAre(R"(["ben"])", R"(["cila"])"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM (SELECT id FROM members WHERE joined IS NOT "
                     "NULL ORDER BY id)"),
            "ana,dea");
  EXPECT_EQ(club.ask("SELECT group_concat(no) FROM receipts"), "1,3");
  EXPECT_THAT(rows_of(club.database(), "PRAGMA foreign_key_check"), IsEmpty());
}

}  // namespace
}  // namespace besa::workflow
