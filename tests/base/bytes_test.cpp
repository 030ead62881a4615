// Hexadecimal and base64 against RFC 4648, and what a Secret promises.
#include "besa/base/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <utility>

namespace besa {
namespace {

using Pair = std::pair<const char*, const char*>;

constexpr std::array base64_vectors{Pair{"", ""},
                                    Pair{"f", "Zg=="},
                                    Pair{"fo", "Zm8="},
                                    Pair{"foo", "Zm9v"},
                                    Pair{"foob", "Zm9vYg=="},
                                    Pair{"fooba", "Zm9vYmE="},
                                    Pair{"foobar", "Zm9vYmFy"}};
constexpr std::array base16_vectors{Pair{"", ""},
                                    Pair{"f", "66"},
                                    Pair{"fo", "666f"},
                                    Pair{"foo", "666f6f"},
                                    Pair{"foob", "666f6f62"},
                                    Pair{"fooba", "666f6f6261"},
                                    Pair{"foobar", "666f6f626172"}};

TEST(Base64, agrees_with_rfc_4648_section_10) {
  for (const auto& [plain, encoded] : base64_vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    const auto decoded = from_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Base64, refuses_what_is_not_canonical) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9v\n", " Zm9v", "Zm 9v", "Zm-_",
                           "Zm9v=", "=", "Z", "Zm9vZg"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

// Found by the fuzzer: libsodium takes some bytes above 127 for digits.
TEST(Base64, takes_no_byte_in_place_of_another) {
  for (const std::string right : {"Zm9v", "Zm8=", "Zg==", "+/aA"})
    for (std::size_t at = 0; at < right.size(); ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = right;
        text[at] = static_cast<char>(byte);
        const auto decoded = from_base64(text);
        EXPECT_TRUE(!decoded || to_base64(*decoded) == text) << right << ' ' << at << ' ' << byte;
      }
}

TEST(Hex, agrees_with_rfc_4648_section_10) {
  for (const auto& [plain, encoded] : base16_vectors) {
    EXPECT_EQ(to_hex(as_bytes(plain)), encoded);
    const auto decoded = from_hex(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Hex, reads_both_cases_and_nothing_else) {
  EXPECT_EQ(from_hex("00fFAb"), (Bytes{0x00, 0xff, 0xab}));
  for (const char* text : {"0", "0g", "0x", " 00", "00 ", "zz"})
    EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Secret, starts_as_zeros) {
  const Secret secret(32);
  EXPECT_TRUE(std::ranges::all_of(secret.view(), [](auto byte) { return byte == 0; }));
  EXPECT_EQ(secret.view().size(), 32U);
}

TEST(Secret, a_copy_has_bytes_of_its_own) {
  Secret first(as_bytes("open sesame"));
  const Secret second(first);
  first.writable()[0] = 'X';
  EXPECT_EQ(as_text(first.view()), "Xpen sesame");
  EXPECT_EQ(as_text(second.view()), "open sesame");
}

TEST(Secret, moving_leaves_nothing_behind) {
  Secret first(as_bytes("open sesame"));
  Secret second(std::move(first));
  EXPECT_EQ(first.view().size(), 0U);  // NOLINT(bugprone-use-after-move): this is what is tested
  EXPECT_EQ(as_text(second.view()), "open sesame");
  Secret third(4);
  third = std::move(second);
  EXPECT_EQ(as_text(third.view()), "open sesame");
}

TEST(Secret, random_ones_differ) {
  EXPECT_FALSE(std::ranges::equal(Secret::random(32).view(), Secret::random(32).view()));
}

TEST(Secret, may_be_empty) {
  EXPECT_TRUE(Secret(0).view().empty());
}

RC_GTEST_PROP(BytesLaw, any_bytes_survive_hex_and_base64, (const Bytes& bytes)) {
  RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
  RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
}

}  // namespace
}  // namespace besa
