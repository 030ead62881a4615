// Instants, time zones and the time formats people store: everything that turns a stored value
// into a civil date of the policy's zone, or into a finding.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "besa/base/date.hpp"

namespace besa {

/// Seconds since 1970-01-01T00:00:00Z, of the years 1900 to 2200.
struct Instant {
  std::int64_t seconds = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
  [[nodiscard]] std::string str() const;  ///< `2026-11-22T16:42:30Z`
  [[nodiscard]] static std::optional<Instant> parse(std::string_view rfc3339);
};

/// A named zone of the system's tz database (never guessed: an unknown name is an Error, and so is
/// a system without that database). Its changes from 1900 to 2200 are read once by `find`, also
/// those that only the closing rule of the zone's file tells (after 2037). Cheap to copy; lookups
/// take a few nanoseconds and are safe from any number of threads.
class TimeZone {
 public:
  [[nodiscard]] static TimeZone find(const std::string& name);
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] Date local_date(Instant instant) const;
  /// Seconds ahead of UTC, where that is the same throughout a day of UTC.
  [[nodiscard]] std::optional<std::int64_t> offset_throughout(Date utc_day) const;
  [[nodiscard]] std::string local_text(Instant instant) const;  ///< `2026-11-22T17:42:30+01:00`
  [[nodiscard]] Instant start_of(Date date) const;  ///< the instant at which the civil day begins
  struct Local {
    Instant instant;
    bool gap = false;
    bool fold = false;
  };
  /// The instant of a wall-clock time given as seconds after local midnight of `date`. A time in a
  /// spring gap maps forward (gap = true), one in an autumn fold to the earlier (fold = true).
  [[nodiscard]] Local resolve(Date date, int seconds_of_day) const;
  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  struct Table;
  explicit TimeZone(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  std::shared_ptr<const Table> table_;
};

/// Why a stored time is not a date.
enum class TimeFault { none, empty, malformed, impossible, out_of_range, sentinel };

struct ParsedTime {
  Date date;  ///< civil date in the reader's target zone, if ok()
  TimeFault fault = TimeFault::none;
  [[nodiscard]] bool ok() const { return fault == TimeFault::none; }
};

/// Reads the values of one time column: `format` as declared in the dataset, `zone` of values that
/// carry no offset, `target` the policy's zone. Formats:
///   rfc3339 (offset required) · date (YYYY-MM-DD, a civil date, no zone) ·
///   datetime ("YYYY-MM-DD HH:MM[:SS[.fff]]", 'T' accepted) · dd.mm.yyyy · dd/mm/yyyy · mm/dd/yyyy
///   · yyyymmdd · each of the dotted/slashed ones also with " HH:MM" or " HH:MM:SS" · epoch-s ·
///   epoch-ms · epoch-us (integers) · excel (serial days) · julian (SQLite julian day).
/// Never accepts a second format; ASCII digits only; years 1900–2200. 0000-00-00, 1970-01-01 at
/// midnight (also the instant 0), 9999-12-31 and 1900-01-01 are sentinels, not dates (domain D3).
/// rfc3339 takes 't' and 'z', fractions of any length (cut) and a leap second where one can be
/// (23:59:60 UTC at a month's end); a local time in a spring gap counts as the hour after it, one
/// in an autumn fold as the earlier. Julian days are UTC; whole excel days are civil dates. Safe
/// from any number of threads.
class TimeReader {
 public:
  /// Throws Error(finding) for an unknown format (hint: nearest) or zone, and where values are
  /// wall-clock times (datetime, dd.mm.yyyy HH:MM, …) without a zone. Other formats ignore `zone`;
  /// excel, where it is empty, takes the target's.
  TimeReader(const std::string& format, const std::string& zone, const TimeZone& target);
  [[nodiscard]] ParsedTime read(std::string_view text) const;
  [[nodiscard]] ParsedTime read(std::int64_t number) const;  ///< for values stored as integers
  [[nodiscard]] ParsedTime read(
      double number) const;  ///< for values stored as reals (julian, excel)
  /// True where byte order of stored text is time order to within a day, so that an index on the
  /// column, or a comparison in SQL, may nominate rows (rfc3339, date, datetime, yyyymmdd).
  [[nodiscard]] bool text_order_is_time_order() const;
  /// True where values are integers in time order (epoch-*).
  [[nodiscard]] bool number_order_is_time_order() const;
  /// A stored value that sorts at or before every value of `date` and later, a day or two to spare
  /// (offsets and zones shift dates). Only where order is time order; else the least value there
  /// is.
  [[nodiscard]] std::string text_lower_bound(Date date) const;
  [[nodiscard]] std::int64_t number_lower_bound(Date date) const;
  /// The same for rows that may be early: sorts after every value of `date` and earlier.
  [[nodiscard]] std::string text_upper_bound(Date date) const;
  [[nodiscard]] std::int64_t number_upper_bound(Date date) const;
  [[nodiscard]] static bool known_format(std::string_view format);

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// The real clock; tests put their own behind it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant instant) : instant_(instant) {}
  [[nodiscard]] Instant now() const override { return instant_; }
  void set(Instant instant) { instant_ = instant; }

 private:
  Instant instant_;
};

}  // namespace besa
