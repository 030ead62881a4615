#include "besa/model/note.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "besa/base/error.hpp"
#include "besa/model/merkle.hpp"

namespace {

using namespace besa::model;
using besa::Digest;

// The example of Go's golang.org/x/mod/sumdb/note.
constexpr std::string_view go_verifier =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view go_signer =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view go_text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view go_signature =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

std::string go_note() {
  return std::string(go_text) + "\n" + std::string(go_signature);
}
VerifierKey go_key() {
  return VerifierKey::parse(go_verifier).value();
}

TEST(Note, keys_read_and_print_as_those_of_go) {
  EXPECT_EQ(go_key().name, "PeterNeumann");
  EXPECT_EQ(go_key().str(), go_verifier);
  const auto signer = SignerKey::parse(go_signer).value();
  EXPECT_EQ(signer.str(), go_signer);
  EXPECT_EQ(signer.verifier().str(), go_verifier);
}

TEST(Note, signing_gives_the_bytes_that_go_gives) {
  const auto signer = SignerKey::parse(go_signer).value();
  EXPECT_EQ(sign_note(go_text, signer.name, signer.key), go_note());
}

TEST(Note, opens_the_note_of_go) {
  EXPECT_EQ(open_note(go_note(), go_key()), go_text);
}

TEST(Note, a_key_with_any_byte_changed_or_missing_is_no_key) {
  for (std::size_t i = 0; i < go_verifier.size(); ++i) {
    std::string changed(go_verifier);
    ++changed[i];
    EXPECT_FALSE(VerifierKey::parse(changed)) << changed;
    EXPECT_FALSE(VerifierKey::parse(go_verifier.substr(0, i)));
    EXPECT_TRUE(i == 0 || !VerifierKey::parse(go_verifier.substr(i)));
  }
}

TEST(Note, a_note_with_any_byte_changed_does_not_open) {
  for (std::size_t i = 0; i < go_note().size(); ++i) {
    for (const int bit : {1, 4, 32}) {
      std::string changed = go_note();
      changed[i] = static_cast<char>(changed[i] ^ bit);
      EXPECT_FALSE(open_note(changed, go_key())) << i;
    }
  }
}

TEST(Note, a_note_cut_anywhere_does_not_open) {
  for (std::size_t i = 0; i < go_note().size(); ++i) {
    EXPECT_FALSE(open_note(go_note().substr(0, i), go_key()));
  }
}

TEST(Note, signatures_by_other_keys_are_ignored) {
  const auto other = besa::SigningKey::from_seed(besa::Bytes(32, 7));
  const std::string others = sign_note(go_text, "PeterNeumann", other);
  const std::string line = others.substr(others.find("\n\n") + 2);
  EXPECT_EQ(open_note(go_note() + line, go_key()), go_text);
  EXPECT_EQ(open_note(std::string(go_text) + "\n" + line + std::string(go_signature), go_key()),
            go_text);
  EXPECT_FALSE(open_note(others, go_key()));
}

TEST(Note, one_wrong_signature_in_the_name_of_the_key_spoils_the_note) {
  std::string wrong(go_signature);
  wrong[wrong.find("x08go/") + 20] = 'A';
  EXPECT_FALSE(open_note(go_note() + wrong, go_key()));
}

TEST(Note, text_may_hold_blank_lines_of_its_own) {
  const auto signer = SignerKey::parse(go_signer).value();
  const std::string text = "certificate\n\nwith paragraphs\n";
  EXPECT_EQ(open_note(sign_note(text, signer.name, signer.key), go_key()), text);
}

TEST(Note, text_that_no_note_may_hold_is_refused) {
  const auto key = besa::SigningKey::from_seed(besa::Bytes(32, 7));
  EXPECT_THROW(static_cast<void>(sign_note("no newline", "besa", key)), besa::Error);
  EXPECT_THROW(static_cast<void>(sign_note("a\tb\n", "besa", key)), besa::Error);
  EXPECT_THROW(static_cast<void>(sign_note("bad \xff\n", "besa", key)), besa::Error);
  EXPECT_THROW(static_cast<void>(sign_note("text\n", "two words", key)), besa::Error);
  EXPECT_THROW(static_cast<void>(sign_note("text\n", "a+b", key)), besa::Error);
  EXPECT_THROW(static_cast<void>(sign_note("text\n", "", key)), besa::Error);
  EXPECT_FALSE(is_key_name("no\u00a0break"));
  EXPECT_FALSE(is_key_name("line\u2028separator"));
  EXPECT_TRUE(is_key_name("on-solutions.al/loyalty-ë"));
}

TEST(Checkpoint, is_three_lines) {
  const Checkpoint head{"example.com/log", 5, besa::sha256("root")};
  EXPECT_EQ(head.text(), "example.com/log\n5\n" + besa::to_base64(head.root.bytes) + "\n");
  const auto read = Checkpoint::parse(head.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), head.text());
}

