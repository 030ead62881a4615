#include "besa/base/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace {

using besa::Error;
using besa::ErrorKind;
using besa::Json;
using besa::nearest_name;
using besa::parse_json;
using std::string_literals::operator""s;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string complaint(std::string_view text, const besa::JsonOptions& options = {}) {
  try {
    const Json parsed = parse_json(text, options);
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::failed);
    return error.message();
  }
}

TEST(Json, reads_a_document_and_keeps_the_order_of_its_fields) {
  const Json json = parse_json(R"({"z": 1, "a": [true, null, "ë", -2, 0.5, {"n": {}}]})");
  EXPECT_EQ(json.dump(), R"({"z":1,"a":[true,null,"ë",-2,0.5,{"n":{}}]})");
}

TEST(Json, reads_a_document_that_is_only_a_value) {
  EXPECT_EQ(parse_json(" 7 ").get<int>(), 7);
  EXPECT_EQ(parse_json("\"x\"").get<std::string>(), "x");
}

TEST(Json, says_line_and_column) {
  EXPECT_THAT(complaint("{\n  \"a\": 1,\n  ?\n}"), StartsWith("line 3, column 3: syntax error"));
}

TEST(Json, counts_columns_in_characters) {
  EXPECT_THAT(complaint("[\"ëëë\", ?]"), StartsWith("line 1, column 9: "));
}

TEST(Json, never_repeats_what_it_read) {
  EXPECT_THAT(complaint("{\"email\": \"arta@example.com"), Not(HasSubstr("arta")));
  EXPECT_THAT(complaint("{\"email\": \"arta@example.com\" 7}"), Not(HasSubstr("arta")));
  EXPECT_THAT(complaint("[3551e4000]"), Not(HasSubstr("3551")));
}

TEST(Json, J1_a_nul_byte_is_an_error_wherever_it_is) {
  EXPECT_EQ(complaint("{\"a\":1}\0{\"b\":2}"s), "line 1, column 8: NUL byte");
  EXPECT_EQ(complaint("{\"a\":\n \"x\0y\"}"s), "line 2, column 4: NUL byte");
  EXPECT_EQ(complaint("[1]\n\0"s), "line 2, column 1: NUL byte");
}

TEST(Json, J2_equal_keys_are_an_error) {
  EXPECT_EQ(complaint("{\"a\": 1,\n \"a\": 2}"), "line 2, column 4: duplicate key \"a\"");
  EXPECT_THAT(complaint(R"({"x": {"ab": 1, "a\u0062": 1}})"), HasSubstr("duplicate key \"ab\""));
}

TEST(Json, J2_equal_keys_of_different_objects_are_fine) {
  EXPECT_EQ(complaint(R"([{"a": 1}, {"a": {"a": 1}}])"), "accepted");
}

