#include "model/dataset_csv.hpp"

#include "model/reading.hpp"

namespace besa::model {
namespace {

bool is_mark(const std::string& text) {
  if (text.size() != 1) return false;
  const auto c = static_cast<unsigned char>(text.front());
  const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return c == '\t' || (c >= ' ' && c < 0x7F && !word);
}

/// One character that separates; `otherwise` where it is none.
char read_mark(ObjectReader& reader, const char* name, char otherwise) {
  const std::string text = reader.text_or(name, std::string(1, otherwise));
  if (is_mark(text)) return text.front();
  reader.fault(name, "must be one ASCII character that is no letter and no digit");
  return otherwise;
}

/// "" for files in which nothing is quoted.
char read_quote(ObjectReader& reader) {
  return reader.text_or("quote", "\"").empty() ? '\0' : read_mark(reader, "quote", '"');
}

void check_null(ObjectReader& reader, const CsvFormat& csv) {
  for (const char c : {csv.delimiter, csv.quote, '\r', '\n'})
    if (csv.null_text.find(c) != std::string::npos)
      reader.fault("null", "must hold neither delimiter nor quote nor line end");
}

void read_columns(ObjectReader& reader, const Dataset& dataset, CsvFormat& csv) {
  reader.entries("columns", [&](const std::string& table, const Json&, const std::string& pointer) {
    ObjectReader tables(*reader.raw("columns"), reader.pointer("columns"), reader.faults());
    std::vector<std::string> columns = tables.texts(table.c_str());
    if (dataset.table(table) == nullptr)
      reader.faults().push_back({pointer, "there is no such table in this dataset", {}});
    if (const auto twice = repeated(columns))
      reader.faults().push_back({pointer, "names column '" + *twice + "' twice", {}});
    csv.columns.emplace(table, std::move(columns));
  });
  if (csv.header && reader.has("columns"))
    reader.fault("columns", "only for files without a header",
                 "write \"header\": false, or leave it out");
  if (csv.header) return;
  for (const Table& table : dataset.tables)
    if (!csv.columns.contains(table.name))
      reader.fault("columns", "must name the columns of table '" + table.name + "' in their order");
}

}  // namespace

void read_csv_format(ObjectReader& reader, Dataset& dataset) {
  reader.object("csv", [&](ObjectReader& fields) {
    CsvFormat& csv = dataset.csv;
    csv.delimiter = read_mark(fields, "delimiter", csv.delimiter);
    csv.quote = read_quote(fields);
    csv.header = fields.boolean_or("header", csv.header);
    csv.encoding =
        character_set(fields.word_or("encoding", character_set_names(), name_of(csv.encoding)))
            .value_or(csv.encoding);
    csv.null_text = fields.text_or("null", csv.null_text);
    csv.decimal = fields.word_or("decimal", {".", ","}, ".").front();
    if (csv.quote == csv.delimiter) fields.fault("quote", "must not be the delimiter too");
    check_null(fields, csv);
    read_columns(fields, dataset, csv);
    fields.done();
  });
  if (reader.has("csv") && !dataset.source.starts_with("csv:"))
    reader.fault("csv", "says how CSV is written, but the source is none",
                 "only a source that begins with csv: has it");
}

}  // namespace besa::model
