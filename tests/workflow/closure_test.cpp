// Whose rows go, by every kind of link, on small databases made for it; each held against what
// plain SQL says should be left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "club_workspace.hpp"
#include "workflow/examine.hpp"

namespace besa::workflow {
namespace {

using testing::accounts_map;
using testing::accounts_sql;
using testing::Club;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::rows_of;
using testing::SqlRows;

/// Ana and Ben came last in 2020, Cila yesterday.
constexpr const char* ana_ben_cila =
    "INSERT INTO members VALUES('ana','Ana','ana@example.org','2018-01-01'),"
    "('ben','Ben','ben@example.org','2018-01-01'),('cila','Cila','cila@example.org','2018-01-01');"
    "INSERT INTO visits "
    "VALUES(1,'ana','2020-05-01'),(2,'ben','2020-06-01'),(3,'cila','2026-11-21');";

class Closure : public ::testing::Test {};

/// What is planned for everybody due, as lines, where so many rows are gathered at a time.
std::vector<std::string> planned(Club& club, std::size_t at_most) {
  const auto session = club.session();
  const Realm& realm = session->realms().front();
  const OpenedSources sources(*session, realm);
  const ScanRows scan = scan_sources(sources.all());
  const HoldsInForce holds(*session, realm);
  const Date today = *Date::parse(testing::club_day);
  const Examination people(*session, realm, "member", sources.all(), std::span(&scan, 1), holds, {},
                           today);
  DueList due;
  for (Ordinal person = 0; person < people.people().size(); ++person)
    if (auto decision = people.decide(person, today); decision.outcome == model::Outcome::due)
      due.add(person, decision);
  RecordPlanner planner(*realm.rules, scan, today, {});
  if (at_most != 0) planner.gather_at_most(at_most);
  std::vector<std::string> lines;
  planner.plan({leaving(people, due)}, [&](const RecordPlan& row) {
    std::string line = std::to_string(row.table) + ' ' + std::to_string(row.person) + ' ' +
                       (row.remove ? "erase " : "mask ") + std::string(row.key);
    if (row.columns != nullptr)
      for (const std::string& column : row.columns->cut) line += " cut " + column;
    lines.push_back(line);
  });
  return lines;
}

// --- rows of two people ---

// Bug: every row of two people that concerned somebody due was in memory at once.
TEST_F(Closure, rows_gathered_in_rounds_are_those_gathered_at_once) {
  std::mt19937 random(20261130);
  const std::array<const char*, 5> anybody{"'ana'", "'ben'", "'cila'", "'nobody'", "NULL"};
  const auto who = [&] { return std::string(anybody.at(random() % anybody.size())); };
  Club club;
  std::string rows;
  for (int id = 1; id <= 40; ++id)
    rows +=
        "INSERT INTO accounts VALUES(" + std::to_string(id) + ',' + who() + ',' + who() + ",'');";
  club.members_and(accounts_map, std::string(accounts_sql) + ana_ben_cila + rows);
  const auto at_once = planned(club, 0);
  EXPECT_GT(at_once.size(), 20U);
  for (const std::size_t at_most : {1U, 2U, 7U, 39U}) EXPECT_EQ(planned(club, at_most), at_once);
}

TEST_F(Closure, a_row_of_two_loses_only_the_link_of_the_one_who_leaves) {
  Club club;
  club.members_and(accounts_map, std::string(accounts_sql) + ana_ben_cila +
                                     "INSERT INTO accounts VALUES(1,'ana','cila','both'),"
                                     "(2,'cila','ben','both'),(3,'ana','ben','both'),"
                                     "(4,'ana',NULL,'hers'),(5,'cila',NULL,'hers'),"
                                     "(6,'ana','ana','twice');");
  const std::string manifest = club.draft();
  EXPECT_THAT(club.sorted_lines(manifest),
              ElementsAre("accounts [1] mask cut first", "accounts [2] mask cut second",
                          "accounts [3] erase", "accounts [4] erase", "accounts [6] erase",
                          R"(members ["ana"] erase)", R"(members ["ben"] erase)",
                          "visits [1] erase", "visits [2] erase"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM accounts"),
            (SqlRows{{"1", "NULL", "cila", "both"},
                     {"2", "cila", "NULL", "both"},
                     {"5", "cila", "NULL", "hers"}}));
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST_F(Closure, both_owners_go_in_different_batches) {
  Club club({}, R"({"batch_rows": 1})");
  club.members_and(accounts_map, std::string(accounts_sql) + ana_ben_cila +
                                     "INSERT INTO accounts VALUES(1,'ana','ben','both'),"
                                     "(2,'ben','ana','both'),(3,'ben','cila','both');");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM accounts"),
            (SqlRows{{"3", "NULL", "cila", "both"}}));
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST_F(Closure, a_shared_row_stays_when_the_owner_of_a_later_batch_came_back) {
  Club club({}, R"({"batch_rows": 1})");
  club.members_and(accounts_map, std::string(accounts_sql) + ana_ben_cila +
                                     "INSERT INTO accounts VALUES(1,'ana','ben','both');");
  const std::string manifest = club.draft();
  club.approve(manifest);
  club.sql("INSERT INTO visits VALUES(9,'ben','2026-11-22')");
  const ApplyReport report = club.apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(club.ask("SELECT count(*) FROM accounts WHERE second='ben'"), "1");
  EXPECT_EQ(club.ask("SELECT count(*) FROM members WHERE id='ben'"), "1");
  // The next night finds Ana alone, and cuts her from the row.
  const std::string next = club.draft();
  EXPECT_EQ(club.outcome(next), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM accounts"),
            (SqlRows{{"1", "NULL", "ben", "both"}}));
}

TEST_F(Closure, a_shared_row_waits_for_the_owner_who_falls_due_next_week) {
  Club club;
  club.members_and(accounts_map, std::string(accounts_sql) + ana_ben_cila +
                                     "UPDATE visits SET at='2021-11-25' WHERE member='ben';"
                                     "INSERT INTO accounts VALUES(1,'ana','ben','both');");
  const std::string manifest =
      club.draft({.policy = {}, .dry_run = false, .oldest = {}, .ahead = Period{0, 0, 7}});
  EXPECT_THAT(club.people(manifest), ElementsAre(R"(["ana"])", R"(["ben"])"));
  const ApplyReport today = club.approve_and_apply(manifest);
  EXPECT_TRUE(today.still_open);
  EXPECT_EQ(club.ask("SELECT count(*) FROM members WHERE id='ana'"), "0");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM accounts"),
            (SqlRows{{"1", "NULL", "ben", "both"}}));
  EXPECT_EQ(club.ask("SELECT count(*) FROM members WHERE id='ben'"), "1");
  club.set_day("2026-11-27");
  const ApplyReport later = club.apply(manifest);
  EXPECT_EQ(later.certificate.outcome, model::RunOutcome::done)
      << to_pretty(later.certificate.to_json());
  EXPECT_EQ(club.ask("SELECT count(*) FROM accounts"), "0");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM members"), "cila");
}

TEST_F(Closure, a_row_that_one_owner_left_for_a_tombstone_goes_with_the_other) {
  Club club;
  club.members_and(accounts_map,
                   "CREATE TABLE accounts(id INTEGER PRIMARY KEY,"
                   "  first TEXT NOT NULL REFERENCES members(id),"
                   "  second TEXT NOT NULL REFERENCES members(id), note TEXT);" +
                       std::string(ana_ben_cila) +
                       "INSERT INTO accounts VALUES(1,'ana','cila','both');");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(club.ask("SELECT count(*) FROM accounts WHERE second='cila' AND first<>'ana'"), "1");
  EXPECT_THAT(rows_of(club.database(), "PRAGMA foreign_key_check"), IsEmpty());
  EXPECT_THAT(club.draft(), IsEmpty());
  club.set_day("2031-12-01");
  const std::string manifest = club.draft();
  EXPECT_THAT(club.people(manifest), ElementsAre(R"(["cila"])"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask("SELECT count(*) FROM accounts"), "0");
  EXPECT_THAT(club.draft(), IsEmpty());
}

// --- chains ---

TEST_F(Closure, three_steps_down_everything_goes_with_its_owner) {
  Club club;
  club.members_and(
      R"("orders": {"key": ["no"], "links": [{"columns": ["member"], "belongs_to": "members"}],
           "columns": {"no": "none"}},
         "lines": {"key": ["no", "line"], "links": [{"columns": ["no"], "belongs_to": "orders"}],
           "columns": {"what": "user.behavior"}},
         "parts": {"key": ["id"], "links": [{"columns": ["no", "line"], "belongs_to": "lines"}],
           "columns": {"serial": "user.behavior"}})",
      "CREATE TABLE orders(no TEXT PRIMARY KEY, member TEXT REFERENCES members(id)) WITHOUT ROWID;"
      "CREATE TABLE lines(no TEXT REFERENCES orders(no), line INTEGER, what TEXT,"
      "  PRIMARY KEY(no, line)) WITHOUT ROWID;"
      "CREATE TABLE parts(id INTEGER PRIMARY KEY, no TEXT, line INTEGER, serial TEXT,"
      "  FOREIGN KEY(no, line) REFERENCES lines(no, line));" +
          std::string(ana_ben_cila) +
          "INSERT INTO orders VALUES('A1','ana'),('C1','cila'),('N1',NULL);"
          "INSERT INTO lines VALUES('A1',1,'x'),('A1',2,'y'),('C1',1,'x'),('N1',1,'x');"
          "INSERT INTO parts VALUES(1,'A1',1,'s'),(2,'A1',2,'s'),(3,'C1',1,'s'),(4,'N1',1,'s'),"
          "(5,NULL,NULL,'s'),(6,'A1',NULL,'s');");
  const std::string manifest = club.draft();
  EXPECT_THAT(
      club.lines(manifest),
      ElementsAre("parts [1] erase", "parts [2] erase", R"(lines ["A1",1] erase)",
                  R"(lines ["A1",2] erase)", R"(orders ["A1"] erase)", "visits [1] erase",
                  "visits [2] erase", R"(members ["ana"] erase)", R"(members ["ben"] erase)"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM parts"), "3,4,5,6");
  EXPECT_THAT(rows_of(club.database(), "PRAGMA foreign_key_check"), IsEmpty());
}

TEST_F(Closure, a_link_that_leads_nowhere_is_nobodys) {
  Club club;
  club.members_and(R"("notes": {"key": ["id"], "links": [{"columns": ["member"],
      "belongs_to": "members"}], "columns": {"text": "user.behavior"}})",
                   "CREATE TABLE notes(id INTEGER PRIMARY KEY, member TEXT, text TEXT);" +
                       std::string(ana_ben_cila) +
                       "INSERT INTO notes VALUES(1,'ghost','x'),(2,'ana','x'),(3,NULL,'x'),"
                       "(4,'ANA','x'),(5,'ana ','x'),(6,'xana','x');");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM notes"), "1,3,4,5,6");
}