TEST(Json, J3_nests_64_levels_and_no_more) {
  EXPECT_EQ(complaint(std::string(64, '[') + std::string(64, ']')), "accepted");
  EXPECT_THAT(complaint(std::string(65, '[') + std::string(65, ']')),
              HasSubstr("column 65: nested deeper than 64 levels"));
  EXPECT_THAT(complaint(std::string(100'000, '[')), HasSubstr("nested deeper"));
}

TEST(Json, J4_an_integer_beyond_64_bits_is_an_error_not_a_rounded_number) {
  EXPECT_EQ(parse_json("18446744073709551615").get<std::uint64_t>(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_json("-9223372036854775808").get<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_THAT(complaint("18446744073709551616"), HasSubstr("integer beyond 64 bits"));
  EXPECT_THAT(complaint("[\n-9223372036854775809\n]"), StartsWith("line 2, "));
}

TEST(Json, J4_a_number_beyond_double_is_an_error) {
  EXPECT_THAT(complaint("[1e400]"), StartsWith("line 1, column "));
  EXPECT_THAT(complaint("[-1e400]"), HasSubstr("number beyond the range of a double"));
}

TEST(Json, J4_minus_zero_is_zero) {
  EXPECT_EQ(parse_json("-0"), 0);
}

TEST(Json, J5_nothing_but_json) {
  for (const char* text : {"NaN", "[Infinity]", "0x10", "[1,]", "{\"a\":1,}", "// no\n1", "/* */1",
                           "'a'", "{a:1}", "01", "1.", ".5", "+1", "", " ", "[1] [2]", "tru"}) {
    EXPECT_THAT(complaint(text), StartsWith("line 1, column ")) << text;
  }
}

TEST(Json, comments_are_read_over_only_where_asked_for) {
  const std::string text = "// why\n{ /* what */ \"a\": 1 } // end";
  EXPECT_EQ(parse_json(text, {.comments = true}).dump(), R"({"a":1})");
  EXPECT_THAT(complaint("{\"a\": 1, /* open"), HasSubstr("syntax error"));
  EXPECT_THAT(complaint("{\"a\": 1, /* open", {.comments = true}), HasSubstr("line 1"));
  EXPECT_THAT(complaint("[1,]", {.comments = true}), HasSubstr("syntax error"));
}

TEST(Json, J6_invalid_utf8_is_an_error_on_the_way_in) {
  for (const char* text : {"\"\xFF\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\"\xC3\"",
                           "\"\xF4\x90\x80\x80\"", "\"\xEB\""}) {
    EXPECT_THAT(complaint(text), StartsWith("line 1, column ")) << text;
  }
}

TEST(Json, J6_invalid_utf8_is_an_error_on_the_way_out) {
  EXPECT_THROW(static_cast<void>(besa::to_line(Json("a\xFF"))), Error);
  EXPECT_THROW(static_cast<void>(besa::to_pretty(Json{{"k\xC3", 1}})), Error);
}

TEST(Json, J7_a_lone_surrogate_is_an_error) {
  EXPECT_THAT(complaint(R"("\ud800")"), HasSubstr("surrogate"));
  EXPECT_THAT(complaint(R"("\udc00x")"), HasSubstr("surrogate"));
  EXPECT_EQ(parse_json(R"("\ud83d\ude00")").get<std::string>(), "\xF0\x9F\x98\x80");
}

TEST(Json, J7_an_escaped_zero_is_a_value_until_someone_wants_text) {
  EXPECT_EQ(parse_json(R"("a\u0000b")").get<std::string>(), "a\0b"s);
}

TEST(Json, J8_a_byte_order_mark_is_accepted_once_at_the_start) {
  EXPECT_EQ(parse_json("\xEF\xBB\xBF[1]").dump(), "[1]");
  EXPECT_THAT(complaint("\xEF\xBB\xBF\xEF\xBB\xBF[1]"), HasSubstr("second byte-order mark"));
  EXPECT_THAT(complaint("[1]\xEF\xBB\xBF"), StartsWith("line 1, column 4"));
  EXPECT_THAT(complaint("\xEF\xBB\xBF[?]"), StartsWith("line 1, column 2"));
}

TEST(Json, J9_utf16_is_named_as_what_it_is) {
  EXPECT_THAT(complaint("\xFF\xFE[\0"s), HasSubstr("UTF-16"));
  EXPECT_THAT(complaint("\xFE\xFF\0["s), HasSubstr("UTF-16"));
  EXPECT_THAT(complaint("[\0]\0"s), HasSubstr("UTF-16"));
  EXPECT_THAT(complaint("\0[\0]"s), HasSubstr("UTF-16"));
}

TEST(Json, J10_one_document_and_no_second) {
  EXPECT_THAT(complaint("{\"a\":1}{\"a\":2}"), StartsWith("line 1, column 8"));
  EXPECT_THAT(complaint("{\"a\":1}\r\n{\"a\":2}"), StartsWith("line 2, column 1"));
  EXPECT_EQ(complaint("{\"a\":1}\r\n"), "accepted");
}

TEST(Json, J11_size_has_a_limit) {
  EXPECT_EQ(complaint("[1234]", {.size_limit = 6}), "accepted");
  EXPECT_EQ(complaint("[12345]", {.size_limit = 6}), "larger than 6 bytes");
}

TEST(Json, J11_a_hundred_thousand_keys_take_no_quadratic_time) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) {
    text += "\"key" + std::to_string(i) + "\":0,";
  }
  EXPECT_EQ(parse_json(text + "\"last\":1}").size(), 100'001U);
  EXPECT_THAT(complaint(text + "\"key7\":1}"), HasSubstr("duplicate key \"key7\""));
}

TEST(Json, J12_missing_null_and_empty_are_three_things) {
  const Json json = parse_json(R"({"null": null, "empty": ""})");
  EXPECT_FALSE(json.contains("missing"));
  EXPECT_TRUE(json["null"].is_null());
  EXPECT_EQ(json["empty"], "");
}

TEST(Json, J14_strange_keys_are_only_keys) {
  const Json json = parse_json(R"({"__proto__": 1, "": 2, "a\"\nb": 3})");
  EXPECT_EQ(json["__proto__"], 1);
  EXPECT_EQ(json[""], 2);
  EXPECT_EQ(json["a\"\nb"], 3);
  EXPECT_EQ(besa::to_line(json), R"({"__proto__":1,"":2,"a\"\nb":3})");
}

TEST(Json, J15_a_number_that_is_not_finite_is_never_written) {
  EXPECT_THROW(static_cast<void>(besa::to_line(std::numeric_limits<double>::quiet_NaN())), Error);
  const Json nested = {{"a", {1, std::numeric_limits<double>::infinity()}}};
  EXPECT_THROW(static_cast<void>(besa::to_line(nested)), Error);
  EXPECT_THROW(static_cast<void>(besa::to_pretty(nested)), Error);
}

TEST(Json, writes_one_line_or_pretty) {
  const Json json = parse_json(R"({"b": "x\ny", "a": [1]})");
  EXPECT_EQ(besa::to_line(json), R"({"b":"x\ny","a":[1]})");
  EXPECT_EQ(besa::to_pretty(json), "{\n  \"b\": \"x\\ny\",\n  \"a\": [\n    1\n  ]\n}\n");
}

RC_GTEST_PROP(Json, any_bytes_are_a_document_or_an_error, (const std::string& bytes)) {
  try {
    const std::string line = besa::to_line(parse_json(bytes));
    RC_ASSERT(besa::to_line(parse_json(line)) == line);
  } catch (const Error& error) {
    RC_ASSERT(error.kind() == ErrorKind::failed);
  }
}

RC_GTEST_PROP(Json, any_ascii_text_comes_back_as_it_went, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
  const Json json = {{"text", text}, {"number", *rc::gen::arbitrary<std::int64_t>()}};
  RC_ASSERT(parse_json(besa::to_line(json)) == json);
  RC_ASSERT(parse_json(besa::to_pretty(json)) == json);
}

RC_GTEST_PROP(Json, a_line_is_what_the_library_writes, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
  const Json json = {{text, text},
                     {"signed", *rc::gen::arbitrary<std::int64_t>()},
                     {"unsigned", *rc::gen::arbitrary<std::uint64_t>()},
                     {"list", {true, nullptr, 1.5, "\u00eb", text, Json::array(), Json::object()}},
                     {"object", {{"a", *rc::gen::arbitrary<bool>()}, {"b", Json::array({1})}}}};
  RC_ASSERT(besa::to_line(json) == json.dump());
  RC_ASSERT(besa::to_line(json["list"]) == json["list"].dump());
}

TEST(NearestName, finds_the_slip_of_a_hand) {
  const std::vector<std::string> known = {"retention", "rights", "purposes", "parties"};
  EXPECT_EQ(nearest_name("retension", known), "retention");  // P1, substituted
  EXPECT_EQ(nearest_name("retentoin", known), "retention");  // swapped
  EXPECT_EQ(nearest_name("right", known), "rights");         // forgotten
  EXPECT_EQ(nearest_name("purrposes", known), "purposes");   // doubled
}

TEST(NearestName, a_swap_of_neighbours_is_one_slip) {
  EXPECT_EQ(nearest_name("hodl", {"hold"}), "hold");
  EXPECT_EQ(nearest_name("hxyd", {"hold"}), std::nullopt);
}

TEST(NearestName, suggests_nothing_that_is_further_than_a_third) {
  EXPECT_EQ(nearest_name("colour", {"retention"}), std::nullopt);
  EXPECT_EQ(nearest_name("abcdef", {"abcxyz"}), std::nullopt);
  EXPECT_EQ(nearest_name("ab", {"ac"}), std::nullopt);
  EXPECT_EQ(nearest_name("", {"a"}), std::nullopt);
  EXPECT_EQ(nearest_name("word", {}), std::nullopt);
}

TEST(NearestName, of_two_equally_near_the_first) {
  EXPECT_EQ(nearest_name("lint", {"list", "line"}), "list");
}

}  // namespace
