// Ed25519 against RFC 8032, XChaCha20-Poly1305 against draft-irtf-cfrg-xchacha, and sealed bytes.
#include "besa/base/crypto.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "besa/base/error.hpp"

namespace besa {
namespace {

struct Ed25519Vector {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032 section 7.1, TEST 1, 2 and 3.
constexpr Ed25519Vector rfc_8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46b"
     "d25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "659"
     "4a7c15e9716ed28dc027beceea1ec40a"},
};

Bytes bytes_of(std::string_view hex) {
  return from_hex(hex).value();
}

TEST(SigningKey, agrees_with_rfc_8032) {
  for (const auto& vector : rfc_8032) {
    const auto key = SigningKey::from_seed(bytes_of(vector.seed));
    EXPECT_EQ(to_hex(key.public_key().bytes), vector.public_key);
    const Signature signature = key.sign(bytes_of(vector.message));
    EXPECT_EQ(to_hex(signature.bytes), vector.signature);
    EXPECT_TRUE(verify(key.public_key(), bytes_of(vector.message), signature));
  }
}

TEST(SigningKey, a_changed_message_signature_or_key_does_not_verify) {
  const auto key = SigningKey::generate();
  Signature signature = key.sign(as_bytes("erase 12 members"));
  EXPECT_TRUE(verify(key.public_key(), as_bytes("erase 12 members"), signature));
  EXPECT_FALSE(verify(key.public_key(), as_bytes("erase 13 members"), signature));
  EXPECT_FALSE(
      verify(SigningKey::generate().public_key(), as_bytes("erase 12 members"), signature));
  signature.bytes[0] ^= 1;
  EXPECT_FALSE(verify(key.public_key(), as_bytes("erase 12 members"), signature));
}

TEST(SigningKey, comes_back_from_its_seed) {
  const auto key = SigningKey::generate();
  EXPECT_EQ(SigningKey::from_seed(key.seed()).public_key(), key.public_key());
}

TEST(SigningKey, a_seed_of_another_size_is_refused) {
  EXPECT_THROW(static_cast<void>(SigningKey::from_seed(Bytes(31))), Error);
}

TEST(PublicKey, is_named_by_sixteen_digits_and_written_in_base64) {
  // The zero key: SHA-256 of 32 zero bytes begins 66687aadf862bd77.
  EXPECT_EQ(PublicKey{}.fingerprint(), "66687aadf862bd77");
  EXPECT_EQ(PublicKey{}.base64(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  const auto key = SigningKey::generate();
  EXPECT_EQ(PublicKey::parse(key.public_key().base64()), key.public_key());
  EXPECT_FALSE(PublicKey::parse("AAAA"));
  EXPECT_FALSE(PublicKey::parse("no base64"));
  const Signature signature = key.sign({});
  EXPECT_EQ(Signature::parse(signature.base64()), signature);
  EXPECT_FALSE(Signature::parse(key.public_key().base64()));
}

TEST(Unseal, agrees_with_the_xchacha20_poly1305_draft) {
  const Secret key(bytes_of("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"));
  const Bytes sealed = bytes_of(
      "404142434445464748494a4b4c4d4e4f5051525354555657"
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e39"
      "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3"
      "fff9"
      "21f9664c97637da9768812f615c68b13b52e"
      "c0875924c1c7987947deafd8780acf49");
  const Bytes context = bytes_of("50515253c0c1c2c3c4c5c6c7");
  const auto plain = unseal(key, sealed, as_text(context));
  ASSERT_TRUE(plain);
  EXPECT_EQ(
      as_text(plain->view()),
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.");
}

TEST(Unseal, key_context_and_every_byte_must_belong_together) {
  const Secret key = Secret::random(32);
  const Bytes sealed = seal(key, as_bytes("dosja 17"), "case 17");
  EXPECT_EQ(as_text(unseal(key, sealed, "case 17").value().view()), "dosja 17");
  EXPECT_FALSE(unseal(key, sealed, "case 18"));
  EXPECT_FALSE(unseal(Secret::random(32), sealed, "case 17"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 0x40;
    EXPECT_FALSE(unseal(key, changed, "case 17")) << i;
    EXPECT_FALSE(unseal(key, ByteView(sealed).first(i), "case 17")) << i;
  }
}

TEST(Seal, the_same_bytes_never_look_the_same) {
  const Secret key = Secret::random(32);
  EXPECT_NE(seal(key, as_bytes("a"), ""), seal(key, as_bytes("a"), ""));
}

TEST(Seal, a_key_of_another_size_is_refused) {
  EXPECT_THROW(static_cast<void>(seal(Secret(16), {}, "")), Error);
  EXPECT_THROW(static_cast<void>(unseal(Secret(16), {}, "")), Error);
}

TEST(Passphrase, gives_one_key_for_one_passphrase_and_salt) {
  const Bytes salt(16, 1);
  const Secret key = key_from_passphrase("shqiponja", salt);
  EXPECT_EQ(key.view().size(), 32U);
  EXPECT_TRUE(std::ranges::equal(key.view(), key_from_passphrase("shqiponja", salt).view()));
  EXPECT_FALSE(std::ranges::equal(key.view(), key_from_passphrase("Shqiponja", salt).view()));
  EXPECT_FALSE(
      std::ranges::equal(key.view(), key_from_passphrase("shqiponja", Bytes(16, 2)).view()));
  EXPECT_THROW(static_cast<void>(key_from_passphrase("shqiponja", Bytes(8))), Error);
}

RC_GTEST_PROP(SealLaw, whatever_is_sealed_comes_back,
              (const Bytes& plain, const std::string& context)) {
  const Secret key = Secret::random(32);
  const auto opened = unseal(key, seal(key, plain, context), context);
  RC_ASSERT(opened.has_value());
  RC_ASSERT(std::ranges::equal(opened->view(), plain));
}

}  // namespace
}  // namespace besa
