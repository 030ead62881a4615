// What a sweep left that was killed before the ledger knew its manifest.
#include <gmock/gmock.h>

#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::Contains;
using ::testing::Not;

class DebrisTest : public Shop {
 protected:
  void SetUp() override { open_shop(); }

  /// As a kill between the folder's name and the ledger's entry leaves it.
  void leave(const std::string& folder) {
    make_folder(manifest(folder));
    put(manifest(folder) / "header.json", "{}");
    put(manifest(folder) / "body.jsonl", body_);
    fs::create_hard_link(manifest(folder) / "body.jsonl", at("the medium"));
  }
  std::vector<std::string> findings() {
    std::vector<std::string> found;
    for (const model::Finding& finding : doctor(*session())) found.push_back(finding.code);
    return found;
  }

  std::string body_ = "[\"ana@x.example\"]\n";
};

TEST_F(DebrisTest, a_draft_that_was_never_recorded_is_overwritten_by_the_next_sweep) {
  leave("M-2026-0001");
  EXPECT_EQ(draft(), "M-2026-0001");
  EXPECT_EQ(got(at("the medium")), std::string(body_.size(), '\0'));
  EXPECT_NE(got(manifest("M-2026-0001") / "header.json"), "{}");
  EXPECT_TRUE(session()->ledger().manifest("M-2026-0001"));
}

TEST_F(DebrisTest, an_unfinished_draft_is_overwritten_by_the_next_sweep) {
  leave(".M-2026-0001.part");
  EXPECT_EQ(draft(), "M-2026-0001");
  EXPECT_EQ(got(at("the medium")), std::string(body_.size(), '\0'));
  EXPECT_FALSE(fs::exists(manifest(".M-2026-0001.part")));
}

TEST_F(DebrisTest, the_key_of_a_draft_that_was_never_recorded_is_destroyed) {
  session()->vault().put("manifest-M-2026-0007", as_bytes("a key of nothing"));
  fs::remove(root() / ".besa/vault/manifest-M-2026-0007.sealed");
  draft();
  EXPECT_FALSE(fs::exists(root() / ".besa/vault/manifest-M-2026-0007.key"));
}

TEST_F(DebrisTest, what_the_ledger_knows_and_what_is_no_manifest_stays) {
  const std::string id = draft();
  const std::string body = got(manifest(id) / "body.jsonl");
  put(root() / ".besa/manifests/notes.txt", "of somebody else");
  make_folder(root() / ".besa/manifests/older");
  EXPECT_NE(draft(), id);
  EXPECT_EQ(got(manifest(id) / "body.jsonl"), body);
  EXPECT_TRUE(session()->vault().get("manifest-" + id));
  EXPECT_TRUE(fs::exists(root() / ".besa/manifests/notes.txt"));
  EXPECT_TRUE(fs::exists(root() / ".besa/manifests/older"));
}

TEST_F(DebrisTest, a_draft_that_another_sweep_is_at_work_on_is_left_to_it) {
  leave("M-2026-0001");
  std::string workspace = got(root() / "besa.json");
  workspace.insert(workspace.find("\"language\""), "\"wait_seconds\": 0, ");
  put(root() / "besa.json", workspace);
  const FileLock other(root() / ".besa/drafting", "drafting a manifest", "blerim", 0);
  thrown(ErrorKind::busy, [&] { draft(); });
  EXPECT_EQ(got(at("the medium")), body_);
}

TEST_F(DebrisTest, a_night_destroys_it_also_while_an_earlier_manifest_is_open) {
  draft();
  leave("M-2026-0002");
  static_cast<void>(night(*session()));
  EXPECT_EQ(got(at("the medium")), std::string(body_.size(), '\0'));
  EXPECT_FALSE(fs::exists(manifest("M-2026-0002")));
}

TEST_F(DebrisTest, the_doctor_tells_of_a_draft_that_was_never_recorded) {
  EXPECT_THAT(findings(), Not(Contains("manifest.unrecorded")));
  leave("M-2026-0001");
  EXPECT_THAT(findings(), Contains("manifest.unrecorded"));
  draft();
  EXPECT_THAT(findings(), Not(Contains("manifest.unrecorded")));
}

}  // namespace
}  // namespace besa::workflow
