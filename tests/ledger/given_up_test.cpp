// A run that cannot go on is ended by an approver, and by nobody else.
#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GivenUp : public ::testing::Test {
 protected:
  GivenUp() {
    bench.enrol_everybody();
    Ledger ledger = bench.open();
    header = Workbench::draft(ledger, Workbench::header("M-2026-0001"));
    Change change = ledger.begin();
    change.approve_manifest(Workbench::approval("M-2026-0001", header, "blerta", bench.blerta));
    change.commit();
  }
  std::string begin(const std::string& manifest, const besa::Digest& of) const {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    std::string run = change.begin_run(manifest, of, {"loyalty", "calls"}, "arta", "blerta");
    change.commit();
    return run;
  }
  std::string begin() const { return begin("M-2026-0001", header); }
  static void give_up(Change& change, const std::string& run, const besa::model::Rejection& by) {
    change.give_up_run(run, by, change.next_certificate_id(), besa::sha256("certificate"),
                       {{"loyalty", {{"state", "done"}, {"seen", {{"hits", 0}}}}}});
  }
  void give_up(const std::string& run, const besa::model::Rejection& by) const {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    give_up(change, run, by);
    change.commit();
  }
  besa::model::Rejection by_blerta(const std::string& reason = "store-lost") const {
    return Workbench::rejection("M-2026-0001", header, "blerta", bench.blerta, reason);
  }
  Workbench bench;
  besa::Digest header;
};

TEST_F(GivenUp, it_has_ended_its_manifest_is_rejected_and_its_datasets_are_free) {
  const std::string run = begin();
  give_up(run, by_blerta());
  Ledger ledger = bench.open();
  EXPECT_THAT(ledger.unfinished_runs(), IsEmpty());
  EXPECT_EQ(ledger.run_of("M-2026-0001")->outcome, "given up");
  EXPECT_EQ(ledger.run_of("M-2026-0001")->certificate, "C-2026-0001");
  EXPECT_EQ(ledger.run_of("M-2026-0001")->datasets[0].state, "done");
  EXPECT_EQ(ledger.run_of("M-2026-0001")->datasets[1].state, "planned");
  EXPECT_EQ(ledger.manifest("M-2026-0001")->state, ManifestState::rejected);
  EXPECT_EQ(ledger.given_up("M-2026-0001")->by, "blerta");
  EXPECT_EQ(ledger.given_up("M-2026-0001")->reason, "store-lost");
  EXPECT_THAT(ledger.verify(), IsEmpty());
  const auto next = Workbench::draft(ledger, Workbench::header("M-2026-0002"));
  Change change = ledger.begin();
  change.approve_manifest(Workbench::approval("M-2026-0002", next, "blerta", bench.blerta));
  change.commit();
  EXPECT_EQ(begin("M-2026-0002", next), "R-2026-0002");
  EXPECT_EQ(bench.open().begin().next_certificate_id(), "C-2026-0002");
}

TEST_F(GivenUp, needs_an_approvers_own_signature_over_this_manifest) {
  const std::string run = begin();
  EXPECT_THAT(refusal([&] {
                give_up(run, Workbench::rejection("M-2026-0001", header, "cerciz", bench.cerciz));
              }),
              HasSubstr("not as an approver"));
  EXPECT_THAT(refusal([&] {
                give_up(run, Workbench::rejection("M-2026-0001", header, "blerta", bench.cerciz));
              }),
              HasSubstr("not the key enrolled"));
  auto of_another_reason = by_blerta();
  of_another_reason.reason = "wrong-day";
  EXPECT_THAT(refusal([&] { give_up(run, of_another_reason); }), HasSubstr("signature"));
  EXPECT_THAT(refusal([&] {
                give_up(run, Workbench::rejection("M-2026-0001", besa::sha256("x"), "blerta",
                                                  bench.blerta));
              }),
              HasSubstr("another header"));
  EXPECT_EQ(bench.open().unfinished_runs().size(), 1U);
}

TEST_F(GivenUp, an_approval_in_advance_gives_nothing_up) {
  Ledger ledger = bench.open();
  auto standing = Workbench::standing("A-2026-0001");
  Workbench::sign(standing, bench.blerta);
  {
    Change change = ledger.begin();
    change.approve_in_advance(standing);
    change.commit();
  }
  auto rejection = by_blerta();
  rejection.by = standing.id;
  rejection.signature = standing.signature;
  const std::string run = begin();
  EXPECT_THAT(refusal([&] { give_up(run, rejection); }), HasSubstr("A-2026-0001"));
}

TEST_F(GivenUp, a_reason_is_a_code) {
  const std::string run = begin();
  EXPECT_THAT(refusal([&] { give_up(run, by_blerta("Arta said so")); }), HasSubstr("is a code"));
}

TEST_F(GivenUp, is_only_what_was_begun_and_only_once) {
  EXPECT_THAT(refusal([&] { give_up("R-2026-0001", by_blerta()); }), HasSubstr("was never begun"));
  const std::string run = begin();
  EXPECT_THAT(refusal([&] { give_up("R-2026-0009", by_blerta()); }),
              HasSubstr("is not the latest"));
  give_up(run, by_blerta());
  EXPECT_THAT(refusal([&] { give_up(run, by_blerta()); }),
              HasSubstr("is rejected and cannot be rejected"));
}

TEST_F(GivenUp, may_be_a_run_that_ended_and_left_something) {
  const std::string run = begin();
  {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    change.end_run(run, "residue pending", change.next_certificate_id(), besa::sha256("one"),
                   false);
    change.commit();
  }
  give_up(run, by_blerta());
  EXPECT_EQ(bench.open().run_of("M-2026-0001")->certificate, "C-2026-0002");
  EXPECT_THAT(bench.open().verify(), IsEmpty());
}

TEST_F(GivenUp, does_not_come_after_the_end_of_a_closed_manifest) {
  const std::string run = begin();
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  change.end_run(run, "done", change.next_certificate_id(), besa::sha256("one"), true);
  EXPECT_THAT(refusal([&] { give_up(change, run, by_blerta()); }), HasSubstr("is closed"));
}

}  // namespace
