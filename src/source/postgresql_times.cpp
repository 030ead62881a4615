#include "source/postgresql_times.hpp"

#include <limits>

#include "besa/base/date.hpp"

namespace besa::source {
namespace {

constexpr std::int64_t days_to_2000 = 10957;        // from 1970
constexpr std::int64_t days_in_400_years = 146097;  // in which the calendar repeats itself
constexpr std::int64_t seconds_in_a_day = 86400, microseconds_in_a_second = 1'000'000;

/// Rounded down, also below zero.
std::int64_t whole(std::int64_t number, std::int64_t unit) {
  return number / unit - (number % unit < 0 ? 1 : 0);
}

void append_two(std::string& text, std::int64_t number) {
  text += static_cast<char>('0' + number / 10);
  text += static_cast<char>('0' + number % 10);
}

template <class Count>
const char* endless(Count count) {
  if (count == std::numeric_limits<Count>::max()) return "infinity";
  return count == std::numeric_limits<Count>::min() ? "-infinity" : nullptr;
}

/// Returns whether it is a day before our era, which is said behind everything else.
bool append_day(std::string& text, std::int64_t days) {
  const std::int64_t since_1970 = days + days_to_2000;
  const std::int64_t cycles = whole(since_1970, days_in_400_years);
  const Date alike =
      Date::from_days(static_cast<std::int32_t>(since_1970 - cycles * days_in_400_years));
  if (cycles == 0) {  // as most are
    text += alike.str();
    return false;
  }
  const std::int64_t year = alike.year() + 400 * cycles;
  const std::string digits = std::to_string(year > 0 ? year : 1 - year);
  if (digits.size() < 4) text.append(4 - digits.size(), '0');
  text += digits;
  text += alike.str().substr(4);
  return year <= 0;
}

void append_clock(std::string& text, std::int64_t microseconds) {
  const std::int64_t seconds = microseconds / microseconds_in_a_second;
  append_two(text, seconds / 3600);
  text += ':';
  append_two(text, seconds / 60 % 60);
  text += ':';
  append_two(text, seconds % 60);
  const std::int64_t fraction = microseconds % microseconds_in_a_second;
  if (fraction == 0) return;
  text += '.';
  for (const std::int64_t pair : {fraction / 10'000, fraction / 100 % 100, fraction % 100})
    append_two(text, pair);
  text.erase(text.find_last_not_of('0') + 1);
}

}  // namespace

std::string date_text(std::int32_t days) {
  if (const char* const word = endless(days)) return word;
  std::string text;
  if (append_day(text, days)) text += " BC";
  return text;
}

std::string time_text(std::int64_t microseconds, bool zoned) {
  if (const char* const word = endless(microseconds)) return word;
  constexpr std::int64_t day = seconds_in_a_day * microseconds_in_a_second;
  const std::int64_t days = whole(microseconds, day);
  std::string text;
  const bool before_our_era = append_day(text, days);
  text += zoned ? 'T' : ' ';
  append_clock(text, microseconds - days * day);
  if (zoned) text += 'Z';
  if (before_our_era) text += zoned ? "TBC" : " BC";
  return text;
}

}  // namespace besa::source
