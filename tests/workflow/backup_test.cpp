#include "besa/workflow/backup.hpp"

#include <gmock/gmock.h>

#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::HasSubstr;

class BackupTest : public Shop {
 protected:
  void SetUp() override { open_shop(); }
};

TEST_F(BackupTest, a_backup_is_whole_private_and_recorded_with_its_end) {
  const std::string id = draft();
  const BackupReport report = back_up(*session(), at("backups"), *Period::parse("P3M"));
  EXPECT_EQ(report.expires.str(), "2027-02-22");
  for (const char* file :
       {"ledger.db", "log.key", "besa.json", "policies/policy.json", "datasets/dataset.json"}) {
    EXPECT_TRUE(fs::exists(report.folder / file)) << file;
    EXPECT_EQ(mode(report.folder / file), 0600U) << file;
  }
  EXPECT_EQ(got(report.folder / "manifests" / id / "body.jsonl"), got(manifest(id) / "body.jsonl"));
  EXPECT_TRUE(fs::exists(report.folder / "vault"));
  EXPECT_EQ(mode(report.folder), 0700U);
  const auto backups = session()->ledger().backups();
  ASSERT_EQ(backups.size(), 1U);
  EXPECT_EQ(backups[0].file, report.folder.filename());
  EXPECT_EQ(backups[0].expires, report.expires);
}

TEST_F(BackupTest, a_backup_opens_as_a_ledger) {
  const BackupReport report = back_up(*session(), at("backups"), *Period::parse("P3M"));
  const ledger::Ledger copy(report.folder, clock);
  EXPECT_EQ(copy.origin(), session()->ledger().origin());
  EXPECT_TRUE(copy.verify().empty());
}

TEST_F(BackupTest, fault_48_a_backup_into_besas_own_folder_is_refused) {
  EXPECT_THAT(thrown(ErrorKind::refused,
                     [&] {
                       static_cast<void>(
                           back_up(*session(), root() / ".besa/backups", *Period::parse("P3M")));
                     }),
              HasSubstr("lies in what is to be backed up"));
  EXPECT_FALSE(fs::exists(root() / ".besa/backups"));
}

TEST_F(BackupTest, a_backup_without_end_is_refused) {
  EXPECT_THAT(
      thrown(ErrorKind::refused,
             [&] { static_cast<void>(back_up(*session(), at("backups"), Period::indefinite())); }),
      HasSubstr("without end"));
}

}  // namespace
}  // namespace besa::workflow
