// What erased people went by: written beside the run's intent, lifted, replayed by verify.
#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using besa::Digest;
using besa::sha256;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Suppressions : public ::testing::Test {
 protected:
  Suppressions() {
    bench.enrol_everybody();
    Ledger ledger = bench.open();
    const Digest header = Workbench::draft(ledger, Workbench::header("M-2026-0001"));
    Change change = ledger.begin();
    change.approve_manifest(Workbench::approval("M-2026-0001", header, "blerta", bench.blerta));
    run = change.begin_run("M-2026-0001", header, {"loyalty"}, "arta", "blerta");
    change.commit();
  }
  static Suppressed emails(std::vector<Digest> digests) {
    return {"member/email", sha256("the secret"), 1, std::move(digests)};
  }
  void suppress(const std::vector<Digest>& digests) {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    change.suppress(run, emails(digests));
    change.commit();
  }
  std::vector<Digest> suppressed() {
    std::vector<Digest> found;
    bench.open().suppressions([&](const Digest& digest) { found.push_back(digest); });
    return found;
  }
  Workbench bench;
  std::string run;
};

TEST_F(Suppressions, are_kept_under_the_name_of_their_secret) {
  EXPECT_THAT(bench.open().suppression_keys(), IsEmpty());
  suppress({sha256("a")});
  EXPECT_THAT(suppressed(), ElementsAre(sha256("a")));
  EXPECT_THAT(bench.open().suppression_keys(), ElementsAre(sha256("the secret")));
}

TEST_F(Suppressions, of_thousands_take_several_entries_and_no_more_than_they_need) {
  std::vector<Digest> many;
  for (int i = 0; i < 2001; ++i) many.push_back(sha256(std::to_string(i)));
  const std::uint64_t before = bench.open().size();
  suppress(many);
  EXPECT_EQ(bench.open().size(), before + 3);
  EXPECT_THAT(suppressed(), SizeIs(2001));
  EXPECT_THAT(bench.open().verify(), IsEmpty());
}

TEST_F(Suppressions, are_lifted_for_whoever_stayed) {
  suppress({sha256("a"), sha256("b")});
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  change.lift_suppressions(run, {sha256("a")});
  change.commit();
  EXPECT_THAT(suppressed(), ElementsAre(sha256("b")));
  EXPECT_THAT(ledger.verify(), IsEmpty());
}

TEST_F(Suppressions, belong_to_a_run_that_has_not_ended) {
  run = "R-2026-0009";
  EXPECT_THAT(refusal([&] { suppress({sha256("a")}); }), HasSubstr("knows no run R-2026-0009"));
}

TEST_F(Suppressions, a_removed_one_is_found_by_verify) {
  suppress({sha256("a")});
  SQLite::Database((bench.folder / "ledger.db").string(), SQLite::OPEN_READWRITE)
      .exec("DELETE FROM suppressions");
  const auto found = bench.open().verify();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].where, HasSubstr("table suppressions, row "));
}

TEST_F(Suppressions, only_the_latest_look_counts) {
  EXPECT_FALSE(bench.open().reappearances("happy"));
  for (const std::uint64_t people : {3U, 0U, 2U}) {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    change.record_reappearances("happy", people);
    change.commit();
  }
  EXPECT_EQ(bench.open().reappearances("happy")->people, 2U);
  EXPECT_THAT(bench.open().verify(), IsEmpty());
}

}  // namespace
