#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "besa/base/json.hpp"

namespace {

using besa::Date;
using besa::Error;
using besa::ErrorKind;
using besa::Fault;
using besa::Json;
using besa::ObjectReader;
using besa::parse_json;
using besa::Period;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// One object and what reading it complained of, as "pointer: message (hint)".
struct Reading {
  explicit Reading(std::string_view text) : json(parse_json(text)), reader(json, "", faults) {}
  std::vector<std::string> said() const {
    std::vector<std::string> lines;
    for (const Fault& fault : faults) {
      lines.push_back(fault.pointer + ": " + fault.message +
                      (fault.hint.empty() ? "" : " (" + fault.hint + ")"));
    }
    return lines;
  }
  Json json;
  std::vector<Fault> faults;
  ObjectReader reader;
};

TEST(ObjectReader, reads_every_kind_of_field) {
  Reading r(R"({"t": "x", "i": -3, "n": 2, "f": 0.5, "b": true, "l": ["a", "b"], "w": "mask",
               "d": "2024-02-29", "p": "P2Y", "o": {"k": "v"}})");
  EXPECT_EQ(r.reader.text("t"), "x");
  EXPECT_EQ(r.reader.integer("i"), -3);
  EXPECT_EQ(r.reader.optional_number("n"), 2.0);
  EXPECT_EQ(r.reader.optional_number("f"), 0.5);
  EXPECT_TRUE(r.reader.boolean_or("b", false));
  EXPECT_THAT(r.reader.texts("l"), ElementsAre("a", "b"));
  EXPECT_EQ(r.reader.word("w", {"delete", "mask"}), "mask");
  EXPECT_EQ(r.reader.date("d"), Date::from_ymd(2024, 2, 29));
  EXPECT_EQ(r.reader.period("p"), Period(2, 0, 0));
  std::string inner;
  EXPECT_TRUE(r.reader.object("o", [&](ObjectReader& o) { inner = o.text("k"); }));
  EXPECT_EQ(inner, "v");
  r.reader.done();
  EXPECT_THAT(r.said(), IsEmpty());
}

TEST(ObjectReader, an_absent_optional_field_is_nothing_wrong) {
  Reading r("{}");
  EXPECT_FALSE(r.reader.has("t"));
  EXPECT_EQ(r.reader.text_or("t", "other"), "other");
  EXPECT_EQ(r.reader.optional_text("t"), std::nullopt);
  EXPECT_EQ(r.reader.optional_integer("i"), std::nullopt);
  EXPECT_EQ(r.reader.optional_number("n"), std::nullopt);
  EXPECT_TRUE(r.reader.boolean_or("b", true));
  EXPECT_EQ(r.reader.optional_date("d"), std::nullopt);
  EXPECT_EQ(r.reader.optional_period("p"), std::nullopt);
  EXPECT_THAT(r.reader.texts_or_empty("l"), IsEmpty());
  EXPECT_EQ(r.reader.word_or("w", {"a"}, "b"), "b");
  EXPECT_FALSE(r.reader.object("o", [](ObjectReader&) { FAIL(); }));
  r.reader.objects("os", [](ObjectReader&, std::size_t) { FAIL(); });
  r.reader.entries("e", [](const std::string&, const Json&, const std::string&) { FAIL(); });
  EXPECT_EQ(r.reader.raw("r"), nullptr);
  r.reader.done();
  EXPECT_THAT(r.said(), IsEmpty());
}

TEST(ObjectReader, one_run_reports_every_absent_required_field) {
  Reading r("{}");
  r.reader.text("t");
  r.reader.integer("i");
  r.reader.date("d");
  r.reader.period("p");
  r.reader.texts("l");
  r.reader.word("w", {"a"});
  r.reader.object(
      "o", [](ObjectReader&) { FAIL(); }, true);
  EXPECT_THAT(r.said(), ElementsAre("/t: is required", "/i: is required", "/d: is required",
                                    "/p: is required", "/l: is required", "/w: is required",
                                    "/o: is required"));
}

TEST(ObjectReader, J12_null_is_not_absent) {
  Reading r(R"({"t": null, "d": null, "w": null})");
  EXPECT_EQ(r.reader.optional_text("t"), std::nullopt);
  EXPECT_EQ(r.reader.optional_date("d"), std::nullopt);
  EXPECT_EQ(r.reader.word_or("w", {"a"}, "a"), "a");
  EXPECT_THAT(r.said(), ElementsAre("/t: must be text", "/d: must be a date, YYYY-MM-DD",
                                    "/w: must be text"));
}

TEST(ObjectReader, J13_a_number_in_quotes_is_text_and_five_point_zero_is_not_whole) {
  Reading r(R"({"a": "5", "b": 5.0, "c": 18446744073709551615, "d": 5})");
  r.reader.integer("a");
  r.reader.integer("b");
  r.reader.optional_integer("c");
  r.reader.text("d");
  EXPECT_THAT(r.said(), ElementsAre("/a: must be a whole number", "/b: must be a whole number",
                                    "/c: must be a whole number", "/d: must be text, not empty"));
}

