#include "source/sqlite_source.hpp"

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/names.hpp"
#include "source/sqlite_change.hpp"
#include "source/sqlite_clean.hpp"
#include "source/sqlite_columns.hpp"
#include "source/sqlite_file.hpp"

namespace besa::source {

SqliteSource::SqliteSource(const std::filesystem::path& path, const OpenOptions& options)
    : options_(options), file_(require_database_file(path, options.for_change)) {
  if (options.for_change && database_files(file_).size() > 1) recover_database(file_, options);
  (void)reader();
}

SqliteSource::Reader& SqliteSource::reader() {
  if (!reader_) reader_ = std::make_unique<Reader>(file_, options_);
  return *reader_;
}

Instant SqliteSource::modified_at() {
  return last_modified(file_);
}

std::uint64_t SqliteSource::row_count(const std::string& table) {
  (void)require_table(schema(), table);
  return static_cast<std::uint64_t>(
      reader().connection.number("SELECT count(*) FROM main." + sql_name(table)));
}

std::optional<Value> SqliteSource::stored_as(const std::string& table, const std::string& column,
                                             const Value& value) {
  const TableSchema& known = require_table(schema(), table);
  if (known.kind != TableKind::table) return value;
  const std::size_t place = require_column(known, column);
  const SqliteTable& detail = reader().catalogue.at(table);
  return stored_by_sqlite(detail.affinity.at(place), detail.real.at(place), value);
}

std::unique_ptr<Source> SqliteSource::another() {
  OpenOptions options = options_;
  options.for_change = false;
  return std::make_unique<SqliteSource>(file_, options);
}

std::unique_ptr<Transaction> SqliteSource::begin() {
  if (!options_.for_change)
    throw Error(ErrorKind::refused,
                "'" + for_terminal(file_.string()) + "' was opened for reading");
  return begin_change(file_, options_);
}

std::vector<std::filesystem::path> SqliteSource::files() {
  return database_files(file_);
}

/// VACUUM writes the whole content once more, beside its journal (erasure.md 1.5).
std::uint64_t SqliteSource::space_needed() {
  return 2 * (size_of(file_) + size_of(file_.string() + "-wal"));
}

/// Nothing of ours may hold the file open: a reader keeps a -wal from being emptied.
Cleaning SqliteSource::clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                             VacuumPolicy vacuum) {
  reader_.reset();
  return clean_sqlite(file_, erased, std::move(live), vacuum, options_.wait);
}

}  // namespace besa::source
