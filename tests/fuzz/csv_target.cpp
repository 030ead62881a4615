// CSV in a dialect that the first three bytes choose: what is read is written, and read the same.
#include <array>

#include "source/csv_tables.hpp"
#include "tests/fuzz/file_rows.hpp"
#include "tests/fuzz/target.hpp"

namespace besa::fuzz {
namespace {

using namespace besa::source;

template <std::size_t count>
char one_of(const std::array<char, count>& choices, char by) {
  return choices[static_cast<unsigned char>(by) % count];
}

/// `,"0` is the usual one.
CsvDialect dialect_of(std::string_view choices) {
  CsvDialect dialect;
  dialect.delimiter = one_of<4>({',', ';', '\t', '|'}, static_cast<char>(choices[0] - ','));
  dialect.quote = one_of<3>({'"', '\'', '\0'}, static_cast<char>(choices[1] - '"'));
  const auto more = static_cast<unsigned char>(choices[2] - '0');
  dialect.encoding = static_cast<CharacterSet>(more % 7);
  if ((more / 7) % 2 != 0) dialect.null_text = "NULL";
  if ((more / 14) % 2 != 0) {
    dialect.header = false;
    for (int i = 0; i <= more / 64; ++i) dialect.columns["t"].push_back("c" + std::to_string(i));
  }
  return dialect;
}

/// With a header of its own, so that no row stands where a mark of the encoding would.
std::string written(const CsvTables& tables, const TableSchema& table, const CsvDialect& dialect,
                    const Rows& rows) {
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    text += (i > 0 ? std::string(1, dialect.delimiter) : "") + "c" + std::to_string(i);
  for (const auto& row : rows) text += "\n" + tables.written(table, row);
  return text + "\n";
}

}  // namespace

void csv(std::string_view bytes) {
  if (bytes.size() < 3) return;
  CsvDialect dialect = dialect_of(bytes);
  CsvTables tables(file_of("t.csv", behind(bytes, 3)), dialect);
  const Rows rows = rows_of(tables);
  if (dialect.encoding == CharacterSet::utf16le || dialect.encoding == CharacterSet::utf16be)
    return;  // only read
  const TableSchema& table = tables.schema().tables.front();
  const std::string text = written(tables, table, dialect, rows);
  dialect.header = true;
  CsvTables again(file_of("t.csv", text), dialect);
  require(rows_of(again) == rows, "rows that are written are read the same");
}

}  // namespace besa::fuzz
