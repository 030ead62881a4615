// Which columns of a dataset may be masked, in rows that stay.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

/// One dataset under its policy. The policy and the datasets live as long as this.
class MaskReach {
 public:
  MaskReach(const Dataset& dataset, const Policy& policy, Datasets others);

  /// The rules by which the column is to be masked: those that mask, and those that erase a
  /// category where a row has other data too.
  [[nodiscard]] std::vector<const Rule*> rules(const Table& table, const Column& column) const;
  /// A document that the controller keeps of such rows without this column; nullptr where none is.
  [[nodiscard]] const Document* document_without(const Table& table, const Column& column) const;
  /// True where one of these, or a link that mentions somebody, may mask the column.
  [[nodiscard]] bool may_mask(const Table& table, const Column& column) const;

 private:
  [[nodiscard]] bool speaks_of(const Rule& rule, const Table& table) const;
  [[nodiscard]] bool finds_rows(const Rule& rule, const Table& table) const;
  [[nodiscard]] bool is_kept_by_us(const Document& document) const;

  const Dataset& dataset_;
  const Policy& policy_;
  std::vector<Attachment> ways_;
};

}  // namespace besa::model
