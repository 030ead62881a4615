// Intent before deed: runs begin, are resumed, and end.
#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using ::testing::HasSubstr;

class Runs : public ::testing::Test {
 protected:
  Runs() {
    bench.enrol_everybody();
    Ledger ledger = bench.open();
    header = Workbench::draft(ledger, Workbench::header("M-2026-0001"));
  }
  void approve() {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    change.approve_manifest(Workbench::approval("M-2026-0001", header, "blerta", bench.blerta));
    change.commit();
  }
  std::string begin(const std::string& approved_by = "blerta",
                    const std::vector<std::string>& datasets = {"loyalty", "calls"}) {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    std::string run = change.begin_run("M-2026-0001", header, datasets, "arta", approved_by);
    change.commit();
    return run;
  }
  Workbench bench;
  besa::Digest header;
};

TEST_F(Runs, begin_with_their_datasets_planned) {
  approve();
  EXPECT_EQ(begin(), "R-2026-0001");
  const auto run = bench.open().run_of("M-2026-0001");
  ASSERT_TRUE(run);
  EXPECT_EQ(run->outcome, "");
  ASSERT_EQ(run->datasets.size(), 2u);
  EXPECT_EQ(run->datasets[0].dataset, "loyalty");
  EXPECT_EQ(run->datasets[0].state, "planned");
  EXPECT_EQ(bench.open().manifest("M-2026-0001")->state, ManifestState::applying);
  EXPECT_EQ(bench.open().unfinished_runs().size(), 1u);
}

TEST_F(Runs, need_an_approval) {
  EXPECT_THAT(refusal([&] { begin(); }), HasSubstr("manifest M-2026-0001 is not approved"));
}

TEST_F(Runs, take_an_approval_in_advance_only_within_its_bounds) {
  Ledger ledger = bench.open();
  {
    Change change = ledger.begin();
    auto narrow = Workbench::standing("A-2026-0001");
    narrow.most_subjects = 11;
    Workbench::sign(narrow, bench.blerta);
    change.approve_in_advance(narrow);
    auto wide = Workbench::standing("A-2026-0002");
    Workbench::sign(wide, bench.blerta);
    change.approve_in_advance(wide);
    change.commit();
  }
  EXPECT_THAT(refusal([&] { begin("A-2026-0001"); }),
              HasSubstr("does not cover manifest M-2026-0001: 12 subjects, more than the 11"));
  EXPECT_EQ(begin("A-2026-0002"), "R-2026-0001");
}

TEST_F(Runs, refuse_another_header_and_an_expired_manifest) {
  approve();
  Ledger ledger = bench.open();
  {
    Change change = ledger.begin();
    EXPECT_THAT(refusal([&] {
                  static_cast<void>(change.begin_run("M-2026-0001", besa::sha256("x"), {"loyalty"},
                                                     "arta", "blerta"));
                }),
                HasSubstr("not the one that was drafted"));
  }
  bench.clock.set(moment("2026-11-30T08:00:00Z"));
  EXPECT_THAT(refusal([&] { begin(); }), HasSubstr("expired on 2026-11-29"));
}

// Fault 8: the next command names the unfinished run.
TEST_F(Runs, an_unfinished_one_locks_its_manifest_and_its_datasets) {
  approve();
  begin();
  EXPECT_THAT(refusal([&] { begin(); }),
              HasSubstr("run R-2026-0001 of manifest M-2026-0001 is unfinished"));
  Ledger ledger = bench.open();
  const auto other = Workbench::draft(ledger, Workbench::header("M-2026-0002"));
  Change change = ledger.begin();
  change.approve_manifest(Workbench::approval("M-2026-0002", other, "blerta", bench.blerta));
  EXPECT_THAT(refusal([&] {
                static_cast<void>(
                    change.begin_run("M-2026-0002", other, {"web", "calls"}, "arta", "blerta"));
              }),
              HasSubstr("dataset calls is locked by the unfinished run R-2026-0001"));
  // Everything else goes on meanwhile: a new hold, for one.
  EXPECT_EQ(change.place_hold({"", "case-7", 0, {}, day("2026-11-22"), {}, {}}, "arta"),
            "H-2026-0001");
}

// Fault 29: applied twice.
TEST_F(Runs, end_with_what_was_seen_and_close_their_manifest) {
  approve();
  const std::string run = begin();
  Ledger ledger = bench.open();
  {
    Change change = ledger.begin();
    change.resume_run(run, "arta");
    change.mark_dataset(run, "loyalty", "done", {{"members", {{"absent", 12}}}});
    change.mark_dataset(run, "calls", "residue", {{"reason", "reader-open"}});
    EXPECT_EQ(change.next_certificate_id(), "C-2026-0001");
    change.end_run(run, "done", "C-2026-0001", besa::sha256("certificate"), true);
    EXPECT_EQ(change.next_certificate_id(), "C-2026-0002");
    change.commit();
  }
  const auto ended = bench.open().run_of("M-2026-0001");
  EXPECT_EQ(ended->outcome, "done");
  EXPECT_EQ(ended->certificate, "C-2026-0001");
  EXPECT_EQ(ended->datasets[1].state, "residue");
  EXPECT_EQ(bench.open().manifest("M-2026-0001")->state, ManifestState::closed);
  EXPECT_TRUE(bench.open().unfinished_runs().empty());
  EXPECT_THAT(refusal([&] { begin(); }), HasSubstr("manifest M-2026-0001 is closed"));
  Change change = ledger.begin();
  EXPECT_THAT(refusal([&] { change.resume_run(run, "arta"); }), HasSubstr("has ended: done"));
}

TEST_F(Runs, that_left_something_can_be_followed_by_another) {
  approve();
  const std::string run = begin();
  Ledger ledger = bench.open();
  {
    Change change = ledger.begin();
    change.end_run(run, "residue pending", "C-2026-0001", besa::sha256("certificate"), false);
    change.commit();
  }
  EXPECT_EQ(begin(), "R-2026-0002");
}

TEST_F(Runs, know_their_datasets_states_and_outcomes) {
  approve();
  const std::string run = begin();
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  EXPECT_THAT(refusal([&] { change.mark_dataset(run, "web", "done", besa::Json::object()); }),
              HasSubstr("has no dataset web"));
  EXPECT_THAT(refusal([&] { change.mark_dataset(run, "calls", "gone", besa::Json::object()); }),
              HasSubstr("done or has a residue"));
  EXPECT_THAT(
      refusal([&] { change.mark_dataset("R-2026-0007", "calls", "done", besa::Json::object()); }),
      HasSubstr("knows no run"));
  EXPECT_THAT(refusal([&] { change.end_run(run, "fine", "", besa::sha256(""), true); }),
              HasSubstr("a run ends done"));
}

}  // namespace
