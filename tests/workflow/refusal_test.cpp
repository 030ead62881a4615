// What an approved manifest may not do: too early, too late, edited, foreign, on other files or
// data than it was drafted for; and waves, first and ahead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "club_workspace.hpp"

namespace besa::workflow {
namespace {

using testing::Club;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::rows_of;

/// Ana, Ben and Cila are due, Ana the longest; Dea and Eli fall due on the 24th and the 27th, Fatos
/// in ten days; Gent came this year.
class Refusal : public ::testing::Test {
 protected:
  Refusal() {
    club_.members_and(
        "",
        "INSERT INTO members SELECT value, value, value||'@example.org', '2015-01-01' "
        "FROM json_each('[\"ana\",\"ben\",\"cila\",\"dea\",\"eli\",\"fatos\","
        "\"gent\"]');"
        "INSERT INTO visits VALUES(1,'ana','2018-01-01'),(2,'ben','2019-01-01'),"
        "(3,'cila','2021-11-21'),(4,'dea','2021-11-23'),(5,'eli','2021-11-26'),"
        "(6,'fatos','2021-12-01'),(7,'gent','2026-02-01');");
  }
  [[nodiscard]] std::string members() const {
    return club_.ask("SELECT group_concat(id) FROM (SELECT id FROM members ORDER BY id)");
  }
  std::string message_of_apply(const std::string& manifest) {
    try {
      static_cast<void>(club_.apply(manifest));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::refused) << error.message();
      return error.message();
    }
    return "nothing was refused";
  }
  std::string draft_ahead() {
    return club_.draft({.policy = {}, .dry_run = false, .oldest = {}, .ahead = Period{0, 0, 7}});
  }
  void edit(const Path& file, const std::string& from, const std::string& to) {
    std::string text = read_file(file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    write_file(file, text.replace(at, from.size(), to));
  }
  /// Everything as it was when the manifest was approved, but for what the test changes.
  void expect_untouched(const std::string& everybody = "ana,ben,cila,dea,eli,fatos,gent") {
    EXPECT_EQ(members(), everybody);
    EXPECT_EQ(club_.ask("SELECT count(*) FROM visits"), "7");
  }

  Club club_;
};

// --- waves ---

TEST_F(Refusal, the_oldest_go_first_and_the_rest_with_the_next_manifest) {
  const SweepReport first = club_.sweep({.policy = {}, .dry_run = false, .oldest = 2, .ahead = {}});
  EXPECT_EQ(first.due, 3U);
  EXPECT_EQ(first.left_for_later, 1U);
  EXPECT_THAT(club_.people(first.manifest), ElementsAre(R"(["ana"])", R"(["ben"])"));
  EXPECT_EQ(club_.outcome(first.manifest), "done");
  EXPECT_EQ(members(), "cila,dea,eli,fatos,gent");
  const SweepReport second =
      club_.sweep({.policy = {}, .dry_run = false, .oldest = 2, .ahead = {}});
  EXPECT_EQ(second.left_for_later, 0U);
  EXPECT_THAT(club_.people(second.manifest), ElementsAre(R"(["cila"])"));
}

TEST_F(Refusal, one_approval_a_week_erases_nothing_early_and_nothing_late) {
  const std::string manifest = draft_ahead();
  EXPECT_THAT(club_.people(manifest),
              ElementsAre(R"(["ana"])", R"(["ben"])", R"(["cila"])", R"(["dea"])", R"(["eli"])"));
  club_.approve(manifest);
  const std::vector<std::pair<std::string, std::string>> days{
      {"2026-11-22", "dea,eli,fatos,gent"}, {"2026-11-23", "dea,eli,fatos,gent"},
      {"2026-11-24", "eli,fatos,gent"},     {"2026-11-26", "eli,fatos,gent"},
      {"2026-11-27", "fatos,gent"},
  };
  for (const auto& [day, left] : days) {
    club_.set_day(day);
    const ApplyReport report = club_.apply(manifest);
    EXPECT_EQ(members(), left) << day;
    EXPECT_EQ(report.still_open, day < "2026-11-27") << day;
    EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
        << day << to_pretty(report.certificate.to_json());
  }
  EXPECT_TRUE(club_.apply(manifest).already);
}

TEST_F(Refusal, who_comes_back_before_his_day_is_skipped_on_it) {
  const std::string manifest = draft_ahead();
  static_cast<void>(club_.approve_and_apply(manifest));
  club_.sql("INSERT INTO visits VALUES(9,'eli','2026-11-25')");
  club_.set_day("2026-11-27");
  const ApplyReport report = club_.apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(members(), "eli,fatos,gent");
}

// --- refused ---

TEST_F(Refusal, an_expired_manifest) {  // 31
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  club_.set_day("2026-11-29");
  club_.set_day("2026-11-30");
  EXPECT_THAT(message_of_apply(manifest), HasSubstr("expired on 2026-11-29"));
  expect_untouched();
}

TEST_F(Refusal, a_body_with_one_byte_changed) {  // 28
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  const Path body = club_.manifest_folder(manifest) / "body.jsonl";
  const std::string whole = read_file(body);
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    std::string text = whole;
    text[at] = static_cast<char>(text[at] ^ 1);
    write_file(body, text);
    EXPECT_THAT(message_of_apply(manifest), HasSubstr("body.jsonl")) << "byte " << at;
  }
  expect_untouched();
  for (const std::string& text :
       {whole.substr(0, whole.size() - 1), whole.substr(0, whole.find('\n') + 1), whole + whole}) {
    write_file(body, text);
    EXPECT_THROW(static_cast<void>(club_.apply(manifest)), Error);
  }
  expect_untouched();
  write_file(body, whole);
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::done);
}

