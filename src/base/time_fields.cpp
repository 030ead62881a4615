#include "base/time_fields.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/civil_text.hpp"
#include "besa/base/mix_hash.hpp"

namespace besa {

namespace {

/// Reads digits and marks of a text whose size was checked, and remembers whether all were what
/// they had to be: one test at the end instead of one at each character.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text.data()) {}

  int two(std::size_t at) { return digit(at) * 10 + digit(at + 1); }
  int four(std::size_t at) { return two(at) * 100 + two(at + 2); }
  void mark(std::size_t at, char c) { wrong_ |= static_cast<unsigned>(text_[at] != c); }
  [[nodiscard]] bool good() const { return wrong_ == 0; }

 private:
  int digit(std::size_t at) {
    const auto value = static_cast<unsigned>(text_[at]) - '0';
    wrong_ |= static_cast<unsigned>(value > 9);
    return static_cast<int>(value);
  }

  const char* text_;
  unsigned wrong_ = 0;
};

/// Where a fraction of a second that begins at `at` ends; npos where it has no digit. No fraction
/// ends where it begins.
std::size_t after_fraction(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '.') return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end == at + 1 ? std::string_view::npos : end;
}

bool read_offset(std::string_view text, TimeFields& fields) {
  if (text == "Z" || text == "z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return false;
  Digits digits(text);
  const int hours = digits.two(1);
  const int minutes = digits.two(4);
  digits.mark(3, ':');
  if (!digits.good() || hours > 23 || minutes > 59) return false;
  fields.offset = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
  return true;
}

constexpr std::size_t day_size(DayShape shape) {
  return shape == DayShape::compact ? 8 : 10;
}

void read_day(Digits& digits, DayShape shape, TimeFields& fields) {
  if (shape == DayShape::compact || shape == DayShape::dashes) {
    const std::size_t mark = shape == DayShape::dashes ? 1 : 0;
    fields.year = digits.four(0);
    fields.month = digits.two(4 + mark);
    fields.day = digits.two(6 + 2 * mark);
    if (mark == 0) return;
    digits.mark(4, '-');
    digits.mark(7, '-');
    return;
  }
  const char mark = shape == DayShape::dots ? '.' : '/';
  const bool month_first = shape == DayShape::slashes_month_first;
  fields.day = digits.two(month_first ? 3 : 0);
  fields.month = digits.two(month_first ? 0 : 3);
  fields.year = digits.four(6);
  digits.mark(2, mark);
  digits.mark(5, mark);
}

/// `HH:MM`, and `:SS` where there is room for it.
void read_clock(Digits& digits, std::size_t at, bool seconds, TimeFields& fields) {
  fields.hour = digits.two(at);
  fields.minute = digits.two(at + 3);
  digits.mark(at + 2, ':');
  if (!seconds) return;
  fields.second = digits.two(at + 6);
  digits.mark(at + 5, ':');
}

}  // namespace

bool read_rfc3339(std::string_view text, TimeFields& fields) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return false;
  Digits digits(text);
  read_day(digits, DayShape::dashes, fields);
  read_clock(digits, 11, true, fields);
  const std::size_t end = after_fraction(text, 19);
  return digits.good() && end != std::string_view::npos && read_offset(text.substr(end), fields);
}

bool read_local(std::string_view text, DayShape day, ClockShape clock, TimeFields& fields) {
  const std::size_t size = day_size(day);
  const bool iso = clock == ClockShape::optional_seconds;
  const bool seconds = clock == ClockShape::seconds || (iso && text.size() > size + 6);
  const std::size_t expected = size + (clock == ClockShape::none ? 0 : seconds ? 9 : 6);
  if (text.size() < expected || (text.size() > expected && !(iso && seconds))) return false;
  Digits digits(text);
  read_day(digits, day, fields);
  if (clock == ClockShape::none) return digits.good();
  if (text[size] != ' ' && !(iso && text[size] == 'T')) return false;
  read_clock(digits, size + 1, seconds, fields);
  return digits.good() && after_fraction(text, expected) == text.size();
}

