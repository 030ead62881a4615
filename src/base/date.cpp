#include "besa/base/date.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>

namespace besa {

namespace {

constexpr std::int32_t first_day =
    date::sys_days{date::year{1900} / 1 / 1}.time_since_epoch().count();
constexpr std::int32_t last_day =
    date::sys_days{date::year{2200} / 12 / 31}.time_since_epoch().count();

date::year_month_day civil(Date value) {
  return date::year_month_day{date::sys_days{date::days{value.days()}}};
}

std::optional<Date> within_range(std::int64_t days) {
  if (days < first_day || days > last_day) return std::nullopt;
  return Date::from_days(static_cast<std::int32_t>(days));
}

/// The same day number `months` away, or the last day of that month; in days since 1970, as the
/// result may lie outside of what a Date holds.
std::int64_t shift_months(Date start, int months) {
  const auto from = civil(start);
  const auto month = from.year() / from.month() + date::months{months};
  const auto last = (month / date::last).day();
  return date::sys_days{month / std::min(from.day(), last)}.time_since_epoch().count();
}

int total_months(const Period& period) {
  return period.years() * 12 + period.months();
}

/// The latest day that, `months` later, is still `end` or before.
std::int64_t latest_before_months(std::int64_t end, int months) {
  const date::sys_days end_day{date::days{end}};
  const date::year_month_day until{end_day};
  const auto month = until.year() / until.month() - date::months{months};
  const auto last = (month / date::last).day();
  const bool ends_month = until == until.year() / until.month() / date::last;
  return date::sys_days{month / (ends_month ? last : std::min(until.day(), last))}
      .time_since_epoch()
      .count();
}

int digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : -1;
}

/// The number made of all of `text`, digits only; -1 for anything else.
int number(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (digit(c) < 0) return -1;
    value = value * 10 + digit(c);
  }
  return text.empty() ? -1 : value;
}

/// Takes `<1–4 digits><unit>` from the front; 0 where it is not there, -1 where it is malformed.
struct Parts {
  std::string_view rest;
  bool any = false;

  int take(char unit) {
    const auto end = rest.find_first_not_of("0123456789");
    if (end == std::string_view::npos || rest[end] != unit) return 0;
    if (end == 0 || end > 4) return -1;
    const int value = number(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    any = true;
    return value;
  }
};

void append_two(std::string& text, unsigned value) {
  text += static_cast<char>('0' + value / 10);
  text += static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<Date> Date::from_ymd(int year, int month, int day) {
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) {
    return std::nullopt;
  }
  const auto ymd = date::year{year} / month / day;
  if (!ymd.ok()) return std::nullopt;
  return Date{date::sys_days{ymd}.time_since_epoch().count()};
}

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return from_ymd(number(text.substr(0, 4)), number(text.substr(5, 2)), number(text.substr(8, 2)));
}

int Date::year() const {
  return static_cast<int>(civil(*this).year());
}
unsigned Date::month() const {
  return static_cast<unsigned>(civil(*this).month());
}
unsigned Date::day() const {
  return static_cast<unsigned>(civil(*this).day());
}

std::string Date::str() const {
  const auto ymd = civil(*this);
  std::string text = std::to_string(static_cast<int>(ymd.year()));
  text += '-';
  append_two(text, static_cast<unsigned>(ymd.month()));
  text += '-';
  append_two(text, static_cast<unsigned>(ymd.day()));
  return text;
}

Date end_of_year(Date date) {
  const auto last = civil(date).year() / date::December / 31;
  return Date::from_days(date::sys_days{last}.time_since_epoch().count());
}

std::optional<Period> Period::parse(std::string_view text) {
  if (text == "INDEFINITE") return indefinite();
  if (text.empty() || text.front() != 'P') return std::nullopt;
  Parts parts{text.substr(1)};
  if (text.back() == 'W') {
    const int weeks = parts.take('W');
    if (weeks <= 0 || !parts.rest.empty()) return std::nullopt;
    return Period{0, 0, weeks * 7};
  }
  const std::array values{parts.take('Y'), parts.take('M'), parts.take('D')};
  const bool malformed = std::ranges::any_of(values, [](int value) { return value < 0; });
  const bool zero = std::ranges::all_of(values, [](int value) { return value == 0; });
  if (malformed || zero || !parts.any || !parts.rest.empty()) return std::nullopt;
  return Period{values[0], values[1], values[2]};
}

Period Period::indefinite() {
  Period period;
  period.indefinite_ = true;
  return period;
}

std::string Period::str() const {
  if (indefinite_) return "INDEFINITE";
  const bool only_days = years_ == 0 && months_ == 0;
  if (only_days && days_ > 9999 && days_ % 7 == 0) return "P" + std::to_string(days_ / 7) + "W";
  std::string text = "P";
  if (years_ != 0) text += std::to_string(years_) + "Y";
  if (months_ != 0) text += std::to_string(months_) + "M";
  if (days_ != 0 || only_days) text += std::to_string(days_) + "D";
  return text;
}

std::optional<Date> add(Date start, const Period& period) {
  if (period.is_indefinite()) return std::nullopt;
  return within_range(shift_months(start, total_months(period)) + period.days());
}

std::optional<Date> subtract(Date end, const Period& period) {
  if (period.is_indefinite()) return std::nullopt;
  return within_range(shift_months(end, -total_months(period)) - period.days());
}

std::optional<Date> latest_expired_start(Date today, const Period& period) {
  if (period.is_indefinite()) return std::nullopt;
  const std::int64_t last_end = std::int64_t{today.days()} - 1 - period.days();
  return within_range(latest_before_months(last_end, total_months(period)));
}

}  // namespace besa
