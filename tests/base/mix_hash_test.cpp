// Bytes as words against one byte at a time, and what a hash for tables must be able to do.
#include "besa/base/mix_hash.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace besa {
namespace {

std::uint64_t lowest_first(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << i * 8;
  return word;
}

RC_GTEST_PROP(Word, of_up_to_eight_bytes_has_the_first_lowest, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(0, 9);
  const auto bytes = *rc::gen::container<std::string>(size, rc::gen::arbitrary<char>());
  RC_ASSERT(word_of(bytes.data(), size) == lowest_first(bytes));
  if (size == 8) RC_ASSERT(word_at(bytes.data()) == lowest_first(bytes));
}

RC_GTEST_PROP(Word, sorts_as_its_bytes, (std::string a, std::string b)) {
  a.resize(std::min<std::size_t>(a.size(), 8));
  b.resize(std::min<std::size_t>(b.size(), 8));
  std::erase(a, '\0');
  std::erase(b, '\0');
  RC_ASSERT((sorting_word(a) < sorting_word(b)) == (a < b));
}

TEST(MixHash, spreads_neighbouring_names_and_numbers_over_a_table) {
  std::set<std::uint64_t> hashes;
  std::vector<int> buckets(256, 0);
  for (std::uint64_t i = 0; i < 25600; ++i) {
    const std::string name = "member-" + std::to_string(1000000 + i);
    for (const std::uint64_t hash : {mix_hash(name), mix_hash(i)}) {
      hashes.insert(hash);
      ++buckets[hash % 256];
    }
  }
  EXPECT_EQ(hashes.size(), 51200U);
  for (const int count : buckets) EXPECT_NEAR(count, 200, 100);
}

TEST(MixHash, sees_length_and_every_byte) {
  using namespace std::string_view_literals;
  EXPECT_NE(mix_hash(""sv), mix_hash("\0"sv));
  EXPECT_NE(mix_hash("a"sv), mix_hash("a\0"sv));
  const std::string text = "arben.hoxha@example.al";
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_NE(mix_hash(other), mix_hash(text)) << i;
  }
}

}  // namespace
}  // namespace besa
