// What a look at the bytes of any store seeks: the values that were erased, less those that
// somebody who stays rightly has too.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  /// True for a value that was erased, and that nobody who stays was seen to have.
  [[nodiscard]] bool seeks(std::string_view value) const;
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

/// Asks of one row of `live` after another whether somebody who stays has an erased value there.
/// `each_text(value, sink)`: what is sought of a value.
template <class EachText>
class Excuser {
 public:
  Excuser(ErasedValues& erased, const LiveRows& live, EachText each_text)
      : erased_(erased), live_(live), each_text_(std::move(each_text)) {}
  void operator()(RowView row) const {
    std::optional<bool> stays;
    for (const ValueView& value : row.last(live_.values))
      each_text_(value.bytes, [&](std::string_view text) {
        if (!erased_.seeks(text)) return;
        if (!stays) stays = !live_.stays || live_.stays(row);
        if (*stays) erased_.excuse(text);
      });
  }

 private:
  ErasedValues& erased_;
  const LiveRows& live_;
  EachText each_text_;
};

/// By table, in the order of their names: one step of a cleaning each.
[[nodiscard]] std::map<std::string, std::vector<LiveRows>> by_table(std::vector<LiveRows> live);

}  // namespace besa::source
