#include "source/csv_header.hpp"

#include <map>

#include "besa/base/text.hpp"
#include "source/csv_field.hpp"

namespace besa::source {
namespace {

std::string name_of_mark(char c) {
  return c == '\t' ? "a tab" : "'" + std::string(1, c) + "'";
}

void require_fitting_dialect(const CsvReader& reader, const CsvRecord& record,
                             const CsvDialect& dialect) {
  const std::string_view line = reader.content(record);
  if (line.starts_with("sep=") || line.starts_with("\"sep="))
    reader.fail(record.begin, "the first line is a note to a spreadsheet program, not CSV",
                "remove it and declare csv.delimiter in the dataset file");
  if (line.starts_with('#'))
    reader.fail(record.begin, "the first line is a comment, and CSV has none", "remove it");
  if (reader.columns() != 1) return;
  for (const char other : {';', '\t', '|', ','})
    if (other != dialect.delimiter && line.find(other) != std::string_view::npos)
      reader.fail(record.begin,
                  "the header is one column with " + name_of_mark(other) + " in it, but " +
                      name_of_mark(dialect.delimiter) + " is the delimiter declared",
                  "declare csv.delimiter in the dataset file");
}

}  // namespace

std::vector<std::string> header_names(const CsvReader& reader, const CsvRecord& record,
                                      const CsvDialect& dialect) {
  std::vector<std::string> names;
  std::string scratch;
  reader.each_field(record, [&](std::uint32_t, std::string_view bytes) {
    const auto value = read_field(bytes, dialect, scratch);
    if (!value)
      reader.fail(record.begin, "bytes that are not " + name_of(dialect.encoding),
                  "declare the file's encoding as csv.encoding");
    names.emplace_back(value->bytes);
  });
  return names;
}

std::vector<std::string> read_header(const CsvReader& reader, const CsvRecord& record,
                                     const CsvDialect& dialect) {
  require_fitting_dialect(reader, record, dialect);
  std::vector<std::string> names = header_names(reader, record, dialect);
  std::map<std::string, std::size_t> compared;  // the folded name: its place
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty())
      reader.fail(record.begin, "column " + std::to_string(i + 1) + " has no name");
    const auto [twin, fresh] =
        compared.emplace(normalise(names[i], IdentifierRule::folded), i + 1);
    // Which name is not said: where a header was lost, it is somebody's data.
    if (!fresh)
      reader.fail(record.begin, "columns " + std::to_string(twin->second) + " and " +
                                    std::to_string(i + 1) + " have the same name",
                  "rename one of them; or has the file lost its header?");
  }
  return names;
}

}  // namespace besa::source
