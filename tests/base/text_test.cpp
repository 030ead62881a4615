// Text for terminals, HTML and spreadsheets (erasure O1–O7), and masked samples.
#include "besa/base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace besa {
namespace {

using namespace std::string_view_literals;

TEST(ForTerminal, O6_whatever_steers_a_terminal_becomes_visible) {
  EXPECT_EQ(for_terminal("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(for_terminal("\x1b]52;c;aGk=\x07"), "\\x1b]52;c;aGk=\\x07");
  EXPECT_EQ(for_terminal("a\rb\bc\x7f"), "a\\rb\\x08c\\x7f");
  EXPECT_EQ(for_terminal("\xc2\x9b"), "\\u009b");  // C1 as UTF-8
  EXPECT_EQ(for_terminal("\x9b"
                         "31m"),
            "\\x9b31m");  // C1 as a bare byte
  EXPECT_EQ(for_terminal("\0"sv), "\\x00");
  EXPECT_EQ(for_terminal("\u202egnp.exe"), "\\u202egnp.exe");
  EXPECT_EQ(for_terminal("\u2066\u2069\u200e\u061c"), "\\u2066\\u2069\\u200e\\u061c");
  EXPECT_EQ(for_terminal("a\u200b\u200d\ufeff\u00ad\u2060z"),
            "a\\u200b\\u200d\\ufeff\\u00ad\\u2060z");
  EXPECT_EQ(for_terminal("\u2028\u3164"), "\\u2028\\u3164");
  EXPECT_EQ(for_terminal("\U000e0041"), "\\U000e0041");
}

TEST(ForTerminal, O7_one_line_stays_one_line) {
  EXPECT_EQ(for_terminal("a\nok: done\tx"), "a\\nok: done\\tx");
}

TEST(ForTerminal, invalid_utf8_becomes_visible_bytes) {
  EXPECT_EQ(for_terminal("\xeb"), "\\xeb");                             // Latin-1 ë
  EXPECT_EQ(for_terminal("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(for_terminal("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(for_terminal("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // past U+10FFFF
  EXPECT_EQ(for_terminal("\xe2\x82"), "\\xe2\\x82");                    // cut short
}

TEST(ForTerminal, leaves_ordinary_text_alone) {
  EXPECT_EQ(for_terminal("Çelës Hysenë, Αθήνα, 東京, 😀 \\"), "Çelës Hysenë, Αθήνα, 東京, 😀 \\");
}

TEST(ForHtml, O3_nothing_leaves_the_text_or_the_attribute) {
  EXPECT_EQ(for_html("<script>alert('x')</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  EXPECT_EQ(for_html("\"><img onerror=x>"), "&quot;&gt;&lt;img onerror=x&gt;");
  EXPECT_EQ(for_html("&#60;"), "&amp;#60;");
  EXPECT_EQ(for_html("Çelës"), "Çelës");
}

TEST(ForCsvCell, O1_formulas_are_neutralised) {
  EXPECT_EQ(for_csv_cell("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(for_csv_cell("+355691234567"), "\"'+355691234567\"");
  EXPECT_EQ(for_csv_cell("-2+3"), "\"'-2+3\"");
  EXPECT_EQ(for_csv_cell("@SUM(A1)"), "\"'@SUM(A1)\"");
  EXPECT_EQ(for_csv_cell("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(for_csv_cell("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(for_csv_cell("\0=1"sv), "\"'\0=1\""sv);
  for (const char* text : {"＝1", "＋1", "－1", "＠A"})
    EXPECT_EQ(for_csv_cell(text), "\"'" + std::string(text) + "\"");
}

TEST(ForCsvCell, O2_blanks_and_separators_hide_no_formula) {
  EXPECT_EQ(for_csv_cell("  =1"), "\"'  =1\"");
  EXPECT_EQ(for_csv_cell("\u00a0=1"), "\"'\u00a0=1\"");
  EXPECT_EQ(for_csv_cell("\ufeff=1"), "\"'\ufeff=1\"");
  EXPECT_EQ(for_csv_cell("a;=1"), "\"a;=1\"");
  EXPECT_EQ(for_csv_cell("a\",=1"), "\"a\"\",=1\"");
  EXPECT_EQ(for_csv_cell("a\n=1"), "\"a\n=1\"");
  EXPECT_EQ(for_csv_cell("a\t=1"), "\"a\t=1\"");
}

TEST(ForCsvCell, ordinary_cells_are_quoted_only_where_needed) {
  EXPECT_EQ(for_csv_cell("Arben Hoxha"), "Arben Hoxha");
  EXPECT_EQ(for_csv_cell(""), "");
  EXPECT_EQ(for_csv_cell("Tirana, Rruga e Durrësit"), "\"Tirana, Rruga e Durrësit\"");
  EXPECT_EQ(for_csv_cell("a \"b\""), "\"a \"\"b\"\"\"");
  EXPECT_EQ(for_csv_cell("a-b=c@d"), "a-b=c@d");
}

TEST(Utf8, is_valid_exactly_where_the_standard_says) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("ë\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"));
  for (const auto text :
       {"\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv, "\xed\xbf\xbf"sv, "\xf0\x8f\xbf\xbf"sv,
        "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv, "a\xe2\x82"sv}) {
    EXPECT_FALSE(is_valid_utf8(text));
  }
}

TEST(Split, keeps_empty_parts_and_join_brings_them_back) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), std::vector<std::string>{""});
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(join({}, ","), "");
}

TEST(Counted, is_read_by_people) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1 000");
  EXPECT_EQ(grouped(1234567), "1 234 567");
  EXPECT_EQ(counted(1, "member", "members"), "1 member");
  EXPECT_EQ(counted(0, "member", "members"), "0 members");
  EXPECT_EQ(counted(12000, "row", "rows"), "12 000 rows");
}

TEST(Masked, hints_and_never_tells) {
  EXPECT_EQ(masked("arben.hoxha@gmail.com"), "a…@g…");
  EXPECT_EQ(masked("Arben"), "A… (5)");
  EXPECT_EQ(masked("Çelës"), "Ç… (5)");
  EXPECT_EQ(masked("x"), "… (1)");
  EXPECT_EQ(masked("x@gmail.com"), "…@g…");
  EXPECT_EQ(masked("@handle"), "@… (7)");
  EXPECT_EQ(masked("\x1b[31m"), "\\x1b… (5)");
  EXPECT_EQ(masked(""), "");
}

RC_GTEST_PROP(TextLaw, a_terminal_sees_no_control_byte, (const std::string& text)) {
  const std::string shown = for_terminal(text);
  RC_ASSERT(is_valid_utf8(shown));
  for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

RC_GTEST_PROP(TextLaw, join_undoes_split, (const std::string& text)) {
  RC_ASSERT(join(split(text, ','), ",") == text);
}

}  // namespace
}  // namespace besa
