// Character sets beside glibc's own conversion, which knows nothing of besa's tables.
#include "besa/base/character_set.hpp"

#include <gtest/gtest.h>
#include <iconv.h>
#include <rapidcheck.h>

#include <array>

#include "besa/base/text.hpp"

namespace besa {
namespace {

/// What glibc makes of the bytes; nullopt where it refuses.
std::optional<std::string> converted(std::string bytes, const char* from, const char* to) {
  const iconv_t how = ::iconv_open(to, from);
  std::array<char, 64> out{};
  char* in = bytes.data();
  char* to_write = out.data();
  std::size_t in_left = bytes.size(), out_left = out.size();
  const std::size_t result = ::iconv(how, &in, &in_left, &to_write, &out_left);
  ::iconv_close(how);
  if (result == static_cast<std::size_t>(-1)) return std::nullopt;
  return std::string(out.data(), out.size() - out_left);
}

constexpr std::array single_byte_sets{CharacterSet::windows_1250, CharacterSet::windows_1252,
                                      CharacterSet::iso_8859_1, CharacterSet::iso_8859_2};

TEST(CharacterSet, names_are_exact_and_nothing_else_is_one) {
  for (const std::string& name : character_set_names())
    EXPECT_EQ(name_of(character_set(name).value()), name);
  EXPECT_FALSE(character_set("UTF-8"));
  EXPECT_FALSE(character_set("latin1"));
}

TEST(CharacterSet, every_byte_of_the_single_byte_sets_means_what_glibc_says) {
  for (const CharacterSet set : single_byte_sets)
    for (int byte = 1; byte < 256; ++byte) {
      const std::string text(1, static_cast<char>(byte));
      EXPECT_EQ(to_utf8(text, set), converted(text, name_of(set).c_str(), "UTF-8"))
          << name_of(set) << " " << byte;
    }
}

TEST(CharacterSet, what_was_read_is_written_as_it_was_C15) {
  for (const CharacterSet set : single_byte_sets)
    for (int byte = 1; byte < 256; ++byte) {
      const std::string text(1, static_cast<char>(byte));
      const auto utf8 = to_utf8(text, set);
      EXPECT_EQ(utf8 ? from_utf8(*utf8, set) : text, text);
    }
}

TEST(CharacterSet, albanian_letters_are_the_same_bytes_in_all_of_them_C15) {
  for (const CharacterSet set : single_byte_sets)
    EXPECT_EQ(to_utf8("\xEB\xE7\xCB\xC7", set), "\xC3\xAB\xC3\xA7\xC3\x8B\xC3\x87");
}

TEST(CharacterSet, a_letter_the_set_lacks_is_no_other_letter) {
  EXPECT_EQ(from_utf8("\xC4\x8D", CharacterSet::windows_1250), "\xE8");  // č
  EXPECT_FALSE(from_utf8("\xC4\x8D", CharacterSet::windows_1252));
  EXPECT_FALSE(from_utf8("\xF0\x9F\x98\x80", CharacterSet::iso_8859_2));
}

TEST(CharacterSet, a_byte_without_meaning_is_not_read) {
  EXPECT_FALSE(to_utf8("a\x81", CharacterSet::windows_1252));
  EXPECT_FALSE(to_utf8("a\xC3", CharacterSet::utf8));
}

TEST(CharacterSet, utf16_comes_back_however_it_is_cut) {
  rc::check([](const std::vector<std::uint16_t>& numbers, bool big) {
    std::string text;
    for (const std::uint16_t number : numbers)  // some of every width, no surrogates
      text += number % 4 == 0   ? "\xF0\x9F\x98\x80"
              : number % 4 == 1 ? "\xE2\x82\xAC"
              : number % 4 == 2 ? "\xC3\xAB"
                                : "e";
    const CharacterSet set = big ? CharacterSet::utf16be : CharacterSet::utf16le;
    const std::string bytes = from_utf8(text, set).value();
    Utf16Decoder decoder(set);
    std::string out;
    for (const char byte : bytes) RC_ASSERT(decoder.decode(std::string_view(&byte, 1), out));
    RC_ASSERT(decoder.complete());
    RC_ASSERT(out == text);
    RC_ASSERT(to_utf8(bytes, set) == text);
  });
}

TEST(CharacterSet, half_a_surrogate_pair_is_no_text) {
  EXPECT_FALSE(to_utf8(std::string("\x3D\xD8", 2), CharacterSet::utf16le));
  EXPECT_FALSE(to_utf8(std::string("\x00\xDE\x41\x00", 4), CharacterSet::utf16le));
  EXPECT_FALSE(to_utf8(std::string("\x3D\xD8\x41\x00", 4), CharacterSet::utf16le));
  EXPECT_FALSE(to_utf8(std::string("\x41", 1), CharacterSet::utf16le));
}

}  // namespace
}  // namespace besa
