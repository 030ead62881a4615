// The parts of a written time and how they are taken from text: fast, and ASCII digits only.
#pragma once

#include <array>
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

/// Reads `2026-11-22T16:42:30Z` and nothing else, where the day is one of those that were read
/// lately: the rows of a table are many to a day. For one thread.
class RepeatedDays {
 public:
  /// False where the text has another day or shape, or a time of day that is to be looked at.
  /// Otherwise the time of day is in `fields`, and in it alone.
  [[nodiscard]] bool read(std::string_view text, TimeFields& fields, std::int32_t& days) const;
  /// The day of a text that was read in the long way. Not of 1 January, where sentinels lie.
  void remember(std::string_view text, const TimeFields& fields, std::int32_t days);

 private:
  static constexpr std::size_t day_size = 10, whole_size = 20;
  struct Day {
    std::array<char, day_size> text{};
    bool known = false;  ///< else a text that begins with ten NULs would be its day
    std::int32_t days = 0;
  };
  static constexpr unsigned place_bits = 11;  ///< of some years, few days share a place
  [[nodiscard]] static std::size_t place_of(const char* text);
  std::array<Day, std::size_t{1} << place_bits> days_{};
};

/// True where a leap second may follow the last second before `after`: a month's end in UTC.
[[nodiscard]] bool may_end_in_leap_second(Instant after);

}  // namespace besa
