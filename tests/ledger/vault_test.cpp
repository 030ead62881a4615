#include "besa/ledger/vault.hpp"

#include <sys/stat.h>

#include <fstream>

#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using besa::as_bytes;
using besa::as_text;
using besa::ErrorKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string content(const Vault& vault, const std::string& name) {
  const auto secret = vault.get(name);
  return secret ? std::string(as_text(secret->view())) : "nothing";
}

TEST(Vault, gives_back_what_was_put) {
  const Folder folder;
  Vault vault(folder / "vault");
  vault.put("subject-42", as_bytes("agim@example.al"));
  EXPECT_EQ(content(vault, "subject-42"), "agim@example.al");
  vault.put("subject-42", as_bytes("agim.rama@example.al"));
  EXPECT_EQ(content(Vault(folder / "vault"), "subject-42"), "agim.rama@example.al");
  EXPECT_THAT(vault.names(), ElementsAre("subject-42"));
}

TEST(Vault, what_it_never_had_is_nothing) {
  const Folder folder;
  const Vault vault(folder / "vault");
  EXPECT_EQ(content(vault, "subject-1"), "nothing");
  EXPECT_THAT(vault.names(), IsEmpty());
}

TEST(Vault, keeps_no_word_in_the_open) {
  const Folder folder;
  Vault vault(folder / "vault");
  vault.put("subject-42", as_bytes("agim@example.al"));
  for (const auto& file : std::filesystem::directory_iterator(folder / "vault")) {
    EXPECT_EQ(besa::read_file(file.path()).find("agim"), std::string::npos);
    struct stat status {};
    ::stat(file.path().c_str(), &status);
    EXPECT_EQ(status.st_mode & 0777U, 0600u) << file.path();
  }
}

TEST(Vault, what_is_forgotten_is_gone_and_forgetting_repeats) {
  const Folder folder;
  Vault vault(folder / "vault");
  vault.put("subject-42", as_bytes("agim@example.al"));
  const std::string sealed = besa::read_file(folder / "vault" / "subject-42.sealed");
  vault.forget("subject-42");
  vault.forget("subject-42");
  EXPECT_EQ(content(vault, "subject-42"), "nothing");
  EXPECT_TRUE(std::filesystem::is_empty(folder / "vault"));
  besa::write_file(folder / "vault" / "subject-42.sealed",
                   sealed);  // from a backup, without its key
  EXPECT_EQ(content(vault, "subject-42"), "nothing");
  EXPECT_THAT(vault.names(), IsEmpty());
}

TEST(Vault, a_sealed_file_under_another_name_does_not_open) {
  const Folder folder;
  Vault vault(folder / "vault");
  vault.put("subject-1", as_bytes("agim"));
  for (const char* kind : {".key", ".sealed"}) {
    std::filesystem::copy_file(folder / "vault" / ("subject-1" + std::string(kind)),
                               folder / "vault" / ("subject-2" + std::string(kind)));
  }
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { content(vault, "subject-2"); }),
              HasSubstr("is damaged"));
}

TEST(Vault, damage_is_an_error_and_not_an_absence) {
  const Folder folder;
  Vault vault(folder / "vault");
  vault.put("subject-1", as_bytes("agim"));
  std::string sealed = besa::read_file(folder / "vault" / "subject-1.sealed");
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  besa::write_file(folder / "vault" / "subject-1.sealed", sealed);
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { content(vault, "subject-1"); }),
              HasSubstr("is damaged"));
  besa::write_file(folder / "vault" / "subject-1.key", "short");
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { content(vault, "subject-1"); }),
              HasSubstr("is damaged"));
}

// Fault 40.
TEST(Vault, a_file_open_to_others_is_refused) {
  const Folder folder;
  Vault vault(folder / "vault");
  vault.put("subject-1", as_bytes("agim"));
  for (const char* kind : {".key", ".sealed"}) {
    const auto file = folder / "vault" / ("subject-1" + std::string(kind));
    ::chmod(file.c_str(), 0644);
    EXPECT_THAT(refusal([&] { content(vault, "subject-1"); }), HasSubstr("open to others"));
    ::chmod(file.c_str(), 0600);
  }
}

TEST(Vault, names_stay_in_the_folder) {
  const Folder folder;
  Vault vault(folder / "vault");
  for (const char* name : {"", "../log", "a/b", ".hidden", "-x", "two words"}) {
    EXPECT_THROW(vault.put(name, as_bytes("x")), besa::Error) << name;
    EXPECT_THROW(vault.forget(name), besa::Error) << name;
  }
}

TEST(Vault, a_new_subject_is_a_random_number_of_63_bits) {
  const Folder folder;
  const Vault vault(folder / "vault");
  const auto one = vault.new_subject();
  EXPECT_NE(one, vault.new_subject());
  EXPECT_NE(one, 0u);
  EXPECT_LT(one, std::uint64_t{1} << 63U);
}

}  // namespace
