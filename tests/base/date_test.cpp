// Civil dates and periods: the vectors of the domain's section 2.4, and laws for every date.
#include "besa/base/date.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "tests/base/on.hpp"

namespace besa {
namespace {

Period period(std::string_view text) {
  return Period::parse(text).value();
}

std::string sum(std::string_view start, std::string_view length) {
  const auto end = add(on(start), period(length));
  return end ? end->str() : "none";
}

struct Vector {
  const char* name;
  const char* start;
  const char* period;
  const char* raw;
};

class AddingAPeriod : public testing::TestWithParam<Vector> {};

TEST_P(AddingAPeriod, gives_the_raw_end_of_the_table) {
  const auto& [name, start, length, raw] = GetParam();
  EXPECT_EQ(sum(start, length), raw);
}

INSTANTIATE_TEST_SUITE_P(domain, AddingAPeriod,
                         testing::Values(Vector{"T01", "2027-03-05", "P1M", "2027-04-05"},
                                         Vector{"T02", "2027-08-31", "P1M", "2027-09-30"},
                                         Vector{"T03", "2027-09-03", "P1M", "2027-10-03"},
                                         Vector{"T04", "2027-01-31", "P1M", "2027-02-28"},
                                         Vector{"T05", "2028-01-31", "P1M", "2028-02-29"},
                                         Vector{"T06", "2027-01-29", "P1M", "2027-02-28"},
                                         Vector{"T07", "2027-01-28", "P1M", "2027-02-28"},
                                         Vector{"T08", "2028-02-29", "P1M", "2028-03-29"},
                                         Vector{"T09", "2027-03-31", "P1M", "2027-04-30"},
                                         Vector{"T10", "2027-08-30", "P1M", "2027-09-30"},
                                         Vector{"T11", "2026-12-31", "P1M", "2027-01-31"},
                                         Vector{"T16", "2026-11-22", "P30D", "2026-12-22"},
                                         Vector{"T21", "2027-01-31", "P30D", "2027-03-02"},
                                         Vector{"T22", "2027-03-01", "P30D", "2027-03-31"},
                                         Vector{"T23", "2027-02-01", "P30D", "2027-03-03"},
                                         Vector{"T24", "2027-04-10", "P30D", "2027-05-10"},
                                         Vector{"T25", "2027-04-10", "P1M", "2027-05-10"},
                                         Vector{"T29", "2021-11-22", "P5Y", "2026-11-22"},
                                         Vector{"T30", "2020-02-29", "P5Y", "2025-02-28"},
                                         Vector{"T31", "2024-02-29", "P5Y", "2029-02-28"},
                                         Vector{"T34", "2026-11-24", "P1M", "2026-12-24"},
                                         Vector{"T45_gdpr", "2027-03-31", "P3M", "2027-06-30"},
                                         Vector{"T45_albania", "2027-03-31", "P90D", "2027-06-29"},
                                         Vector{"T68", "2027-01-31", "P1M2D", "2027-03-02"},
                                         Vector{"D12_year", "2024-02-29", "P1Y", "2025-02-28"},
                                         Vector{"D12_month", "2024-01-31", "P1M", "2024-02-29"},
                                         Vector{"one_clamp", "2024-02-29", "P1Y1M", "2025-03-29"},
                                         Vector{"weeks", "2026-11-24", "P2W", "2026-12-08"}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Date, T60_days_that_do_not_exist_are_no_dates) {
  for (const char* text : {"2026-02-30", "2027-02-29", "2026-13-01", "2026-00-10", "25.08.2026"}) {
    EXPECT_FALSE(Date::parse(text)) << text;
  }
}

TEST(Date, D1_D2_D9_hostile_texts_are_no_dates) {
  for (const char* text :
       {"2023-02-29",  "2024-02-30",  "2024-01-00",    "2024-04-31", "0000-01-01",
        "1899-12-31",  "9999-12-31",  "2201-01-01",    "-200-01-01", "12024-01-01",
        "2024-01-01 ", " 2024-01-01", "2024-01-01\n",  "",           "2024-1-1",
        "+024-01-01",  "2024/01/01",  "2024-01-1\xe0", "now",        "2024-01-01T00:00:00Z"}) {
    EXPECT_FALSE(Date::parse(text)) << text;
  }
}

TEST(Date, leap_years_follow_the_gregorian_rule) {
  EXPECT_FALSE(Date::from_ymd(1900, 2, 29));
  EXPECT_TRUE(Date::from_ymd(2000, 2, 29));
  EXPECT_FALSE(Date::from_ymd(2100, 2, 29));
  EXPECT_TRUE(Date::from_ymd(2104, 2, 29));
}

TEST(Date, counts_days_since_1970) {
  EXPECT_EQ(on("1970-01-01").days(), 0);
  EXPECT_EQ(on("2000-03-01").days(), 11017);
  EXPECT_EQ(on("1900-01-01").days(), -25567);
  EXPECT_EQ(on("2024-12-31").plus_days(1), on("2025-01-01"));
}

TEST(Date, knows_its_year_month_and_day) {
  const Date date = on("2026-11-22");
  EXPECT_EQ(date.year(), 2026);
  EXPECT_EQ(date.month(), 11U);
  EXPECT_EQ(date.day(), 22U);
}

TEST(Date, T64_T65_end_of_year_anchors_fiscal_minimums) {
  EXPECT_EQ(add(end_of_year(on("2021-03-15")), period("P5Y")), on("2026-12-31"));
  EXPECT_EQ(add(end_of_year(on("2021-12-31")), period("P10Y")), on("2031-12-31"));
}

TEST(Date, T67_subtracting_goes_backwards_without_rolling) {
  EXPECT_EQ(subtract(on("2026-12-02"), period("P7D")), on("2026-11-25"));
  EXPECT_EQ(subtract(on("2027-03-31"), period("P1M")), on("2027-02-28"));
}

TEST(Date, results_outside_of_1900_to_2200_are_none) {
  EXPECT_EQ(sum("2200-12-31", "P1D"), "none");
  EXPECT_EQ(sum("2196-06-01", "P5Y"), "none");
  EXPECT_EQ(sum("2026-06-01", "P9999Y"), "none");
  EXPECT_FALSE(subtract(on("1900-01-01"), period("P1D")));
  EXPECT_FALSE(latest_expired_start(on("1903-01-01"), period("P5Y")));
}

TEST(Date, indefinite_has_no_end_and_no_expired_start) {
  EXPECT_FALSE(add(on("2026-01-01"), Period::indefinite()));
  EXPECT_FALSE(subtract(on("2026-01-01"), Period::indefinite()));
  EXPECT_FALSE(latest_expired_start(on("2026-01-01"), Period::indefinite()));
}

TEST(Date, T29_five_years_are_over_on_the_day_after_the_anniversary) {
  EXPECT_EQ(latest_expired_start(on("2026-11-23"), period("P5Y")), on("2021-11-22"));
  EXPECT_EQ(latest_expired_start(on("2026-11-22"), period("P5Y")), on("2021-11-21"));
}

TEST(Date, T30_the_leap_day_is_over_with_28_february) {
  EXPECT_EQ(latest_expired_start(on("2025-03-01"), period("P5Y")), on("2020-02-29"));
  EXPECT_EQ(latest_expired_start(on("2025-02-28"), period("P5Y")), on("2020-02-27"));
}

TEST(Period, writes_and_reads_iso_8601) {
  EXPECT_EQ(period("P1Y2M3D"), Period(1, 2, 3));
  EXPECT_EQ(period("P2W"), Period(0, 0, 14));
  EXPECT_EQ(period("P18M"), Period(0, 18, 0));
  EXPECT_EQ(Period(5, 0, 0).str(), "P5Y");
  EXPECT_EQ(Period(0, 1, 2).str(), "P1M2D");
  EXPECT_EQ(Period::indefinite().str(), "INDEFINITE");
  EXPECT_TRUE(period("INDEFINITE").is_indefinite());
}

TEST(Period, P5_anything_but_the_strict_subset_is_refused) {
  for (const char* text :
       {"",      "P",     "P0D",     "P0Y0M",        "P0W",        "P-1Y",  "-P1Y",
        "P1",    "1Y",    "PT1M",    "P1YT1H",       "P1Y2W",      "P2W1D", "P1M1Y",
        "P1D1M", "P1Y1Y", "P10000Y", "P1000000000Y", "P1.5Y",      "P1,5Y", "p1y",
        "P1Y ",  " P1Y",  "PY",      "P1Y\n",        "indefinite", "PW"}) {
    EXPECT_FALSE(Period::parse(text)) << text;
  }
}

TEST(Date, works_as_a_hash_key) {
  const std::hash<Date> hash;
  EXPECT_EQ(hash(on("2026-01-01")), hash(on("2026-01-01")));
  EXPECT_NE(hash(on("2026-01-01")), hash(on("2026-01-02")));
}

// --- laws -------------------------------------------------------------------------------------

rc::Gen<Date> any_date() {
  return rc::gen::map(rc::gen::inRange(on("1900-01-01").days(), on("2200-12-31").days() + 1),
                      Date::from_days);
}

/// Days of the months' ends, where clamping happens, as often as all others.
rc::Gen<Date> any_date_often_at_a_month_end() {
  const auto near_end =
      rc::gen::map(rc::gen::tuple(rc::gen::inRange(1901, 2200), rc::gen::inRange(1, 13),
                                  rc::gen::inRange(-4, 3)),
                   [](const auto& parts) {
                     return Date::from_ymd(std::get<0>(parts), std::get<1>(parts), 1)
                         ->plus_days(std::get<2>(parts));
                   });
  return rc::gen::oneOf(any_date(), near_end);
}

rc::Gen<Period> any_period() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, 12), rc::gen::inRange(0, 30), rc::gen::inRange(0, 100)),
      [](const auto& p) {
        const bool zero = std::get<0>(p) + std::get<1>(p) + std::get<2>(p) == 0;
        return Period(std::get<0>(p), std::get<1>(p), zero ? 1 : std::get<2>(p));
      });
}