TEST_F(Closure, who_mentions_himself_goes_like_anybody) {
  Club club;
  club.dataset(
      "club",
      R"("members": {"key": ["id"], "subject": "member", "identifiers": {"member_id": "id"},
        "columns": {"name": "user.name.first", "met_at": "user.behavior"},
        "links": [{"columns": ["advisor"], "mentions": "members", "mask": ["met_at"]}],
        "events": [{"at": "joined", "event": "collected"}],
        "times": {"joined": {"format": "date"}}})",
      "CREATE TABLE members(id INTEGER PRIMARY KEY, name TEXT, advisor INTEGER REFERENCES "
      "members(id), met_at TEXT, joined TEXT);"
      "INSERT INTO members VALUES(1,'A',1,'bar','2018-01-01'),(2,'B',1,'bar','2025-01-01'),"
      "(3,'C',2,'pub','2025-01-01'),(4,'D',3,'pub','2018-01-01');");
  club.make_ledger();
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT id, advisor, met_at FROM members"),
            (SqlRows{{"2", "NULL", "NULL"}, {"3", "2", "pub"}}));
  EXPECT_THAT(club.draft(), IsEmpty());
}

// --- one person, several rows ---

constexpr const char* merging_map =
    R"("members": {"key": ["id"], "subject": "member", "identifiers": {"member_id": "id"},
        "columns": {"name": "user.name.first"},
        "links": [{"columns": ["merged_into"], "same_person": "members"}],
        "events": [{"at": "joined", "event": "collected"}], "times": {"joined": {"format": "date"}}},
       "visits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "columns": {"at": "user.behavior"},
        "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}})";
