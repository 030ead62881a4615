// SHA-256 against FIPS 180 and HMAC-SHA-256 against RFC 4231.
#include "besa/base/digest.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rapidcheck/gtest.h>

namespace besa {
namespace {

constexpr auto digest_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, agrees_with_fips_180) {
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").hex(), digest_of_abc);
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex(),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')).hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, may_be_fed_in_pieces_and_used_again) {
  Sha256 context;
  EXPECT_EQ(context.update("a").update("").update("bc").finish().hex(), digest_of_abc);
  EXPECT_EQ(context.update("abc").finish().hex(), digest_of_abc);
  Sha256 moved = std::move(context);
  EXPECT_EQ(moved.update("abc").finish().hex(), digest_of_abc);
}

TEST(Digest, is_written_and_read_as_64_hex_digits) {
  EXPECT_EQ(Digest::parse(digest_of_abc), sha256("abc"));
  EXPECT_FALSE(Digest::parse("ba78"));
  EXPECT_FALSE(Digest::parse(std::string(64, 'x')));
  EXPECT_FALSE(Digest::parse(std::string(66, '0')));
}

struct HmacVector {
  std::string key;  // hexadecimal
  std::string text;
  std::string digest;
};

const std::vector<HmacVector>& rfc_4231() {
  static const std::vector<HmacVector> vectors{
      {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"4a656665", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"0102030405060708090a0b0c0d0e0f10111213141516171819", std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {std::string(262, 'a'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(262, 'a'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to "
       "be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
  return vectors;
}

TEST(KeyedDigest, agrees_with_rfc_4231) {
  for (const auto& vector : rfc_4231()) {
    const KeyedDigest keyed(from_hex(vector.key).value());
    EXPECT_EQ(keyed.of("", vector.text).hex(), vector.digest) << vector.text;
    EXPECT_EQ(keyed.of("", vector.text).hex(), vector.digest) << "again: " << vector.text;
  }
}

Digest openssl_hmac(ByteView key, std::string_view message) {
  Digest digest;
  const ByteView bytes = as_bytes(message);
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
       digest.bytes.data(), nullptr);
  return digest;
}

TEST(KeyedDigest, a_tag_stands_before_the_text_with_a_zero_byte_between) {
  const Bytes key(32, 7);
  const KeyedDigest keyed(key);
  using namespace std::string_view_literals;
  EXPECT_EQ(keyed.of("email", "x@example.al"), openssl_hmac(key, "email\0x@example.al"sv));
  EXPECT_NE(keyed.of("email", "x"), keyed.of("phone", "x"));
  EXPECT_NE(keyed.of("ab", "c"), keyed.of("a", "bc"));
}

RC_GTEST_PROP(KeyedDigestLaw, equals_openssl_hmac_for_any_key_and_text,
              (const Bytes& key, const std::string& text)) {
  RC_PRE(!key.empty());
  RC_ASSERT(KeyedDigest(key).of("", text) == openssl_hmac(key, text));
}

}  // namespace
}  // namespace besa
