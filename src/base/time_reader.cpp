#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "base/civil_text.hpp"
#include "base/time_fields.hpp"
#include "besa/base/error.hpp"
#include "besa/base/json.hpp"
#include "besa/base/time.hpp"

namespace besa {

enum class TimeFamily { rfc3339, local, epoch, excel, julian };

/// Known by name to the whole layer, as is TimeReader::State, which holds one.
struct TimeFormat {
  std::string_view name;
  TimeFamily family;
  DayShape day = DayShape::dashes;
  ClockShape clock = ClockShape::none;
  std::int64_t units_per_second = 1;
};

namespace {

constexpr std::array formats{
    TimeFormat{"rfc3339", TimeFamily::rfc3339},
    TimeFormat{"date", TimeFamily::local},
    TimeFormat{"datetime", TimeFamily::local, DayShape::dashes, ClockShape::optional_seconds},
    TimeFormat{"dd.mm.yyyy", TimeFamily::local, DayShape::dots},
    TimeFormat{"dd.mm.yyyy HH:MM", TimeFamily::local, DayShape::dots, ClockShape::minutes},
    TimeFormat{"dd.mm.yyyy HH:MM:SS", TimeFamily::local, DayShape::dots, ClockShape::seconds},
    TimeFormat{"dd/mm/yyyy", TimeFamily::local, DayShape::slashes_day_first},
    TimeFormat{"dd/mm/yyyy HH:MM", TimeFamily::local, DayShape::slashes_day_first,
               ClockShape::minutes},
    TimeFormat{"dd/mm/yyyy HH:MM:SS", TimeFamily::local, DayShape::slashes_day_first,
               ClockShape::seconds},
    TimeFormat{"mm/dd/yyyy", TimeFamily::local, DayShape::slashes_month_first},
    TimeFormat{"mm/dd/yyyy HH:MM", TimeFamily::local, DayShape::slashes_month_first,
               ClockShape::minutes},
    TimeFormat{"mm/dd/yyyy HH:MM:SS", TimeFamily::local, DayShape::slashes_month_first,
               ClockShape::seconds},
    TimeFormat{"yyyymmdd", TimeFamily::local, DayShape::compact},
    TimeFormat{"epoch-s", TimeFamily::epoch},
    TimeFormat{"epoch-ms", TimeFamily::epoch, DayShape::dashes, ClockShape::none, 1000},
    TimeFormat{"epoch-us", TimeFamily::epoch, DayShape::dashes, ClockShape::none, 1000000},
    TimeFormat{"excel", TimeFamily::excel},
    TimeFormat{"julian", TimeFamily::julian},
};

constexpr std::int64_t first_second = -2208988800;  // 1900-01-01T00:00:00Z
constexpr std::int64_t end_second = 7289654400;     // 2201-01-01T00:00:00Z
constexpr std::int64_t day_9999_12_31 = 2932896;
constexpr double exact_integers = 9007199254740992.0;  // 2^53: beyond it a double skips integers

const TimeFormat& find_format(const std::string& name) {
  const auto found = std::ranges::find(formats, name, &TimeFormat::name);
  if (found != formats.end()) return *found;
  std::vector<std::string> names;
  for (const TimeFormat& format : formats) names.emplace_back(format.name);
  const auto nearest = nearest_name(name, names);
  throw Error(ErrorKind::finding, "unknown time format '" + name + "'",
              nearest ? "did you mean '" + *nearest + "'?"
                      : "known formats begin with rfc3339, date, datetime and dd.mm.yyyy");
}

bool is_wall_clock(const TimeFormat& format) {
  return format.family == TimeFamily::local && format.clock != ClockShape::none;
}

ParsedTime fault(TimeFault why) {
  return {.date = {}, .fault = why};
}

/// Digits with an optional sign and, where allowed, one decimal point: nothing else from_chars
/// takes.
template <class Number>
std::optional<Number> read_number(std::string_view text, std::string_view allowed) {
  const std::string_view unsigned_text = text.substr(text.starts_with('-') ? 1 : 0);
  if (unsigned_text.empty() || unsigned_text.front() == '.') return std::nullopt;
  if (unsigned_text.find_first_not_of(allowed) != std::string_view::npos) return std::nullopt;
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

constexpr std::string_view digits_only = "0123456789";
constexpr std::string_view digits_and_point = "0123456789.";

/// A zone's offset for the day that was asked for last, where one holds for all of it.
class OffsetOfDay {
 public:
  const std::optional<std::int64_t>& in(const TimeZone& zone, std::int32_t days) {
    if (days != days_ || !zone_ || !(*zone_ == zone)) {
      zone_ = zone;
      days_ = days;
      offset_ = zone.offset_throughout(Date::from_days(days));
    }
    return offset_;
  }

 private:
  std::optional<TimeZone> zone_;
  std::int32_t days_ = 0;
  std::optional<std::int64_t> offset_;
};

}  // namespace

struct TimeReader::State {
  TimeFormat format;
  TimeZone target;
  TimeZone zone;
  bool same_zone;

