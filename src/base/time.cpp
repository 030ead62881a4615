#include "besa/base/time.hpp"

#include <chrono>

#include "base/civil_text.hpp"
#include "base/time_fields.hpp"

namespace besa {

void append_two_digits(std::string& text, std::int64_t value) {
  text += static_cast<char>('0' + value / 10);
  text += static_cast<char>('0' + value % 10);
}

std::string civil_text(std::int64_t seconds) {
  const std::int64_t days = floor_days(seconds);
  const std::int64_t of_day = seconds - days * seconds_per_day;
  std::string text = Date::from_days(static_cast<std::int32_t>(days)).str();
  text += 'T';
  append_two_digits(text, of_day / 3600);
  text += ':';
  append_two_digits(text, of_day / 60 % 60);
  text += ':';
  append_two_digits(text, of_day % 60);
  return text;
}

std::string Instant::str() const {
  return civil_text(seconds) + 'Z';
}

std::optional<Instant> Instant::parse(std::string_view rfc3339) {
  TimeFields fields;
  if (!read_rfc3339(rfc3339, fields)) return std::nullopt;
  const auto date = Date::from_ymd(fields.year, fields.month, fields.day);
  if (!date || fields.hour > 23 || fields.minute > 59 || fields.second > 60) return std::nullopt;
  const Instant instant{std::int64_t{date->days()} * seconds_per_day + fields.seconds_of_day() -
                        fields.offset};
  if (fields.second < 60) return instant;
  if (!may_end_in_leap_second(instant)) return std::nullopt;
  return Instant{instant.seconds - 1};
}

Instant SystemClock::now() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::floor<std::chrono::seconds>(since_1970).count()};
}

}  // namespace besa