constexpr const char* merging_sql =
    "CREATE TABLE members(id TEXT PRIMARY KEY, name TEXT, joined TEXT, merged_into TEXT REFERENCES "
    "members(id));"
    "CREATE TABLE visits(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id), at TEXT);";

TEST_F(Closure, a_merged_persons_contact_keeps_both_and_both_go_together) {
  Club club;
  club.dataset("club", merging_map,
               std::string(merging_sql) +
                   "INSERT INTO members VALUES('a1','A','2010-01-01','a2'),"
                   "('a2','A','2012-01-01','a3'),('a3','A','2013-01-01',NULL),"
                   "('b1','B','2010-01-01','b2'),('b2','B','2012-01-01',NULL),"
                   "('c','C','2010-01-01','ghost'),('d','D','2010-01-01','d');"
                   "INSERT INTO visits VALUES(1,'a1','2026-01-01'),(2,'a3','2015-01-01'),"
                   "(3,'b1','2019-01-01'),(4,'b2','2015-01-01');");
  club.make_ledger();
  const std::string manifest = club.draft();
  EXPECT_THAT(
      club.sorted_lines(manifest),
      ElementsAre(R"(members ["b1"] erase)", R"(members ["b2"] erase)", R"(members ["c"] erase)",
                  R"(members ["d"] erase)", "visits [3] erase", "visits [4] erase"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM (SELECT id FROM members ORDER BY id)"),
            "a1,a2,a3");
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST_F(Closure, a_merge_after_approval_is_seen_by_apply) {
  Club club;
  club.dataset(
      "club", merging_map,
      std::string(merging_sql) +
          "INSERT INTO members VALUES('old','A','2010-01-01',NULL),"
          "('new','A','2012-01-01',NULL);INSERT INTO visits VALUES(1,'new','2026-01-01');");
  club.make_ledger();
  const std::string manifest = club.draft();
  club.approve(manifest);
  club.sql("UPDATE members SET merged_into='new' WHERE id='old'");
  const ApplyReport report = club.apply(manifest);
  ASSERT_EQ(report.certificate.skipped.size(), 1U);
  EXPECT_EQ(report.certificate.skipped[0].what, "no longer due");
  EXPECT_EQ(club.ask("SELECT count(*) FROM members"), "2");
}

// --- identifiers ---

constexpr const char* mail_map =
    R"("mail": {"key": ["id"], "links": [{"columns": ["email"], "belongs_to": "members",
        "by": "email"}], "columns": {"at": "user.behavior"},
        "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}})";
