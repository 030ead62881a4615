#include "source/csv_edits.hpp"

#include <algorithm>

namespace besa::source {

const Value* CsvEdit::value(std::size_t column) const {
  for (const auto& [changed, value] : values)
    if (changed == column) return &value;
  return nullptr;
}

void CsvEdit::set(std::size_t column, Value value) {
  for (auto& [changed, old] : values)
    if (changed == column) {
      old = std::move(value);
      return;
    }
  values.emplace_back(column, std::move(value));
}

void CsvEdits::merge(std::vector<CsvEdit> newer) {
  std::vector<CsvEdit> merged;
  merged.reserve(edits_.size() + newer.size());
  std::ranges::merge(std::move(edits_), std::move(newer), std::back_inserter(merged), {},
                     &CsvEdit::begin, &CsvEdit::begin);
  edits_.clear();
  for (CsvEdit& edit : merged) {
    if (edits_.empty() || edits_.back().begin != edit.begin) {
      edits_.push_back(std::move(edit));
      continue;
    }
    CsvEdit& known = edits_.back();
    known.erased = known.erased || edit.erased;
    for (auto& [column, value] : edit.values) known.set(column, std::move(value));
  }
}

}  // namespace besa::source
