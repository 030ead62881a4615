#include "besa/base/digest_index.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>

namespace besa {
namespace {

TEST(DigestIndex, numbers_texts_in_the_order_in_which_they_come) {
  DigestIndex index;
  EXPECT_TRUE(index.empty());
  EXPECT_EQ(index.find(""), DigestIndex::none);
  EXPECT_EQ(index.add("ana@example.com"), 0U);
  EXPECT_EQ(index.add(""), 1U);
  EXPECT_EQ(index.add("ana@example.com"), 0U);
  EXPECT_EQ(index.add(std::string(10'000, 'x')), 2U);
  EXPECT_EQ(index.find(""), 1U);
  EXPECT_EQ(index.find("ana@example.co"), DigestIndex::none);
  EXPECT_EQ(index.size(), 3U);
}

RC_GTEST_PROP(DigestIndex, is_a_map_of_texts_to_numbers, (const std::vector<std::string>& texts)) {
  DigestIndex index;
  std::map<std::string, std::uint32_t> known;
  for (const std::string& text : texts)
    RC_ASSERT(index.add(text) ==
              known.emplace(text, static_cast<std::uint32_t>(known.size())).first->second);
  for (const auto& [text, number] : known) RC_ASSERT(index.find(text) == number);
}

// Over several chunks of digests and growths of the table.
TEST(DigestIndex, keeps_a_hundred_thousand) {
  DigestIndex index;
  const auto text = [](std::uint32_t number) { return "+3556" + std::to_string(number); };
  for (std::uint32_t number = 0; number < 100'000; ++number)
    ASSERT_EQ(index.add(text(number)), number);
  for (std::uint32_t number = 0; number < 100'000; ++number)
    ASSERT_EQ(index.find(text(number)), number);
  EXPECT_EQ(index.find(text(100'000)), DigestIndex::none);
}

}  // namespace
}  // namespace besa