constexpr const char* mail_sql = "CREATE TABLE mail(id INTEGER PRIMARY KEY, email TEXT, at TEXT);";

TEST_F(Closure, an_email_finds_its_one_owner_and_no_longer_address) {
  Club club;  // mistake 4: erasing ann@ must not erase joann@
  club.members_and(mail_map, std::string(mail_sql) + ana_ben_cila +
                                 "INSERT INTO mail VALUES(1,'ANA@example.org','2019-01-01'),"
                                 "(2,'joana@example.org','2019-01-01'),"
                                 "(3,'ana@example.org.al','2019-01-01'),(4,NULL,'2019-01-01'),"
                                 "(5,'cila@example.org','2019-01-01');");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM mail"), "2,3,4,5");
}

TEST_F(Closure, rows_of_a_shared_email_are_candidates_never_erased_but_counted) {
  Club club;
  club.members_and(mail_map,
                   std::string(mail_sql) + ana_ben_cila +
                       "INSERT INTO members VALUES('dea','Dea','ana@example.org','2010-01-01');"
                       "INSERT INTO mail VALUES(1,'ana@example.org','2019-01-01'),"
                       "(2,'ben@example.org','2019-01-01');");
  const SweepReport report = club.sweep();
  EXPECT_THAT(club.people(report.manifest), ElementsAre(R"(["ana"])", R"(["ben"])", R"(["dea"])"));
  EXPECT_EQ(report.candidate_records, 1U);
  EXPECT_THAT(club.lines(report.manifest), ::testing::Not(::testing::Contains("mail [1] erase")));
  static_cast<void>(club.approve_and_apply(report.manifest));
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM mail"), "1");
}

