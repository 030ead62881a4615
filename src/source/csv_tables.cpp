#include "source/csv_tables.hpp"

#include <algorithm>

#include "besa/base/bytes.hpp"
#include "besa/base/text.hpp"
#include "source/csv_field.hpp"
#include "source/csv_header.hpp"

namespace besa::source {
namespace {

namespace fs = std::filesystem;

TableSchema schema_of(const std::string& name, const std::vector<std::string>& columns,
                      const CsvDialect& dialect) {
  TableSchema schema;
  schema.name = name;
  for (const std::string& each : columns) {
    ColumnSchema& column = schema.columns.emplace_back();
    column.name = each;
    column.declared_type = "TEXT";
    // No value in the only column would be a blank line, which is no record.
    column.not_null = columns.size() == 1 && dialect.null_text.empty();
  }
  return schema;
}

/// All that decides what a file's bytes mean.
std::string form_of(const CsvDialect& dialect) {
  Key form{Value::of("csv"), Value::of(std::string{dialect.delimiter, dialect.quote}),
           Value::of(std::int64_t{dialect.header}), Value::of(name_of(dialect.encoding)),
           Value::of(dialect.null_text)};
  for (const auto& [table, columns] : dialect.columns) {
    form.push_back(Value::of(table));
    form.push_back(Value::of(static_cast<std::int64_t>(columns.size())));
    for (const std::string& column : columns) form.push_back(Value::of(column));
  }
  return to_hex(as_bytes(encode_key(form)));
}

bool is_utf16(CharacterSet set) {
  return set == CharacterSet::utf16le || set == CharacterSet::utf16be;
}

}  // namespace

ValueView CsvRow::unusual_value(std::size_t column, std::string_view bytes) {
  Cell& cell = cells_[column];
  if (cell.stamp == stamp_) return cell.view;
  const auto read = read_field(bytes, dialect_, cell.scratch);
  if (!read)
    reader_.fail(record_->begin, "bytes that are not " + name_of(dialect_.encoding),
                 "declare the file's encoding as csv.encoding");
  cell.stamp = stamp_;
  return cell.view = *read;
}

CsvTables::CsvTables(const fs::path& path, CsvDialect dialect, const fs::path& note)
    : FileTables(path, ".csv"), dialect_(std::move(dialect)), before_(note, form_of(dialect_)) {
  read_schema();
}

void CsvTables::read_schema() {
  for (const Table& table : tables()) {
    const auto columns = read_header(table, table.files.front());
    for (const fs::path& file : table.files)
      if (file != table.files.front() && read_header(table, file) != columns)
        throw Error(ErrorKind::failed,
                    shown(file) + " has another header than " + shown(table.files.front()),
                    "the files of one table must have the same columns in the same order");
    schema_.tables.push_back(schema_of(table.name, columns, dialect_));
  }
  schema_.fingerprint = fingerprint_of(schema_);
}

std::vector<std::string> CsvTables::read_header(const Table& table, const fs::path& file) const {
  const auto declared = dialect_.columns.find(table.name);
  if (!dialect_.header && declared == dialect_.columns.end())
    throw Error(ErrorKind::failed, shown(file) + " has no header, and nothing names its columns",
                "name them as csv.columns in the dataset file");
  const auto opened = open(file);
  if (!dialect_.header) return declared->second;
  CsvReader reader(opened, dialect_);
  if (!reader.advance())
    throw Error(ErrorKind::failed, shown(file) + " is empty: it has no header",
                "an export without rows still has a header; was it written to the end?");
  return source::read_header(reader, reader.records().front(), dialect_);
}

CsvReader CsvTables::reader_of(const TableSchema& table,
                               const std::shared_ptr<const DataFile>& file) const {
  const auto columns = static_cast<std::uint32_t>(table.columns.size());
  return {file, dialect_, dialect_.header ? CsvIndex::unknown : columns};
}

void CsvTables::require_header(const TableSchema& table, const CsvReader& reader,
                               const CsvRecord& record) const {
  if (!std::ranges::equal(header_names(reader, record, dialect_), table.columns, {}, {},
                          &ColumnSchema::name))
    throw Error(ErrorKind::failed,
                shown(reader.path()) + " has another header than when it was opened",
                "begin again when the program that writes it has finished");
}

/// A value lies in its field as it is, unless there is a quote in it or the file is of another set.
bool CsvTables::show_as_they_are(const Mentions& mentions) const {
  return std::ranges::all_of(mentions, [&](const std::string& text) {
    const bool quoted = dialect_.quote != '\0' && text.find(dialect_.quote) != std::string::npos;
    return !quoted && (!is_single_byte(dialect_.encoding) || is_ascii(text));
  });
}

bool CsvTables::was_read_through(const DataFile& file) {
  const std::lock_guard lock(mutex_);
  if (!recalled_) recall();
  recalled_ = true;
  const auto read = read_.find(file.path());
  return read != read_.end() && read->second.first == file.state();
}

void CsvTables::recall() {
  const FileStates states = this->states();
  const std::optional<Json> found = before_.found_in(states);
  if (!found || found->size() != states.size()) return;
  for (std::size_t i = 0; const auto& [path, state] : states)
    read_[path] = {state, found->at(i++).get<std::uint64_t>()};
}

void CsvTables::note_read(const DataFile& file, std::uint64_t rows) {
  note_rows(file, rows);
  const std::lock_guard lock(mutex_);
  read_[file.path()] = {file.state(), rows};
  if (read_.size() != files().size()) return;
  FileStates states;
  Json found = Json::array();
  for (const auto& [path, content] : read_) {
    states[path] = content.first;
    found.push_back(content.second);
  }
  before_.keep(states, found);
}

template <class Each>
std::uint64_t CsvTables::each_stretch(const TableSchema& table,
                                      const std::shared_ptr<const DataFile>& file, Each&& stretch,
                                      const Mentions* only) {
  CsvReader reader = reader_of(table, file);
  if (only != nullptr) reader.pass_over_all_without(*only);
  CsvRow row(reader, dialect_, table.columns.size());
  bool header = dialect_.header;
  std::uint64_t rows = 0;
  while (reader.advance()) {
    std::span<const CsvRecord> records = reader.records();
    if (header) require_header(table, reader, records.front());
    if (header) records = records.subspan(1);
    header = false;
    rows += records.size();
    stretch(reader, row, records);
  }
  if (only == nullptr) note_read(*file, rows);
  return rows;
}

void CsvTables::read(const TableSchema& table, const fs::path& path, const StoredRowSink& sink,
                     const Sought& sought) {
  const auto file = open(path);
  if (!sought.mentions.empty() && show_as_they_are(sought.mentions))
    return read_some(table, file, sink, sought.mentions);
  each_stretch(table, file, [&](const CsvReader&, CsvRow& row, std::span<const CsvRecord> records) {
    for (const CsvRecord& record : records) {
      row.move_to(record);
      if (!sought.range || row.may_lie_in(*sought.range)) sink(row);
    }
  });
}

std::uint64_t CsvTables::count(const TableSchema& table, const fs::path& path) {
  const auto file = open(path);
  if (was_read_through(*file)) {
    const std::lock_guard lock(mutex_);
    return read_.at(path).second;
  }
  return each_stretch(table, file, [](const CsvReader&, CsvRow&, std::span<const CsvRecord>) {});
}

void CsvTables::read_some(const TableSchema& table, const std::shared_ptr<const DataFile>& file,
                          const StoredRowSink& sink, const Mentions& mentions) {
  if (auto known = met_.of(*file, mentions))
    return read_known(table, file, sink, std::move(*known));
  std::vector<Stretch> met;
  each_stretch(
      table, file,
      [&](const CsvReader& reader, CsvRow& row, std::span<const CsvRecord> records) {
        reader.each_mentioning(mentions, records, [&](const CsvRecord& record) {
          row.move_to(record);
          const RowPlace place = row.place();
          if (met.size() <= MetRows::many) met.push_back({place.begin, place.end});
          sink(row);
        });
      },
      was_read_through(*file) ? &mentions : nullptr);
  const bool as_it_lies = !is_packed(file->path()) && !is_utf16(dialect_.encoding);
  if (as_it_lies) met_.remember(*file, mentions, std::move(met));
}

void CsvTables::read_known(const TableSchema& table, const std::shared_ptr<const DataFile>& file,
                           const StoredRowSink& sink, std::vector<Stretch> rows) const {
  CsvReader reader(file, stream_of(file, std::move(rows)), dialect_,
                   static_cast<std::uint32_t>(table.columns.size()));
  CsvRow row(reader, dialect_, table.columns.size());
  while (reader.advance())
    for (const CsvRecord& record : reader.records()) {
      row.move_to(record);
      sink(row);
    }
}

void CsvTables::require_changeable() const {
  FileTables::require_changeable();
  if (is_utf16(dialect_.encoding))
    throw Error(
        ErrorKind::refused,
        shown(files().front()) + " is " + name_of(dialect_.encoding) + " and can only be read",
        "convert it, and declare that");
}

void CsvTables::require_writable(const TableSchema& table, const Value& value) const {
  (void)write_field(value.view(), dialect_, table.columns.size() == 1);
}

std::string CsvTables::rewritten(const TableSchema& table, const DataFile& file,
                                 const RowEdit& edit) const {
  const std::size_t length = edit.place.end - edit.place.begin;
  std::string bytes(length + CsvIndex::padding, ' ');
  bytes.resize(file.read(edit.place.begin, bytes.data(), length));
  const std::size_t size = bytes.size();
  bytes.resize(size + CsvIndex::padding, ' ');
  CsvIndex index;
  index.columns = static_cast<std::uint32_t>(table.columns.size());
  index_csv({dialect_.delimiter, dialect_.quote, false}, std::string_view(bytes).substr(0, size),
            true, index);
  if (index.count != 1)
    throw Error(ErrorKind::failed, shown(file.path()) + " changed while it was read");
  const CsvRecord record = index.records().front();
  std::string out;
  index.each_field(bytes.data(), record, [&](std::uint32_t column, std::string_view field) {
    const Value* changed = edit.value(column);
    if (column > 0) out += dialect_.delimiter;
    out += changed == nullptr ? std::string(field)
                              : write_field(changed->view(), dialect_, table.columns.size() == 1);
  });
  return out.append(bytes, record.end, record.next - record.end);
}

std::string CsvTables::written(const TableSchema&, const std::vector<Value>& row) const {
  std::string out;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += dialect_.delimiter;
    out += write_field(row[i].view(), dialect_, row.size() == 1);
  }
  return out;
}

std::string CsvTables::line_end_of(const std::shared_ptr<const DataFile>& file) const {
  CsvReader reader(file, dialect_);
  if (!reader.advance()) return "\n";
  const CsvRecord& first = reader.records().front();
  const std::string_view end = reader.whole(first).substr(reader.content(first).size());
  return end.empty() ? "\n" : std::string(end);
}

std::vector<std::string> CsvTables::spellings(const std::string& value) const {
  if (dialect_.quote == '\0' || value.find(dialect_.quote) == std::string::npos) return {value};
  std::string doubled;
  for (const char c : value) doubled.append(c == dialect_.quote ? 2 : 1, c);
  return {value, doubled};
}

}  // namespace besa::source
