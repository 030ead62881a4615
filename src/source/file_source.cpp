#include "source/file_source.hpp"

#include <algorithm>
#include <utility>

#include "source/file_clean.hpp"
#include "source/names.hpp"
#include "source/row_filter.hpp"

namespace besa::source {

FileSource::FileSource(std::shared_ptr<FileTables> tables, const OpenOptions& options)
    : tables_(std::move(tables)), options_(options), steps_(std::make_shared<Steps>()) {}

namespace {

Instant latest_of(const std::vector<std::filesystem::path>& files) {
  Instant latest;
  for (const auto& file : files) latest = std::max(latest, modified_at(file));
  return latest;
}

}  // namespace

Instant FileSource::modified_at() {
  return latest_of(tables_->files());
}

Instant FileSource::table_modified_at(const std::string& table) {
  return latest_of(tables_->table(require_table(tables_->schema(), table).name).files);
}

std::uint64_t FileSource::row_count(const std::string& name) {
  const TableSchema& table = require_table(tables_->schema(), name);
  std::uint64_t count = 0;
  for (const auto& file : tables_->table(name).files) count += tables_->rows_in(table, file);
  return count;
}

std::vector<Part> FileSource::parts(const std::string& table) {
  return tables_->parts(require_table(tables_->schema(), table));
}

void FileSource::scan(const Scan& scan, const RowSink& sink) {
  require_names(tables_->schema(), scan);
  const TableReader reader = [this](const TableSchema& table, const StoredRowSink& to,
                                    const Sought& sought) {
    for (const auto& file : tables_->table(table.name).files)
      tables_->read(table, file, to, sought);
  };
  scan_tables(tables_->schema(), reader, scan, sink, tables_->decimal());
}

void FileSource::scan_without(const Scan& population, std::span<const Scan> events,
                              const RowSink& sink) {
  scan_without_by_sets([this](const Scan& s, const RowSink& to) { scan(s, to); }, population,
                       events, sink);
}

std::unique_ptr<Source> FileSource::another() {
  return std::make_unique<FileSource>(tables_, options_);
}

std::unique_ptr<Transaction> FileSource::begin() {
  return std::make_unique<FileTransaction>(tables_, steps_, options_.wait);
}

std::uint64_t FileSource::space_needed() {
  std::uint64_t bytes = 0;
  for (const auto& file : tables_->files()) bytes += DataFile(file).state().size;
  return bytes;
}

Cleaning FileSource::clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                           VacuumPolicy) {
  return clean_files(*tables_, std::exchange(*steps_, {}), erased, std::move(live));
}

}  // namespace besa::source
