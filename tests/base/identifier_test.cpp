// Identifiers as they are compared: phones of domain 4.2, e-mails of 4.6, Albanian letters of 4.7.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "besa/base/text.hpp"

namespace besa {
namespace {

constexpr std::array rules{IdentifierRule::exact, IdentifierRule::folded, IdentifierRule::email,
                           IdentifierRule::phone};

std::string folded(std::string_view text) {
  return normalise(text, IdentifierRule::folded);
}
std::string email(std::string_view text) {
  return normalise(text, IdentifierRule::email);
}
std::string phone(std::string_view text) {
  return normalise(text, IdentifierRule::phone);
}

TEST(Exact, is_the_bytes) {
  EXPECT_EQ(normalise(" Ab-01 ", IdentifierRule::exact), " Ab-01 ");
  EXPECT_EQ(normalise("\xeb", IdentifierRule::exact), "\xeb");
}

TEST(Folded, upper_and_lower_case_composed_and_decomposed_are_one) {
  EXPECT_EQ(folded("ÇELËS"), "çelës");
  EXPECT_EQ(folded("C\u0327ele\u0308s"), "çelës");
  EXPECT_EQ(folded("  AB-17\t"), "ab-17");
  EXPECT_EQ(folded("\u00a0ＡＢ１７\u3000"), "ab17");
  EXPECT_EQ(folded("Stra\u00dfe"), "strasse");
}

TEST(Folded, C23_invisible_characters_do_not_make_another_identifier) {
  EXPECT_EQ(folded("ab\u200b17\ufeff"), "ab17");
  EXPECT_EQ(folded("\u202aab17\u202c"), "ab17");
}

TEST(Folded, an_e_without_its_dots_is_another_letter) {
  EXPECT_NE(folded("Hysene"), folded("Hysenë"));
}

TEST(Folded, look_alikes_of_another_script_are_not_the_same) {
  EXPECT_NE(folded("\u0410gim"), folded("Agim"));  // Cyrillic А
  EXPECT_NE(folded("\u0391gim"), folded("Agim"));  // Greek Α
}

TEST(Folded, I_is_folded_alike_in_every_locale) {
  EXPECT_EQ(folded("ILIR"), "ilir");
}

TEST(Folded, bytes_that_are_no_utf8_equal_only_themselves) {
  EXPECT_EQ(folded("\xc7"
                   "ela"),
            "\xc7"
            "ela");
  EXPECT_NE(folded("\xc7"
                   "ela"),
            folded("\xeb"
                   "ela"));
}

TEST(Email, case_and_blanks_go_dots_and_tags_stay) {
  EXPECT_EQ(email(" Arben.Hoxha+Happy@Example.AL "), "arben.hoxha+happy@example.al");
  EXPECT_NE(email("arbenhoxha@gmail.com"), email("arben.hoxha@gmail.com"));
  EXPECT_EQ(email("ARBËR@example.al"), "arbër@example.al");
}

TEST(Email, what_is_no_address_is_nothing_to_compare_with) {
  for (const char* text : {"n/a", "-", "arben", "@example.al", "arben@", " @ "})
    EXPECT_EQ(email(text), "") << text;
}

TEST(Phone, every_way_of_writing_one_albanian_mobile_is_one_number) {
  for (const char* text :
       {"+355692123456", "+355 69 212 3456", "00355692123456", "+355 (0)69 212 3456", "0692123456",
        "069 21 23 456", "069/212-3456", "069.212.3456", "(069) 2123456", "692123456",
        "355692123456", "+355\u00a069\u2011212\u20133456", "\u202a+355692123456\u202c",
        "００３５５６９２１２３４５６", "+3550692123456", " 0692123456\n"}) {
    EXPECT_EQ(phone(text), "+355692123456") << text;
  }
}

TEST(Phone, fixed_lines_of_tirana_have_eight_digits) {
  EXPECT_EQ(phone("04 2237 200"), "+35542237200");
  EXPECT_EQ(phone("+355 42 237 200"), "+35542237200");
  EXPECT_EQ(phone("35542237200"), "+35542237200");
}

TEST(Phone, numbers_of_other_countries_keep_theirs) {
  EXPECT_EQ(phone("+383 44 123 456"), "+38344123456");
  EXPECT_EQ(phone("0030 210 1234567"), "+302101234567");
  EXPECT_EQ(phone("+39 06 1234 5678"), "+390612345678");  // Italy keeps its 0
  EXPECT_EQ(phone("+44 (0)20 7946 0958"), "+442079460958");
}

TEST(Phone, what_cannot_be_told_is_nothing_to_compare_with) {
  for (const char* text : {"", "n/a", "123", "6.92123E+08", "0000000000", "000000000", "42237200",
                           "35512", "069212345", "+355+692123456", "069 2123456 ext 7",
                           "++355692123456", "+12345", "+12345678901234567",
                           "\xff"
                           "692123456"}) {
    EXPECT_EQ(phone(text), "") << text;
  }
}

TEST(Normalise, blank_is_nothing_to_compare_with) {
  for (const IdentifierRule rule : rules) {
    for (const char* text : {"", " ", "\t\n", "\u00a0\u3000"}) EXPECT_EQ(normalise(text, rule), "");
  }
}

/// Text of letters, marks, blanks and phone signs that normalisation changes, and of any bytes.
rc::Gen<std::string> any_identifier() {
  const auto piece = rc::gen::element<std::string>(
      "A", "ë", "e\u0308", "Ç", " ", "\u00a0", "\u200b", "@", ".", "+", "0", "355", "69", "2123456",
      "(0)", "ﬁ", "İ", "ß", "\u0345", "\u0308", "\u00a8", "\u1e9b\u0323", "Ǆ", "\u2126", "\xff",
      "３");
  const auto pieces = rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                                   [](const auto& parts) { return join(parts, ""); });
  return rc::gen::oneOf(pieces, rc::gen::arbitrary<std::string>());
}

RC_GTEST_PROP(NormaliseLaw, a_normal_form_is_its_own_normal_form, ()) {
  const std::string text = *any_identifier();
  const IdentifierRule rule = *rc::gen::elementOf(rules);
  const std::string once = normalise(text, rule);
  RC_ASSERT(normalise(once, rule) == once);
}

RC_GTEST_PROP(NormaliseLaw, a_phone_is_plus_and_digits_or_nothing, ()) {
  const std::string number = phone(*any_identifier());
  RC_ASSERT(number.empty() || (number[0] == '+' && number.size() >= 8 && number.size() <= 16));
  RC_ASSERT(number.find_first_not_of("0123456789", 1) == std::string::npos);
}

}  // namespace
}  // namespace besa