TEST(ObjectReader, a_value_of_another_type_is_a_fault_and_harmless) {
  Reading r(R"({"f": "x", "b": 1, "l": "a", "m": ["a", 1, ""], "o": [], "os": {}, "e": 1})");
  EXPECT_EQ(r.reader.optional_number("f"), std::nullopt);
  EXPECT_TRUE(r.reader.boolean_or("b", true));
  EXPECT_THAT(r.reader.texts("l"), IsEmpty());
  EXPECT_THAT(r.reader.texts("m"), ElementsAre("a"));
  EXPECT_FALSE(r.reader.object("o", [](ObjectReader&) { FAIL(); }));
  r.reader.objects("os", [](ObjectReader&, std::size_t) { FAIL(); });
  r.reader.entries("e", [](const std::string&, const Json&, const std::string&) { FAIL(); });
  EXPECT_THAT(r.said(), ElementsAre("/f: must be a number", "/b: must be true or false",
                                    "/l: must be a list of texts", "/m/1: must be text, not empty",
                                    "/m/2: must be text, not empty", "/o: must be an object",
                                    "/os: must be a list of objects", "/e: must be an object"));
}

TEST(ObjectReader, J7_text_with_a_zero_in_it_is_no_text) {
  Reading r(R"({"id": "a\u0000b"})");
  EXPECT_EQ(r.reader.text("id"), "");
  EXPECT_THAT(r.said(), ElementsAre("/id: must be text, not empty"));
}

TEST(ObjectReader, P5_an_impossible_date_or_period_is_a_fault) {
  Reading r(R"({"d": "2023-02-29", "p": "P1Y2W", "q": "PT1M", "n": 3})");
  r.reader.date("d");
  r.reader.period("p");
  r.reader.optional_period("q");
  r.reader.period("n");
  const std::string form = ": must be a period such as P2Y, P18M, P14D, or INDEFINITE";
  EXPECT_THAT(r.said(),
              ElementsAre("/d: must be a date, YYYY-MM-DD", "/p" + form, "/q" + form, "/n" + form));
}

TEST(ObjectReader, P1_an_unknown_field_is_a_fault_with_the_nearest_name) {
  Reading r(R"({"retension": [], "colour": 1, "rights": []})");
  r.reader.raw("retention");
  r.reader.raw("rights");
  r.reader.done();
  EXPECT_THAT(r.said(), ElementsAre("/retension: unknown field (did you mean 'retention'?)",
                                    "/colour: unknown field (known: retention, rights)"));
}

TEST(ObjectReader, an_unknown_word_is_a_fault_with_the_nearest) {
  Reading r(R"({"action": "delte", "other": "burn"})");
  EXPECT_EQ(r.reader.word("action", {"delete", "mask"}), "delete");
  EXPECT_EQ(r.reader.word_or("other", {"delete", "mask"}, "mask"), "mask");
  EXPECT_THAT(r.said(), ElementsAre("/action: unknown word 'delte' (did you mean 'delete'?)",
                                    "/other: unknown word 'burn' (known: delete, mask)"));
}

TEST(ObjectReader, pointers_go_through_lists_and_maps_and_are_escaped) {
  Reading r(R"({"a/b": [{"x": 1}, 7, {"y": 1}], "m": {"~k": 1}})");
  std::vector<std::size_t> seen;
  r.reader.objects("a/b", [&](ObjectReader& each, std::size_t index) {
    seen.push_back(index);
    each.raw("x");
    each.done();
  });
  r.reader.entries("m", [&](const std::string& key, const Json& value, const std::string& pointer) {
    EXPECT_EQ(key, "~k");
    EXPECT_EQ(value, 1);
    EXPECT_EQ(pointer, "/m/~0k");
  });
  EXPECT_THAT(seen, ElementsAre(0U, 2U));
  EXPECT_THAT(r.said(),
              ElementsAre("/a~1b/1: must be an object", "/a~1b/2/y: unknown field (known: x)"));
}

TEST(ObjectReader, J14_an_empty_field_name_has_its_own_pointer) {
  Reading r(R"({"": 1})");
  r.reader.raw("key");
  r.reader.done();
  EXPECT_THAT(r.said(), ElementsAre("/: unknown field (known: key)"));
}

TEST(ObjectReader, what_is_no_object_is_said_once) {
  Reading r("[1]");
  r.reader.text("t");
  r.reader.integer("i");
  r.reader.done();
  EXPECT_THAT(r.said(), ElementsAre(": must be an object"));
}

TEST(RequireNone, is_silent_without_faults) {
  EXPECT_NO_THROW(besa::require_none({}, "x.json"));
}

TEST(RequireNone, one_fault_is_one_line_with_its_hint) {
  try {
    besa::require_none({{"/a", "is required", "see besa-policy(5)"}}, "x.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::finding);
    EXPECT_EQ(error.message(), "x.json: /a: is required");
    EXPECT_EQ(error.hint(), "see besa-policy(5)");
  }
}

TEST(RequireNone, several_faults_are_all_listed) {
  try {
    besa::require_none({{"/a", "is required", ""}, {"", "must be an object", "wrap it"}}, "x.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "x.json: 2 faults\n  /a: is required\n  top level: must be an object (wrap it)");
  }
}

}  // namespace