RC_GTEST_PROP(DateLaw, a_date_survives_being_written, ()) {
  const Date date = *any_date();
  RC_ASSERT(Date::parse(date.str()) == date);
}

RC_GTEST_PROP(DateLaw, a_period_survives_being_written, ()) {
  const Period length = *any_period();
  RC_ASSERT(Period::parse(length.str()) == length);
  const Period weeks(0, 0, 7 * *rc::gen::inRange(1, 10000));
  RC_ASSERT(Period::parse(weeks.str()) == weeks);
}

RC_GTEST_PROP(DateLaw, a_later_start_never_ends_earlier, ()) {
  const Date start = *any_date_often_at_a_month_end();
  const Period length = *any_period();
  const auto end = add(start, length);
  const auto next = add(start.plus_days(1), length);
  RC_PRE(end && next);
  RC_ASSERT(*end <= *next);
  RC_ASSERT(*end > start);
}

RC_GTEST_PROP(DateLaw, the_latest_expired_start_is_the_exact_boundary, ()) {
  const Date today = *any_date_often_at_a_month_end();
  const Period length = *any_period();
  const auto start = latest_expired_start(today, length);
  RC_PRE(start.has_value());
  RC_ASSERT(add(*start, length).value() < today);
  RC_ASSERT(add(start->plus_days(1), length).value() >= today);
}

}  // namespace
}  // namespace besa
