// TimeZone: the offsets of 1900 to 2200 as one sorted table, with an index of 48-day steps into it.
#include <date/tz.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <vector>

#include "base/civil_text.hpp"
#include "base/zone_file.hpp"
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

[[noreturn]] void refuse_name(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& zone : database().zones) names.push_back(zone.name());
  const auto nearest = nearest_name(name, names);
  throw Error(ErrorKind::finding, "unknown time zone '" + name + "'",
              nearest ? "did you mean '" + *nearest + "'?" : "name it as in Europe/Tirane");
}

/// True for a name that can be nothing but a zone's, as in Europe/Tirane: then the list of all
/// names is not asked, which would look at six hundred files.
bool is_usual(const std::string& name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' && name.back() != '/' &&
         name.find('/') != std::string::npos && name.find("//") == std::string::npos &&
         std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
         });
}

bool is_listed(const std::string& name) {
  return std::ranges::find(database().zones, name, &date::time_zone::name) !=
         database().zones.end();
}

std::string read_zone_file(const std::string& name) {
  const std::filesystem::path path = "/usr/share/zoneinfo/" + name;
  std::error_code error;
  const bool there = is_usual(name) && std::filesystem::is_regular_file(path, error);
  if (!there && !is_listed(name)) refuse_name(name);
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void append(std::vector<ZoneSpan>& spans, ZoneSpan span) {
  span.begin = std::max(span.begin, table_begin);
  if (!spans.empty() && spans.back().begin == span.begin) spans.pop_back();
  if (spans.empty() || spans.back().offset != span.offset) spans.push_back(span);
}

int year_of(std::int64_t seconds) {
  return Date::from_days(static_cast<std::int32_t>(floor_days(seconds))).year();
}

std::vector<ZoneSpan> spans_of(const std::string& name) {
  const auto file = ZoneFile::read(read_zone_file(name));
  if (!file)
    throw Error(ErrorKind::failed, "the time zone file of '" + name + "' cannot be understood",
                "reinstall the package tzdata");
  std::vector<ZoneSpan> spans;
  for (const ZoneSpan& span : file->spans)
    if (span.begin < table_end) append(spans, span);
  const std::int64_t last_listed = spans.back().begin;
  for (int year = year_of(last_listed); year <= 2200; ++year) {
    for (const ZoneSpan& span : file->rule.changes_of(year)) {
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

  explicit Table(const std::string& zone) : name(zone), spans(spans_of(zone)) {
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
  if (!table) table = std::make_shared<const Table>(name);
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
