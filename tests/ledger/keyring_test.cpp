#include "besa/ledger/keyring.hpp"

#include <sys/stat.h>

#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using besa::ErrorKind;
using ::testing::HasSubstr;

constexpr const char* passphrase = "a promise is kept";

TEST(KeyFile, opens_with_its_passphrase) {
  const Folder folder;
  const NamedKey made = create_key_file(folder.path(), "blerta", passphrase);
  const PersonalKey opened = load_key_file(folder / "blerta.key", passphrase);
  EXPECT_EQ(opened.name, "blerta");
  EXPECT_EQ(opened.key.public_key(), made.key);
  struct stat status {};
  ::stat((folder / "blerta.key").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777U, 0600u);
  EXPECT_THAT(besa::read_file(folder / "blerta.key"), HasSubstr(R"("format": "besa-key/1")"));
}

TEST(KeyFile, stays_closed_to_another_passphrase) {
  const Folder folder;
  create_key_file(folder.path(), "blerta", passphrase);
  EXPECT_THAT(refusal([&] {
                static_cast<void>(load_key_file(folder / "blerta.key", "a promise is broken"));
              }),
              HasSubstr("the passphrase does not open it"));
}

TEST(KeyFile, is_never_overwritten_and_never_without_passphrase) {
  const Folder folder;
  create_key_file(folder.path(), "blerta", passphrase);
  const std::string before = besa::read_file(folder / "blerta.key");
  EXPECT_THROW(create_key_file(folder.path(), "blerta", passphrase), besa::Error);
  EXPECT_EQ(besa::read_file(folder / "blerta.key"), before);
  EXPECT_THAT(refusal([&] { create_key_file(folder.path(), "arta", "short"); }),
              HasSubstr("too short"));
  EXPECT_FALSE(std::filesystem::exists(folder / "arta.key"));
  EXPECT_THROW(create_key_file(folder.path(), "../arta", passphrase), besa::Error);
}

// Fault 40.
TEST(KeyFile, open_to_others_is_refused) {
  const Folder folder;
  create_key_file(folder.path(), "blerta", passphrase);
  for (const ::mode_t mode : {0640U, 0604U}) {
    ::chmod((folder / "blerta.key").c_str(), mode);
    EXPECT_THAT(
        refusal([&] { static_cast<void>(load_key_file(folder / "blerta.key", passphrase)); }),
        HasSubstr("open to others"));
  }
}

TEST(KeyFile, a_changed_name_or_key_is_noticed) {
  const Folder folder;
  create_key_file(folder.path(), "blerta", passphrase);
  const std::string text = besa::read_file(folder / "blerta.key");
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string changed = text;
    changed.replace(changed.find(what), what.size(), by);
    besa::write_file(folder / "blerta.key", changed);
    static_cast<void>(load_key_file(folder / "blerta.key", passphrase));
  };
  EXPECT_THROW(with("blerta", "arta"), besa::Error);
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { with("besa-key/1", "besa-key/2"); }),
              HasSubstr("is newer than"));
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { with("besa-key/1", "other/1"); }),
              HasSubstr("no key file"));
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { with("salt", "salz"); }), HasSubstr("is damaged"));
}

TEST(PublicKeyLine, reads_back) {
  const NamedKey key{"blerta", key_of(2).public_key()};
  const std::string line = public_key_text(key);
  EXPECT_EQ(line, "besa-key/1 blerta " + key.key.base64() + "\n");
  EXPECT_EQ(parse_public_key(line).key, key.key);
  EXPECT_EQ(parse_public_key(line.substr(0, line.size() - 1)).name, "blerta");
}

TEST(PublicKeyLine, anything_else_is_none) {
  const std::string key = key_of(2).public_key().base64();
  for (const std::string& line :
       {std::string(), std::string("besa-key/1 blerta"), "besa-key/2 blerta " + key,
        "besa-key/1  blerta " + key, "besa-key/1 ble+ta " + key,
        "besa-key/1 blerta " + key + " more", "besa-key/1 blerta " + key.substr(1)}) {
    EXPECT_THROW(static_cast<void>(parse_public_key(line)), besa::Error) << line;
  }
}

}  // namespace