TEST_F(Closure, a_click_from_a_shared_email_keeps_nobody_and_erases_nobody) {
  Club club;
  club.members_and(mail_map,
                   std::string(mail_sql) + ana_ben_cila +
                       "INSERT INTO members VALUES('dea','Dea','ana@example.org','2010-01-01');"
                       "INSERT INTO mail VALUES(1,'ana@example.org','2026-01-01');");
  const SweepReport report = club.sweep();
  EXPECT_THAT(club.people(report.manifest), ElementsAre(R"(["ben"])"));
  EXPECT_EQ(report.undetermined, (std::map<std::string, std::uint64_t>{{"possible_contact", 2}}));
}

constexpr const char* history_map =
    R"("emails": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "identifiers": {"email": {"column": "email", "from": "first_day", "to": "last_day"}},
        "columns": {"id": "none"}, "times": {"first_day": {"format": "date"},
        "last_day": {"format": "date"}}})";
constexpr const char* history_sql =
    "CREATE TABLE emails(id INTEGER PRIMARY KEY, member TEXT, email TEXT, first_day TEXT, last_day "
    "TEXT);";

TEST_F(Closure, an_email_is_whose_it_was_on_that_day) {
  Club club;
  club.members_and(std::string(mail_map) + "," + history_map,
                   std::string(mail_sql) + history_sql + ana_ben_cila +
                       // Ana had shared@ until the end of 2019, Cila has had it since 2021.
                       "UPDATE members SET email='shared@example.org' WHERE id='cila';"
                       "INSERT INTO emails VALUES(1,'ana','shared@example.org',NULL,'2019-12-31'),"
                       "(2,'cila','shared@example.org','2021-01-01',NULL);"
                       "INSERT INTO mail VALUES(1,'shared@example.org','2019-06-01'),"
                       "(2,'shared@example.org','2026-06-01'),"
                       "(3,'shared@example.org','2020-06-01'),"
                       "(4,'shared@example.org','2019-12-31'),"
                       "(5,'shared@example.org','2021-01-01');");
  const SweepReport report = club.sweep();
  EXPECT_EQ(report.candidate_records, 1U);  // 3: in between, it was nobody's
  static_cast<void>(club.approve_and_apply(report.manifest));
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM mail"), "2,3,5");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM emails"), "2");
}

