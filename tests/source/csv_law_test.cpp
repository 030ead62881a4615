// Laws of CSV that hold for any dialect and any rows, beside a parser of twenty lines that shares
// nothing with besa's.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "source/csv_field.hpp"
#include "source/csv_index.hpp"
#include "tests/source/csv_files.hpp"

namespace {

using namespace besa::source;
using csv_files::Cells;
using csv_files::CsvFolder;
using csv_files::rows_of;

/// Records of a text with their bytes, character by character.
struct Plain {
  std::string bytes;
  std::vector<std::string> fields;  ///< unquoted
};
std::vector<Plain> parse_plainly(const std::string& text, const CsvDialect& dialect) {
  std::vector<Plain> records;
  Plain now;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool end = i == text.size();
    const char c = end ? '\n' : text[i];
    if (!end) now.bytes += c;
    if (quoted && c == dialect.quote && i + 1 < text.size() && text[i + 1] == dialect.quote) {
      field += c;
      now.bytes += text[++i];
    } else if (dialect.quote != '\0' && c == dialect.quote) {
      quoted = !quoted;
    } else if (!quoted && (c == dialect.delimiter || c == '\n')) {
      if (c == '\n' && !field.empty() && field.back() == '\r') field.pop_back();
      now.fields.push_back(field);
      field.clear();
      if (c == '\n' && !(end && now.bytes.empty())) records.push_back(now);
      if (c == '\n') now = Plain();
    } else {
      field += c;
    }
  }
  return records;
}

bool is_blank(const Plain& record) {
  return record.bytes == "\n" || record.bytes == "\r\n";
}

CsvDialect any_dialect() {
  CsvDialect dialect;
  dialect.delimiter = *rc::gen::element(',', ';', '\t', '|');
  dialect.quote = *rc::gen::element('"', '\'');
  dialect.null_text = *rc::gen::element<std::string>("", "NULL");
  return dialect;
}

/// Text made of what is special in some dialect, and of letters.
std::string any_text() {
  std::string text;
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "b", "\"", "'", ",", ";", "\t", "|", "\n", "\r\n", "NULL",
                                    " ", "\xC3\xAB", "1", "=", "#"));
  for (const std::string& piece : pieces) text += piece;
  return text;
}

std::optional<std::string> any_cell() {
  if (*rc::gen::inRange(0, 6) == 0) return std::nullopt;
  return any_text();
}

Value value_of(const std::optional<std::string>& cell) {
  return cell ? Value::of(*cell) : Value::null();
}

/// A file with a header and rows, written field by field with any mixture of line ends.
struct Sheet {
  CsvDialect dialect = any_dialect();
  std::size_t width = *rc::gen::inRange<std::size_t>(2, 5);
  std::vector<Cells> rows;
  std::string header, text;
  std::vector<std::string> lines;

  Sheet() {
    for (std::size_t i = 0; i < width; ++i)
      header += (i > 0 ? std::string(1, dialect.delimiter) : "") + "c" + std::to_string(i);
    header += line_end();
    const auto count = *rc::gen::inRange<std::size_t>(0, 30);
    for (std::size_t row = 0; row < count; ++row) {
      Cells cells{std::to_string(row)};
      while (cells.size() < width) cells.push_back(any_cell());
      lines.push_back(line(cells) + line_end());
      rows.push_back(std::move(cells));
    }
    text = header;
    for (const std::string& each : lines) {
      text += each;
      if (*rc::gen::inRange(0, 5) == 0) text += line_end();  // a blank line
    }
  }
  static std::string line_end() { return *rc::gen::element<std::string>("\n", "\r\n"); }
  [[nodiscard]] std::string line(const Cells& cells) const {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out += dialect.delimiter;
      out += write_field(value_of(cells[i]).view(), dialect, cells.size() == 1);
    }
    return out;
  }
};

