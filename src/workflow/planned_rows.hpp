// Looking at rows that are to be gone or masked: are they? Private to workflow.
#pragma once

#include <functional>
#include <vector>

#include "workflow/masking.hpp"

namespace besa::workflow {

/// Rows of one table that a manifest makes alike.
struct PlannedRows {
  const model::Table& table;
  bool mask = false;  ///< false: they are to be gone
  const ColumnPlan& columns;
  const source::KeyIndex& keys;
};

/// By place in the keys: true for a row that is there and not as planned. A row that is to be
/// masked may be gone as well.
[[nodiscard]] std::vector<bool> not_as_planned(
    const std::function<void(const source::Scan&, const source::RowSink&)>& scan,
    const Masker& masker, const PlannedRows& rows);

}  // namespace besa::workflow
