// Whoever was erased and is there again is noticed, and nobody else.
#include "workflow/suppressions.hpp"

#include <gmock/gmock.h>

#include "besa/workflow/apply.hpp"
#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
#include "tests/workflow/club_workspace.hpp"
#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class SuppressionsTest : public Shop {
 protected:
  void SetUp() override { open_shop(); }

  void change_data(const std::string& statement) {
    SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE)
        .exec(statement);
  }
  std::string draft_and_approve() {
    std::string id = draft();
    approve_as_arta(id);
    return id;
  }
  void erase() { static_cast<void>(apply(*session(), {.manifest = draft_and_approve()})); }
  std::optional<std::uint64_t> reappeared() {
    const auto opened = session();
    const Realm& realm = opened->realms().front();
    const OpenedSources sources(*opened, realm);
    return people_reappeared(*opened, realm, sources.all());
  }
  std::vector<std::string> told_by_night() {
    std::vector<std::string> lines;
    for (const NightStep& step : night(*session()))
      lines.push_back((step.wrong ? "! " : "") + step.name + ": " + step.message);
    return lines;
  }
};

TEST_F(SuppressionsTest, before_the_first_erasure_nothing_is_looked_for) {
  EXPECT_EQ(reappeared(), std::nullopt);
  EXPECT_THAT(told_by_night(), Contains("reappeared: "));
}

TEST_F(SuppressionsTest, who_stays_has_not_come_back) {
  erase();
  EXPECT_EQ(count("customers"), 1);
  EXPECT_EQ(reappeared(), 0U);
  EXPECT_THAT(told_by_night(), Contains("reappeared: nobody who was erased is there again"));
}

// fault 45
TEST_F(SuppressionsTest, a_restored_row_is_noticed_and_so_is_an_imported_one) {
  erase();
  change_data("INSERT INTO customers VALUES ('a', 'ana@x.example', '2015-03-01')");
  EXPECT_EQ(reappeared(), 1U);
  change_data("INSERT INTO customers VALUES ('z', ' CEN@x.example', '2026-11-01')");
  EXPECT_EQ(reappeared(), 2U);
  EXPECT_THAT(told_by_night(), Contains(AllOf(StartsWith("! reappeared: 2 people who were erased"),
                                              HasSubstr("hint: besa sweep"))));
  std::vector<std::string> lines;
  for (const StatusLine& line : status(*session(), Audience::everybody))
    lines.push_back(line.topic + ": " + line.message + " -> " + line.command);
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("reappeared: 2 people"),
                                    HasSubstr("(night of 2026-11-22) -> besa sweep"))));
}

TEST_F(SuppressionsTest, an_address_that_somebody_else_has_too_suppresses_nothing) {
  change_data("UPDATE customers SET email = 'ben@x.example' WHERE id = 'a'");
  erase();
  EXPECT_EQ(reappeared(), 0U);
}

TEST_F(SuppressionsTest, who_was_skipped_is_not_suppressed) {
  const std::string id = draft_and_approve();
  change_data("INSERT INTO purchases VALUES (9, 'a', '2026-11-21T10:00:00Z')");
  static_cast<void>(apply(*session(), {.manifest = id}));
  EXPECT_EQ(count("customers"), 2);
  EXPECT_EQ(reappeared(), 0U);
}

TEST_F(SuppressionsTest, the_ledger_holds_digests_only_and_verifies) {
  erase();
  const auto opened = session();
  EXPECT_THAT(opened->ledger().verify(), ::testing::IsEmpty());
  std::string all;
  opened->ledger().entries(0, opened->ledger().size(),
                           [&](const ledger::Entry& entry) { all += entry.bytes; });
  EXPECT_THAT(all, HasSubstr("suppressions.recorded"));
  EXPECT_THAT(all, Not(HasSubstr("ana@x")));
}

TEST_F(SuppressionsTest, fault_42_without_the_secret_nothing_is_said_to_be_absent) {
  erase();
  session()->vault().forget(suppression_secret);
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { static_cast<void>(reappeared()); }),
              HasSubstr("the secret of the suppressions is not in the vault"));
  std::vector<std::string> findings;
  for (const model::Finding& finding : doctor(*session())) findings.push_back(finding.code);
  EXPECT_THAT(findings, Contains("suppressions.secret"));
  EXPECT_THAT(told_by_night(), Contains(StartsWith("! reappeared: the secret of")));
}

/// A club that masks its people instead of erasing them.
class MaskedPeople : public ::testing::Test {
 protected:
  void mask(const std::string& email_mask) {
    club_.dataset("club",
                  R"("members": {"key": ["id"], "subject": "member",
           "identifiers": {"member_id": "id", "email": "email"},
           "columns": {"name": "user.name.first",
             "email": {"category": "user.contact.email", "mask": )" +
                      email_mask + R"(}},
           "events": [{"at": "joined", "event": "collected"}],
           "times": {"joined": {"format": "date"}}})",
                  "CREATE TABLE members(id TEXT PRIMARY KEY, name TEXT, email TEXT, joined TEXT);"
                  "INSERT INTO members VALUES('m1','Arta','arta@club.example','2022-01-01'),"
                  "('m2','Besnik','besnik@club.example','2022-06-01'),"
                  "('m3','Cen','cen@club.example','2026-01-01');");
    club_.make_ledger();
    EXPECT_EQ(club_.outcome(club_.draft()), "done");
    EXPECT_EQ(club_.ask("SELECT count(*) FROM members WHERE email LIKE '%@club.example'"), "1");
  }
  std::optional<std::uint64_t> reappeared() {
    const auto opened = club_.session();
    const Realm& realm = opened->realms().front();
    const OpenedSources sources(*opened, realm);
    return people_reappeared(*opened, realm, sources.all());
  }

  testing::Club club_{
      R"({"id": "anonymous", "clause": "C-1", "subject": "member", "from": "last_contact",
      "period": "P3Y", "action": "mask"},)",
      R"({"share_of_table": 1.0})"};
};

TEST_F(MaskedPeople, have_not_come_back_because_their_rows_are_there) {
  mask(R"("pseudonym")");
  EXPECT_EQ(reappeared(), 0U);
  for (const NightStep& step : night(*club_.session()))
    EXPECT_FALSE(step.wrong) << step.name << ": " << step.message;
}

TEST_F(MaskedPeople, who_truly_came_back_are_noticed) {
  mask("\"null\"");
  club_.sql("UPDATE members SET email = 'arta@club.example' WHERE id = 'm1'");
  EXPECT_EQ(reappeared(), 1U) << "a restored row";
  club_.sql("INSERT INTO members VALUES('m9','Besnik',' BESNIK@club.example','2026-11-01')");
  EXPECT_EQ(reappeared(), 2U) << "a second registration";
}

// Arta's is the only row with the fixed text when she is erased, and Besnik gets the same later.
TEST_F(MaskedPeople, a_fixed_mask_is_nobodys_and_suppresses_nothing) {
  mask(R"({"fixed": "gone"})");
  club_.sql("DELETE FROM members WHERE id = 'm2'");
  club_.set_day("2026-12-01");
  club_.sql("UPDATE members SET joined = '2015-01-01' WHERE id = 'm1'");
  EXPECT_EQ(reappeared(), 0U);
  club_.sql("UPDATE members SET joined = '2022-01-01' WHERE id = 'm3'");
  EXPECT_EQ(club_.outcome(club_.draft()), "done");
  EXPECT_EQ(club_.ask("SELECT group_concat(id || email) FROM members"), "m3gone");
  EXPECT_EQ(reappeared(), 0U);
}

}  // namespace
}  // namespace besa::workflow
