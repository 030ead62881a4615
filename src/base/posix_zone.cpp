#include "base/posix_zone.hpp"

#include <date/date.h>

#include <algorithm>

namespace besa {

/// Takes the parts of a rule from the front of the text; `failed` stays true after the first fault.
class PosixZone::Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c)) failed_ = true;
  }

  void name() {
    const bool quoted = take('<');
    const auto end = quoted ? rest_.find('>') : rest_.find_first_of("+-0123456789,");
    if (end == std::string_view::npos && quoted) failed_ = true;
    const auto size = std::min(end, rest_.size());
    if (size < 3) failed_ = true;
    rest_.remove_prefix(size);
    if (quoted) expect('>');
  }

  int number(int least, int most) {
    const auto digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    int value = 0;
    for (const char c : rest_.substr(0, digits)) value = std::min(value * 10 + (c - '0'), 100000);
    if (digits == 0 || value < least || value > most) failed_ = true;
    rest_.remove_prefix(digits);
    return value;
  }

  std::int32_t time() {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int32_t seconds = number(0, 167) * 3600;
    if (take(':')) seconds += number(0, 59) * 60;
    if (take(':')) seconds += number(0, 59);
    return negative ? -seconds : seconds;
  }

  Rule rule() {
    Rule rule;
    if (take('M')) {
      rule.month = number(1, 12);
      expect('.');
      rule.week = number(1, 5);
      expect('.');
      rule.day = number(0, 6);
    } else {
      rule.kind = take('J') ? Kind::julian_without_leap_day : Kind::day_of_year;
      rule.day = number(rule.kind == Kind::day_of_year ? 0 : 1, 365);
    }
    if (take('/')) rule.time = time();
    return rule;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
  PosixZone zone;
  Reader reader(text);
  reader.name();
  zone.standard_ = -reader.time();  // POSIX counts west of Greenwich as positive
  zone.has_summer_ = !reader.at_end();
  if (zone.has_summer_) {
    reader.name();
    zone.summer_ = reader.next_is(',') ? zone.standard_ + 3600 : -reader.time();
    reader.expect(',');
    zone.summer_begins_ = reader.rule();
    reader.expect(',');
    zone.summer_ends_ = reader.rule();
  }
  if (reader.failed() || !reader.at_end()) return std::nullopt;
  return zone;
}

std::int64_t PosixZone::local_change(const Rule& rule, int year) {
  const date::year y{year};
  date::sys_days day = y / date::January / 1;
  if (rule.kind == Kind::month_week_day) {
    const auto month = y / rule.month;
    const date::weekday weekday{static_cast<unsigned>(rule.day)};
    day = rule.week == 5 ? date::sys_days{month / weekday[date::last]}
                         : date::sys_days{month / weekday[static_cast<unsigned>(rule.week)]};
  } else if (rule.kind == Kind::day_of_year) {
    day += date::days{rule.day};
  } else {
    const bool after_leap_day = y.is_leap() && rule.day >= 60;
    day += date::days{rule.day - 1 + (after_leap_day ? 1 : 0)};
  }
  return std::int64_t{day.time_since_epoch().count()} * 86400 + rule.time;
}

std::vector<ZoneSpan> PosixZone::changes_of(int year) const {
  if (!has_summer_) return {};
  std::vector<ZoneSpan> changes{{local_change(summer_begins_, year) - standard_, summer_},
                                {local_change(summer_ends_, year) - summer_, standard_}};
  std::ranges::sort(changes, {}, &ZoneSpan::begin);
  return changes;
}

}  // namespace besa