constexpr const char* cards_map =
    R"("cards": {"key": ["no"], "links": [{"columns": ["member"], "belongs_to": "members"}],
        "identifiers": {"card": {"column": "no", "from": "first_day", "to": "last_day"}},
        "times": {"first_day": {"format": "date"}, "last_day": {"format": "date"}}},
       "swipes": {"key": ["id"], "links": [{"columns": ["card"], "belongs_to": "members",
        "by": "card"}], "columns": {"id": "none"}, "events": [{"at": "at", "event": "visit"}],
        "times": {"at": {"format": "date"}}})";
constexpr const char* cards_sql =
    "CREATE TABLE cards(no TEXT, member TEXT, first_day TEXT, last_day TEXT);"
    "CREATE TABLE swipes(id INTEGER PRIMARY KEY, card TEXT, at TEXT);";

TEST_F(Closure, a_replaced_card_counts_for_its_owner_in_its_time) {
  Club club;
  club.members_and(cards_map, std::string(cards_sql) + ana_ben_cila +
                                  "INSERT INTO cards VALUES('K1','ana','2018-01-01','2022-12-31'),"
                                  "('K2','ben','2018-01-01','2019-12-31'),"
                                  "('K3','ben','2020-01-01',NULL);"
                                  "INSERT INTO swipes VALUES(1,'K1','2022-06-01'),"
                                  "(2,'K2','2019-06-01'),(3,'K3','2020-06-01');");
  const std::string manifest = club.draft();  // Ana's old card was swiped less than 5 years ago
  EXPECT_THAT(club.people(manifest), ElementsAre(R"(["ben"])"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM swipes"), "1");
  EXPECT_EQ(club.ask("SELECT group_concat(no) FROM cards"), "K1");
}

// --- keys and names ---

TEST_F(Closure, names_with_quotes_and_composite_keys_with_null_parts) {
  Club club;
  club.dataset("club",
               R"("weird \"name\"": {"key": ["a b", "select"], "subject": "member",
        "identifiers": {"member_id": "a b"}, "columns": {"na'me": "user.name.first"},
        "events": [{"at": "joined; --", "event": "collected"}],
        "times": {"joined; --": {"format": "date"}}},
      "group": {"key": ["id"], "links": [{"columns": ["x\"y", "z"], "belongs_to": "weird \"name\""}],
        "columns": {"id": "none", "twice": "user.behavior", "text": "user.behavior"}})",
               R"(CREATE TABLE "weird ""name"""("a b" TEXT, "select" INTEGER, "na'me" TEXT,
          "joined; --" TEXT, PRIMARY KEY("a b", "select")) WITHOUT ROWID;
        CREATE TABLE "group"(id INTEGER PRIMARY KEY, "x""y" TEXT, z INTEGER, text TEXT,
          twice TEXT GENERATED ALWAYS AS (text || text) STORED,
          FOREIGN KEY("x""y", z) REFERENCES "weird ""name"""("a b", "select"));
        INSERT INTO "weird ""name""" VALUES('it''s',1,'N','2015-01-01'),('it''s',2,'N','2026-01-01'),
          ('ë"',1,'N','2015-01-01');
        INSERT INTO "group"(id,"x""y",z,text) VALUES(1,'it''s',1,'t'),(2,'it''s',2,'t'),
          (3,'it''s',NULL,'t'),(4,NULL,1,'t'),(5,'ë"',1,'t');)");
  club.make_ledger();
  const std::string manifest = club.draft();
  EXPECT_THAT(club.sorted_lines(manifest),
              ElementsAre("group [1] erase", "group [5] erase", R"(weird "name" ["it's",1] erase)",
                          R"(weird "name" ["ë\"",1] erase)"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask(R"(SELECT group_concat(id) FROM "group")"), "2,3,4");
}

