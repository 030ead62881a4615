#include "source/erased_values.hpp"

#include "source/byte_search.hpp"

namespace besa::source {

void ErasedValues::add(std::string_view value) {
  (value.size() < shortest_sought ? short_ : sought_).add(value);
  stay_.resize(sought_.size());
}

bool ErasedValues::seeks(std::string_view value) const {
  if (value.size() < shortest_sought) return false;
  const std::uint32_t number = sought_.find(value);
  return number != KeyIndex::none && !stay_[number];
}

void ErasedValues::excuse(std::string_view value) {
  if (!seeks(value)) return;
  stay_[sought_.find(value)] = true;
  ++excused_;
}

std::vector<std::string> ErasedValues::take_sought() {
  std::vector<std::string> values;
  values.reserve(sought_.size() - excused_);
  for (std::uint32_t number = 0; number < sought_.size(); ++number)
    if (!stay_[number]) values.emplace_back(sought_.key(number));
  taken_ += values.size();
  sought_ = {};
  stay_ = {};
  return values;
}

void ErasedValues::count_in(Residue& residue) const {
  residue.values_sought = taken_;
  residue.values_too_short = short_.size();
  residue.values_excused = excused_;
}

std::map<std::string, std::vector<LiveRows>> by_table(std::vector<LiveRows> live) {
  std::map<std::string, std::vector<LiveRows>> tables;
  for (LiveRows& rows : live) tables[rows.scan.table].push_back(std::move(rows));
  return tables;
}

}  // namespace besa::source