  State(const std::string& name, const std::string& zone_name, const TimeZone& to)
      : format(find_format(name)),
        target(to),
        zone(column_zone(zone_name, to)),
        same_zone(zone.name() == target.name()) {
    if (is_wall_clock(format) && zone_name.empty()) {
      throw Error(ErrorKind::finding, "times of the format '" + name + "' need a zone",
                  "say where the clock hangs, as in \"zone\": \"Europe/Tirane\"");
    }
  }

  static TimeZone column_zone(const std::string& name, const TimeZone& target) {
    return name.empty() || name == target.name() ? target : TimeZone::find(name);
  }

  [[nodiscard]] static ParsedTime in_range(Date date) {
    const bool held =
        date.days() >= first_second / seconds_per_day && date.days() < end_second / seconds_per_day;
    return held ? ParsedTime{.date = date} : fault(TimeFault::out_of_range);
  }

  [[nodiscard]] ParsedTime in_target(Instant instant) const {
    return in_range(target.local_date(instant));
  }

  [[nodiscard]] ParsedTime of_instant(std::int64_t seconds) const {
    const std::int64_t day = floor_days(seconds);
    if (seconds == 0 || seconds == first_second || day == day_9999_12_31) {
      return fault(TimeFault::sentinel);
    }
    if (seconds < first_second || seconds >= end_second) return fault(TimeFault::out_of_range);
    return in_target({seconds});
  }

  /// `at` is the instant of the fields, a leap second counted as the first of the next day.
  [[nodiscard]] ParsedTime of_written(const TimeFields& fields, std::int64_t at) const {
    if (at == 0) return fault(TimeFault::sentinel);
    if (fields.second < 60) return in_target({at});
    if (!may_end_in_leap_second({at})) return fault(TimeFault::impossible);
    return in_target({at - 1});
  }

  [[nodiscard]] ParsedTime of_rfc3339(std::string_view text) const {
    thread_local RepeatedDays repeated;
    thread_local OffsetOfDay offset;
    TimeFields fields;
    std::int32_t days = 0;
    if (repeated.read(text, fields, days)) {
      if (const auto& ahead = offset.in(target, days))
        return in_range(Date::from_days(
            days + static_cast<std::int32_t>(floor_days(fields.seconds_of_day() + *ahead))));
    } else {
      fields = {};
      if (!read_rfc3339(text, fields)) return fault(TimeFault::malformed);
      const TimeFault why = check_fields(fields, days);
      if (why != TimeFault::none) return fault(why);
      repeated.remember(text, fields, days);
    }
    return of_written(
        fields, std::int64_t{days} * seconds_per_day + fields.seconds_of_day() - fields.offset);
  }

  [[nodiscard]] ParsedTime of_local(std::string_view text) const {
    TimeFields fields;
    if (!read_local(text, format.day, format.clock, fields)) return fault(TimeFault::malformed);
    std::int32_t days = 0;
    const TimeFault why = check_fields(fields, days);
    if (why != TimeFault::none) return fault(why);
    const Date date = Date::from_days(days);
    const bool same_clock = same_zone && fields.second < 60 && days != 0;
    // Where both zones are one, the written day is the day: no need to go by the instant.
    if (format.clock == ClockShape::none || same_clock) return {.date = date};
    return of_written(fields, zone.resolve(date, fields.seconds_of_day()).instant.seconds);
  }

  [[nodiscard]] ParsedTime of_epoch(std::int64_t number) const {
    const std::int64_t units = format.units_per_second;
    return of_instant(number / units - (number % units < 0 ? 1 : 0));
  }

  /// Day 1 is 1900-01-01, and day 60 a 29 February that never was.
  [[nodiscard]] ParsedTime of_excel(double serial) const {
    if (!(serial >= 0.0) || serial >= 2958466.0) return fault(TimeFault::out_of_range);
    const double whole = std::floor(serial);
    const int number = static_cast<int>(whole);
    if (number <= 1 || number == 2958465) return fault(TimeFault::sentinel);
    if (number == 60) return fault(TimeFault::impossible);
    const Date date = Date::from_days(number - (number > 60 ? 25569 : 25568));
    if (date.year() > 2200) return fault(TimeFault::out_of_range);
    const int seconds = static_cast<int>(std::lround((serial - whole) * 86400.0));
    if (seconds == 0 && date.days() == 0) return fault(TimeFault::sentinel);
    if (seconds == 0 || same_zone) return {.date = date};
    return in_target(zone.resolve(date, std::min(seconds, 86399)).instant);
  }