TEST_F(Refusal, an_edited_header) {  // 28
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  edit(club_.manifest_folder(manifest) / "header.json", "2026-11-29", "2027-11-29");
  EXPECT_THAT(message_of_apply(manifest), HasSubstr("was changed after it was drafted"));
  expect_untouched();
}

TEST_F(Refusal, a_manifest_of_another_ledger) {  // 30
  const std::string manifest = club_.draft();
  Club other;
  other.members_and("", "INSERT INTO members VALUES('x','X','x@example.org','2010-01-01');");
  std::filesystem::create_directories(other.manifest_folder(manifest).parent_path());
  std::filesystem::copy(club_.manifest_folder(manifest), other.manifest_folder(manifest),
                        std::filesystem::copy_options::recursive);
  EXPECT_THROW(other.approve(manifest), Error);
  EXPECT_THROW(static_cast<void>(other.apply(manifest)), Error);
  EXPECT_EQ(other.ask("SELECT count(*) FROM members"), "1");
}

TEST_F(Refusal, a_manifest_drafted_under_another_policy_file) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  edit(club_.root() / "policies/club.json", "\"P5Y\"", "\"P4Y\"");
  EXPECT_THAT(message_of_apply(manifest), HasSubstr("club"));
  expect_untouched();
}

TEST_F(Refusal, a_manifest_drafted_under_another_dataset_file) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  edit(club_.root() / "datasets/club.json", "user.behavior", "user.name");
  EXPECT_THAT(message_of_apply(manifest), HasSubstr("changed"));
  expect_untouched();
}

TEST_F(Refusal, a_manifest_drafted_for_another_schema) {  // 26
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  club_.sql("ALTER TABLE members ADD COLUMN phone TEXT");
  EXPECT_THAT(message_of_apply(manifest), HasSubstr("schema of club changed"));
  expect_untouched();
}

TEST_F(Refusal, an_approval_before_the_files_changed_does_not_cover_them) {
  const std::string manifest = club_.draft();
  edit(club_.root() / "policies/club.json", "We forget.", "We forget!");
  EXPECT_THROW(club_.approve(manifest), Error);
}

// --- decided again ---

TEST_F(Refusal, a_value_that_decides_nothing_may_change) {  // 26
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  club_.sql("UPDATE members SET name='Anna' WHERE id='ana'");
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::done);
  EXPECT_EQ(members(), "dea,eli,fatos,gent");
}

TEST_F(Refusal, who_is_due_on_other_grounds_than_approved_is_skipped) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  club_.sql("UPDATE visits SET at='2018-02-01' WHERE member='ana'");
  const ApplyReport report = club_.apply(manifest);
  ASSERT_EQ(report.certificate.skipped.size(), 1U);
  EXPECT_EQ(report.certificate.skipped[0].what, "changed since the manifest was drafted");
  EXPECT_EQ(members(), "ana,dea,eli,fatos,gent");
}

