#include "besa/workflow/approve.hpp"

#include <gmock/gmock.h>

#include "besa/ledger/keyring.hpp"
#include "besa/workflow/apply.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ApproveTest : public Shop {
 protected:
  void SetUp() override { open_shop(); }

  std::string refusal(const model::Approval& approval) {
    return thrown(ErrorKind::refused, [&] { approve(*session(), approval); });
  }
  Authority authority_of(const std::string& id) {
    Digest digest;
    const model::ManifestHeader header = read_header(manifest(id), &digest);
    return authority(*session(), header, digest);
  }
  void replace_in(const Path& file, const std::string& old, const std::string& fresh) {
    std::string content = got(file);
    ASSERT_NE(content.find(old), std::string::npos) << old;
    put(file, content.replace(content.find(old), old.size(), fresh));
  }
  model::StandingApproval bounds(std::uint64_t people = 10) {
    model::StandingApproval approval;
    approval.rules = {"last-contact"};
    approval.most_subjects = people;
    approval.most_records = 100;
    approval.until = *Date::parse("2027-01-31");
    approval.by = "arta";
    return approval;
  }
  std::vector<std::string> refusals_recorded() {
    std::vector<std::string> found;
    const auto opened = session();
    opened->ledger().entries(0, opened->ledger().size(), [&](const ledger::Entry& entry) {
      if (entry.bytes.find("approval.refused") != std::string::npos) found.push_back(entry.bytes);
    });
    return found;
  }
};

TEST_F(ApproveTest, a_second_persons_signature_gives_authority) {
  const std::string id = draft();
  EXPECT_THAT(authority_of(id).why_not, HasSubstr("is not approved"));
  EXPECT_EQ(authority_of(id).hint, "besa manifest approve " + id);
  approve_as_arta(id);
  EXPECT_THAT(authority_of(id).by, ElementsAre("arta"));
  EXPECT_EQ(authority_of(id).why_not, "");
}

TEST_F(ApproveTest, who_drafted_does_not_approve_and_the_attempt_is_remembered) {
  const auto reports = sweep(*session("arta"), {});
  const std::string id = reports.front().manifest;
  EXPECT_THAT(refusal(signed_by("arta", arta, id)), HasSubstr("arta drafted manifest " + id));
  ASSERT_EQ(refusals_recorded().size(), 1U);
  EXPECT_THAT(refusals_recorded()[0], HasSubstr("own-draft"));
  EXPECT_THAT(authority_of(id).by, IsEmpty());
}

TEST_F(ApproveTest, who_is_not_enrolled_does_not_approve) {
  const std::string id = draft();
  EXPECT_THAT(refusal(signed_by("dardan", SigningKey::generate(), id)), HasSubstr("dardan"));
}

TEST_F(ApproveTest, another_key_under_an_enrolled_name_does_not_approve) {
  const std::string id = draft();
  EXPECT_THAT(refusal(signed_by("arta", SigningKey::generate(), id)), HasSubstr("arta"));
}

TEST_F(ApproveTest, fault_28_a_header_edited_before_approval_is_refused_and_remembered) {
  const std::string id = draft();
  replace_in(manifest(id) / "header.json", "\"subjects\": 2", "\"subjects\": 1");
  EXPECT_THAT(refusal(signed_by("arta", arta, id)), HasSubstr("was changed after it was drafted"));
  EXPECT_EQ(refusals_recorded().size(), 1U);
}

TEST_F(ApproveTest, fault_28_a_header_edited_after_approval_has_no_authority) {
  const std::string id = draft();
  approve_as_arta(id);
  replace_in(manifest(id) / "header.json", "\"subjects\": 2", "\"subjects\": 1");
  EXPECT_THAT(authority_of(id).why_not, HasSubstr("was changed after it was drafted"));
}

TEST_F(ApproveTest, fault_28_a_body_edited_before_approval_is_refused) {
  const std::string id = draft();
  replace_in(manifest(id) / "body.jsonl", "[\"a\"]", "[\"b\"]");
  EXPECT_THAT(refusal(signed_by("arta", arta, id)), HasSubstr("was changed after it was written"));
}

TEST_F(ApproveTest, fault_30_a_manifest_of_another_ledger_is_refused) {
  const std::string id = draft();
  const model::Approval approval = signed_by("arta", arta, id);
  fs::rename(root(), at("elsewhere"));
  open_shop();
  fs::copy(at("elsewhere/.besa/manifests") / id, manifest(id), fs::copy_options::recursive);
  EXPECT_THAT(refusal(approval), HasSubstr("belongs to another ledger"));
  EXPECT_THAT(authority_of(id).why_not, HasSubstr("belongs to another ledger"));
}

TEST_F(ApproveTest, fault_31_an_expired_manifest_is_refused) {
  const std::string id = draft();
  const std::string late = draft();
  approve_as_arta(id);
  pass_days(8);  // manifests are good for seven
  EXPECT_THAT(refusal(signed_by("arta", arta, late)), HasSubstr("expired on 2026-11-29"));
  EXPECT_THAT(authority_of(id).why_not, HasSubstr("expired on 2026-11-29"));
  EXPECT_EQ(authority_of(id).hint, "draft it again with 'besa sweep'");
}

