// One person across several stores: rows in CSV files that belong to members listed in a database,
// by a number that is text there, and by an e-mail address that was theirs for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/workflow/explain.hpp"
#include "club_workspace.hpp"

namespace besa::workflow {
namespace {

using testing::Club;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* numbered_members =
    R"("members": {"key": ["id"], "subject": "member", "identifiers": {"member_id": "id"},
         "columns": {"name": "user.name.first"},
         "events": [{"at": "joined", "event": "collected"}],
         "times": {"joined": {"format": "date"}}},
       "emails": {"key": ["email", "member"], "links": [{"columns": ["member"], "belongs_to": "members"}],
         "identifiers": {"email": {"column": "email", "from": "since", "to": "until"}},
         "columns": {"email": "user.contact.email", "since": "none", "until": "none"},
         "times": {"since": {"format": "date"}, "until": {"format": "date"}}})";

constexpr const char* numbered_sql =
    "CREATE TABLE members(id INTEGER PRIMARY KEY, name TEXT, joined TEXT);"
    "CREATE TABLE emails(email TEXT, member INTEGER, since TEXT, until TEXT);"
    "INSERT INTO members VALUES(7,'Arta','2010-01-01'),(8,'Besnik','2010-01-01'),"
    "(9,'Çelik','2010-01-01');"
    // One address, first Arta's, then Besnik's.
    "INSERT INTO emails VALUES('one@club.example',7,'2010-01-01','2015-12-31'),"
    "('one@club.example',8,'2016-01-01',NULL);";

constexpr const char* web_map =
    R"("visits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "club.members"}],
         "columns": {"id": "none", "page": "user.behavior"},
         "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}},
       "mails": {"key": ["id"],
         "links": [{"columns": ["email"], "belongs_to": "club.members", "by": "email"}],
         "columns": {"id": "none", "email": "user.contact.email"},
         "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}})";

class LinksAbroad : public ::testing::Test {
 protected:
  /// `files`: besa.json's list, so that a test may turn it round.
  explicit LinksAbroad(const std::string& files = R"("datasets/club.json", "datasets/web.json")") {
    club_.dataset("club", numbered_members, numbered_sql);
    web();
    visits("id,member,at,page\n");
    mails("id,email,at\n");
    club_.workspace_file(files);
    club_.make_ledger();
  }

  void web(const std::string& map = web_map, const std::string& more = {}) const {
    club_.put("datasets/web.json", R"({"dataset": "web", "policy": "club", "held_by": "club",)" +
                                       more + R"("source": "csv:data/web", "tables": {)" + map +
                                       "}}");
  }
  void visits(const std::string& text) const { club_.put("data/web/visits.csv", text); }
  void mails(const std::string& text) const { club_.put("data/web/mails.csv", text); }
  std::string file(const std::string& name) const {
    return read_file(club_.root() / "data" / "web" / name);
  }

  Club club_;
};

TEST_F(LinksAbroad, contact_in_another_store_keeps_a_person_whose_number_is_text_there) {
  visits("id,member,at,page\nv1,8,2025-05-05,/a\nv2,007,2025-05-05,/not-seven\n");
  const std::string manifest = club_.draft();
  EXPECT_THAT(club_.people(manifest), ElementsAre("[7]", "[9]"));
}

TEST_F(LinksAbroad, rows_in_another_store_go_with_their_person_and_nobody_elses_do) {
  visits("id,member,at,page\nv1,7,2012-01-01,/a\nv2,8,2025-01-01,/b\nv3,,2012-01-01,/nobodys\n");
  const std::string manifest = club_.draft();
  EXPECT_THAT(club_.sorted_lines(manifest),
              ElementsAre(R"(emails ["one@club.example",7] erase)", "members [7] erase",
                          "members [9] erase", R"(visits ["v1"] erase)"));
  const ApplyReport report = club_.approve_and_apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
      << to_pretty(report.certificate.to_json());
  EXPECT_EQ(file("visits.csv"), "id,member,at,page\nv2,8,2025-01-01,/b\nv3,,2012-01-01,/nobodys\n");
  EXPECT_EQ(club_.ask("SELECT group_concat(id) FROM members"), "8");
  EXPECT_THAT(club_.draft(), IsEmpty());
}

TEST_F(LinksAbroad, a_row_that_knows_only_an_old_address_is_its_owners_of_that_time) {
  mails("id,email,at\nm1,One@club.example,2014-06-01\nm2,one@club.example,2024-06-01\n");
  const std::string manifest = club_.draft();
  EXPECT_THAT(club_.people(manifest), ElementsAre("[7]", "[9]"));
  EXPECT_THAT(club_.lines(manifest), Contains(R"(mails ["m1"] erase)"));
  EXPECT_EQ(club_.outcome(manifest), "done");
  EXPECT_EQ(file("mails.csv"), "id,email,at\nm2,one@club.example,2024-06-01\n");
}

TEST_F(LinksAbroad, a_store_that_is_missing_or_too_old_proves_no_silence) {
  web(web_map, R"("max_age": "P2D",)");
  std::filesystem::remove_all(club_.root() / "data" / "web");
  const SweepReport report = club_.sweep();
  EXPECT_EQ(report.due, 0U);
  EXPECT_EQ(report.undetermined.at("source_missing"), 3U);
}

TEST_F(LinksAbroad, explain_shows_the_rows_of_every_store) {
  visits("id,member,at,page\nv1,7,2012-01-01,/a\n");
  mails("id,email,at\nm1,one@club.example,2014-06-01\n");
  const auto found = explain(*club_.session(), "7");
  ASSERT_EQ(found.size(), 1U);
  std::vector<std::string> rows;
  for (const auto& record : found[0].records)
    rows.push_back(record.dataset + "." + record.table + " " + record.key);
  EXPECT_THAT(rows,
              ::testing::UnorderedElementsAre("club.members 7", "club.emails one@club.example, 7",
                                              "web.visits v1", "web.mails m1"));
}

TEST_F(LinksAbroad, a_row_of_two_people_in_another_store_stays_with_the_one_who_stays) {
  web(R"("visits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "club.members"},
            {"columns": ["guest"], "belongs_to": "club.members"}],
         "columns": {"id": "none", "page": "user.behavior"},
         "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}})");
  std::filesystem::remove(club_.root() / "data" / "web" / "mails.csv");
  // Besnik comes again later; the visit that he and Arta share is no longer hers.
  visits("id,member,guest,at,page\nv1,7,8,2012-01-01,/a\nv2,8,,2025-01-01,/b\n");
  const std::string manifest = club_.draft();
  EXPECT_THAT(club_.lines(manifest), Contains(R"(visits ["v1"] mask cut member)"));
  EXPECT_EQ(club_.outcome(manifest), "done");
  EXPECT_EQ(file("visits.csv"),
            "id,member,guest,at,page\nv1,,8,2012-01-01,/a\nv2,8,,2025-01-01,/b\n");
}

