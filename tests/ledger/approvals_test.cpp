// Who approves what, and every refusal.
#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using ::testing::HasSubstr;

class Approvals : public ::testing::Test {
 protected:
  Approvals() { bench.enrol_everybody(); }
  besa::Digest draft(const besa::model::ManifestHeader& drafted) {
    Ledger ledger = bench.open();
    return Workbench::draft(ledger, drafted);
  }
  void approve(const besa::model::Approval& approval) {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    change.approve_manifest(approval);
    change.commit();
  }
  void approve_in_advance(const besa::model::StandingApproval& approval) {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    change.approve_in_advance(approval);
    change.commit();
  }
  Workbench bench;
  besa::model::ManifestHeader header = Workbench::header("M-2026-0001");
};

TEST_F(Approvals, a_second_person_approves) {
  const auto digest = draft(header);
  EXPECT_EQ(bench.open().manifest("M-2026-0001")->state, ManifestState::drafted);
  const auto approval = Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta);
  approve(approval);
  EXPECT_EQ(bench.open().manifest("M-2026-0001")->state, ManifestState::approved);
  const auto stored = bench.open().approvals("M-2026-0001");
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].to_text(), approval.to_text());
}

TEST_F(Approvals, the_drafter_never_approves) {
  const auto digest = draft(header);
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0001", digest, "arta", bench.arta)); }),
      HasSubstr("arta drafted manifest M-2026-0001 and cannot approve it"));
}

TEST_F(Approvals, only_an_enrolled_approver_approves) {
  const auto digest = draft(header);
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0001", digest, "cerciz", bench.cerciz)); }),
      HasSubstr("cerciz is enrolled, but not as an approver"));
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0001", digest, "drita", key_of(9))); }),
      HasSubstr("no key in use is enrolled as drita"));
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0001", digest, "blerta", key_of(9))); }),
      HasSubstr("not the key enrolled as blerta"));
}

TEST_F(Approvals, a_retired_approver_does_not_approve) {
  const auto digest = draft(header);
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  const auto statement = retirement_statement(origin, "blerta", bench.blerta.public_key());
  change.retire_key("blerta", "blerta", bench.blerta.sign(besa::as_bytes(statement)).base64());
  change.commit();
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta)); }),
      HasSubstr("no key in use is enrolled as blerta"));
}

TEST_F(Approvals, the_signature_covers_every_field) {
  const auto digest = draft(header);
  for (int field = 0; field < 4; ++field) {
    auto approval = Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta);
    if (field == 0) approval.at.seconds += 1;
    if (field == 1) approval.override_reason = "first-sweep";
    if (field == 2) approval.signature = besa::Signature{}.base64();
    if (field == 3) approval.signature = "not a signature";
    EXPECT_THAT(refusal([&] { approve(approval); }), HasSubstr("the signature is not blerta's"));
  }
}

// Faults 28 and 30: an edited manifest, a foreign one.
TEST_F(Approvals, an_edited_or_foreign_manifest_is_refused) {
  draft(header);
  auto edited = header;
  edited.subjects = 13;
  const auto other = besa::sha256(edited.to_text());
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0001", other, "blerta", bench.blerta)); }),
      HasSubstr("another header of manifest M-2026-0001"));
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0009", other, "blerta", bench.blerta)); }),
      HasSubstr("knows no manifest M-2026-0009"));
  auto foreign = Workbench::header("M-2026-0002");
  foreign.origin = "elsewhere";
  EXPECT_THAT(refusal([&] { draft(foreign); }), HasSubstr("belongs to the ledger elsewhere"));
  EXPECT_THAT(refusal([&] { draft(header); }), HasSubstr("is in the ledger already"));
}

TEST_F(Approvals, a_simulation_can_never_be_approved) {
  header.simulated = true;
  const auto digest = draft(header);
  EXPECT_THAT(
      refusal([&] { approve(Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta)); }),
      HasSubstr("simulated day and can never be approved"));
}

