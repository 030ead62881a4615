// Lines of JSON: what is one to this reader is one to the other, and rows that are written are
// read the same.
#include <algorithm>
#include <optional>

#include "besa/base/json.hpp"
#include "source/jsonl_edit.hpp"
#include "source/jsonl_tables.hpp"
#include "tests/fuzz/file_rows.hpp"
#include "tests/fuzz/target.hpp"

namespace besa::fuzz {
namespace {

using namespace besa::source;
using Columns = std::vector<std::string>;

Columns columns_of(const TableSchema& table) {
  Columns names;
  for (const ColumnSchema& column : table.columns) names.push_back(column.name);
  return names;
}

/// To the library, which lacks the numbers that lines keep as texts: these it may say no to.
bool is_object(std::string_view line) {
  try {
    return parse_json(line).is_object();
  } catch (const Error& error) {
    return std::string_view(error.what()).find("beyond") != std::string_view::npos;
  }
}

/// How many lines are something; nullopt where one of them is no object to the library.
std::optional<std::size_t> objects_in(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!is_object(line)) return std::nullopt;
    ++count;
  }
  return count;
}

}  // namespace

void jsonl(std::string_view bytes) {
  JsonlTables tables(file_of("t.jsonl", bytes), {{"t", {"id", "/name/first"}}});
  const Rows rows = rows_of(tables);
  require(objects_in(bytes) == rows.size(), "what is read here is JSON, a row for each line");
  const TableSchema& table = tables.schema().tables.front();
  const Columns columns = columns_of(table);
  if (!std::ranges::all_of(columns, is_member)) return;
  std::string text;
  for (const auto& row : rows) text += tables.written(table, row) + "\n";
  JsonlTables again(file_of("t.jsonl", text), {{"t", columns}});
  require(columns_of(again.schema().tables.front()) == columns, "columns stay");
  require(rows_of(again) == rows, "rows that are written are read the same");
}

}  // namespace besa::fuzz
