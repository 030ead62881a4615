// Civil dates and ISO 8601 periods: the one arithmetic every deadline and retention uses.
//
// A Date is a day without time or zone. Adding a period follows Reg. 1182/71 Art. 3(2)(c) and the
// Albanian Civil Code Art. 91: same day number in the last month, else the last day of that month;
// years and months first, in one clamp, then days. Nothing here rolls to working days.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace besa {

/// A civil date between 1900-01-01 and 2200-12-31, as days since 1970-01-01.
class Date {
 public:
  constexpr Date() = default;
  [[nodiscard]] static constexpr Date from_days(std::int32_t days) { return Date{days}; }
  /// nullopt where the day does not exist (2023-02-29) or lies outside 1900–2200.
  [[nodiscard]] static std::optional<Date> from_ymd(int year, int month, int day);
  /// Strict `YYYY-MM-DD`; nullopt for anything else, also for trailing space.
  [[nodiscard]] static std::optional<Date> parse(std::string_view text);

  [[nodiscard]] constexpr std::int32_t days() const { return days_; }
  [[nodiscard]] int year() const;
  [[nodiscard]] unsigned month() const;
  [[nodiscard]] unsigned day() const;
  [[nodiscard]] std::string str() const;  ///< `YYYY-MM-DD`

  [[nodiscard]] constexpr Date plus_days(std::int32_t n) const { return Date{days_ + n}; }
  friend constexpr auto operator<=>(const Date&, const Date&) = default;

 private:
  explicit constexpr Date(std::int32_t days) : days_(days) {}
  std::int32_t days_ = 0;
};

/// 31 December of the date's year: the anchor of fiscal and accounting minimums (domain T64, T65).
[[nodiscard]] Date end_of_year(Date date);

/// A calendar period, `PnYnMnWnD` without times; or INDEFINITE, a value that has no end.
class Period {
 public:
  Period() = default;
  Period(int years, int months, int days) : years_(years), months_(months), days_(days) {}
  /// Strict subset of ISO 8601: at least one part, each 0–9999, not all zero; weeks alone (P2W);
  /// "INDEFINITE" is the period without end. nullopt otherwise (P-1Y, PT1M, P1Y2W, P0D).
  [[nodiscard]] static std::optional<Period> parse(std::string_view text);
  [[nodiscard]] static Period indefinite();

  [[nodiscard]] bool is_indefinite() const { return indefinite_; }
  [[nodiscard]] int years() const { return years_; }
  [[nodiscard]] int months() const { return months_; }
  [[nodiscard]] int days() const { return days_; }
  [[nodiscard]] std::string str() const;  ///< canonical ISO form, or INDEFINITE
  friend bool operator==(const Period&, const Period&) = default;

 private:
  int years_ = 0, months_ = 0, days_ = 0;
  bool indefinite_ = false;
};

/// The last day of a period that starts at `start` (the start's day is not counted).
/// nullopt for INDEFINITE and where the result lies beyond 2200.
[[nodiscard]] std::optional<Date> add(Date start, const Period& period);

/// The same, backwards: `2026-12-02` minus P7D is `2026-11-25`. nullopt for INDEFINITE/out of
/// range.
[[nodiscard]] std::optional<Date> subtract(Date end, const Period& period);

/// The latest start whose period has ended before `today`: add(start, period) < today.
/// Every start on or before it is over; every later one is not. nullopt for INDEFINITE.
[[nodiscard]] std::optional<Date> latest_expired_start(Date today, const Period& period);

}  // namespace besa

template <>
struct std::hash<besa::Date> {
  std::size_t operator()(besa::Date d) const noexcept {
    return std::hash<std::int32_t>{}(d.days());
  }
};
