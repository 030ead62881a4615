// Laws of JSONL that hold for any records, beside nlohmann's parser, which shares nothing with
// besa's.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <sstream>

#include "besa/base/json.hpp"
#include "source/jsonl_value.hpp"
#include "tests/source/jsonl_files.hpp"

namespace {

using namespace besa::source;
using jsonl_files::Cells;
using jsonl_files::JsonlFolder;
using jsonl_files::rows_of;

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

std::string any_text() {
  std::string text;
  for (const std::string& piece : *rc::gen::container<Names>(rc::gen::element<std::string>(
           "a", "b", "\"", "\\", "/", "{", "}", "[", "]", ":", ",", "\n", "\t", " ", "\xC3\xAB",
           "\xF0\x9F\x98\x80", "null", "1", "\\u0061")))
    text += piece;
  return text;
}

Json any_json(int levels) {
  switch (*rc::gen::inRange(0, levels > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::inRange(-1000, 1000) / 8.0;
    case 6: {
      Json array = Json::array();
      for (int left = *rc::gen::inRange(0, 4); left > 0; --left)
        array.push_back(any_json(levels - 1));
      return array;
    }
    case 7: {
      Json object = Json::object();
      for (int left = *rc::gen::inRange(0, 4); left > 0; --left)
        object[*rc::gen::element<std::string>("x", "y", "z z", "\"", "", "/")] =
            any_json(levels - 1);
      return object;
    }
    default:
      return any_text();
  }
}

/// As another writer would have it: white space between the parts, characters escaped, as chosen.
std::string written(const Json& json) {
  const std::string plain = json.dump(-1, ' ', *rc::gen::arbitrary<bool>());
  const std::string space = *rc::gen::element<std::string>("", " ", "\t ");
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    if (c == '"') inside = !inside;
    if (inside && c == '\\') out += plain[i++];
    const bool mark = !inside && std::string_view("{}[],:").find(c) != std::string_view::npos;
    out += mark ? space + plain[i] + space : std::string(1, plain[i]);
  }
  return out;
}

/// What a value is as a column.
std::optional<std::string> cell(const Json& json) {
  if (json.is_null()) return std::nullopt;
  if (json.is_boolean()) return json.get<bool>() ? "1" : "0";
  if (json.is_string()) return json.get<std::string>();
  Value number;
  if (json.is_number_integer()) return Value::of(json.get<std::int64_t>()).text();
  if (!json.is_number()) return json.dump();
  number.type = Type::real;
  number.real = json.get<double>();
  return number.text();
}

std::optional<std::string> member(const Json& record, const std::string& name) {
  return record.contains(name) ? cell(record.at(name)) : std::nullopt;
}

/// Objects and arrays as nlohmann writes them: how their characters are escaped is the file's.
std::vector<Cells> plain(std::vector<Cells> rows) {
  for (Cells& cells : rows)
    for (auto& each : cells)
      if (each && (each->starts_with('{') || each->starts_with('[')))
        if (const Json json = Json::parse(*each, nullptr, false); !json.is_discarded())
          each = json.dump();
  return rows;
}

/// Records {"id":0,"a":…,"n":{"b":…}} in any order, with blank lines and any line ends.
struct Sheet {
  std::vector<Json> records;
  Names lines;  ///< with blank ones behind them
  std::string text;
  Sheet() {
    const auto count = *rc::gen::inRange(0, 20);
    for (int row = 0; row < count; ++row) {
      Json nested = Json::object(), record = Json::object();
      if (*rc::gen::arbitrary<bool>()) nested["b"] = any_json(2);
      const bool late = *rc::gen::arbitrary<bool>();
      if (!late) record["id"] = row;
      if (*rc::gen::inRange(0, 4) != 0) record["a"] = any_json(3);
      if (*rc::gen::inRange(0, 4) != 0) record["n"] = nested;
      if (late) record["id"] = row;
      std::string line = written(record) + line_end();
      if (row + 1 == count && *rc::gen::arbitrary<bool>()) line.resize(line.find_last_of('}') + 1);
      records.push_back(record);
      lines.push_back(line);
      text += line;
    }
  }
  static std::string line_end() {
    return *rc::gen::element<std::string>("\n", "\r\n", "\n\n", " \n \r\n");
  }
  [[nodiscard]] std::vector<Cells> rows() const {
    std::vector<Cells> all;
    for (const Json& record : records)
      all.push_back({member(record, "id"), member(record, "a"),
                     record.contains("n") ? member(record.at("n"), "b") : std::nullopt});
    return all;
  }
};

const Names declared = {"id", "a", "/n/b"};

Scan scan_of_declared() {
  Scan scan;
  scan.table = "t";
  scan.columns = declared;
  return scan;
}

/// The line itself, without the blank ones behind it.
std::string first_line_of(const std::string& lines) {
  return lines.substr(0, lines.find('\n') + 1 == 0 ? lines.size() : lines.find('\n') + 1);
}

// Found by the fuzzer: 0e4 became 0, an integer, and what is longer without its exponent a text.
TEST(JsonlLaw, a_real_is_written_as_one) {
  for (const double real : {0.0, -0.0, 5.0, -2.5, 1e15, 12345678901234568.0, 1.2345678901234568e20,
                            1.2345678901234567e-4, 1e300, 5e-324}) {
    const std::string text = write_json({Type::real, 0, real, {}});
    std::string scratch;
    const Value read(read_scalar(text, scratch));
    EXPECT_EQ(read.type, Type::real) << text;
    EXPECT_EQ(read.real, real) << text;
  }
}

RC_GTEST_PROP(JsonlLaw, what_is_written_is_read_back, ()) {
  const Sheet sheet;
  JsonlFolder folder;
  folder.write("t.jsonl", sheet.text);
  RC_ASSERT(plain(rows_of(*folder.open(declared), scan_of_declared())) == plain(sheet.rows()));
}

RC_GTEST_PROP(JsonlLaw, erasing_rows_leaves_exactly_the_bytes_of_the_others, ()) {
  const Sheet sheet;
  const auto chosen = *rc::gen::container<std::set<int>>(rc::gen::inRange(0, 20));
  KeyIndex keys;
  for (const int row : chosen) keys.add(encode_key({Value::of(std::int64_t{row})}));
  std::string expected;
  std::uint64_t erased = 0;
  for (std::size_t row = 0; row < sheet.lines.size(); ++row) {
    const bool gone = chosen.contains(static_cast<int>(row));
    const std::string& line = sheet.lines[row];
    if (gone) ++erased;
    expected += gone ? line.substr(first_line_of(line).size()) : line;
  }
  JsonlFolder folder;
  folder.write("t.jsonl", sheet.text);
  const auto source = folder.open(declared);
  const auto change = source->begin();
  RC_ASSERT(change->erase("t", {"id"}, keys) == erased);
  change->commit();
  RC_ASSERT(folder.bytes("t.jsonl") == expected);
}

RC_GTEST_PROP(JsonlLaw, masking_changes_only_the_masked_places, ()) {
  Sheet sheet;
  const bool nested = *rc::gen::arbitrary<bool>();
  JsonlFolder folder;
  folder.write("t.jsonl", sheet.text);
  const auto source = folder.open(declared);
  const auto change = source->begin();
  std::vector<RowUpdate> updates;
  for (std::size_t row = 0; row < sheet.records.size(); ++row) {
    Json& record = sheet.records[row];
    if (*rc::gen::arbitrary<bool>()) {
      const auto mask = any_text();
      updates.push_back({{Value::of(static_cast<std::int64_t>(row))}, {Value::of(mask)}});
      if (!nested && record.contains("a")) record["a"] = mask;
      if (nested && record.contains("n") && record["n"].contains("b")) record["n"]["b"] = mask;
    }
  }
  const Names columns = {nested ? "/n/b" : "a"};
  RC_ASSERT(change->update("t", {"id"}, columns, updates) == updates.size());
  RC_ASSERT(plain(rows_of(*change, scan_of_declared())) == plain(sheet.rows()));
  change->commit();
  RC_ASSERT(plain(rows_of(*source, scan_of_declared())) == plain(sheet.rows()));
  std::istringstream lines(folder.bytes("t.jsonl"));
  std::size_t row = 0;
  for (std::string line; std::getline(lines, line);)
    if (line.find('{') != std::string::npos) RC_ASSERT(Json::parse(line) == sheet.records[row++]);
  RC_ASSERT(row == sheet.records.size());
}

/// Every place of a value that nothing below holds, as a dataset file would name it.
void add_leaves(const Json& json, const std::string& at, std::set<std::string>& leaves) {
  if (json.is_array())
    for (const Json& element : json) add_leaves(element, at + "/*", leaves);
  if (json.is_object())
    for (const auto& [name, value] : json.items())
      add_leaves(value, at + "/" + (name == "/" ? "~1" : name), leaves);
  if (!json.is_structured() && !json.is_null()) leaves.insert(at);
}

RC_GTEST_PROP(JsonlLaw, every_place_of_a_value_is_a_column, ()) {
  const Sheet sheet;
  JsonlFolder folder;
  folder.write("t.jsonl", sheet.text);
  const Names columns = jsonl_files::columns_of(*folder.open({"id"}), "t");
  const std::set<std::string> found(columns.begin(), columns.end());
  std::set<std::string> leaves;
  for (const Json& record : sheet.records) add_leaves(record, "", leaves);
  leaves.erase("/id");
  for (const std::string& leaf : leaves) RC_ASSERT(found.contains(leaf == "/a" ? "a" : leaf));
}

}  // namespace