TEST_F(ApproveTest, a_simulated_manifest_can_never_be_approved) {
  Session looking({root(), "besnik", *Date::parse("2027-06-01")}, clock, silent);
  const std::string id = sweep(looking, {}).front().manifest;
  ASSERT_NE(id, "");
  EXPECT_THAT(refusal(signed_by("arta", arta, id)), HasSubstr("simulated day"));
}

TEST_F(ApproveTest, fault_26_a_policy_changed_since_the_draft_is_refused) {
  const std::string id = draft();
  replace_in(root() / "policies/policy.json", "P5Y", "P4Y");
  EXPECT_THAT(refusal(signed_by("arta", arta, id)), HasSubstr("policies/policy.json was changed"));
}

TEST_F(ApproveTest, an_approval_is_given_once) {
  const std::string id = draft();
  approve_as_arta(id);
  EXPECT_THAT(refusal(signed_by("arta", arta, id)), HasSubstr("approved already"));
}

TEST_F(ApproveTest, beyond_a_limit_an_approval_names_its_reason) {
  replace_in(root() / "besa.json", "\"share_of_table\": 1.0", "\"share_of_table\": 0.1");
  const std::string id = draft();
  EXPECT_THAT(refusal(signed_by("arta", arta, id)), HasSubstr("exceeds a limit"));
  approve(*session(), signed_by("arta", arta, id, "first-sweep"));
  EXPECT_EQ(authority_of(id).override_reason, "first-sweep");
  EXPECT_EQ(authority_of(id).why_not, "");
}

TEST_F(ApproveTest, a_rejected_manifest_has_no_authority_and_no_body) {
  const std::string id = draft();
  reject(*session(), id, "wrong-day");
  EXPECT_THAT(authority_of(id).why_not, HasSubstr("rejected"));
  EXPECT_FALSE(fs::exists(manifest(id) / "body.jsonl"));
  EXPECT_TRUE(fs::exists(manifest(id) / "header.json"));
  EXPECT_FALSE(session()->vault().get("manifest-" + id).has_value());
}

TEST_F(ApproveTest, an_approval_in_advance_covers_what_lies_within_it) {
  approve_in_advance(*session("arta"), bounds(), arta);
  const std::string id = draft();
  EXPECT_THAT(authority_of(id).by, ElementsAre(::testing::StartsWith("A-2026-")));
}

TEST_F(ApproveTest, an_approval_in_advance_does_not_cover_more_people_than_it_names) {
  approve_in_advance(*session("arta"), bounds(1), arta);
  const Authority found = authority_of(draft());
  EXPECT_THAT(found.by, IsEmpty());
  EXPECT_THAT(found.why_not, HasSubstr("does not cover it: 2 subjects"));
}

TEST_F(ApproveTest, an_approval_in_advance_ends_when_the_policy_changes) {
  approve_in_advance(*session("arta"), bounds(), arta);
  replace_in(root() / "policies/policy.json", "P5Y", "P4Y");
  EXPECT_THAT(authority_of(draft()).why_not, HasSubstr("the policy was changed"));
}

TEST_F(ApproveTest, an_approval_in_advance_ends_with_its_givers_key) {
  const SigningKey drita = SigningKey::generate();
  {
    const auto opened = session("arta");
    const std::string statement =
        ledger::enrolment_statement(opened->ledger().origin(), "drita", drita.public_key(), true);
    ledger::Change change = opened->ledger().begin();
    change.enrol_key("drita", drita.public_key(), true, "arta",
                     arta.sign(as_bytes(statement)).base64());
    change.commit();
  }
  approve_in_advance(*session("arta"), bounds(), arta);
  const std::string id = draft();
  pass_days(1);
  const auto opened = session("drita");
  const std::string statement =
      ledger::retirement_statement(opened->ledger().origin(), "arta", arta.public_key());
  ledger::Change change = opened->ledger().begin();
  change.retire_key("arta", "drita", drita.sign(as_bytes(statement)).base64());
  change.commit();
  EXPECT_THAT(authority_of(id).why_not, HasSubstr("the key of arta was retired"));
}

TEST_F(ApproveTest, an_approval_in_advance_names_rules_that_exist) {
  model::StandingApproval approval = bounds();
  approval.rules = {"last-contct"};
  EXPECT_THAT(failure([&] { approve_in_advance(*session("arta"), approval, arta); }),
              HasSubstr("no policy has a rule 'last-contct'"));
}

TEST_F(ApproveTest, p6_a_manifests_name_is_no_path) {
  model::Approval approval;
  approval.manifest = "../vault";
  EXPECT_THAT(refusal(approval), HasSubstr("names no manifest"));
}

TEST_F(ApproveTest, a_manifest_that_is_closed_has_no_authority) {
  const std::string id = draft();
  approve_as_arta(id);
  static_cast<void>(apply(*session(), {.manifest = id}));
  EXPECT_THAT(authority_of(id).why_not, HasSubstr("is closed"));
}

}  // namespace
}  // namespace besa::workflow
