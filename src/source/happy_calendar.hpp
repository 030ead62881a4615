// The days of the example as the example's tables write them, each text made once.
//
// Ordinary events happen between 07:00 and 22:00 in Tirana, so that an instant's date is the same
// there and in UTC; the cases that need midnight spell their instants out.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/date.hpp"

namespace besa::source {

/// A minute of the wall clock in Tirana, counted from 1970-01-01 00:00 there.
using WallMinute = std::int64_t;
constexpr WallMinute minutes_of_day = 24 * 60;

[[nodiscard]] constexpr WallMinute wall(Date date, int hour, int minute) {
  return WallMinute{date.days()} * minutes_of_day + hour * 60 + minute;
}

/// Summer time as the European Union and Albania keep it: from the last Sunday of March to the last
/// Sunday of October. Right for every hour of the day but the first three of those two Sundays.
[[nodiscard]] bool is_summer_time(Date date);

class Calendar {
 public:
  Calendar(Date first, Date last);

  // Each appends to `out`.
  void date(std::string& out, WallMinute at) const;                  // 2026-11-22
  void utc(std::string& out, WallMinute at, int second) const;       // 2026-11-22T16:06:05Z
  void offset(std::string& out, WallMinute at, int second) const;    // 2026-11-22T17:06:05+01:00
  void datetime(std::string& out, WallMinute at, int second) const;  // 2026-11-22 17:06:05
  void dotted(std::string& out, WallMinute at) const;                // 22.11.2026 17:06
  [[nodiscard]] std::int64_t epoch(WallMinute at, int second) const;

 private:
  struct Day {
    std::array<char, 10> iso{};
    std::array<char, 10> dotted{};
    int offset_hours = 1;
  };
  [[nodiscard]] const Day& day(WallMinute at) const;
  std::int32_t first_;
  std::vector<Day> days_;
};

/// Appends `number` in decimal with at least `width` digits.
void append_number(std::string& out, std::uint64_t number, std::size_t width = 1);

}  // namespace besa::source
