// How JSONL files are changed: what stays byte for byte, what is refused before anything is
// touched, and what is looked at afterwards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "source/jsonl_text.hpp"
#include "tests/source/jsonl_files.hpp"

namespace {

using namespace besa::source;
using jsonl_files::Cells;
using jsonl_files::error_of;
using jsonl_files::JsonlFolder;
using jsonl_files::rows_of;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

using Names = std::vector<std::string>;

Value text(const std::string& bytes) {
  return Value::of(bytes);
}

Value number(std::int64_t of) {
  return Value::of(of);
}

KeyIndex keys(std::initializer_list<int> ids) {
  KeyIndex set;
  for (const int id : ids) set.add(encode_key({number(id)}));
  return set;
}

class JsonlChange : public testing::Test {
 protected:
  /// The file after these rows were erased.
  std::string without(const std::string& bytes, std::initializer_list<int> ids) {
    folder_.write("t.jsonl", bytes);
    const auto source = folder_.open({"id"});
    const auto change = source->begin();
    (void)change->erase("t", {"id"}, keys(ids));
    change->commit();
    return folder_.bytes("t.jsonl");
  }
  /// The file after a column of row 1 was given a value.
  std::string masked(const std::string& bytes, const std::string& column, const Value& value) {
    folder_.write("t.jsonl", bytes);
    const auto source = folder_.open({"id", column});
    const auto change = source->begin();
    EXPECT_EQ(change->update("t", {"id"}, {column}, {{{number(1)}, {value}}}), 1U);
    Scan scan;
    scan.table = "t";
    scan.columns = {"id", column};
    const std::vector<Cells> within = rows_of(*change, scan);
    change->commit();
    EXPECT_EQ(rows_of(*source, scan), within);
    return folder_.bytes("t.jsonl");
  }
  std::map<std::string, std::uint64_t> look(const std::vector<std::string>& values,
                                            const Names& columns = {}) {
    std::map<std::string, std::uint64_t> found;
    const auto source = folder_.open(columns);
    for (const Residue::Hit& hit : source->clean(values, {}, VacuumPolicy::never).residue.hits)
      found[std::filesystem::path(hit.file).filename().string() +
            (hit.where == Residue::Where::live_cell ? " in " + hit.table : " beside")] = hit.count;
    return found;
  }
  JsonlFolder folder_;
};

TEST_F(JsonlChange, records_that_stay_stay_byte_for_byte_J8_J10) {
  EXPECT_EQ(without("\xEF\xBB\xBF{\"id\":1}\r\n\n{ \"id\" : 2.0 , \"x\":1e2}\r\n{\"id\":3}\n\r\n{"
                    "\"id\":4,\"v\":\"\\u00eb\"}",
                    {1, 3}),
            "\xEF\xBB\xBF\n{ \"id\" : 2.0 , \"x\":1e2}\r\n\r\n{\"id\":4,\"v\":\"\\u00eb\"}");
  EXPECT_EQ(without("{\"id\":1}\n{\"id\":2}", {2}), "{\"id\":1}\n");
  EXPECT_EQ(without("{\"id\":1}\n", {1}), "");
}

TEST_F(JsonlChange, only_the_masked_value_of_a_record_changes) {
  const std::string line =
      " { \"x\" : 1.50 ,\t\"id\":1,\"name\" : \"A\\u006ea \\\"}\" , \"y\":[ 1 ]} \r\n";
  const std::string other = "{\"id\":2,\"name\":\"Ben\"}\n";
  EXPECT_EQ(masked(line + other, "name", text("m-1")),
            " { \"x\" : 1.50 ,\t\"id\":1,\"name\" : \"m-1\" , \"y\":[ 1 ]} \r\n" + other);
  EXPECT_EQ(
      masked(line + other, "y", Value::null()),
      " { \"x\" : 1.50 ,\t\"id\":1,\"name\" : \"A\\u006ea \\\"}\" , \"y\":null} \r\n" + other);
  EXPECT_EQ(masked("{\"id\":1,\"v\":12 }", "v", number(-7)), "{\"id\":1,\"v\":-7 }");
}

TEST_F(JsonlChange, nested_values_and_every_element_are_masked_where_they_lie) {
  EXPECT_EQ(masked("{\"id\":1,\"a\":{\"c\":\"x\",\"d\":[ {\"e\":1}, {\"e\" : {\"f\":2}},3]}}\n",
                   "/a/d/*/e", text("m")),
            "{\"id\":1,\"a\":{\"c\":\"x\",\"d\":[ {\"e\":\"m\"}, {\"e\" : \"m\"},3]}}\n");
  EXPECT_EQ(masked("{\"id\":1,\"a\":{\"c\":\"x\",\"d\":[1]}}\n", "/a/c", Value::null()),
            "{\"id\":1,\"a\":{\"c\":null,\"d\":[1]}}\n");
  EXPECT_EQ(masked("{\"id\":1,\"l\":[1,[2,3],4]}\n", "/l/1/0", Value::null()),
            "{\"id\":1,\"l\":[1,[null,3],4]}\n");
  EXPECT_EQ(masked("{\"id\":1,\"l\":[\"a\",\"b\"]}\n", "/l/*", Value::null()),
            "{\"id\":1,\"l\":[null,null]}\n");
}

TEST_F(JsonlChange, what_is_missing_stays_missing_J12) {
  EXPECT_EQ(masked("{\"id\":1}\n", "v", text("m")), "{\"id\":1}\n");
  EXPECT_EQ(masked("{\"id\":1,\"l\":[]}\n", "/l/*", text("m")), "{\"id\":1,\"l\":[]}\n");
  EXPECT_EQ(masked("{\"id\":1,\"v\":null}\n", "v", text("m")), "{\"id\":1,\"v\":\"m\"}\n");
}

TEST_F(JsonlChange, a_mask_is_escaped_where_it_must_be) {
  EXPECT_EQ(masked("{\"id\":1,\"v\":0}\n", "v", text("a\"\\/\n\x01\xC3\xAB")),
            "{\"id\":1,\"v\":\"a\\\"\\\\/\\n\\u0001\xC3\xAB\"}\n");
}

TEST_F(JsonlChange, a_mask_that_json_cannot_say_is_refused_and_nothing_changes_J6_J15) {
  Value no_number;
  no_number.type = Type::real;
  no_number.real = std::numeric_limits<double>::quiet_NaN();
  for (const Value& value : {text("\xFF"), no_number}) {
    EXPECT_THAT(error_of([&] { (void)masked("{\"id\":1,\"v\":0}\n", "v", value); }),
                HasSubstr("cannot be written as JSON"));
    EXPECT_EQ(folder_.bytes("t.jsonl"), "{\"id\":1,\"v\":0}\n");
  }
}

TEST_F(JsonlChange, new_rows_follow_at_the_end_in_the_files_line_ends) {
  folder_.write("t.jsonl", "{\"id\":1}\r\n{\"id\":4}");
  const auto source = folder_.open({"id", "/a/b c", "/a/d", "/l/*", "/l2/0", "name"});
  const auto change = source->begin();
  change->insert("t", {"/a/d", "id", "/a/b c"}, {number(5), number(2), text("x\"")});
  change->insert("t", {"id"}, {number(3)});
  EXPECT_EQ(change->erase("t", {"id"}, keys({3, 4})), 2U);
  for (const char* elements : {"/l/*", "/l2/0"})
    EXPECT_THAT(error_of([&] { change->insert("t", {elements}, {number(5)}); }),
                HasSubstr("is an element of an array"));
  change->commit();
  EXPECT_EQ(folder_.bytes("t.jsonl"),
            "{\"id\":1}\r\n{\"id\":2,\"a\":{\"b c\":\"x\\\"\",\"d\":5}}\r\n");
}

TEST_F(JsonlChange, several_changes_of_one_record_are_one) {
  folder_.write("t.jsonl",
                "{\"id\":1,\"a\":1,\"b\":1}\n{\"b\":2,\"a\":2,\"id\":2}\n{\"id\":3,\"a\":3}\n");
  const auto source = folder_.open();
  const auto change = source->begin();
  (void)change->update("t", {"id"}, {"a"},
                       {{{number(2)}, {text("m")}}, {{number(3)}, {text("n")}}});
  (void)change->update("t", {"a"}, {"b"}, {{{text("m")}, {Value::null()}}});
  KeyIndex n;
  n.add(encode_key({text("n")}));
  EXPECT_EQ(change->erase("t", {"a"}, n), 1U);
  change->commit();
  EXPECT_EQ(folder_.bytes("t.jsonl"),
            "{\"id\":1,\"a\":1,\"b\":1}\n{\"b\":null,\"a\":\"m\",\"id\":2}\n");
}

TEST_F(JsonlChange, a_change_of_bad_lines_is_an_error_and_changes_nothing_J2) {
  const std::string bytes = "{\"id\":1}\n{\"id\":2,\"id\":3}\n";
  EXPECT_THAT(error_of([&] { (void)without(bytes, {1}); }), HasSubstr("line 2"));
  EXPECT_EQ(folder_.bytes("t.jsonl"), bytes);
}

TEST_F(JsonlChange, a_link_is_refused_and_only_files_that_change_are_rewritten_F46) {
  folder_.write("t/1.jsonl", "{\"id\":1}\n");
  folder_.write("t/2.jsonl", "{\"id\":2}\n{\"id\":3}\n");
  struct stat before {
  }, after{};
  ::stat((folder_ / "t/1.jsonl").c_str(), &before);
  const auto source = folder_.open();
  const auto change = source->begin();
  EXPECT_EQ(change->erase("t", {"id"}, keys({2})), 1U);
  change->commit();
  ::stat((folder_ / "t/1.jsonl").c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(folder_.bytes("t/2.jsonl"), "{\"id\":3}\n");
  std::filesystem::remove(folder_ / "t/1.jsonl");
  folder_.write("real.txt", "{\"id\":1}\n");
  std::filesystem::create_symlink(folder_ / "real.txt", folder_ / "t/1.jsonl");
  EXPECT_THAT(error_of([&] { (void)folder_.open()->begin(); }), HasSubstr("is a symbolic link"));
}

TEST_F(JsonlChange, values_that_are_left_are_found_in_whatever_way_they_are_escaped) {
  const std::string name =
      "\xC3\x87"
      "elik/Hox\xF0\x9F\x98\x80";
  for (const std::string& spelt : {name, std::string("\\u00c7elik/Hox\\ud83d\\ude00"),
                                   std::string("\\u00C7elik\\/Hox\\uD83D\\uDE00"),
                                   std::string("\\u00c7el\\u0069k\\/Hox\xF0\x9F\x98\x80"),
                                   std::string("x\\n\xC3\x87"
                                               "elik/Ho\\u0078\\ud83D\\uDe00")}) {
    folder_.write("t.jsonl", "{\"id\":1,\"v\":\"" + spelt + "\"}\n");
    folder_.write("t.jsonl~", "{\"v\": \"" + spelt + "\"}");
    EXPECT_EQ(look({name}),
              (std::map<std::string, std::uint64_t>{{"t.jsonl in t", 1}, {"t.jsonl~ beside", 1}}))
        << spelt;
  }
  folder_.write("t.jsonl~", "");
  folder_.write("t.jsonl",
                "{\"id\":1,\"v\":\"\\u00c7elik/Hox\xF0\x9F\x98\x81\",\"w\":\"Ana Hoxha\"}\n");
  EXPECT_TRUE(look({name, "na Hoxha", "Dea Kola"}).empty());
}

TEST_F(JsonlChange, values_are_sought_across_any_cut) {
  for (const std::size_t before : {65520U, 65526U, 65532U, 65536U, 1048570U, 1048590U}) {
    std::string bytes = "{\"v\":\"";
    bytes += std::string(before - bytes.size(), 'x') + " \\u00c7elik \\ud83d\\ude00 Hoxha\"}\n";
    folder_.write("t.jsonl", bytes);
    EXPECT_EQ(look({"\xC3\x87"
                    "elik \xF0\x9F\x98\x80 Hoxha"})
                  .size(),
              1U)
        << before;
  }
}

TEST_F(JsonlChange, the_texts_in_an_erased_object_are_sought_one_by_one) {
  folder_.write("t.jsonl", "{\"id\":1,\"note\":\"was with Ana Hoxha\"}\n");
  EXPECT_EQ(look({"{\"name\":\"Ana Hoxha\",\"n\":[\"Tirana e Re\"]}"}).size(), 1U);
  EXPECT_TRUE(look({"{\"Ana Hoxha\":\"Ben\"}", "[\"Dea Kola\"]"}).empty());
}

TEST_F(JsonlChange, a_value_that_somebody_keeps_is_excused_in_objects_too) {
  folder_.write("t.jsonl",
                "{\"id\":1,\"a\":{\"names\":[\"Ana \\u0048oxha\"]},\"b\":\"Dea Kola\"}\n");
  const auto source = folder_.open({"id", "a", "b"});
  const Residue residue =
      source->clean({"Ana Hoxha", "Dea Kola", "Ana"}, {{"t", "a"}, {"t", "b"}}, VacuumPolicy::never)
          .residue;
  EXPECT_TRUE(residue.clean());
  EXPECT_EQ(residue.values_excused, 2U);
  EXPECT_EQ(residue.values_too_short, 1U);
}

TEST(JsonSpellings, are_those_of_usual_writers) {
  const auto spellings = json_spellings("\xC3\xAB/\"\xF0\x9F\x98\x80");
  EXPECT_THAT(spellings, Contains("\xC3\xAB/\"\xF0\x9F\x98\x80"));
  EXPECT_THAT(spellings, Contains("\xC3\xAB/\\\"\xF0\x9F\x98\x80"));
  EXPECT_THAT(spellings, Contains("\\u00eb/\\\"\\ud83d\\ude00"));
  EXPECT_THAT(spellings, Contains("\\u00EB\\/\\\"\\uD83D\\uDE00"));
  EXPECT_THAT(json_spellings("plain"), ElementsAre("plain"));
}

}  // namespace
