#include "source/erased_values.hpp"

#include "source/byte_search.hpp"

namespace besa::source {

void ErasedValues::add(std::string_view value) {
  (value.size() < shortest_sought ? short_ : sought_).add(value);
  stay_.resize(sought_.size());
}

void ErasedValues::excuse(std::string_view value) {
  if (value.size() < shortest_sought) return;
  const std::uint32_t number = sought_.find(value);
  if (number == KeyIndex::none || stay_[number]) return;
  stay_[number] = true;
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

}  // namespace besa::source