TEST_F(LinksAbroad, a_mention_in_another_store_is_masked_and_draws_nobody_in) {
  web(R"("visits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "club.members"},
            {"columns": ["guide"], "mentions": "club.members", "mask": ["remark"]}],
         "columns": {"id": "none", "remark": "user.content"},
         "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}})");
  std::filesystem::remove(club_.root() / "data" / "web" / "mails.csv");
  visits("id,member,guide,at,remark\nv1,8,7,2025-01-01,was kind\n");
  const std::string manifest = club_.draft();
  EXPECT_THAT(club_.lines(manifest), Contains(R"(visits ["v1"] mask remark cut guide)"));
  EXPECT_EQ(club_.outcome(manifest), "done");
  EXPECT_EQ(file("visits.csv"), "id,member,guide,at,remark\nv1,8,,2025-01-01,\n");
}

TEST_F(LinksAbroad, a_link_that_leads_nowhere_stops_the_sweep) {
  web(R"("visits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "klub.members"}],
         "columns": {"id": "none", "page": "user.behavior", "at": "none"}})");
  try {
    club_.draft();
    FAIL() << "a sweep over rows that are nobody's";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("'klub'"));
    EXPECT_THAT(error.hint(), HasSubstr("'club'"));
  }
}

class WebListedFirst : public LinksAbroad {
 protected:
  WebListedFirst() : LinksAbroad(R"("datasets/web.json", "datasets/club.json")") {}
};

TEST_F(WebListedFirst, the_order_of_the_files_changes_nothing) {
  visits("id,member,at,page\nv1,7,2012-01-01,/a\n");
  mails("id,email,at\nm1,one@club.example,2014-06-01\n");
  const std::string manifest = club_.draft();
  EXPECT_EQ(club_.people(manifest).size(), 3U);
  EXPECT_EQ(club_.outcome(manifest), "done");
  EXPECT_EQ(file("visits.csv"), "id,member,at,page\n");
  EXPECT_EQ(file("mails.csv"), "id,email,at\n");
}

/// Who had which telephone is known to a CSV file alone; the calls are in a third store.
class HistoryElsewhere : public LinksAbroad {
 protected:
  HistoryElsewhere()
      : LinksAbroad(R"("datasets/club.json", "datasets/web.json", "datasets/desk.json")") {
    web(R"("phones": {"key": ["phone", "member"],
             "links": [{"columns": ["member"], "belongs_to": "club.members"}],
             "identifiers": {"phone": {"column": "phone", "from": "since"}},
             "columns": {"phone": "user.contact.phone_number", "since": "none"},
             "times": {"since": {"format": "date"}}})");
    std::filesystem::remove_all(club_.root() / "data" / "web");
    club_.put("data/web/phones.csv", "phone,member,since\n+35569111,7,2012-01-01\n");
    club_.dataset(
        "desk",
        R"("calls": {"key": ["id"],
             "links": [{"columns": ["phone"], "belongs_to": "club.members", "by": "phone"}],
             "columns": {"phone": "user.contact.phone_number"},
             "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}})",
        "CREATE TABLE calls(id INTEGER PRIMARY KEY, phone TEXT, at TEXT);"
        "INSERT INTO calls VALUES(1,'+35569111','2013-01-01'),(2,'+35569222','2013-01-01')");
  }
};

TEST_F(HistoryElsewhere, what_is_found_by_an_identifier_goes_before_what_says_whose_it_is) {
  const std::string manifest = club_.draft();
  EXPECT_THAT(club_.lines(manifest), Contains("calls [1] erase"));
  EXPECT_EQ(club_.outcome(manifest), "done");
  EXPECT_EQ(testing::one(club_.database("desk"), "SELECT group_concat(id) FROM calls"), "2");
  EXPECT_EQ(file("phones.csv"), "phone,member,since\n");
}

TEST_F(HistoryElsewhere, a_person_is_found_by_an_identifier_that_another_store_knows) {
  const auto found = explain(*club_.session(), "+35569111");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].key, "7");
}

}  // namespace
}  // namespace besa::workflow
