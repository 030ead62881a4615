#include "source/csv_tables.hpp"

#include <algorithm>
#include <set>

#include "besa/base/text.hpp"
#include "source/csv_field.hpp"
#include "source/csv_header.hpp"

namespace besa::source {
namespace {

namespace fs = std::filesystem;

/// `members` for members.csv and members.csv.gz; empty for every other name.
std::string stem_of(const fs::path& path) {
  std::string name = path.filename().string();
  if (is_packed(name)) name.resize(name.size() - 3);
  if (!name.ends_with(".csv") || name.size() == 4 || name.starts_with('.')) return {};
  return name.substr(0, name.size() - 4);
}

/// What lies in a folder, by name.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error))
    if (!each->path().filename().string().starts_with('.')) found.push_back(each->path());
  if (error)
    throw Error(ErrorKind::failed, shown(folder) + " cannot be listed: " + error.message());
  std::ranges::sort(found);
  return found;
}

std::vector<fs::path> csv_files_in(const fs::path& folder) {
  std::vector<fs::path> found = entries_of(folder);
  std::erase_if(found, [](const fs::path& path) { return stem_of(path).empty(); });
  return found;
}

fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (!fs::status_known(status) || status.type() == fs::file_type::not_found)
    throw Error(ErrorKind::failed,
                shown(path) + " does not exist" + (error ? ": " + error.message() : ""),
                "check the dataset's source");
  return status;
}

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

Digest fingerprint_of(const Schema& schema) {
  Sha256 digest;
  for (const TableSchema& table : schema.tables) {
    digest.update(encode_key({Value::of(table.name)}));
    for (const ColumnSchema& column : table.columns)
      digest.update(encode_key({Value::of(column.name), Value::of(column.declared_type)}));
  }
  return digest.finish();
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

CsvTables::CsvTables(const fs::path& path, CsvDialect dialect) : dialect_(std::move(dialect)) {
  find_tables(fs::absolute(path).lexically_normal());
  read_schema();
}

void CsvTables::find_tables(const fs::path& path) {
  const fs::file_status status = status_of(path);
  if (status.type() == fs::file_type::symlink)
    throw Error(ErrorKind::refused, shown(path) + " is a symbolic link", "name the place itself");
  const std::string stem = stem_of(path);
  if (!stem.empty()) {
    tables_.push_back({stem, {path}});
  } else if (status.type() != fs::file_type::directory) {
    throw Error(ErrorKind::failed, shown(path) + " is neither a folder nor a .csv file");
  } else {
    for (const fs::path& entry : entries_of(path)) {
      if (!stem_of(entry).empty())
        tables_.push_back({stem_of(entry), {entry}});
      else if (fs::symlink_status(entry).type() == fs::file_type::directory)
        if (auto files = csv_files_in(entry); !files.empty())
          tables_.push_back({entry.filename().string(), std::move(files)});
    }
  }
  std::ranges::sort(tables_, {}, &Table::name);
  const auto twin = std::ranges::adjacent_find(tables_, {}, &Table::name);
  if (twin != tables_.end())
    throw Error(ErrorKind::failed, shown(path) + " holds table '" + for_terminal(twin->name) +
                                       "' twice: " + shown(twin->files.front()) + " and " +
                                       shown(std::next(twin)->files.front()));
  if (tables_.empty()) throw Error(ErrorKind::failed, shown(path) + " holds no .csv file");
}

void CsvTables::read_schema() {
  for (const Table& table : tables_) {
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

const CsvTables::Table& CsvTables::table(const std::string& name) const {
  return *std::ranges::find(tables_, name, &Table::name);
}

std::vector<fs::path> CsvTables::files() const {
  std::vector<fs::path> all;
  for (const Table& table : tables_) all.insert(all.end(), table.files.begin(), table.files.end());
  return all;
}

std::vector<fs::path> CsvTables::folders() const {
  std::set<fs::path> all;
  for (const fs::path& file : files()) all.insert(file.parent_path());
  return {all.begin(), all.end()};
}

CsvReader CsvTables::reader_of(const TableSchema& table, const fs::path& file) const {
  const auto columns = static_cast<std::uint32_t>(table.columns.size());
  return {open(file), dialect_, dialect_.header ? CsvIndex::unknown : columns};
}

void CsvTables::require_header(const TableSchema& table, const CsvReader& reader,
                               const CsvRecord& record) const {
  if (!std::ranges::equal(header_names(reader, record, dialect_), table.columns, {}, {},
                          &ColumnSchema::name))
    throw Error(ErrorKind::failed,
                shown(reader.path()) + " has another header than when it was opened",
                "begin again when the program that writes it has finished");
}

std::shared_ptr<const DataFile> CsvTables::open(const fs::path& path) const {
  {
    const std::lock_guard lock(held_mutex_);
    if (const auto held = held_.find(path); held != held_.end()) return held->second;
  }
  return std::make_shared<const DataFile>(path);
}

void CsvTables::hold(std::shared_ptr<const DataFile> file) {
  const std::lock_guard lock(held_mutex_);
  held_[file->path()] = std::move(file);
}

void CsvTables::let_go(const fs::path& path) {
  const std::lock_guard lock(held_mutex_);
  held_.erase(path);
}

}  // namespace besa::source