// Fault 31.
TEST_F(Approvals, an_expired_manifest_is_refused_from_the_day_after) {
  const auto digest = draft(header);
  bench.clock.set(moment("2026-11-30T00:00:00Z"));
  EXPECT_EQ(
      refusal([&] { approve(Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta)); }),
      "manifest M-2026-0001 expired on 2026-11-29");
  bench.clock.set(moment("2026-11-29T23:59:59Z"));
  approve(Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta));
}

TEST_F(Approvals, beyond_a_limit_a_reason_is_needed) {
  header.exceeded = {"12 subjects are due, more than the limit of 10"};
  const auto digest = draft(header);
  auto approval = Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta);
  EXPECT_THAT(refusal([&] { approve(approval); }), HasSubstr("more than the limit of 10"));
  approval.override_reason = "because Arta said so";
  Workbench::sign(approval, bench.blerta);
  EXPECT_THAT(refusal([&] { approve(approval); }), HasSubstr("not free text"));
  approval.override_reason = "first-sweep";
  Workbench::sign(approval, bench.blerta);
  approve(approval);
  EXPECT_EQ(bench.open().approvals("M-2026-0001")[0].override_reason, "first-sweep");
}

TEST_F(Approvals, what_is_decided_is_not_decided_again) {
  const auto digest = draft(header);
  const auto approval = Workbench::approval("M-2026-0001", digest, "blerta", bench.blerta);
  approve(approval);
  EXPECT_THAT(refusal([&] { approve(approval); }), HasSubstr("is approved already"));
  Ledger ledger = bench.open();
  {
    Change change = ledger.begin();
    change.reject_manifest("M-2026-0001", "second-thoughts", "blerta");
    change.commit();
  }
  EXPECT_THAT(refusal([&] { approve(approval); }), HasSubstr("is rejected already"));
  Change change = ledger.begin();
  EXPECT_THAT(refusal([&] { change.reject_manifest("M-2026-0001", "again", "blerta"); }),
              HasSubstr("is rejected and cannot be rejected"));
  EXPECT_THAT(refusal([&] { change.reject_manifest("M-2026-0077", "again", "blerta"); }),
              HasSubstr("knows no manifest"));
}

TEST_F(Approvals, in_advance_within_bounds) {
  auto standing = Workbench::standing("A-2026-0001");
  Workbench::sign(standing, bench.blerta);
  approve_in_advance(standing);
  const auto stored = bench.open().standing_approvals();
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].to_text(), standing.to_text());
  EXPECT_THAT(refusal([&] { approve_in_advance(standing); }),
              HasSubstr("is in the ledger already"));
  Ledger ledger = bench.open();
  EXPECT_EQ(ledger.begin().next_standing_id(), "A-2026-0002");
}

TEST_F(Approvals, in_advance_is_refused_like_any_other) {
  const auto with = [&](auto change, const besa::SigningKey& key) {
    auto standing = Workbench::standing("A-2026-0001");
    change(standing);
    Workbench::sign(standing, key);
    return refusal([&] { approve_in_advance(standing); });
  };
  const auto nothing = [](auto&) {};
  EXPECT_THAT(with(nothing, bench.arta), HasSubstr("not the key enrolled as blerta"));
  EXPECT_THAT(with([](auto& s) { s.by = "cerciz"; }, bench.cerciz),
              HasSubstr("not as an approver"));
  EXPECT_THAT(with([](auto& s) { s.origin = "elsewhere"; }, bench.blerta),
              HasSubstr("for the ledger elsewhere"));
  EXPECT_THAT(with([](auto& s) { s.until = day("2026-11-21"); }, bench.blerta),
              HasSubstr("ended on 2026-11-21"));
  EXPECT_THAT(with([](auto& s) { s.rules.clear(); }, bench.blerta), HasSubstr("names its rules"));
  EXPECT_THAT(with([](auto& s) { s.id = "x"; }, bench.blerta), HasSubstr("A-2026-0001"));
  auto standing = Workbench::standing("A-2026-0001");
  Workbench::sign(standing, bench.blerta);
  standing.most_subjects = 1'000'000;
  EXPECT_THAT(refusal([&] { approve_in_advance(standing); }),
              HasSubstr("the signature is not blerta's"));
}

}  // namespace
