#include "source/word_filter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace besa::source {
namespace {

/// What `places` must say, asked one place at a time.
std::vector<std::uint32_t> one_by_one(const WordFilter& filter, const std::string& text,
                                      std::size_t count, std::size_t stride, unsigned shift) {
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < count; ++i)
    if (filter.may_contain(word_at(text.data() + i * stride) << shift)) places.push_back(i);
  return places;
}

// Registers of any width, and what is left over behind the last whole one.
RC_GTEST_PROP(WordFilter, tells_of_many_places_what_it_tells_of_each, ()) {
  const auto text = *rc::gen::container<std::string>(200, rc::gen::inRange<char>('a', 'd'));
  const auto stride = *rc::gen::element<std::size_t>(1, 2, 3, 4, 8);
  const auto shift = *rc::gen::element(0U, 8U, 24U);
  const auto most = (text.size() - sizeof(std::uint64_t)) / stride + 1;
  const auto count = *rc::gen::inRange<std::size_t>(0, most + 1);
  WordFilter filter(8);
  for (int i = 0; i < 8; ++i)
    filter.add(word_at(text.data() + *rc::gen::inRange<std::size_t>(0, text.size() - 8)) << shift);
  std::vector<std::uint32_t> places(count);
  places.resize(filter.places(text.data(), count, stride, shift, places.data()));
  std::ranges::sort(places);
  RC_ASSERT(places == one_by_one(filter, text, count, stride, shift));
}

TEST(WordFilter, passes_few_words_that_were_not_added) {
  constexpr std::uint64_t words = 100'000;
  WordFilter filter(words);
  // Texts of digits, as keys are: they differ in few bits.
  const auto word = [](std::uint64_t number) {
    return word_at(std::to_string(10'000'000 + number).data());
  };
  for (std::uint64_t number = 0; number < words; ++number) filter.add(word(number));
  std::uint64_t passed = 0;
  for (std::uint64_t number = words; number < 2 * words; ++number)
    passed += filter.may_contain(word(number)) ? 1U : 0U;
  EXPECT_LT(passed, words / 20);
  for (std::uint64_t number = 0; number < words; ++number)
    ASSERT_TRUE(filter.may_contain(word(number)));
}

}  // namespace
}  // namespace besa::source
