// A source over files of text, whatever their format (`csv:FOLDER`, `jsonl:FILE.jsonl` …).
//
// Nothing is sought: every question reads the files of its tables once, in constant memory (a
// question in key order, and one over links, keeps what it answers). A file that changes while it
// is read is an Error, whatever was handed on before.
#pragma once

#include <memory>

#include "source/file_change.hpp"
#include "source/file_tables.hpp"

namespace besa::source {

class FileSource final : public Source {
 public:
  FileSource(std::shared_ptr<FileTables> tables, const OpenOptions& options);

  const Schema& schema() override { return tables_->schema(); }
  /// The latest of its files'.
  Instant modified_at() override;
  Instant table_modified_at(const std::string& table) override;
  std::uint64_t row_count(const std::string& table) override;
  std::vector<Part> parts(const std::string& table) override;
  void scan(const Scan& scan, const RowSink& sink) override;
  void scan_without(const Scan& population, std::span<const Scan> events,
                    const RowSink& sink) override;
  bool seeks(std::span<const Scan>) override { return false; }
  bool one_look_tells(std::span<const Scan>) override { return false; }
  std::unique_ptr<Source> another() override;
  std::unique_ptr<Transaction> begin() override;
  std::vector<std::filesystem::path> files() override { return tables_->files(); }
  std::vector<std::filesystem::path> passed_over() override { return tables_->passed_over(); }
  [[nodiscard]] bool rewrites() const override { return true; }
  [[nodiscard]] bool leaves_missing() const override { return tables_->leaves_missing(); }
  std::uint64_t space_needed() override;
  Cleaning clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                 VacuumPolicy vacuum) override;

 private:
  std::shared_ptr<FileTables> tables_;
  OpenOptions options_;
  std::shared_ptr<Steps> steps_;  ///< of changes, until the cleaning reports them
};

}  // namespace besa::source
