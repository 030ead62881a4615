#include "source/row_edits.hpp"

#include <algorithm>

namespace besa::source {

const Value* RowEdit::value(std::size_t column) const {
  for (const auto& [changed, value] : values)
    if (changed == column) return &value;
  return nullptr;
}

void RowEdit::set(std::size_t column, Value value) {
  for (auto& [changed, old] : values)
    if (changed == column) {
      old = std::move(value);
      return;
    }
  values.emplace_back(column, std::move(value));
}

void RowEdits::merge(std::vector<RowEdit> newer) {
  const auto begin_of = [](const RowEdit& edit) { return edit.place.begin; };
  std::vector<RowEdit> merged;
  merged.reserve(edits_.size() + newer.size());
  std::ranges::merge(std::move(edits_), std::move(newer), std::back_inserter(merged), {}, begin_of,
                     begin_of);
  edits_.clear();
  for (RowEdit& edit : merged) {
    if (edits_.empty() || edits_.back().place.begin != edit.place.begin) {
      edits_.push_back(std::move(edit));
      continue;
    }
    RowEdit& known = edits_.back();
    known.erased = known.erased || edit.erased;
    for (auto& [column, value] : edit.values) known.set(column, std::move(value));
  }
}

}  // namespace besa::source