TEST_F(Closure, an_integer_key_is_not_its_text) {
  Club club;
  club.members_and(R"("notes": {"key": ["id"], "links": [{"columns": ["member"],
      "belongs_to": "members"}], "columns": {"id": "none"}})",
                   "CREATE TABLE notes(id, member);"
                   "INSERT INTO members VALUES('1','A','a@example.org','2010-01-01'),"
                   "('01','B','b@example.org','2026-01-01');"
                   "INSERT INTO notes VALUES(1,'1'),('1','01'),(2.5,'1'),('2.5','01'),(x'31','1'),"
                   "(7,1);");
  const std::string manifest = club.draft();
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT typeof(id), id, member FROM notes ORDER BY 1,2"),
            (SqlRows{{"integer", "7", "1"}, {"text", "1", "01"}, {"text", "2.5", "01"}}));
}

// --- refused before the first delete ---

TEST_F(Closure, a_cascade_into_a_table_the_file_does_not_know_is_refused) {  // S5, mistake 15
  Club club;
  club.members_and("", std::string(ana_ben_cila) +
                           "CREATE TABLE payments(id INTEGER PRIMARY KEY, member TEXT REFERENCES "
                           "members(id) ON DELETE CASCADE);INSERT INTO payments VALUES(1,'ana');");
  EXPECT_THROW(static_cast<void>(club.draft()), Error);
  EXPECT_EQ(club.ask("SELECT count(*) FROM payments"), "1");
}

TEST_F(Closure, a_cascade_that_appears_after_approval_is_refused) {  // 26
  Club club;
  club.members_and("", ana_ben_cila);
  const std::string manifest = club.draft();
  club.approve(manifest);
  club.sql(
      "CREATE TABLE payments(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id) ON "
      "DELETE CASCADE);INSERT INTO payments VALUES(1,'ana');");
  EXPECT_THROW(static_cast<void>(club.apply(manifest)), Error);
  EXPECT_EQ(club.ask("SELECT count(*) FROM members"), "3");
}

TEST_F(Closure, a_catalogue_may_share_a_name_with_the_erased_but_not_their_address) {
  Club club;
  club.members_and(R"("shops": {"key": ["id"], "columns": {"id": "none", "about": "none"}})",
                   std::string("CREATE TABLE shops(id INTEGER PRIMARY KEY, about TEXT);") +
                       ana_ben_cila +
                       "UPDATE members SET name='Anastasia' WHERE id='ana';"
                       "INSERT INTO shops VALUES(1,'Hotel Anastasia');");
  EXPECT_EQ(club.outcome(club.draft()), "done");
  club.sql(
      "INSERT INTO members VALUES('dea','Dea','dea@example.org','2018-01-01');"
      "INSERT INTO shops VALUES(2,'ask dea@example.org')");
  EXPECT_EQ(club.outcome(club.draft()), "residue pending");
}

TEST_F(Closure, a_mapped_cascade_that_reaches_a_catalogue_is_refused) {  // S5
  Club club;
  club.members_and(R"("prizes": {"key": ["id"], "columns": {"id": "none", "given_by": "none"}})",
                   std::string(ana_ben_cila) +
                       "CREATE TABLE prizes(id INTEGER PRIMARY KEY, given_by TEXT REFERENCES "
                       "members(id) ON DELETE CASCADE);INSERT INTO prizes VALUES(1,'ana');");
  EXPECT_THROW(
      {
        const std::string manifest = club.draft();
        static_cast<void>(club.approve_and_apply(manifest));
      },
      Error);
  EXPECT_EQ(club.ask("SELECT count(*) FROM prizes"), "1");
  EXPECT_EQ(club.ask("SELECT count(*) FROM members"), "3");
}

TEST_F(Closure, a_trigger_is_refused_unless_the_file_allows_it) {  // S4
  Club club;
  club.members_and("", std::string(ana_ben_cila) +
                           "CREATE TRIGGER keep AFTER DELETE ON members BEGIN INSERT INTO members "
                           "VALUES(old.id, old.name, old.email, old.joined); END;");
  EXPECT_THROW(
      {
        const std::string manifest = club.draft();
        static_cast<void>(club.approve_and_apply(manifest));
      },
      Error);
  EXPECT_EQ(club.ask("SELECT count(*) FROM visits"), "3");
}

