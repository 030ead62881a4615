// The rule at the end of a time zone file (RFC 8536 section 3.3): what holds after its last listed
// transition, as in `CET-1CEST,M3.5.0,M10.5.0/3`. Howard Hinnant's library does not read it and
// would keep winter time from 2037 on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace besa {

/// From `begin` (seconds since 1970, UTC) on, local time is UTC plus `offset` seconds.
struct ZoneSpan {
  std::int64_t begin = 0;
  std::int32_t offset = 0;
  friend bool operator==(const ZoneSpan&, const ZoneSpan&) = default;
};

class PosixZone {
 public:
  /// nullopt where the text is no such rule.
  [[nodiscard]] static std::optional<PosixZone> parse(std::string_view text);
  /// The year's changes in time order; none where the zone keeps one time all year.
  [[nodiscard]] std::vector<ZoneSpan> changes_of(int year) const;
  [[nodiscard]] std::int32_t standard_offset() const { return standard_; }

 private:
  enum class Kind { month_week_day, julian_without_leap_day, day_of_year };
  struct Rule {
    Kind kind = Kind::month_week_day;
    int month = 0, week = 0, day = 0;
    std::int32_t time = 2 * 3600;  ///< seconds after local midnight, may be negative
  };
  class Reader;

  [[nodiscard]] static std::int64_t local_change(const Rule& rule, int year);

  std::int32_t standard_ = 0;
  std::int32_t summer_ = 0;
  bool has_summer_ = false;
  Rule summer_begins_, summer_ends_;
};

}  // namespace besa
