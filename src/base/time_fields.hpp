// The parts of a written time and how they are taken from text: fast, and ASCII digits only.
#pragma once

#include <cstdint>
#include <string_view>

#include "besa/base/time.hpp"

namespace besa {

struct TimeFields {
  int year = 0, month = 0, day = 0;
  int hour = 0, minute = 0, second = 0;
  int offset = 0;  ///< seconds east of UTC, for rfc3339
  [[nodiscard]] bool at_midnight() const { return (hour | minute | second) == 0; }
  [[nodiscard]] int seconds_of_day() const { return (hour * 60 + minute) * 60 + second; }
};

/// How a format writes the day.
enum class DayShape { dashes, dots, slashes_day_first, slashes_month_first, compact };
/// How a format writes the time of day behind it.
enum class ClockShape { none, minutes, seconds, optional_seconds };

/// Each returns false where the text has another shape; fields may then hold anything.
[[nodiscard]] bool read_rfc3339(std::string_view text, TimeFields& fields);
[[nodiscard]] bool read_local(std::string_view text, DayShape day, ClockShape clock,
                              TimeFields& fields);

/// TimeFault::none where the fields name a day and time that exist (a second 60 may); the day is
/// then told in `days` since 1970.
[[nodiscard]] TimeFault check_fields(const TimeFields& fields, std::int32_t& days);

/// True where a leap second may follow the last second before `after`: a month's end in UTC.
[[nodiscard]] bool may_end_in_leap_second(Instant after);

}  // namespace besa
