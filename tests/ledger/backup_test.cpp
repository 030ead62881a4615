#include "besa/ledger/backup.hpp"

#include <sys/stat.h>

#include "besa/ledger/vault.hpp"
#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Backup, restores_to_a_sound_ledger_and_vault) {
  Workbench bench;
  fill(bench);
  Vault(bench.folder / "vault").put("subject-42", besa::as_bytes("agim@example.al"));
  besa::make_folder(bench.folder / "certificates");
  besa::write_file(bench.folder / "certificates" / "C-2026-0001.note", "note\n");
  const Folder elsewhere;
  const auto files = back_up(bench.folder.path(), elsewhere / "backup");
  EXPECT_THAT(files, ElementsAre("ledger.db", "log.key", "vault/subject-42.key",
                                 "vault/subject-42.sealed", "certificates/C-2026-0001.note"));
  Ledger restored(elsewhere / "backup", bench.clock);
  EXPECT_THAT(restored.verify(), IsEmpty());
  EXPECT_EQ(restored.root(), bench.open().root());
  EXPECT_EQ(restored.checkpoint(), bench.open().checkpoint());
  const auto secret = Vault(elsewhere / "backup" / "vault").get("subject-42");
  ASSERT_TRUE(secret);
  EXPECT_EQ(besa::as_text(secret->view()), "agim@example.al");
  for (const auto& file : files) {
    struct stat status {};
    ::stat((elsewhere / "backup" / file).c_str(), &status);
    EXPECT_EQ(status.st_mode & 0777U, 0600u) << file;
  }
}

TEST(Backup, holds_what_was_committed_while_a_change_is_open) {
  const Workbench bench;
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  change.note("night.begun", besa::Json::object());
  const Folder elsewhere;
  back_up(bench.folder.path(), elsewhere / "backup");
  const Ledger restored(elsewhere / "backup", bench.clock);
  EXPECT_EQ(restored.size(), 1u);
  EXPECT_THAT(restored.verify(), IsEmpty());
}

TEST(Backup, never_writes_over_anything) {
  const Workbench bench;
  const Folder elsewhere;
  EXPECT_THAT(refusal([&] { back_up(bench.folder.path(), elsewhere.path()); }),
              HasSubstr("exists already"));
}

TEST(Backup, of_no_ledger_leaves_nothing) {
  const Folder empty, elsewhere;
  EXPECT_THROW(back_up(empty.path(), elsewhere / "backup"), besa::Error);
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere.path()));
}

TEST(Ledger, a_copy_is_complete_in_one_file) {
  Workbench bench;
  fill(bench);
  const Ledger ledger = bench.open();
  ledger.copy_to(bench.folder / "copy.db");
  EXPECT_FALSE(std::filesystem::exists(bench.folder / "copy.db-wal"));
  SQLite::Database copy((bench.folder / "copy.db").string());
  EXPECT_EQ(copy.execAndGet("SELECT count(*) FROM entries").getInt64(),
            static_cast<std::int64_t>(ledger.size()));
  EXPECT_THROW(ledger.copy_to(bench.folder / "copy.db"), besa::Error);
}

}  // namespace