TEST_F(Refusal, who_has_more_rows_than_approved_is_skipped) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  club_.sql("INSERT INTO visits VALUES(9,'ana','2017-01-01')");
  const ApplyReport report = club_.apply(manifest);
  ASSERT_EQ(report.certificate.skipped.size(), 1U);
  EXPECT_EQ(report.certificate.skipped[0].what,
            "its records changed since the manifest was drafted");
  EXPECT_EQ(members(), "ana,dea,eli,fatos,gent");
  EXPECT_EQ(club_.outcome(club_.draft()), "done");
  EXPECT_EQ(members(), "dea,eli,fatos,gent");
}

TEST_F(Refusal, a_hold_between_approval_and_apply_wins) {  // 32, mistake 12
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  const std::string hold = club_.place_hold("club.members", R"(["ben"])");
  const ApplyReport report = club_.apply(manifest);
  EXPECT_EQ(members(), "ben,dea,eli,fatos,gent");
  ASSERT_EQ(report.certificate.skipped.size(), 1U);
  EXPECT_EQ(report.certificate.skipped[0].what, "held");
  EXPECT_THAT(club_.draft(), IsEmpty());
  {
    const auto with = club_.session();
    ledger::Change change = with->ledger().begin();
    change.release_hold(hold, *Date::parse("2026-11-22"), "agim");
    change.commit();
  }
  EXPECT_EQ(club_.outcome(club_.draft()), "done");  // released: it resumes on its original clock
  EXPECT_EQ(members(), "dea,eli,fatos,gent");
}

TEST_F(Refusal, a_hold_on_a_table_keeps_its_rows) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  static_cast<void>(club_.place_hold("", "", {"club.visits"}));
  static_cast<void>(club_.apply(manifest));
  EXPECT_EQ(club_.ask("SELECT count(*) FROM visits"), "7");
  EXPECT_THAT(rows_of(club_.database(), "PRAGMA foreign_key_check"), IsEmpty());
}

TEST_F(Refusal, a_hold_on_a_table_before_the_sweep_keeps_its_rows_and_whose_they_are) {
  static_cast<void>(club_.place_hold("", "", {"club.visits"}));
  const SweepReport report = club_.sweep();
  EXPECT_EQ(report.held, 3U);
  EXPECT_THAT(report.manifest, IsEmpty());
}

// --- candidates, and the same again ---

TEST_F(Refusal, whose_email_became_anothers_too_since_the_draft_is_asked_about) {
  Club club;
  club.members_and(R"("mail": {"key": ["id"], "links": [{"columns": ["email"],
      "belongs_to": "members", "by": "email"}], "columns": {"id": "none"}})",
                   "CREATE TABLE mail(id INTEGER PRIMARY KEY, email TEXT);"
                   "INSERT INTO members VALUES('ana','A','ana@example.org','2010-01-01'),"
                   "('ben','B','ben@example.org','2026-01-01');"
                   "INSERT INTO mail VALUES(1,'ana@example.org');");
  const std::string manifest = club.draft();
  EXPECT_THAT(club.lines(manifest), ElementsAre("mail [1] erase", R"(members ["ana"] erase)"));
  club.approve(manifest);
  club.sql("UPDATE members SET email='Ana@example.org' WHERE id='ben'");
  const ApplyReport report = club.apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(club.ask("SELECT count(*) FROM mail"), "1");
}

TEST_F(Refusal, two_sweeps_differ_in_digests_only) {
  const std::string first = club_.draft(), second = club_.draft();
  const auto without_digests = [&](const std::string& manifest) {
    std::string text;
    read_body(club_.manifest_folder(manifest), read_header(club_.manifest_folder(manifest)),
              [&](const model::BodyLine& line) {
                if (line.record) append_line(text, *line.record);
                if (!line.subject) return;
                model::SubjectLine subject = *line.subject;
                subject.facts = {};
                std::fill(subject.records.begin(), subject.records.end(), Digest{});
                append_line(text, subject);
              });
    return text;
  };
  EXPECT_EQ(without_digests(first), without_digests(second));
}

}  // namespace
}  // namespace besa::workflow
