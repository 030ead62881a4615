#include "source/row_filter.hpp"

#include <algorithm>

namespace besa::source {

RowFilter::RowFilter(const Scan& scan, const RowSink& sink, bool sort)
    : scan_(scan), sink_(sink), sort_(sort) {}

void RowFilter::offer(RowView row) {
  if (wanted(row)) take(row);
}

void RowFilter::take(RowView row) {
  if (!sort_) return sink_(row);
  const std::string_view key = encoded_key(row);
  buffer_.add(key, row);
}

RowSink RowFilter::entrance() {
  if (!sort_ && scan_.owners == nullptr && scan_.keys == nullptr) return sink_;
  return [this](RowView row) { offer(row); };
}

RowSink RowFilter::entrance_of_wanted() {
  if (scan_.owners != nullptr && scan_.keys != nullptr) return entrance();
  if (!sort_) return sink_;
  return [this](RowView row) { take(row); };
}

bool RowFilter::wanted(RowView row) {
  const std::size_t owner_width = scan_.owner.size();
  if (scan_.owners != nullptr && !owner_wanted(row.first(owner_width))) return false;
  return scan_.keys == nullptr || in(*scan_.keys, row.subspan(owner_width, scan_.key_width));
}

bool RowFilter::owner_wanted(RowView owner) {
  if (owner.size() != 1 || owner[0].type != Type::text || owner[0].bytes.empty())
    return in(*scan_.owners, owner);
  if (owner[0].bytes == last_owner_) return last_wanted_;
  last_owner_.assign(owner[0].bytes);
  return last_wanted_ = in(*scan_.owners, owner);
}

bool RowFilter::in(const KeyIndex& set, RowView columns) {
  if (columns.size() == 1) return set.find(columns[0]) != KeyIndex::none;
  encoded_.clear();
  for (const ValueView& value : columns) append_key(encoded_, value);
  return set.find(encoded_) != KeyIndex::none;
}

std::string_view RowFilter::encoded_owner(RowView row) {
  encoded_.clear();
  for (const ValueView& value : row.first(scan_.owner.size())) append_key(encoded_, value);
  return encoded_;
}

std::string_view RowFilter::encoded_key(RowView row) {
  encoded_.clear();
  for (const ValueView& value : row.subspan(scan_.owner.size(), scan_.key_width))
    append_key(encoded_, value);
  return encoded_;
}

void scan_without_by_sets(const Scanner& scanner, const Scan& population,
                          std::span<const Scan> events, const RowSink& sink) {
  KeyIndex seen;
  std::string encoded;
  for (const Scan& event : events) {
    Scan owners_only = event;
    owners_only.columns.clear();
    owners_only.key_width = 0;
    owners_only.in_key_order = false;
    scanner(owners_only, [&](RowView row) {
      if (std::ranges::any_of(row, &ValueView::is_null)) return;  // nobody's event
      encoded.clear();
      for (const ValueView& value : row) append_key(encoded, value);
      seen.add(encoded);
    });
  }
  const std::size_t owner_width = population.owner.size();
  scanner(population, [&](RowView row) {
    encoded.clear();
    for (const ValueView& value : row.first(owner_width)) append_key(encoded, value);
    if (seen.find(encoded) == KeyIndex::none) sink(row);
  });
}

}  // namespace besa::source
