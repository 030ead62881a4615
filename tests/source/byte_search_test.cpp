#include "source/byte_search.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>
#include <tuple>

namespace besa::source {
namespace {

using Found = std::set<std::tuple<std::size_t, std::uint32_t>>;

Found search(const std::vector<std::string>& values, std::string_view text) {
  const ByteSearch search(values, TextEncoding::utf8);
  std::vector<ByteSearch::Match> matches;
  search.find(text, matches);
  Found found;
  for (const auto& match : matches) found.emplace(match.at, match.value);
  return found;
}

bool is_nothing_but_zeros(const std::string& value) {
  return value.find_first_not_of('\0') == std::string::npos;
}

/// The same question, asked the plain way.
Found plainly(const std::vector<std::string>& values, std::string_view text) {
  Found found;
  for (std::uint32_t value = 0; value < values.size(); ++value) {
    if (values[value].size() < shortest_sought || is_nothing_but_zeros(values[value])) continue;
    for (auto at = text.find(values[value]); at != text.npos; at = text.find(values[value], at + 1))
      found.emplace(at, value);
  }
  return found;
}

TEST(ByteSearch, finds_a_value_at_the_edges_and_inside) {
  EXPECT_EQ(search({"12345678"}, "12345678"), (Found{{0, 0}}));
  EXPECT_EQ(search({"12345678"}, "..12345678.12345678"), (Found{{2, 0}, {11, 0}}));
  EXPECT_EQ(search({"12345678"}, "1234567"), Found{});
}

TEST(ByteSearch, finds_overlapping_occurrences_and_values_inside_values) {
  EXPECT_EQ(search({"aaaaaaaa"}, "aaaaaaaaaa"), (Found{{0, 0}, {1, 0}, {2, 0}}));
  EXPECT_EQ(search({"ana.smith@example.al", "smith@example"}, "ana.smith@example.al"),
            (Found{{0, 0}, {4, 1}}));
}

TEST(ByteSearch, does_not_seek_what_is_shorter_than_eight_bytes) {
  EXPECT_EQ(search({"Tirana"}, "Tirana Tirana"), Found{});
}

// An empty page would be full of it. (Once the law below left it out, and failed by chance.)
TEST(ByteSearch, does_not_seek_a_value_of_nothing_but_zeros) {
  const std::string zeros(8, '\0');
  EXPECT_EQ(search({zeros}, zeros), Found{});
  EXPECT_EQ(search({zeros, zeros + "a"}, zeros + "a"), (Found{{0, 1}}));
}

TEST(ByteSearch, finds_values_that_begin_with_many_zero_bytes) {
  const std::string value = std::string(400, '\0') + "end";
  EXPECT_EQ(search({value}, "x" + value), (Found{{1, 0}}));
}

TEST(ByteSearch, finds_each_encoding_as_itself) {
  const std::vector<std::string> values{"Ledina Çela-Hoxha"};
  for (const TextEncoding encoding : all_text_encodings) {
    const ByteSearch search(values, encoding);
    std::vector<ByteSearch::Match> matches;
    search.find("12" + encoded(values[0], encoding) + "34", matches);
    ASSERT_EQ(matches.size(), 1U);
    EXPECT_EQ(matches[0].encoding, encoding);
    EXPECT_EQ(matches[0].at, 2U);
  }
}

RC_GTEST_PROP(ByteSearch, finds_exactly_what_a_plain_search_finds, ()) {
  const auto letters = rc::gen::container<std::string>(rc::gen::element('a', 'b', '\0'));
  const auto values = *rc::gen::unique<std::vector<std::string>>(letters);
  std::string text = *letters;
  for (const std::string& value : values) text += value + *letters;
  RC_ASSERT(search(values, text) == plainly(values, text));
}

// The shortest value decides how many places of a text are looked at, and how wide a window is.
TEST(ByteSearch, finds_values_of_every_length_wherever_they_begin) {
  for (std::size_t length = shortest_sought; length < 20; ++length) {
    const std::vector<std::string> values{std::string("0123456789abcdefghijklmn").substr(0, length),
                                          "another one that is longer"};
    for (std::uint32_t value = 0; value < values.size(); ++value)
      for (std::size_t before = 0; before < 20; ++before)
        for (const std::size_t behind : std::array<std::size_t, 3>{0, 1, 9})
          EXPECT_EQ(
              search(values, std::string(before, '.') + values[value] + std::string(behind, '.')),
              (Found{{before, value}}))
              << length << ' ' << before << ' ' << behind;
  }
}

RC_GTEST_PROP(ByteSearch, finds_long_values_as_a_plain_search_does, ()) {
  const auto letters = rc::gen::container<std::string>(rc::gen::element('a', 'b', '\0'));
  auto values = *rc::gen::unique<std::vector<std::string>>(letters);
  std::string text = *letters;
  for (std::string& value : values) {
    value = "aabbaabaab" + value;
    text += value + *letters;
  }
  RC_ASSERT(search(values, text) == plainly(values, text));
}

TEST(ByteSearch, finds_a_value_of_zeros_among_long_ones) {
  const std::string value = std::string(20, '\0') + "e" + std::string(20, '\0');
  EXPECT_EQ(search({value, "twelve letters"}, "..." + value + "twelve letters"),
            (Found{{3, 0}, {44, 1}}));
}

TEST(WindowSearch, finds_every_eight_bytes_of_a_value) {
  const std::vector<std::string> values{"0123456789"};
  const WindowSearch search(values, TextEncoding::utf8);
  std::vector<std::size_t> places;
  search.find("..2345678901234567..", [&](std::size_t at, std::uint32_t) { places.push_back(at); });
  EXPECT_EQ(places, (std::vector<std::size_t>{2, 10}));
}

TEST(WindowSearch, asks_for_eight_characters_in_utf16) {
  const std::vector<std::string> values{"ana@example.al"};
  const WindowSearch search(values, TextEncoding::utf16le);
  const auto count = [&](std::string_view text) {
    int found = 0;
    search.find(encoded(text, TextEncoding::utf16le), [&](std::size_t, std::uint32_t) { ++found; });
    return found;
  };
  EXPECT_EQ(count("example"), 0);
  EXPECT_EQ(count("example."), 1);
}

TEST(WindowSearch, narrows_to_some_of_its_windows) {
  const std::vector<std::string> values{"0123456789"};
  const WindowSearch all(values, TextEncoding::utf8);
  std::vector<std::uint32_t> kept;
  all.find("12345678", [&](std::size_t, std::uint32_t place) { kept.push_back(place); });
  const WindowSearch some(all, kept);
  std::vector<std::size_t> places;
  some.find("0123456789", [&](std::size_t at, std::uint32_t) { places.push_back(at); });
  EXPECT_EQ(places, std::vector<std::size_t>{1});
}

TEST(TextEncoding, goes_to_utf16_and_back) {
  const std::string text = "Ëndërr €5 \U0001F600";
  for (const TextEncoding encoding : all_text_encodings)
    EXPECT_EQ(to_utf8(encoded(text, encoding), encoding), text);
  EXPECT_EQ(encoded("\U0001F600", TextEncoding::utf16be), std::string("\xD8\x3D\xDE\x00", 4));
}

TEST(TextEncoding, tells_the_neighbours_of_a_place) {
  const std::string text = "aË\U0001F600z";
  for (const TextEncoding encoding : all_text_encodings) {
    const std::string bytes = encoded(text, encoding);
    const std::size_t after_e = encoded("aË", encoding).size();
    EXPECT_EQ(character_before(bytes, after_e, encoding), U'Ë');
    EXPECT_EQ(character_after(bytes, after_e, encoding), U'\U0001F600');
    EXPECT_EQ(character_before(bytes, bytes.size() - encoded("z", encoding).size(), encoding),
              U'\U0001F600');
    EXPECT_EQ(character_before(bytes, 0, encoding), 0U);
    EXPECT_EQ(character_after(bytes, bytes.size(), encoding), 0U);
  }
}

}  // namespace
}  // namespace besa::source
