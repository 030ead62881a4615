#include "source/happy_calendar.hpp"

#include <algorithm>
#include <charconv>

namespace besa::source {

namespace {

/// The last Sunday on or before a date. 1970-01-04 was a Sunday.
std::int32_t sunday_on_or_before(Date date) {
  return date.days() - (date.days() + 4) % 7;
}

void append_clock(std::string& out, int hour, int minute, int second) {
  const auto two = [](char* at, int value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
  };
  std::array<char, 8> text{'0', '0', ':', '0', '0', ':', '0', '0'};
  two(&text[0], hour);
  two(&text[3], minute);
  if (second >= 0) two(&text[6], second);
  out.append(text.data(), second >= 0 ? 8 : 5);
}

int hour_of(WallMinute at) {
  return static_cast<int>(at % minutes_of_day / 60);
}
int minute_of(WallMinute at) {
  return static_cast<int>(at % 60);
}

}  // namespace

bool is_summer_time(Date date) {
  const std::int32_t begin = sunday_on_or_before(*Date::from_ymd(date.year(), 3, 31));
  const std::int32_t end = sunday_on_or_before(*Date::from_ymd(date.year(), 10, 31));
  return date.days() >= begin && date.days() < end;
}

Calendar::Calendar(Date first, Date last) : first_(first.days()) {
  for (Date date = first; date <= last; date = date.plus_days(1)) {
    Day day;
    const std::string iso = date.str();
    std::ranges::copy(iso, day.iso.begin());
    const std::string dotted = iso.substr(8, 2) + '.' + iso.substr(5, 2) + '.' + iso.substr(0, 4);
    std::ranges::copy(dotted, day.dotted.begin());
    day.offset_hours = is_summer_time(date) ? 2 : 1;
    days_.push_back(day);
  }
}

const Calendar::Day& Calendar::day(WallMinute at) const {
  return days_.at(static_cast<std::size_t>(at / minutes_of_day - first_));
}

void Calendar::date(std::string& out, WallMinute at) const {
  out.append(day(at).iso.data(), 10);
}

void Calendar::utc(std::string& out, WallMinute at, int second) const {
  const int hours = day(at).offset_hours;
  const WallMinute shifted = at - hours * 60;
  date(out, shifted);
  out += 'T';
  append_clock(out, hour_of(shifted), minute_of(shifted), second);
  out += 'Z';
}

void Calendar::offset(std::string& out, WallMinute at, int second) const {
  date(out, at);
  out += 'T';
  append_clock(out, hour_of(at), minute_of(at), second);
  out += day(at).offset_hours == 2 ? "+02:00" : "+01:00";
}

void Calendar::datetime(std::string& out, WallMinute at, int second) const {
  date(out, at);
  out += ' ';
  append_clock(out, hour_of(at), minute_of(at), second);
}

void Calendar::dotted(std::string& out, WallMinute at) const {
  out.append(day(at).dotted.data(), 10);
  out += ' ';
  append_clock(out, hour_of(at), minute_of(at), -1);
}

std::int64_t Calendar::epoch(WallMinute at, int second) const {
  return (at - day(at).offset_hours * 60) * 60 + second;
}

void append_number(std::string& out, std::uint64_t number, std::size_t width) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const auto length = static_cast<std::size_t>(end - digits.data());
  if (length < width) out.append(width - length, '0');
  out.append(digits.data(), length);
}

}  // namespace besa::source
