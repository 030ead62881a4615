// What a look at the bytes of any store seeks: the values that were erased, less those that
// somebody who stays rightly has too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "besa/source/source.hpp"

namespace besa::source {

class ErasedValues {
 public:
  /// Values too short to be told from chance (`shortest_sought`) are only counted. Each counts
  /// once.
  void add(std::string_view value);
  /// A value of somebody who stays: if it was erased elsewhere too, it is not sought.
  void excuse(std::string_view value);
  [[nodiscard]] bool empty() const { return sought_.empty(); }
  [[nodiscard]] std::uint64_t excused() const { return excused_; }
  /// Those to be sought. They are kept here no longer, only counted: of a large store they are
  /// many.
  [[nodiscard]] std::vector<std::string> take_sought();
  /// Writes down how many there are of each kind.
  void count_in(Residue& residue) const;

 private:
  KeyIndex sought_, short_;
  std::vector<bool> stay_;  ///< by number in sought_: excused
  std::uint64_t excused_ = 0, taken_ = 0;
};

}  // namespace besa::source