RC_GTEST_PROP(CsvLaw, what_is_written_is_read_back_in_any_dialect, ()) {
  const Sheet sheet;
  CsvFolder folder;
  folder.write("t.csv", sheet.text);
  RC_ASSERT(rows_of(*folder.open(sheet.dialect), "t") == sheet.rows);
}

RC_GTEST_PROP(CsvLaw, a_field_reads_back_as_the_value_it_was_written_for, ()) {
  const CsvDialect dialect = any_dialect();
  const auto cell = any_cell();
  std::string scratch;
  const std::string bytes = write_field(value_of(cell).view(), dialect, false);
  const auto read = read_field(bytes, dialect, scratch);
  RC_ASSERT(read.has_value());
  RC_ASSERT(Value(*read) == value_of(cell));
}

RC_GTEST_PROP(CsvLaw, erasing_rows_leaves_exactly_the_bytes_of_the_others, ()) {
  const Sheet sheet;
  const auto chosen =
      *rc::gen::container<std::set<std::size_t>>(rc::gen::inRange<std::size_t>(0, 30));
  KeyIndex keys;
  for (const std::size_t row : chosen) keys.add(encode_key({Value::of(std::to_string(row))}));
  std::string expected;
  std::size_t row = 0, erased = 0;
  for (const Plain& record : parse_plainly(sheet.text, sheet.dialect)) {
    const bool header = expected.empty();
    const bool gone = !header && !is_blank(record) && chosen.contains(row);
    if (!header && !is_blank(record)) ++row;
    if (gone) ++erased;
    if (!gone) expected += record.bytes;
  }
  CsvFolder folder;
  folder.write("t.csv", sheet.text);
  const auto source = folder.open(sheet.dialect);
  const auto change = source->begin();
  RC_ASSERT(change->erase("t", {"c0"}, keys) == erased);
  change->commit();
  RC_ASSERT(folder.bytes("t.csv") == expected);
}

RC_GTEST_PROP(CsvLaw, masking_changes_only_the_masked_cells, ()) {
  Sheet sheet;
  const auto column = *rc::gen::inRange<std::size_t>(1, sheet.width);
  CsvFolder folder;
  folder.write("t.csv", sheet.text);
  const auto source = folder.open(sheet.dialect);
  const auto change = source->begin();
  std::vector<RowUpdate> updates;
  for (Cells& cells : sheet.rows)
    if (*rc::gen::inRange(0, 2) == 0) {
      cells[column] = any_cell();
      updates.push_back({{value_of(cells[0])}, {value_of(cells[column])}});
    }
  RC_ASSERT(change->update("t", {"c0"}, {"c" + std::to_string(column)}, updates) == updates.size());
  RC_ASSERT(rows_of(*change, csv_files::everything(*source, "t")) == sheet.rows);
  change->commit();
  RC_ASSERT(rows_of(*source, "t") == sheet.rows);
}

RC_GTEST_PROP(CsvLaw, an_index_of_bytes_finds_what_a_plain_parser_finds, ()) {
  const Sheet sheet;
  std::string padded = sheet.text + std::string(CsvIndex::padding, '"');
  CsvIndex index;
  index_csv({sheet.dialect.delimiter, sheet.dialect.quote, true},
            std::string_view(padded).substr(0, sheet.text.size()), true, index);
  RC_ASSERT(index.fault == CsvFault::none);
  std::vector<Plain> plain = parse_plainly(sheet.text, sheet.dialect);
  std::erase_if(plain, is_blank);
  RC_ASSERT(index.records().size() == plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const CsvRecord& record = index.records()[i];
    RC_ASSERT(sheet.text.substr(record.begin, record.next - record.begin) == plain[i].bytes);
    std::string scratch;
    index.each_field(padded.data(), record, [&](std::uint32_t column, std::string_view bytes) {
      RC_ASSERT(bytes == index.field(padded.data(), record, column));
      const Value value(read_field(bytes, sheet.dialect, scratch).value());
      RC_ASSERT(value.text() == (value.type == Type::null ? "" : plain[i].fields[column]));
    });
  }
}

}  // namespace
