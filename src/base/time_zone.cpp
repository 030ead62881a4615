// TimeZone: the offsets of 1900 to 2200 as one sorted table, with an index of 48-day steps into it.
#include <date/tz.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <vector>

#include "base/civil_text.hpp"
#include "base/posix_zone.hpp"
#include "besa/base/error.hpp"
#include "besa/base/json.hpp"
#include "besa/base/time.hpp"

namespace besa {

namespace {

constexpr std::int64_t table_begin = -2208988800;  // 1900-01-01T00:00:00Z
constexpr std::int64_t table_end = 7289654400;     // 2201-01-01T00:00:00Z
constexpr unsigned step_bits = 22;                 // 48 days: seldom more than one change within

const date::tzdb& database() {
  try {
    return date::get_tzdb();
  } catch (const std::exception&) {
    throw Error(ErrorKind::failed, "the system's time zone data cannot be read",
                "install the package tzdata (/usr/share/zoneinfo)");
  }
}

const date::time_zone& locate(const std::string& name) {
  const auto& zones = database().zones;
  const auto found = std::ranges::find(zones, name, &date::time_zone::name);
  if (found != zones.end()) return *found;
  std::vector<std::string> names;
  for (const auto& zone : zones) names.push_back(zone.name());
  const auto nearest = nearest_name(name, names);
  throw Error(ErrorKind::finding, "unknown time zone '" + name + "'",
              nearest ? "did you mean '" + *nearest + "'?" : "name it as in Europe/Tirane");
}

void append(std::vector<ZoneSpan>& spans, ZoneSpan span) {
  if (spans.empty() || spans.back().offset != span.offset) spans.push_back(span);
}

std::vector<ZoneSpan> listed_spans(const date::time_zone& zone) {
  std::vector<ZoneSpan> spans;
  for (std::int64_t at = table_begin; at < table_end;) {
    const auto info = zone.get_info(date::sys_seconds{std::chrono::seconds{at}});
    append(spans, {at, static_cast<std::int32_t>(info.offset.count())});
    at = info.end.time_since_epoch().count();
  }
  return spans;
}

[[noreturn]] void refuse_zone_file(const std::string& name) {
  throw Error(ErrorKind::failed, "the time zone file of '" + name + "' cannot be understood",
              "reinstall the package tzdata");
}

/// The last line of the zone's file, which says what holds after the transitions it lists.
PosixZone closing_rule(const std::string& name) {
  std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!content.starts_with("TZif") || content.back() != '\n') refuse_zone_file(name);
  const auto line = content.rfind('\n', content.size() - 2);
  if (line == std::string::npos) refuse_zone_file(name);
  const auto rule =
      PosixZone::parse(std::string_view(content).substr(line + 1, content.size() - line - 2));
  if (!rule) refuse_zone_file(name);
  return *rule;
}

int year_of(std::int64_t seconds) {
  return Date::from_days(static_cast<std::int32_t>(floor_days(seconds))).year();
}

std::vector<ZoneSpan> spans_of(const date::time_zone& zone) {
  std::vector<ZoneSpan> spans = listed_spans(zone);
  const PosixZone rule = closing_rule(zone.name());
  const std::int64_t last_listed = spans.back().begin;
  for (int year = year_of(last_listed); year <= 2200; ++year) {
    for (const ZoneSpan& span : rule.changes_of(year)) {
      if (span.begin > last_listed) append(spans, span);
    }
  }
  return spans;
}

}  // namespace

struct TimeZone::Table {
  std::string name;
  std::vector<ZoneSpan> spans;
  std::vector<std::uint16_t> steps;  ///< the span in force where each step begins

  explicit Table(const date::time_zone& zone) : name(zone.name()), spans(spans_of(zone)) {
    std::size_t span = 0;
    for (std::int64_t at = table_begin; at < table_end; at += std::int64_t{1} << step_bits) {
      while (span + 1 < spans.size() && spans[span + 1].begin <= at) ++span;
      steps.push_back(static_cast<std::uint16_t>(span));
    }
  }

  [[nodiscard]] std::size_t span_at(std::int64_t seconds) const {
    const std::int64_t bounded = std::clamp(seconds, table_begin, table_end - 1);
    // The bound keeps both within their tables.
    std::size_t span = steps.data()[(bounded - table_begin) >> step_bits];
    const ZoneSpan* const all = spans.data();
    for (const std::size_t last = spans.size() - 1; span < last && all[span + 1].begin <= bounded;)
      ++span;
    return span;
  }

  [[nodiscard]] std::int64_t offset_at(std::int64_t seconds) const {
    return spans[span_at(seconds)].offset;
  }

  [[nodiscard]] std::int64_t end_of(std::size_t span) const {
    return span + 1 < spans.size() ? spans[span + 1].begin
                                   : std::numeric_limits<std::int64_t>::max();
  }
};

/// A zone's table is made once: nearly every question about a day begins with its zone.
TimeZone TimeZone::find(const std::string& name) {
  static std::mutex guard;
  static std::map<std::string, std::shared_ptr<const Table>, std::less<>> known;
  const std::lock_guard lock(guard);
  auto& table = known[name];
  if (!table) table = std::make_shared<const Table>(locate(name));
  return TimeZone(table);
}

const std::string& TimeZone::name() const {
  return table_->name;
}

Date TimeZone::local_date(Instant instant) const {
  const std::int64_t local = instant.seconds + table_->offset_at(instant.seconds);
  return Date::from_days(static_cast<std::int32_t>(floor_days(local)));
}

std::optional<std::int64_t> TimeZone::offset_throughout(Date utc_day) const {
  const std::int64_t begin = std::int64_t{utc_day.days()} * seconds_per_day;
  const std::size_t span = table_->span_at(begin);
  if (table_->end_of(span) < begin + seconds_per_day) return std::nullopt;
  return table_->spans[span].offset;
}

std::string TimeZone::local_text(Instant instant) const {
  // RFC 3339 offsets have no seconds; the odd ones before 1914 are cut, and the instant stays true.
  const std::int64_t minutes = table_->offset_at(instant.seconds) / 60;
  std::string text = civil_text(instant.seconds + minutes * 60);
  text += minutes < 0 ? '-' : '+';
  append_two_digits(text, std::abs(minutes) / 60);
  text += ':';
  append_two_digits(text, std::abs(minutes) % 60);
  return text;
}

TimeZone::Local TimeZone::resolve(Date date, int seconds_of_day) const {
  const std::int64_t local = std::int64_t{date.days()} * seconds_per_day + seconds_of_day;
  std::size_t span = table_->span_at(local - seconds_per_day);  // offsets stay below a day
  while (local - table_->spans[span].offset >= table_->end_of(span)) {
    const std::int64_t begin = table_->end_of(span);
    if (local - table_->spans[span + 1].offset < begin) {
      return {.instant = {local - table_->spans[span].offset}, .gap = true};
    }
    ++span;
  }
  const std::int64_t end = table_->end_of(span);
  const bool again =
      span + 1 < table_->spans.size() && local - table_->spans[span + 1].offset >= end;
  return {.instant = {local - table_->spans[span].offset}, .fold = again};
}

Instant TimeZone::start_of(Date date) const {
  const Local midnight = resolve(date, 0);
  if (!midnight.gap) return midnight.instant;
  return {table_->spans[table_->span_at(midnight.instant.seconds)].begin};
}

}  // namespace besa