  /// As SQLite computes it: to the nearest millisecond, half of one up.
  [[nodiscard]] ParsedTime of_julian(double number) const {
    if (!(number >= 0.0) || number >= 5373484.5) return fault(TimeFault::out_of_range);
    const auto milliseconds = static_cast<std::int64_t>(std::floor(number * 86400000.0 + 0.5));
    return of_instant(milliseconds / 1000 - 210866760000);
  }
};

TimeReader::TimeReader(const std::string& format, const std::string& zone, const TimeZone& target)
    : state_(std::make_shared<const State>(format, zone, target)) {}

ParsedTime TimeReader::read(std::string_view text) const {
  if (text.empty()) return fault(TimeFault::empty);
  switch (state_->format.family) {
    case TimeFamily::rfc3339:
      return state_->of_rfc3339(text);
    case TimeFamily::local:
      return state_->of_local(text);
    case TimeFamily::epoch: {
      const auto number = read_number<std::int64_t>(text, digits_only);
      return number ? state_->of_epoch(*number) : fault(TimeFault::malformed);
    }
    case TimeFamily::excel:
    case TimeFamily::julian: {
      const auto number = read_number<double>(text, digits_and_point);
      return number ? read(*number) : fault(TimeFault::malformed);
    }
  }
  return fault(TimeFault::malformed);
}

ParsedTime TimeReader::read(std::int64_t number) const {
  switch (state_->format.family) {
    case TimeFamily::epoch:
      return state_->of_epoch(number);
    case TimeFamily::excel:
    case TimeFamily::julian:
      return read(static_cast<double>(number));
    case TimeFamily::local:  // digits that a database keeps as a number: 20241231
      if (state_->format.day == DayShape::compact) return read(std::to_string(number));
      break;
    case TimeFamily::rfc3339:
      break;
  }
  return fault(TimeFault::malformed);
}

ParsedTime TimeReader::read(double number) const {
  if (state_->format.family == TimeFamily::excel) return state_->of_excel(number);
  if (state_->format.family == TimeFamily::julian) return state_->of_julian(number);
  const bool whole = std::abs(number) < exact_integers && std::trunc(number) == number;
  return whole ? read(static_cast<std::int64_t>(number)) : fault(TimeFault::malformed);
}

bool TimeReader::text_order_is_time_order() const {
  const TimeFormat& format = state_->format;
  return format.family == TimeFamily::rfc3339 ||
         (format.family == TimeFamily::local &&
          (format.day == DayShape::dashes || format.day == DayShape::compact));
}

bool TimeReader::number_order_is_time_order() const {
  return state_->format.family == TimeFamily::epoch;
}

namespace {

/// Two zones may be 26 hours apart, and an rfc3339 offset says nearly anything: two dates.
constexpr std::int32_t days_to_spare = 2;

std::string written_day(Date date, DayShape shape) {
  std::string text = date.str();
  if (shape == DayShape::compact) std::erase(text, '-');
  return text;
}

}  // namespace

std::string TimeReader::text_lower_bound(Date date) const {
  if (!text_order_is_time_order()) return {};
  return written_day(date.plus_days(-days_to_spare), state_->format.day);
}

std::string TimeReader::text_upper_bound(Date date) const {
  if (!text_order_is_time_order())
    return "\xf4\x8f\xbf\xbf";  // U+10FFFF, the last of all characters
  return written_day(date.plus_days(days_to_spare + 1), state_->format.day);
}

std::int64_t TimeReader::number_lower_bound(Date date) const {
  if (!number_order_is_time_order()) return std::numeric_limits<std::int64_t>::min();
  return (std::int64_t{date.days()} - 1) * seconds_per_day * state_->format.units_per_second;
}

std::int64_t TimeReader::number_upper_bound(Date date) const {
  if (!number_order_is_time_order()) return std::numeric_limits<std::int64_t>::max();
  return (std::int64_t{date.days()} + 2) * seconds_per_day * state_->format.units_per_second;
}

bool TimeReader::known_format(std::string_view format) {
  return std::ranges::find(formats, format, &TimeFormat::name) != formats.end();
}

}  // namespace besa