TEST(Checkpoint, the_example_of_the_specification_is_read) {
  const auto read = Checkpoint::parse(
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(read->size, 20852163u);
}

TEST(Checkpoint, anything_else_is_none) {
  const std::string hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  for (const std::string& text :
       {std::string(), std::string("origin\n"), "\n5\n" + hash, "origin\n05\n" + hash,
        "origin\n-5\n" + hash, "origin\n+5\n" + hash, "origin\n5 \n" + hash, "origin\n\n" + hash,
        "origin\n18446744073709551616\n" + hash, "origin\n5\n" + hash + "extension\n",
        "origin\n5\n" + hash.substr(1), "origin\n5\n" + hash.substr(0, hash.size() - 1),
        std::string("origin\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n")}) {
    EXPECT_FALSE(Checkpoint::parse(text)) << text;
  }
}

struct ProvenLeaf {
  besa::SigningKey key = besa::SigningKey::from_seed(besa::Bytes(32, 9));
  VerifierKey verifier{"example.com/log", key.public_key()};
  std::vector<Digest> leaves{leaf_hash("a"), leaf_hash("b"), leaf_hash("c")};
  Digest root = node_hash(node_hash(leaves[0], leaves[1]), leaves[2]);
  TlogProof proof{1,
                  {leaves[0], leaves[2]},
                  sign_note(Checkpoint{"example.com/log", 3, root}.text(), "example.com/log", key)};
};

TEST(TlogProof, is_laid_out_as_specified) {
  const ProvenLeaf given;
  EXPECT_EQ(given.proof.text(),
            "c2sp.org/tlog-proof@v1\nindex 1\n" + besa::to_base64(given.leaves[0].bytes) + "\n" +
                besa::to_base64(given.leaves[2].bytes) + "\n\n" + given.proof.checkpoint);
}

TEST(TlogProof, proves_its_leaf_and_no_other) {
  const ProvenLeaf given;
  const auto read = TlogProof::parse(given.proof.text());
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->verify("b", given.verifier));
  EXPECT_FALSE(read->verify("a", given.verifier));
  EXPECT_FALSE(read->verify("b", go_key()));
  auto moved = *read;
  moved.index = 0;
  EXPECT_FALSE(moved.verify("b", given.verifier));
}

TEST(TlogProof, extra_data_is_read_over) {
  const ProvenLeaf given;
  std::string text = given.proof.text();
  text.insert(text.find("index"), "extra aGVsbG8=\n");
  const auto read = TlogProof::parse(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), given.proof.text());
}

TEST(TlogProof, a_proof_of_another_log_by_the_same_key_proves_nothing) {
  ProvenLeaf given;
  given.proof.checkpoint = sign_note(Checkpoint{"example.com/other", 3, given.root}.text(),
                                     "example.com/log", given.key);
  EXPECT_FALSE(given.proof.verify("b", given.verifier));
}

TEST(TlogProof, no_changed_byte_passes) {
  const ProvenLeaf given;
  const std::string text = given.proof.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = TlogProof::parse(changed);
    EXPECT_FALSE(read && read->verify("b", given.verifier)) << i;
  }
}

// The note's 64 raw bytes are an ordinary Ed25519 signature of its text (erasure.md 2.3).
TEST(Note, openssl_verifies_the_signature_of_a_checkpoint) {
  if (std::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no openssl here";
  const auto folder =
      std::filesystem::temp_directory_path() / ("besa-note-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const ProvenLeaf given;
  const std::string& note = given.proof.checkpoint;
  const auto bytes =
      besa::from_base64(note.substr(note.rfind(' ') + 1, note.size() - note.rfind(' ') - 2))
          .value();
  const auto put = [&](const char* name, std::string_view content) {
    std::ofstream(folder / name, std::ios::binary) << content;
  };
  put("text", note.substr(0, note.find("\n\n") + 1));
  put("signature", besa::as_text(bytes).substr(4));
  auto der = besa::from_hex("302a300506032b6570032100").value();
  der.insert(der.end(), given.verifier.key.bytes.begin(), given.verifier.key.bytes.end());
  put("key", besa::as_text(der));
  const std::string command = "cd '" + folder.string() +
                              "' && openssl pkeyutl -verify -pubin -inkey key -keyform DER -rawin "
                              "-in text -sigfile signature >/dev/null 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
  put("text", "another text\n");
  EXPECT_NE(std::system(command.c_str()), 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
