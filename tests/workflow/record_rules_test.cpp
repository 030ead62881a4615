// Rules about rows, whoever they belong to: which of several wins, what a hold or a duty keeps, and
// what comes in two stages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "club_workspace.hpp"

namespace besa::workflow {
namespace {

using testing::Club;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::rows_of;
using testing::SqlRows;

constexpr const char* hits_map =
    R"("hits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"page": "user.behavior.browsing_history", "ip": "user.device.ip_address",
          "at": "none"},
        "events": [{"at": "at", "event": "web"}], "times": {"at": {"format": "date"}}})";
constexpr const char* hits_sql =
    "CREATE TABLE hits(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id), page TEXT,"
    "  ip TEXT, at TEXT);"
    "INSERT INTO members VALUES('dea','Dea','dea@example.org','2026-01-01'),"
    "('eli','Eli','eli@example.org','2026-01-01');"
    // 1, 2 older than a year; 3 a month; 4 on the last day of the year; 5 new; 6 unreadable
    "INSERT INTO hits VALUES(1,'dea','/a','1.2.3.4','2025-01-01'),(2,'eli','/a','1.2.3.4',"
    "'2025-11-21'),(3,'dea','/a','1.2.3.4','2026-10-21'),(4,'dea','/a','1.2.3.4','2025-11-22'),"
    "(5,'eli','/a','1.2.3.4','2026-11-20'),(6,NULL,'/a','1.2.3.4','2025-02-30'),"
    "(7,NULL,'/a','1.2.3.4','2024-01-01');";

std::string rule(const std::string& id, const std::string& reach, const std::string& period,
                 const std::string& action = "erase") {
  return R"({"id": ")" + id + R"(", "clause": "C-1", "scope": "record", "from": "web", )" + reach +
         R"("period": ")" + period + R"(", "action": ")" + action + R"("},)";
}

class RecordRules : public ::testing::Test {};

