// Promises about a part of somebody's data: kept when their own time is over, whether or not the
// whole person is due, once and not again every night.
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

/// Ana last came six years ago, Ben three, Cila yesterday.
constexpr const char* six_and_three_years_sql =
    "INSERT INTO members VALUES('ana','Ana','ana@example.org','2018-01-01'),"
    "('ben','Ben','ben@example.org','2018-01-01'),('cila','Cila','cila@example.org','2018-01-01');"
    "INSERT INTO visits "
    "VALUES(1,'ana','2020-05-01'),(2,'ben','2023-06-01'),(3,'cila','2026-11-21');";

constexpr const char* phones_map =
    R"("phones": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"phone": "user.contact.phone_number", "label": "user.behavior"}})";
constexpr const char* phones_sql =
    "CREATE TABLE phones(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id), phone TEXT,"
    " label TEXT);"
    "INSERT INTO phones VALUES(1,'ana','+355691','home'),(2,'ben','+355692','home'),"
    "(3,'ben',NULL,'work'),(4,'cila','+355693','home');";

std::string promise_about(const std::string& reach, const std::string& period,
                          const std::string& action) {
  return R"({"id": "part", "clause": "C-1", "scope": "subject", "from": "last_contact", )" + reach +
         R"("period": ")" + period + R"(", "action": ")" + action + R"("},)";
}

std::uint64_t due(Club& club) {
  return club.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}}).due;
}

TEST(Promises, about_a_category_reach_who_is_not_due_as_a_whole) {
  Club club(promise_about(R"("categories": ["user.contact.phone_number"], )", "P2Y", "mask"));
  club.members_and(phones_map, std::string(phones_sql) + six_and_three_years_sql);
  EXPECT_EQ(due(club), 2U);
  const std::string manifest = club.draft();
  EXPECT_THAT(club.people(manifest), ElementsAre(R"(["ana"])", R"(["ben"])"));
  EXPECT_THAT(club.sorted_lines(manifest),
              ElementsAre(R"(members ["ana"] erase)", "phones [1] erase", "phones [2] mask phone",
                          "visits [1] erase"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM phones"),
            (SqlRows{{"2", "ben", "NULL", "home"},
                     {"3", "ben", "NULL", "work"},
                     {"4", "cila", "+355693", "home"}}));
  EXPECT_EQ(club.ask("SELECT count(*) FROM visits"), "2") << "Ben's other rows stay";
}

TEST(Promises, kept_once_are_not_kept_again_the_next_night) {
  Club club(promise_about(R"("categories": ["user.contact.phone_number"], )", "P2Y", "mask"));
  club.members_and(phones_map, std::string(phones_sql) + six_and_three_years_sql);
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(due(club), 0U);
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST(Promises, to_erase_one_table_take_its_rows_and_leave_the_person) {
  Club club(promise_about(R"("tables": ["club.phones"], )", "P2Y", "erase"));
  club.members_and(phones_map, std::string(phones_sql) + six_and_three_years_sql);
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT id FROM phones"), (SqlRows{{"4"}}));
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM members"), "ben,cila");
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST(Promises, of_a_part_are_skipped_when_the_person_came_yesterday) {
  Club club(promise_about(R"("tables": ["club.phones"], )", "P2Y", "erase"));
  club.members_and(phones_map, std::string(phones_sql) + six_and_three_years_sql);
  const std::string manifest = club.draft();
  club.approve(manifest);
  club.sql("INSERT INTO visits VALUES(9,'ben','2026-11-22')");
  EXPECT_EQ(club.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(club.ask("SELECT count(*) FROM phones WHERE member='ben'"), "2");
}

TEST(Promises, of_a_part_leave_a_row_shared_with_somebody_active_undecided) {
  Club club(promise_about(R"("tables": ["club.accounts"], )", "P2Y", "erase"));
  club.members_and(
      R"("accounts": {"key": ["id"], "links": [{"columns": ["first"], "belongs_to": "members"},
        {"columns": ["second"], "belongs_to": "members"}], "columns": {"note": "user.behavior"}})",
      std::string("CREATE TABLE accounts(id INTEGER PRIMARY KEY, first TEXT REFERENCES members(id),"
                  "  second TEXT REFERENCES members(id), note TEXT);") +
          six_and_three_years_sql +
          "INSERT INTO accounts VALUES(1,'ben','cila','both'),(2,'ben',NULL,'his');");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM accounts"),
            (SqlRows{{"1", "ben", "cila", "both"}}));
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST(Promises, to_mask_the_whole_person_are_kept_once) {
  Club club(R"({"id": "anonymous", "clause": "C-1", "subject": "member", "from": "last_contact",
      "period": "P3Y", "action": "mask"},)");
  club.members_and("", six_and_three_years_sql);
  const std::string manifest = club.draft();
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT id, name FROM members"),
            (SqlRows{{"ben", "NULL"}, {"cila", "Cila"}}))
      << "Ana's five years are over too: erased";
  EXPECT_EQ(due(club), 0U);
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST(Promises, masked_by_pseudonym_are_known_again) {
  Club club(promise_about(R"("categories": ["user.contact.phone_number"], )", "P2Y", "mask"));
  club.members_and(
      R"("phones": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"phone": {"category": "user.contact.phone_number", "mask": "pseudonym"}}})",
      std::string("CREATE TABLE phones(id INTEGER PRIMARY KEY,"
                  " member TEXT REFERENCES members(id), phone TEXT NOT NULL UNIQUE);") +
          six_and_three_years_sql +
          "INSERT INTO phones VALUES(1,'ben','+355692'),(2,'ben','+355694');");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(club.ask("SELECT count(DISTINCT phone) FROM phones WHERE phone NOT LIKE '+355%'"), "2");
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST(Promises, masked_in_columns_of_numbers_are_known_again) {
  Club club(promise_about(R"("categories": ["user.contact"], )", "P2Y", "mask"));
  club.members_and(
      R"("phones": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"phone": {"category": "user.contact.phone_number", "mask": {"fixed": "0"}},
          "lat": {"category": "user.contact.address", "mask": {"fixed": "41.30"}},
          "lon": "user.contact.address"}})",
      std::string("CREATE TABLE phones(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id),"
                  " phone INTEGER, lat REAL, lon REAL NOT NULL);") +
          six_and_three_years_sql + "INSERT INTO phones VALUES(1,'ben',355692,41.33,19.82);");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT phone, lat, lon FROM phones"),
            (SqlRows{{"0", "41.3", "0.0"}}));
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST(Promises, to_mask_what_names_the_rows_stop_the_sweep_before_anything_is_drafted) {
  Club club(promise_about(R"("categories": ["user.contact"], )", "P2Y", "mask"));
  club.members_and(R"("subs": {"key": ["email"],
        "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"email": {"category": "user.contact.email", "mask": "pseudonym"}}})",
                   std::string("CREATE TABLE subs(email TEXT PRIMARY KEY, member TEXT);") +
                       six_and_three_years_sql +
                       "INSERT INTO subs VALUES('ben.longname@club.example','ben');");
  try {
    static_cast<void>(club.draft());
    FAIL() << "the certificate would say that it is masked";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::finding);
    EXPECT_EQ(error.message(),
              "club.subs.email: has a mask, but is part of the table's key: a row that stays keeps "
              "its key");
  }
  EXPECT_FALSE(std::filesystem::exists(club.root() / ".besa" / "manifests"));
}

}  // namespace
}  // namespace besa::workflow
