// Rows within a bound of texts: most are passed over by their bytes, which must say the same as
// reading every value.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "besa/base/json.hpp"
#include "tests/source/jsonl_files.hpp"

namespace {

using namespace besa::source;
using csv_files::CsvFolder;
using jsonl_files::Cells;
using jsonl_files::JsonlFolder;

std::string any_day() {
  return *rc::gen::element<std::string>("2020-05-28", "2020-05-29", "2020-05-30", "1999-12-31",
                                        "2020-05", "2020-05-29 10:00", "2", "", "zzz", "\xC3\xAB",
                                        "2020-05-29\xC3\xAB", "20200529", "say \"x\", y", "a\\b");
}

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

/// A bound on `at` with any sides.
Bound any_bound() {
  const auto side = []() -> std::optional<Value> {
    if (*rc::gen::inRange(0, 3) == 0) return std::nullopt;
    return Value::of(any_day());
  };
  return {"at", side(), side()};
}

bool is_within(const Value& value, const Bound& bound) {
  if (value.type == Type::null) return false;
  // By type first, as keys are ordered, then by bytes.
  const std::string key = encode_key({value});
  return (!bound.at_least || key >= encode_key({*bound.at_least})) &&
         (!bound.below || key < encode_key({*bound.below}));
}

template <class Source>
std::vector<Key> rows_of(Source& source, const std::optional<Bound>& bound) {
  Scan scan;
  scan.table = "t";
  scan.columns = {"id", "at"};
  scan.bound = bound;
  std::vector<Key> rows;
  source.scan(scan, [&](RowView row) { rows.push_back({Value(row[0]), Value(row[1])}); });
  return rows;
}

template <class Source>
void require_same_rows(Source& source) {
  const Bound bound = any_bound();
  std::vector<Key> expected = rows_of(source, std::nullopt);
  std::erase_if(expected, [&](const Key& row) { return !is_within(row[1], bound); });
  RC_ASSERT(rows_of(source, bound) == expected);
}

RC_GTEST_PROP(RangeLaw, of_csv_rows_are_those_whose_value_is_within, ()) {
  std::string text = *rc::gen::element<std::string>("", "\xEF\xBB\xBF");
  const bool last = *rc::gen::arbitrary<bool>();
  text += last ? "id,more,at\n" : "id,at,more,most\n";
  for (int row = *rc::gen::inRange(0, 40); row > 0; --row) {
    std::string day = any_day();
    const bool quoted = *rc::gen::inRange(0, 4) == 0 || day.find('"') != std::string::npos;
    if (quoted) day = in_quotes(day);
    text += std::to_string(row) + (last ? ",\"x,y\"," + day : "," + day + ",a,");
    text += *rc::gen::element<std::string>("\n", "\r\n", "\n\n");
  }
  CsvFolder folder;
  folder.write("t.csv", text);
  CsvDialect dialect;
  dialect.null_text = *rc::gen::element<std::string>("", "2020-05-29");
  require_same_rows(*folder.open(dialect));
}

nlohmann::ordered_json any_value() {
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
      return nullptr;
    case 1:
      return 20200529;
    case 2:
      return 2.5;
    default:
      return any_day();
  }
}

/// A line as one of several programs writes it.
std::string line_of(const nlohmann::ordered_json& record, const std::string& colon,
                    const std::string& comma, bool ascii) {
  std::string out;
  for (const auto& [name, value] : record.items())
    out += (out.empty() ? "{" : comma) + nlohmann::json(name).dump() + colon +
           value.dump(-1, ' ', ascii);
  return out.empty() ? "{}" : out + "}";
}

RC_GTEST_PROP(RangeLaw, of_jsonl_rows_are_those_whose_value_is_within, ()) {
  std::string text;
  const auto colon = *rc::gen::element<std::string>(":", ": ", " :");
  const auto comma = *rc::gen::element<std::string>(",", ", ", " , ");
  const bool ascii = *rc::gen::arbitrary<bool>(), early = *rc::gen::arbitrary<bool>();
  for (int row = *rc::gen::inRange(0, 40); row > 0; --row) {
    nlohmann::ordered_json record = nlohmann::ordered_json::object();
    record["id"] = row;
    if (early)
      record["note"] = *rc::gen::element<std::string>("at", "\"at\":\"2020\"", "x\\", "at\":");
    if (*rc::gen::inRange(0, 6) != 0) record["at"] = any_value();
    if (*rc::gen::inRange(0, 12) == 0) record["deep"] = {{"at", any_day()}};
    text +=
        line_of(record, colon, comma, ascii) + *rc::gen::element<std::string>("\n", "\r\n", "\n\n");
  }
  JsonlFolder folder;
  folder.write("t.jsonl", text);
  require_same_rows(*folder.open({"id", "at", "note"}));
}

/// The same records are the same rows, whether their file is one in which names show where values
/// lie, or holds one line that is not.
RC_GTEST_PROP(RangeLaw, jsonl_values_are_found_by_their_names_as_by_going_through_the_line, ()) {
  std::string text;
  const auto colon = *rc::gen::element<std::string>(":", ": ");
  for (int row = *rc::gen::inRange(1, 40); row > 0; --row) {
    nlohmann::ordered_json record = nlohmann::ordered_json::object();
    const bool late = *rc::gen::arbitrary<bool>();
    if (!late) record["id"] = row;
    for (const char* name : {"at", "a t", ":at", "att", "\xC3\xAB"})
      if (*rc::gen::inRange(0, 4) != 0) record[name] = any_value();
    if (late) record["id"] = row;
    text += line_of(record, colon, ",", *rc::gen::arbitrary<bool>()) + "\n";
  }
  const std::vector<std::string> columns = {"id", "at", "a t", ":at", "att", "\xC3\xAB", "deep"};
  const auto read = [&](const std::string& bytes) {
    JsonlFolder folder;
    folder.write("t.jsonl", bytes);
    Scan scan;
    scan.table = "t";
    scan.columns = columns;
    return jsonl_files::rows_of(*folder.open(columns), scan);
  };
  std::vector<Cells> slow = read(text + "{\"deep\":[]}\n");
  slow.pop_back();
  RC_ASSERT(read(text) == slow);
}

}  // namespace