// --- several kinds of people, several files ---

TEST_F(Closure, two_kinds_of_people_share_a_row_and_leave_one_by_one) {
  Club club(R"({"id": "staff", "clause": "C-1", "subject": "trainer", "from": "collected",
                "period": "P10Y"},)");
  club.members_and(
      R"("trainers": {"key": ["id"], "subject": "trainer", "identifiers": {"trainer_id": "id"},
          "columns": {"name": "user.name.first"}, "events": [{"at": "hired", "event": "collected"}],
          "times": {"hired": {"format": "date"}}},
         "lessons": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"},
          {"columns": ["trainer"], "belongs_to": "trainers"}], "columns": {"id": "none"}})",
      "CREATE TABLE trainers(id INTEGER PRIMARY KEY, name TEXT, hired TEXT);"
      "CREATE TABLE lessons(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id),"
      "  trainer INTEGER REFERENCES trainers(id));" +
          std::string(ana_ben_cila) +
          "INSERT INTO trainers VALUES(1,'T','2010-01-01'),(2,'U','2024-01-01');"
          "INSERT INTO lessons VALUES(1,'ana',1),(2,'ana',2),(3,'cila',1),(4,'cila',2);");
  const std::string manifest = club.draft();
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(rows_of(club.database(), "SELECT * FROM lessons"),
            (SqlRows{{"2", "NULL", "2"}, {"3", "cila", "NULL"}, {"4", "cila", "2"}}));
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM trainers"), "2");
  EXPECT_THAT(club.draft(), IsEmpty());
}

constexpr const char* crm_map =
    R"("contacts": {"key": ["id"], "subject": "member", "identifiers": {"contact_id": "id"},
        "columns": {"name": "user.name.first"},
        "links": [{"columns": ["member"], "same_person": "club.members"}],
        "events": [{"at": "created", "event": "collected"}],
        "times": {"created": {"format": "date"}}},
       "calls": {"key": ["id"], "links": [{"columns": ["contact"], "belongs_to": "contacts"}],
        "columns": {"id": "none"}, "events": [{"at": "at", "event": "visit"}],
        "times": {"at": {"format": "date"}}})";

TEST_F(Closure, one_person_in_two_files_is_one_person) {
  Club club;
  club.workspace_file(R"("datasets/club.json", "datasets/crm.json")");
  club.dataset(
      "crm", crm_map,
      "CREATE TABLE contacts(id INTEGER PRIMARY KEY, name TEXT, member TEXT, created TEXT);"
      "CREATE TABLE calls(id INTEGER PRIMARY KEY, contact INTEGER, at TEXT);"
      "INSERT INTO contacts VALUES(1,'A','ana','2012-01-01'),(2,'B','ben','2012-01-01'),"
      "(3,'C','cila','2012-01-01'),(4,'X',NULL,'2012-01-01');"
      "INSERT INTO calls VALUES(1,1,'2020-01-01'),(2,2,'2026-01-01'),(3,3,'2012-01-01'),"
      "(4,4,'2012-01-01');");
  club.members_and("", ana_ben_cila);
  const std::string manifest = club.draft();  // Ben rang this year, though he came in 2020
  EXPECT_THAT(club.sorted_lines(manifest),
              ElementsAre("calls [1] erase", "calls [4] erase", "contacts [1] erase",
                          "contacts [4] erase", R"(members ["ana"] erase)", "visits [1] erase"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(testing::one(club.database("crm"), "SELECT group_concat(id) FROM contacts"), "2,3");
  EXPECT_EQ(testing::one(club.database("crm"), "SELECT group_concat(id) FROM calls"), "2,3");
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM members"), "ben,cila");
  EXPECT_THAT(club.draft(), IsEmpty());
}

}  // namespace
}  // namespace besa::workflow
