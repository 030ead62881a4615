// In whose rows an erased value may stand after an erasure: a survivor's, or in what a rule keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "club_workspace.hpp"

namespace besa::workflow {
namespace {

using testing::Club;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* arta_sql =
    "INSERT INTO members VALUES('m1','Arta','arta.longname@club.example','2010-01-01'),"
    "('m3','Besnik','besnik@club.example','2026-01-01');";

model::Certificate erase_arta(Club& club) {
  const std::string manifest = club.draft();
  EXPECT_THAT(club.lines(manifest), Contains(HasSubstr(R"(members ["m1"] erase)")));
  return club.approve_and_apply(manifest).certificate;
}

TEST(LiveRows, a_row_that_is_nobodys_does_not_excuse_an_erased_value) {
  Club club;
  club.members_and(R"("leads": {"key": ["no"], "columns": {"no": "none",
                     "email": "user.contact.email", "remark": "user.content"}})",
                   std::string(arta_sql) +
                       "CREATE TABLE leads(no TEXT PRIMARY KEY, email TEXT, remark TEXT);"
                       "INSERT INTO leads VALUES('l1','arta.longname@club.example',NULL);");
  const model::Certificate certificate = erase_arta(club);
  EXPECT_EQ(certificate.outcome, model::RunOutcome::residue_pending);
  EXPECT_EQ(certificate.looks.at(0).excused, 0U);
  EXPECT_THAT(certificate.looks.at(0).found, Contains(HasSubstr("leads")));

  club.sql("DELETE FROM leads");
  const model::Certificate then = club.apply(certificate.manifest).certificate;
  EXPECT_EQ(then.outcome, model::RunOutcome::done) << to_pretty(then.to_json());
}

/// Phones of the members: the one row is `member`'s, and says Arta's address.
void with_a_phone_of(Club& club, const std::string& member) {
  club.members_and(R"("phones": {"key": ["no"],
                     "links": [{"columns": ["member"], "belongs_to": "members"}],
                     "columns": {"no": "none", "contact": "user.contact.email"}})",
                   std::string(arta_sql) +
                       "CREATE TABLE phones(no INTEGER PRIMARY KEY, member TEXT, contact TEXT);"
                       "INSERT INTO phones VALUES(1,'" +
                       member + "','arta.longname@club.example');");
}

TEST(LiveRows, nor_does_a_row_whose_owner_was_gone_before) {
  Club club;
  with_a_phone_of(club, "m99");
  EXPECT_EQ(erase_arta(club).outcome, model::RunOutcome::residue_pending);
}

/// It was no part of the manifest: nobody decided that it may stay.
TEST(LiveRows, nor_does_a_row_of_who_went_that_came_after_the_erasure) {
  Club club;
  with_a_phone_of(club, "m99");
  const model::Certificate certificate = erase_arta(club);
  club.sql("UPDATE phones SET member='m1'");
  EXPECT_EQ(club.apply(certificate.manifest).certificate.outcome,
            model::RunOutcome::residue_pending);
}

TEST(LiveRows, a_survivor_who_has_the_same_value_excuses_it) {
  Club club;
  with_a_phone_of(club, "m3");
  const model::Certificate certificate = erase_arta(club);
  EXPECT_EQ(certificate.outcome, model::RunOutcome::done) << to_pretty(certificate.to_json());
  EXPECT_EQ(certificate.looks.at(0).excused, 1U);
}

/// The newsletter knows only an address: whose it was depends on the day.
TEST(LiveRows, an_address_that_is_perhaps_somebody_elses_excuses_nothing) {
  Club club;
  club.members_and(
      R"("letters": {"key": ["no"],
           "links": [{"columns": ["address"], "belongs_to": "members", "by": "email"}],
           "columns": {"no": "none", "address": "user.contact.email"}})",
      std::string(arta_sql) +
          "CREATE TABLE letters(no INTEGER PRIMARY KEY, address TEXT);"
          "INSERT INTO letters VALUES(1,'arta.longname@club.example'),(2,'besnik@club.example');");
  EXPECT_EQ(erase_arta(club).outcome, model::RunOutcome::done);
  EXPECT_EQ(club.ask("SELECT group_concat(no) FROM letters"), "2");
}

/// What a duty keeps of somebody who goes is no residue, whether its link stays with it or is cut.
TEST(LiveRows, what_a_rule_keeps_of_somebody_who_goes_is_no_residue) {
  for (const std::string kept : {R"("id", "payer", "member", "at")", R"("id", "payer", "at")"}) {
    Club club(R"({"id": "duty", "clause": "C-1", "kind": "minimum", "document": "receipt",
        "obligor": "club", "statute": "tax", "anchor": "year_end", "period": "P7Y"},)");
    club.members_and(R"("receipts": {"key": ["id"],
          "links": [{"columns": ["member"], "belongs_to": "members"}],
          "columns": {"payer": "user.contact.email"}, "times": {"at": {"format": "date"}},
          "documents": [{"document": "receipt", "at": "at", "columns": [)" +
                         kept + R"(], "obligor": "club"}]})",
                     std::string(arta_sql) +
                         "CREATE TABLE receipts(id INTEGER PRIMARY KEY, member TEXT, payer TEXT,"
                         " at TEXT);"
                         "INSERT INTO receipts VALUES(1,'m1','arta.longname@club.example',"
                         "'2020-06-01');");
    const model::Certificate certificate = erase_arta(club);
    EXPECT_EQ(club.ask("SELECT payer FROM receipts"), "arta.longname@club.example");
    EXPECT_EQ(certificate.outcome, model::RunOutcome::done) << to_pretty(certificate.to_json());
  }
}

}  // namespace
}  // namespace besa::workflow
