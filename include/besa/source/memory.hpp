// A source in memory, for everything above the drivers: the contract's plainest reading.
#pragma once

#include <map>

#include "besa/source/source.hpp"

namespace besa::source {

/// Tables as vectors of rows; no indexes, no bytes on disk. Passes the same contract test as
/// drivers.
class MemorySource final : public Source {
 public:
  struct Table {
    TableSchema schema;
    std::vector<std::vector<Value>> rows;  ///< in the schema's column order
  };
  void add(Table table);
  [[nodiscard]] const Table& table(const std::string& name) const;
  void set_modified_at(Instant instant) { modified_at_ = instant; }

  const Schema& schema() override;
  Instant modified_at() override { return modified_at_; }
  std::uint64_t row_count(const std::string& table) override;
  void scan(const Scan& scan, const RowSink& sink) override;
  void scan_without(const Scan& population, std::span<const Scan> events,
                    const RowSink& sink) override;
  bool seeks(std::span<const Scan>) override { return false; }
  bool one_look_tells(std::span<const Scan>) override { return false; }
  std::unique_ptr<Source> another() override;
  std::unique_ptr<Transaction> begin() override;
  std::vector<std::filesystem::path> files() override { return {}; }
  std::uint64_t space_needed() override { return 0; }
  Cleaning clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                 VacuumPolicy vacuum) override;

 private:
  friend class MemoryTransaction;
  std::shared_ptr<std::map<std::string, Table>> tables_ =
      std::make_shared<std::map<std::string, Table>>();
  Schema schema_;
  Instant modified_at_;
};

}  // namespace besa::source