TEST_F(RecordRules, a_maximum_on_a_table_takes_its_old_rows) {
  Club club(rule("web", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  const std::string manifest = club.draft();
  EXPECT_THAT(club.lines(manifest),
              ElementsAre("hits [1] erase", "hits [2] erase", "hits [7] erase"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM hits"), "3,4,5,6");
  EXPECT_THAT(club.draft(), IsEmpty());
}

// Bug: a dry run said that nothing is due where only rows were.
TEST_F(RecordRules, a_dry_run_counts_the_rows_that_are_due) {
  Club club(rule("web", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  const SweepReport look = club.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}});
  ASSERT_EQ(look.rules.size(), 1U);
  EXPECT_EQ(look.rules[0].rule, "web");
  EXPECT_EQ(look.rules[0].records, 3U);
  EXPECT_EQ(look.due, 0U);
  EXPECT_EQ(club.sweep({}).rules[0].records, 3U);
}

TEST_F(RecordRules, a_maximum_on_a_category_masks_its_columns_first) {
  Club club(rule("ip", R"("categories": ["user.device"], )", "P1M") +
            rule("web", R"("tables": ["club.hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  // The table named is the more specific, so the shorter promise about a category does not win.
  EXPECT_THAT(club.lines(club.draft()),
              ElementsAre("hits [1] erase", "hits [2] erase", "hits [7] erase"));
}

TEST_F(RecordRules, the_longer_category_wins_and_only_its_columns_go) {
  Club club(rule("ip", R"("categories": ["user.device.ip_address"], )", "P1M") +
            rule("web", R"("categories": ["user"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  const std::string manifest = club.draft();
  EXPECT_THAT(club.lines(manifest),
              ElementsAre("hits [1] erase", "hits [2] erase", "hits [3] mask ip",
                          "hits [4] mask ip", "hits [7] erase"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT id, page, ip FROM hits"),
            (SqlRows{{"3", "/a", "NULL"},
                     {"4", "/a", "NULL"},
                     {"5", "/a", "1.2.3.4"},
                     {"6", "/a", "1.2.3.4"}}));
}

TEST_F(RecordRules, masked_rows_are_masked_once) {
  Club club(rule("ip", R"("categories": ["user.device.ip_address"], )", "P1M") +
            rule("web", R"("categories": ["user"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST_F(RecordRules, masked_in_the_first_stage_erased_in_the_second) {
  Club club(rule("mask", R"("tables": ["hits"], )", "P1M", "mask") +
            rule("erase", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  static_cast<void>(club.approve_and_apply(club.draft()));
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM hits WHERE ip IS NULL"), "3,4");
  club.set_day("2027-10-22");
  static_cast<void>(club.approve_and_apply(club.draft()));
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM hits"), "5,6");
  EXPECT_EQ(club.ask("SELECT count(*) FROM hits WHERE id=5 AND ip IS NULL"), "1");
}

TEST_F(RecordRules, a_hold_on_the_owner_keeps_the_row) {
  Club club(rule("web", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  static_cast<void>(club.place_hold("club.members", R"(["dea"])"));
  const SweepReport report = club.sweep();
  EXPECT_EQ(report.held_records, 1U);
  EXPECT_THAT(club.lines(report.manifest), ElementsAre("hits [2] erase", "hits [7] erase"));
}

TEST_F(RecordRules, a_hold_on_the_owner_after_approval_keeps_the_row) {  // 32
  Club club(rule("web", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  const std::string manifest = club.draft();
  club.approve(manifest);
  static_cast<void>(club.place_hold("club.members", R"(["dea"])"));
  EXPECT_EQ(club.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM hits"), "1,3,4,5,6");
}

TEST_F(RecordRules, a_hold_on_the_table_keeps_all_its_rows) {
  Club club(rule("web", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  static_cast<void>(club.place_hold("", "", {"club.hits"}));
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST_F(RecordRules, a_row_that_became_younger_after_approval_stays) {  // 26
  Club club(rule("web", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  const std::string manifest = club.draft();
  club.approve(manifest);
  club.sql("UPDATE hits SET at='2026-11-01' WHERE id=1");
  EXPECT_EQ(club.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM hits"), "1,3,4,5,6");
}

TEST_F(RecordRules, a_planned_row_that_belongs_to_somebody_new_stays_his_own_rules_way) {
  Club club(rule("web", R"("tables": ["hits"], )", "P1Y"));
  club.members_and(hits_map, hits_sql);
  const std::string manifest = club.draft();
  club.approve(manifest);
  club.sql("DELETE FROM hits WHERE id=1; INSERT INTO hits VALUES(1,'eli','/new','9','2026-11-21')");
  static_cast<void>(club.apply(manifest));  // mistake 10: a reused key
  EXPECT_EQ(club.ask("SELECT page FROM hits WHERE id=1"), "/new");
}

// --- duties ---

constexpr const char* receipts_of_two_map =
    R"("receipts": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"amount": "user.payment", "note": "user.behavior", "seller": "none"},
        "times": {"at": {"format": "date"}},
        "documents": [
          {"document": "receipt", "at": "at", "columns": ["id", "amount", "at"], "obligor": "club",
           "when": {"seller": "club"}},
          {"document": "receipt", "at": "at", "columns": ["id", "amount", "at"], "obligor": "bar",
           "when": {"seller": "bar"}}]})";
constexpr const char* receipts_sql =
    "CREATE TABLE receipts(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id), amount INT,"
    "  note TEXT, seller TEXT, at TEXT);"
    "INSERT INTO members VALUES('ana','Ana','ana@example.org','2015-01-01');"
    // 1: ours, within seven years after the end of 2019; 2: the same of the bar; 3: ours, over;
    // 4: ours, no date; 5: nobody's document
    "INSERT INTO receipts VALUES(1,'ana',5,'x','club','2019-06-01'),(2,'ana',5,'x','bar',"
    "'2019-06-01'),(3,'ana',5,'x','club','2018-12-31'),(5,'ana',5,'x','none','2019-06-01');";

std::string duty(const std::string& obligor) {
  return R"({"id": "duty-)" + obligor + R"(", "clause": "C-1", "kind": "minimum", "document":
      "receipt", "obligor": ")" +
         obligor + R"(", "statute": "tax", "anchor": "year_end", "period": "P7Y"},)";
}

TEST_F(RecordRules, a_duty_of_our_own_keeps_what_it_names_a_partners_nothing) {
  Club club(duty("club") + duty("bar"));
  club.members_and(receipts_of_two_map, receipts_sql);
  const SweepReport report = club.sweep();
  EXPECT_THAT(club.lines(report.manifest),
              ElementsAre("receipts [1] mask note cut member", "receipts [2] erase",
                          "receipts [3] erase", "receipts [5] erase", R"(members ["ana"] erase)"));
  EXPECT_EQ(report.not_ours_records, 1U);
  EXPECT_EQ(report.retained_records, 1U);
  EXPECT_EQ(club.outcome(report.manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM receipts"),
            (SqlRows{{"1", "NULL", "5", "NULL", "club", "2019-06-01"}}));
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST_F(RecordRules, a_receipt_of_ours_without_a_date_keeps_its_owner_from_going_wrong) {
  Club club(duty("club"));
  club.members_and(
      receipts_of_two_map,
      std::string(receipts_sql) + "INSERT INTO receipts VALUES(4,'ana',5,'x','club','soon');");
  const std::string manifest = club.draft();
  if (!manifest.empty()) {
    try {
      static_cast<void>(club.approve_and_apply(manifest));
    } catch (const Error&) {
    }
  }
  EXPECT_EQ(club.ask("SELECT count(*) FROM receipts WHERE id=4"), "1");
  EXPECT_EQ(club.ask("SELECT member FROM receipts WHERE id=4"), "ana");
  EXPECT_EQ(club.ask("SELECT count(*) FROM members"), "1");
}

}  // namespace
}  // namespace besa::workflow