namespace {

constexpr int first_year = 1900, last_year = 2200;

/// Days since 1970 on which each month of those years begins, and the one after them: a table,
/// because most of the time of a pass over events goes into their days.
constexpr auto month_begins = [] {
  std::array<std::int32_t, (last_year - first_year + 1) * 12 + 1> begins{};
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const date::year_month_day first{date::year{first_year + static_cast<int>(i / 12)},
                                     date::month{static_cast<unsigned>(i % 12) + 1}, date::day{1}};
    begins[i] = static_cast<std::int32_t>(date::sys_days{first}.time_since_epoch().count());
  }
  return begins;
}();

bool is_sentinel(const TimeFields& fields) {
  const auto is = [&fields](int year, int month, int day) {
    return fields.year == year && fields.month == month && fields.day == day;
  };
  return is(0, 0, 0) || is(9999, 12, 31) || is(1900, 1, 1) ||
         (is(1970, 1, 1) && fields.at_midnight());
}

TimeFault fault_of(const TimeFields& fields) {
  if (is_sentinel(fields)) return TimeFault::sentinel;
  return fields.year < first_year || fields.year > last_year ? TimeFault::out_of_range
                                                             : TimeFault::impossible;
}

}  // namespace

TimeFault check_fields(const TimeFields& fields, std::int32_t& days) {
  const auto& [year, month, day, hour, minute, second, offset] = fields;
  const bool rough = year >= first_year && year <= last_year && month >= 1 && month <= 12;
  if (!rough) return fault_of(fields);
  const std::size_t at =
      static_cast<std::size_t>(year - first_year) * 12 + static_cast<std::size_t>(month - 1);
  const std::int32_t begin = month_begins.data()[at];
  const bool new_year = month == 1 && day == 1;  // where the sentinels of those years lie
  if (day < 1 || day > month_begins.data()[at + 1] - begin || hour > 23 || minute > 59 ||
      second > 60 || (new_year && is_sentinel(fields))) {
    return fault_of(fields);
  }
  days = begin + day - 1;
  return TimeFault::none;
}

namespace {

/// `HH:MM:SS`, all of it at once; false where a byte is not what it has to be.
bool read_clock_word(const char* text, TimeFields& fields) {
  constexpr std::uint64_t shape = 0x30303A30303A3030;    // "00:00:00"
  constexpr std::uint64_t to_high = 0x76767F76767F7676;  // beyond 9, or no colon: the high bit
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  const std::uint64_t values = word_at(text) ^ shape;
  if (((values | (values + to_high)) & high_bits) != 0) return false;
  const std::uint64_t pairs = values * 10 + (values >> 8U);
  fields.hour = static_cast<int>(pairs & 0xFFU);
  fields.minute = static_cast<int>(pairs >> 24U & 0xFFU);
  fields.second = static_cast<int>(pairs >> 48U & 0xFFU);
  return true;
}

}  // namespace

std::size_t RepeatedDays::place_of(const char* text) {
  constexpr std::uint64_t mix = 0x9E3779B97F4A7C15;
  return (word_at(text + day_size - sizeof(std::uint64_t)) * mix) >> (64 - place_bits);
}

bool RepeatedDays::read(std::string_view text, TimeFields& fields, std::int32_t& days) const {
  if (text.size() != whole_size || text[day_size] != 'T' || text[whole_size - 1] != 'Z')
    return false;
  const Day& day = days_[place_of(text.data())];
  if (!day.known || std::memcmp(text.data(), day.text.data(), day_size) != 0 ||
      !read_clock_word(text.data() + day_size + 1, fields))
    return false;
  days = day.days;
  return fields.hour < 24 && fields.minute < 60 && fields.second < 60;
}

void RepeatedDays::remember(std::string_view text, const TimeFields& fields, std::int32_t days) {
  if (text.size() != whole_size || (fields.month == 1 && fields.day == 1)) return;
  Day& day = days_[place_of(text.data())];
  std::copy_n(text.data(), day_size, day.text.data());
  day.known = true;
  day.days = days;
}

bool may_end_in_leap_second(Instant after) {
  return after.seconds % seconds_per_day == 0 &&
         Date::from_days(static_cast<std::int32_t>(floor_days(after.seconds))).day() == 1;
}

}  // namespace besa
