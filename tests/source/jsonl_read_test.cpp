// What besa reads from JSONL and what it refuses: the hostile catalogue (erasure.md 4.2, J1–J15).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/source/jsonl_files.hpp"

namespace {

using namespace besa::source;
using jsonl_files::Cells;
using jsonl_files::columns_of;
using jsonl_files::error_of;
using jsonl_files::JsonlFolder;
using jsonl_files::rows_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Names = std::vector<std::string>;

class Jsonl : public testing::Test {
 protected:
  std::vector<Cells> read(const std::string& bytes, const Names& columns = {}) {
    folder_.write("t.jsonl", bytes);
    return rows_of(*folder_.open(columns), "t");
  }
  /// The one value of a column that is one JSON value.
  Value value(const std::string& json) {
    folder_.write("t.jsonl", "{\"v\":" + json + "}\n");
    const auto source = folder_.open({"v"});
    Value found;
    source->scan(jsonl_files::everything(*source, "t"),
                 [&](RowView row) { found = Value(row[0]); });
    return found;
  }
  std::string error(const std::string& bytes, const Names& columns = {}) {
    return error_of([&] { (void)read(bytes, columns); });
  }
  Names columns(const std::string& bytes, const Names& declared = {}) {
    folder_.write("t.jsonl", bytes);
    return columns_of(*folder_.open(declared), "t");
  }
  JsonlFolder folder_;
};

const std::vector<Cells> one_row = {{"1", "Ana"}};
const std::string first_line = "{\"id\":1,\"name\":\"Ana\"}\n";

TEST_F(Jsonl, each_line_is_a_row) {
  EXPECT_EQ(read(first_line), one_row);
  EXPECT_EQ(read(first_line + "{\"name\":\"Ben\",\"id\":2}\n"),
            (std::vector<Cells>{{"1", "Ana"}, {"2", "Ben"}}));
  EXPECT_TRUE(read("").empty());
}

TEST_F(Jsonl, a_nul_is_an_error_with_its_line_J1) {
  EXPECT_THAT(error(first_line + std::string("{\"id\":2}\0{\"id\":3}\n", 18)),
              HasSubstr("t.jsonl', line 2 (byte 30): a NUL byte"));
  EXPECT_THAT(error(first_line + std::string("{\"id\":\"\0\"}\n", 11)),
              HasSubstr("line 2 (byte 29): a NUL byte"));
}

TEST_F(Jsonl, a_member_that_is_there_twice_is_an_error_J2) {
  EXPECT_THAT(error(first_line + "{\"id\":1,\"id\":2}\n"), HasSubstr("line 2 (byte 30): a member"));
  EXPECT_THAT(error("{\"id\":1,\"i\\u0064\":2}\n"), HasSubstr("there twice"));
  EXPECT_THAT(error("{\"a\":{\"b\":[{\"c\":1,\"c\":1}]}}\n"), HasSubstr("there twice"));
  const std::string inside = "{\"a\":{\"b\":[{\"c\":1,\"d\":2},{\"c\":1,\"\\u0063\":1}]}}\n";
  EXPECT_THAT(error(inside, {"a"}), HasSubstr("there twice"));
  std::string many;
  for (int i = 0; i < 40; ++i) many += "\"m" + std::to_string(i) + "\":0,";
  EXPECT_THAT(error("{\"a\":{" + many + "\"m7\":1}}\n", {"a"}), HasSubstr("there twice"));
  EXPECT_EQ(read("{\"a\":{\"b\":1},\"b\":{\"b\":2}}\n", {"/a/b", "/b/b"}).size(), 1U);
  EXPECT_EQ(read("{\"a\":[{\"b\":1},{\"b\":2}]}\n").size(), 1U);
}

TEST_F(Jsonl, more_than_64_levels_are_an_error_J3) {
  const auto nested = [](std::size_t levels) {
    return "{\"v\":" + std::string(levels - 1, '[') + "1" + std::string(levels - 1, ']') + "}\n";
  };
  EXPECT_EQ(read(nested(64), {"v"}).size(), 1U);
  EXPECT_THAT(error(nested(65), {"v"}), HasSubstr("more than 64 levels"));
  EXPECT_THAT(error(nested(100000), {"v"}), HasSubstr("more than 64 levels"));
  EXPECT_THAT(error(nested(65)), HasSubstr("more than 64 levels"));
}

TEST_F(Jsonl, numbers_keep_every_digit_J4) {
  EXPECT_EQ(value("9223372036854775807"), Value::of(std::int64_t{9223372036854775807}));
  EXPECT_EQ(value("-9223372036854775808").type, Type::integer);
  EXPECT_EQ(value("18446744073709551616"), Value::of(std::string("18446744073709551616")));
  EXPECT_EQ(value("9223372036854775808"), Value::of(std::string("9223372036854775808")));
  EXPECT_EQ(value("-0"), Value::of(std::int64_t{0}));
  EXPECT_EQ(value("1e400"), Value::of(std::string("1e400")));
  EXPECT_EQ(value("0.1234567890123456789"), Value::of(std::string("0.1234567890123456789")));
  EXPECT_EQ(value("2.5").type, Type::real);
  EXPECT_EQ(value("2.5").real, 2.5);
  EXPECT_EQ(value("-1E+3").real, -1000.0);
}

TEST_F(Jsonl, what_is_no_json_is_an_error_J5) {
  for (const std::string bad :
       {"NaN",    "Infinity", "-Infinity",  "0x10", "01",    "+1",        "1.",         ".5",
        "1e",     "1e+",      "-",          "'a'",  "True",  "nul",       "nulll",      "1 2",
        "\"a\"b", "1\"a\"",   "\"a\"\"b\"", "[1,]", "[1 2]", "[,1]",      "{\"a\":1,}", "{\"a\"}",
        "{a:1}",  "{\"a\":}", "{\"a\" 1}",  "[}",   "// no", "/* no */ 1"})
    for (const Names& declared : {Names{}, Names{"v"}})
      EXPECT_THAT(error(first_line + "{\"v\":" + bad + "}\n", declared), HasSubstr("line 2 (byte "))
          << bad;
}

TEST_F(Jsonl, bytes_that_are_not_utf8_are_an_error_wherever_they_are_J6) {
  for (const std::string bad : {"\xEB", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3"})
    for (const std::size_t before : {0U, 1U, 3000U, 20000U}) {
      std::string lines;
      for (std::size_t i = 0; i < before; ++i) lines += first_line;
      EXPECT_THAT(error(lines + "{\"v\":\"" + bad + "\"}\n"),
                  HasSubstr("line " + std::to_string(before + 1) + " (byte " +
                            std::to_string(lines.size()) + "): bytes that are not UTF-8"));
    }
}

TEST_F(Jsonl, half_a_surrogate_pair_is_an_error_and_a_pair_a_character_J7) {
  for (const std::string bad : {"\\ud800", "\\udc00", "\\ud800x", "\\ud800\\n", "\\ud800\\ud800",
                                "\\u12", "\\u12g4", "\\x"})
    EXPECT_THAT(error("{\"v\":\"" + bad + "\"}\n"), HasSubstr("line 1 (byte 5): an escape")) << bad;
  EXPECT_EQ(value("\"\\ud83d\\uDE00\""), Value::of(std::string("\xF0\x9F\x98\x80")));
  EXPECT_EQ(value("\"\\u00eb\\/\\\"\\\\\\b\\f\\n\\r\\t\""),
            Value::of(std::string("\xC3\xAB/\"\\\b\f\n\r\t")));
}

TEST_F(Jsonl, u0000_in_a_value_that_is_asked_for_is_an_error_J7) {
  EXPECT_THAT(error("{\"v\":\"a\\u0000\"}\n"), HasSubstr("the character U+0000 in a value"));
  EXPECT_THAT(error("{\"a\\u0000\":1}\n"), HasSubstr("a NUL in the name"));
}

TEST_F(Jsonl, a_byte_order_mark_is_skipped_at_the_beginning_only_J8) {
  EXPECT_EQ(read("\xEF\xBB\xBF" + first_line), one_row);
  EXPECT_THAT(error(first_line + "\xEF\xBB\xBF" + first_line), HasSubstr("line 2 (byte 22)"));
}

TEST_F(Jsonl, utf16_is_an_error_J9) {
  for (const auto set : {besa::CharacterSet::utf16le, besa::CharacterSet::utf16be}) {
    EXPECT_THAT(error(besa::from_utf8("\xEF\xBB\xBF" + first_line, set).value()),
                HasSubstr("is UTF-16"));
    EXPECT_THAT(error(besa::from_utf8(first_line, set).value()),
                AllOf(HasSubstr("a NUL byte"), HasSubstr("UTF-16")));
  }
}

TEST_F(Jsonl, blank_lines_are_no_rows_and_a_line_may_end_in_any_way_J10) {
  EXPECT_EQ(read("\n" + first_line + "\n \t\r\n\n"), one_row);
  EXPECT_EQ(read("{\"id\":1,\"name\":\"Ana\"}\r\n"), one_row);
  EXPECT_EQ(read(" {\"id\":1 , \"name\" :\"Ana\"} "), one_row);
}

TEST_F(Jsonl, blank_lines_are_counted_J10) {
  folder_.write("t.jsonl", "\n" + first_line + "\n \t\r\n\n" + first_line);
  EXPECT_EQ(folder_.open()->schema().table("t")->blank_lines, 4U);
  folder_.write("t.jsonl", first_line);
  EXPECT_EQ(folder_.open()->schema().table("t")->blank_lines, 0U);
}

TEST_F(Jsonl, a_record_is_one_object_on_one_line_J10_J12) {
  EXPECT_THAT(error(first_line + "{\n  \"id\": 2\n}\n"),
              AllOf(HasSubstr("line 2 (byte 23): the line ends inside a record")));
  EXPECT_THAT(error("[" + first_line + "]"), HasSubstr("a record is an object"));
  EXPECT_THAT(error("{\"id\":1} {\"id\":2}\n"), HasSubstr("line 1 (byte 9): a second record"));
  EXPECT_THAT(error("{\"id\":1}\r{\"id\":2}\n"), HasSubstr("a second record"));
  EXPECT_THAT(error("{\"id\":1},\n"), HasSubstr("something behind the record"));
  EXPECT_THAT(error(first_line + "5\n"), HasSubstr("line 2 (byte 22): a record is an object"));
  EXPECT_THAT(error("\"x\"\n"), HasSubstr("a record is an object"));
  EXPECT_THAT(error("{\"v\":\"a\nb\"}\n"),
              HasSubstr("line 1 (byte 0): a string that is not closed"));
  EXPECT_THAT(error("{\"v\":\"a\tb\"}\n"), HasSubstr("a control character in a string"));
}

TEST_F(Jsonl, lines_and_members_have_limits_J11) {
  const std::string mebibytes(std::size_t{3} << 20, 'x');
  EXPECT_EQ(read("{\"id\":1,\"name\":\"" + mebibytes + "\"}\n").at(0).at(1)->size(),
            mebibytes.size());
  std::string million;
  for (int i = 0; i < 1000000; ++i) million += ",\"m" + std::to_string(i) + "\":0";
  const std::string record = "{\"a\":{" + million.substr(1) + "}}\n";
  EXPECT_THAT(error(record), HasSubstr("more than 10 000 members"));
  EXPECT_EQ(read(record, {"a"}).size(), 1U);
  const auto path = folder_.write("t.jsonl", first_line);
  std::filesystem::resize_file(path, std::uintmax_t{80} << 20);
  EXPECT_THAT(error_of([&] { (void)folder_.open()->row_count("t"); }),
              HasSubstr("line 2 (byte 22): a line is longer than 64 MiB"));
}

TEST_F(Jsonl, missing_null_and_empty_are_told_apart_in_the_file_and_two_of_them_have_no_value_J12) {
  EXPECT_EQ(read("{\"id\":1,\"v\":null}\n{\"id\":2,\"v\":\"\"}\n{\"id\":3}\n", {"id", "v"}),
            (std::vector<Cells>{{"1", std::nullopt}, {"2", ""}, {"3", std::nullopt}}));
}

TEST_F(Jsonl, numbers_that_are_equal_are_one_key_and_text_is_another_J13) {
  folder_.write("t.jsonl", "{\"id\":5,\"v\":1}\n{\"id\":\"5\",\"v\":2}\n{\"id\":5.0,\"v\":3}\n");
  KeyIndex five;
  five.add(encode_key({Value::of(std::int64_t{5})}));
  Scan scan;
  scan.table = "t";
  scan.owner = {"id"};
  scan.columns = {"v"};
  scan.owners = &five;
  EXPECT_EQ(rows_of(*folder_.open(), scan), (std::vector<Cells>{{"5", "1"}, {"5", "3"}}));
}

TEST_F(Jsonl, names_are_literal_J14) {
  const std::string line =
      R"({"__proto__":1,"":2,"a\"b\n":3,"/c":4,"*":5,"d":{"*":6,"0":7,"~":8,"":9}})";
  EXPECT_THAT(columns(line),
              ElementsAre("*", "/", "/d/", "/d/*", "/d/0", "/d/~0", "/~1c", "__proto__", "a\"b\n"));
  EXPECT_EQ(read(line, {"__proto__", "/", "a\"b\n", "/~1c", "*", "/d/0", "/d/~0", "/d/"}).at(0),
            (Cells{"1", "2", "3", "4", "5", "7", "8", "9", "[6]"}));
}

TEST_F(Jsonl, words_are_numbers_as_in_other_databases) {
  EXPECT_EQ(value("true"), Value::of(std::int64_t{1}));
  EXPECT_EQ(value("false"), Value::of(std::int64_t{0}));
  EXPECT_EQ(value("null"), Value::null());
}

TEST_F(Jsonl, a_pointer_leads_into_objects_and_arrays) {
  const std::string line = R"({"a":{"b":{"c":"x"},"l":[10,{"m":11}]},"n":7})"
                           "\n"
                           R"({"n":8,"a":{"l":[]}})"
                           "\n{\"a\":null}\n{\"a\":[1]}\n";
  EXPECT_EQ(read(line, {"n", "/a/b/c", "/a/l/1/m", "/a/l/0", "/a/0"}),
            (std::vector<Cells>{{"7", "x", "11", "10", std::nullopt},
                                {"8", std::nullopt, std::nullopt, std::nullopt, std::nullopt},
                                Cells(5),
                                {std::nullopt, std::nullopt, std::nullopt, std::nullopt, "1"}}));
}

TEST_F(Jsonl, an_object_or_array_as_a_column_is_its_text_without_white_space) {
  EXPECT_EQ(read("{\"a\" : { \"b c\" : [ 1 , \"x \\\" y\" ] } }\n{\"a\":[ ]}\n", {"a"}),
            (std::vector<Cells>{{R"({"b c":[1,"x \" y"]})"}, {"[]"}}));
}

TEST_F(Jsonl, every_element_of_an_array_is_an_array_of_what_lies_there) {
  EXPECT_EQ(
      read("{\"i\":[{\"n\":\"a\"},{\"m\":1},{\"n\": {\"x\" : 2}}]}\n{\"i\":[]}\n{}\n"
           "{\"i\":[{\"n\":null}]}\n{\"i\":[{\"n\":null},{\"n\":3}]}\n",
           {"/i/*/n", "/i/*/m"}),
      (std::vector<Cells>{
          {R"(["a",{"x":2}])", "[1]"}, Cells(2), Cells(2), Cells(2), {"[null,3]", std::nullopt}}));
  EXPECT_EQ(read("{\"m\":[[1,2],[3]]}\n", {"/m/*/*"}), (std::vector<Cells>{{"[1,2,3]"}}));
}

TEST_F(Jsonl, columns_are_the_declared_ones_and_every_place_they_do_not_cover) {
  const std::string lines =
      "{\"id\":1,\"address\":{\"city\":\"x\",\"geo\":{\"lat\":1.5}}}\n"
      "{\"id\":2,\"tags\":[\"a\"],\"items\":[{\"sku\":1},{\"price\":2}],\"late\":false}\n";
  EXPECT_THAT(columns(lines), ElementsAre("/address/city", "/address/geo/lat", "/items/*/price",
                                          "/items/*/sku", "/tags/*", "id", "late"));
  EXPECT_THAT(columns(lines, {"id", "address", "/items/*"}),
              ElementsAre("id", "address", "/items/*", "/tags/*", "late"));
  EXPECT_THAT(columns(lines, {"id", "address", "items", "/tags/0", "/tags/1", "late", "gone"}),
              ElementsAre("id", "address", "items", "/tags/0", "/tags/1", "late", "gone"));
  EXPECT_THAT(columns(lines, {"id", "/address/city", "items", "/tags/*", "late"}),
              ElementsAre("id", "/address/city", "items", "/tags/*", "late", "/address/geo/lat"));
}

TEST_F(Jsonl, what_is_empty_is_a_place_where_nothing_else_is_known) {
  EXPECT_THAT(columns("{\"a\":null,\"b\":[],\"c\":{}}\n"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(columns("{\"a\":null,\"b\":[],\"c\":{}}\n{\"a\":{\"x\":1},\"b\":[2],\"c\":{}}\n"),
              ElementsAre("/a/x", "/b/*", "c"));
  EXPECT_THAT(columns("{\"a\":null,\"b\":[]}\n", {"/a/x", "/b/*"}), ElementsAre("/a/x", "/b/*"));
  EXPECT_THAT(columns("{\"a\":\"text\"}\n", {"/a/x"}), ElementsAre("/a/x", "a"));
}

TEST_F(Jsonl, columns_that_lie_in_one_another_are_an_error) {
  folder_.write("t.jsonl", first_line);
  for (const Names& clash :
       {Names{"/a/b", "a"}, Names{"a", "/a"}, Names{"/a/*", "/a/0"}, Names{"/a/*/x", "/a/7/y"}})
    EXPECT_THAT(error_of([&] { (void)folder_.open(clash); }), HasSubstr("lie in one another"));
  EXPECT_THAT(error_of([&] { (void)folder_.open({"/a~2"}); }), HasSubstr("is no place"));
}

TEST_F(Jsonl, the_fingerprint_knows_a_new_member) {
  folder_.write("t.jsonl", first_line);
  const auto before = folder_.open({"id", "name"})->schema().fingerprint;
  folder_.write("t.jsonl", first_line + "{\"id\":2}\n");
  EXPECT_EQ(folder_.open({"id", "name"})->schema().fingerprint, before);
  folder_.write("t.jsonl", first_line + "{\"id\":2,\"email\":\"a\"}\n");
  EXPECT_NE(folder_.open({"id", "name"})->schema().fingerprint, before);
}

TEST_F(Jsonl, a_member_that_appears_later_is_an_error_and_another_row_is_none) {
  folder_.write("t.jsonl", first_line);
  const auto source = folder_.open();
  EXPECT_EQ(source->row_count("t"), 1U);
  folder_.write("t.jsonl", first_line + first_line);
  EXPECT_EQ(source->row_count("t"), 2U);
  folder_.write("t.jsonl", first_line + "{\"id\":2,\"flat\":{\"phone\":\"1\"}}\n");
  EXPECT_THAT(error_of([&] { (void)source->row_count("t"); }),
              HasSubstr("not there when it was opened: /flat/phone"));
  folder_.write("t.jsonl", first_line + "{\"id\":2\n");
  EXPECT_THAT(error_of([&] { (void)source->row_count("t"); }), HasSubstr("line 2"));
}

TEST_F(Jsonl, what_could_not_be_read_is_read_when_it_is_mended) {
  folder_.write("s.jsonl", first_line);
  folder_.write("t.jsonl", first_line + "{\"id\":2\n");
  const auto source = folder_.open();
  EXPECT_THAT(error_of([&] { (void)source->schema(); }), HasSubstr("line 2"));
  folder_.write("t.jsonl", first_line + "{\"id\":2}\n");
  EXPECT_EQ(source->schema().tables.size(), 2U);
  EXPECT_EQ(source->row_count("t"), 2U);
}

TEST_F(Jsonl, a_table_is_a_file_or_a_folder_of_files_read_by_name) {
  folder_.write("t/2024-02.jsonl", "{\"id\":3}\n");
  folder_.write("t/2024-01.jsonl", "{\"id\":1}\n{\"id\":2,\"v\":1}\n");
  folder_.write("u.jsonl", "{\"x\":1}\n");
  folder_.write("readme.txt", "not a table");
  const auto source = folder_.open();
  ASSERT_EQ(source->schema().tables.size(), 2U);
  EXPECT_EQ(rows_of(*source, "t"),
            (std::vector<Cells>{{"1", std::nullopt}, {"2", "1"}, {"3", std::nullopt}}));
  EXPECT_EQ(rows_of(*folder_.open({}, "u.jsonl"), "u"), (std::vector<Cells>{{"1"}}));
  EXPECT_THAT(error_of([&] { (void)folder_.open({}, "readme.txt"); }),
              HasSubstr("neither a folder nor a .jsonl file"));
}

TEST_F(Jsonl, a_file_that_grows_or_is_cut_while_it_is_read_is_an_error_F52) {
  std::string bytes;
  for (int i = 0; i < 100000; ++i) bytes += "{\"id\":" + std::to_string(i) + "}\n";
  for (const bool grows : {true, false}) {
    const auto path = folder_.write("t.jsonl", bytes);
    const auto source = folder_.open();
    const Scan scan = jsonl_files::everything(*source, "t");
    int rows = 0;
    EXPECT_NE(error_of([&] {
                source->scan(scan, [&](RowView) {
                  if (++rows == 10)
                    std::filesystem::resize_file(path, grows ? bytes.size() + 1000 : 700000);
                });
              }),
              "no error");
  }
}

TEST_F(Jsonl, what_is_overwritten_while_it_is_read_is_an_error_and_nothing_worse_F52) {
  std::string bytes;
  for (int i = 0; i < 100000; ++i) bytes += "{\"a\":{\"id\":" + std::to_string(100000 + i) + "}}\n";
  const std::string lines[] = {"{\"a\":{\"id\":[[[[[[[}\n", "{\"a\":{\"id\":\"1\\ud}}\n",
                               "}]:,{\"a\" :{,,,,,,}\n", "[{{{{{{{{{{{{{{{{}\n"};
  for (const std::string& line : lines) {
    folder_.write("t.jsonl", bytes);
    const auto source = folder_.open({"/a/id"});
    const Scan scan = jsonl_files::everything(*source, "t");
    std::string other;
    while (other.size() < bytes.size()) other += line;
    other.resize(bytes.size(), ' ');
    int rows = 0;
    EXPECT_NE(error_of([&] {
                source->scan(scan, [&](RowView) {
                  if (++rows == 10) folder_.write("t.jsonl", other);
                });
              }),
              "no error")
        << line;
  }
}

TEST_F(Jsonl, messages_never_show_a_persons_values) {
  EXPECT_THAT(error("{\"id\":1,\"name\":\"Ana Hoxha\" \"x\"}\n"), testing::Not(HasSubstr("Hoxha")));
}

}  // namespace
