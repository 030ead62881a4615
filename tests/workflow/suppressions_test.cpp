// Whoever was erased and is there again is noticed, and nobody else.
#include "workflow/suppressions.hpp"

#include <gmock/gmock.h>

#include "besa/workflow/apply.hpp"
#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
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

}  // namespace
}  // namespace besa::workflow
