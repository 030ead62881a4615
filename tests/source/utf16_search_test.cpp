#include "source/utf16_search.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>
#include <tuple>

namespace besa::source {
namespace {

using Strings = std::vector<std::string>;
using Found = std::set<std::tuple<std::size_t, std::size_t, std::uint32_t, TextEncoding>>;
constexpr std::array both{TextEncoding::utf16le, TextEncoding::utf16be};

Found search(const Strings& values, std::string_view bytes) {
  std::vector<ByteSearch::Match> matches;
  Utf16Search(values).find(ByteSearch(values, TextEncoding::utf8), bytes, both, matches);
  Found found;
  for (const auto& match : matches)
    found.emplace(match.at, match.length, match.value, match.encoding);
  return found;
}

/// The same question, asked the plain way.
Found plainly(const Strings& values, std::string_view bytes) {
  Found found;
  for (std::uint32_t value = 0; value < values.size(); ++value) {
    if (values[value].size() < shortest_sought) continue;
    for (const TextEncoding encoding : both) {
      const std::string form = encoded(values[value], encoding);
      for (auto at = bytes.find(form); at != bytes.npos; at = bytes.find(form, at + 1))
        found.emplace(at, form.size(), value, encoding);
    }
  }
  return found;
}

const Strings names{"Ledina Çela-Hoxha", "ana.smith@example.al", "Ωμέγα και άλφα",
                    "\U0001F600\U0001F601"};

TEST(Utf16Search, finds_each_value_at_any_byte_and_in_either_order) {
  for (std::uint32_t value = 0; value < names.size(); ++value)
    for (const TextEncoding encoding : both)
      for (std::size_t before = 0; before < 40; ++before)
        for (const char filler : {'\0', 'x', '\xFF'}) {
          const std::string form = encoded(names[value], encoding);
          const std::string bytes =
              std::string(before, filler) + form + std::string(before % 3, filler);
          EXPECT_TRUE(search(names, bytes).contains({before, form.size(), value, encoding}))
              << value << ' ' << before << ' ' << static_cast<int>(filler);
          EXPECT_EQ(search(names, bytes), plainly(names, bytes));
        }
}

TEST(Utf16Search, finds_nothing_in_text_that_is_none) {
  EXPECT_EQ(search(names, "ana.smith@example.al and Ledina Çela-Hoxha"), Found{});
  EXPECT_EQ(search(names, std::string(1000, '\0')), Found{});
  EXPECT_EQ(search(names, ""), Found{});
  EXPECT_EQ(search({}, std::string("a\0b\0", 4)), Found{});
}

// Longer than what is read at a time: nothing is lost where two pieces meet, nor told twice.
TEST(Utf16Search, finds_values_in_long_text_wherever_they_lie) {
  const std::string value = "ana.smith@example.al";
  for (const TextEncoding encoding : both) {
    std::string text;
    for (int i = 0; i < 9000; ++i) text += std::to_string(i) + value;
    const std::string bytes = encoded(text, encoding);
    std::vector<ByteSearch::Match> matches;
    const Strings values{value};
    Utf16Search(values).find(ByteSearch(values, TextEncoding::utf8), bytes, std::span(&encoding, 1),
                             matches);
    EXPECT_EQ(matches.size(), 9000U);
    EXPECT_EQ(search(values, bytes), plainly(values, bytes));
  }
}

// A text cut off amid a character, or of another set of characters, is sought as it is converted.
TEST(Utf16Search, finds_values_that_are_no_utf8_only_where_they_are) {
  const std::string cut_off = "MARIA JOS\xC3", latin = "Jos\xE9 Fern\xE1ndez";
  const std::string begins_amid = "\x8Aime Ivanov", wide = "\u010A\u010B\u010C\u010D\u010E\u010F";
  const Strings values{cut_off, latin, begins_amid, wide};
  for (const TextEncoding encoding : both)
    for (const std::string text : {"MARIA JOS\u00C9", "\u010Aime Ivanov", "Marko Markovi\u6797"})
      EXPECT_EQ(search(values, encoded(text, encoding)), Found{}) << text;
  for (const TextEncoding encoding : both)
    EXPECT_EQ(search(values, encoded(latin, encoding)), plainly(values, encoded(latin, encoding)));
}

// Six bytes are met by chance, whatever they are in UTF-8.
TEST(Utf16Search, seeks_nothing_that_is_short_in_UTF_16) {
  const Strings values{"\u5C0F\u6797\u4E00"};
  for (const TextEncoding encoding : both)
    EXPECT_EQ(search(values, "ab" + encoded(values[0], encoding) + "cd"), Found{});
}

RC_GTEST_PROP(Utf16Search, finds_exactly_what_a_plain_search_finds, ()) {
  const auto letter = rc::gen::element<std::string>("a", "b", "ë", "Ω", "\U0001F600");
  const auto letters = rc::gen::map(rc::gen::container<Strings>(letter), [](const Strings& all) {
    std::string text;
    for (const std::string& one : all) text += one;
    return text;
  });
  const auto noise = rc::gen::container<std::string>(rc::gen::element('a', '\0', '\3', '\xEB'));
  const auto values = *rc::gen::unique<Strings>(letters);
  std::string bytes = *noise;
  for (const std::string& value : values)
    bytes += encoded(value, *rc::gen::elementOf(both)) + *noise +
             std::string(*rc::gen::inRange<std::size_t>(0, 40), '\0');
  RC_ASSERT(search(values, bytes) == plainly(values, bytes));
}

}  // namespace
}  // namespace besa::source
