// Reads, from the rows of one table, what the record-scope rules look at. Private to workflow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "besa/model/decide.hpp"
#include "besa/source/source.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {

/// For one table: the scan that asks for key, facts and parents of its rows, and their reading.
class RowFacts {
 public:
  RowFacts(const model::Rulebook& rules, std::uint32_t table);

  /// Key columns first, then whatever the facts need; no owner.
  [[nodiscard]] source::Scan scan_of_rows() const;
  /// The same with the owner's identifier in front, along one way of ownership.
  [[nodiscard]] source::Scan scan_along(const model::Attachment& way) const;
  /// Asks only for rows whose start may be over under some record rule.
  void bound_by_rules(source::Scan& scan, Date today) const;

  // Of a row without its owner columns:
  [[nodiscard]] source::RowView key(source::RowView row) const { return row.first(key_width_); }
  void read_into(source::RowView row, model::RecordFacts& facts) const;
  [[nodiscard]] model::RecordFacts read(source::RowView row) const;
  /// The row's own date, on which an identifier in it was somebody's: its first event's.
  [[nodiscard]] std::optional<Date> own_date(source::RowView row) const;
  [[nodiscard]] bool needs_parents() const { return needs_parents_; }
  /// What each link (index into Table::links) of kind belongs_to by key leads to, encoded.
  [[nodiscard]] std::vector<std::string> parents(source::RowView row) const;

 private:
  struct Dated {
    std::size_t at = 0;
    TimeReader reader;
    std::vector<BoundWhen> when;
    std::string column;
  };
  [[nodiscard]] Dated dated(const std::string& column, const std::vector<model::When>& when);
  [[nodiscard]] static bool applies(const Dated& dated, source::RowView row);

  const model::Rulebook& rules_;
  const model::Rulebook::TableRules& table_;
  std::uint32_t index_;
  std::size_t key_width_;
  ColumnList columns_;
  std::vector<Dated> starts_, documents_, own_;
  std::vector<std::vector<std::size_t>> parents_;
  bool needs_parents_ = false;
};

}  // namespace besa::workflow
