// Instants and zones: the domain's vectors T51–T54, T58 and T59, and zones as the tz database says.
#include "besa/base/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "besa/base/error.hpp"
#include "tests/base/on.hpp"

namespace besa {
namespace {

Instant at(std::string_view text) {
  return Instant::parse(text).value();
}
Date after(Date start, std::string_view length) {
  return add(start, Period::parse(length).value()).value();
}
TimeZone tirane() {
  return TimeZone::find("Europe/Tirane");
}

TEST(Instant, is_read_and_written_as_rfc_3339) {
  EXPECT_EQ(at("1970-01-01T00:00:00Z").seconds, 0);
  EXPECT_EQ(at("2001-09-09T01:46:40Z").seconds, 1000000000);
  EXPECT_EQ(at("2026-11-22T17:42:30+01:00").str(), "2026-11-22T16:42:30Z");
  EXPECT_EQ(at("2026-11-22t16:42:30.123456789123z").str(), "2026-11-22T16:42:30Z");
  EXPECT_EQ(at("1998-12-31T23:59:60Z").str(), "1998-12-31T23:59:59Z");
  EXPECT_EQ(Instant{-1}.str(), "1969-12-31T23:59:59Z");
}

TEST(Instant, D4_D5_hostile_texts_are_no_instants) {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T16:42Z", "2026-11-22T16:42:30", "2026-11-22 16:42:30Z",
        "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T23:59:60Z",
        "2026-11-22T16:42:61Z", "2026-11-22T16:42:30+01", "2026-11-22T16:42:30+10:60",
        "2026-11-22T16:42:30+0100", "2026-11-22T16:42:30.Z", "2026-11-22T16:42:30Z "}) {
    EXPECT_FALSE(Instant::parse(text)) << text;
  }
}

TEST(TimeZone, T51_the_day_of_receipt_is_the_day_in_tirana) {
  const Date received = tirane().local_date(at("2027-03-09T23:30:00Z"));
  EXPECT_EQ(received, on("2027-03-10"));
  EXPECT_EQ(after(received, "P1M"), on("2027-04-10"));
}

TEST(TimeZone, T52_five_years_run_from_the_day_in_tirana) {
  const Date contact = tirane().local_date(at("2021-11-21T23:30:00Z"));
  EXPECT_EQ(contact, on("2021-11-22"));
  const Date kept_through = after(contact, "P5Y");
  EXPECT_EQ(kept_through, on("2026-11-22"));
  EXPECT_EQ(tirane().start_of(kept_through.plus_days(1)).str(), "2026-11-22T23:00:00Z");
}

TEST(TimeZone, T53_T54_a_day_ends_with_the_offset_of_its_night) {
  EXPECT_EQ(tirane().start_of(on("2026-10-27")).str(), "2026-10-26T23:00:00Z");
  EXPECT_EQ(tirane().start_of(on("2026-03-31")).str(), "2026-03-30T22:00:00Z");
}

TEST(TimeZone, T58_a_time_in_the_spring_gap_maps_forward) {
  const auto local = tirane().resolve(on("2026-03-29"), 2 * 3600 + 30 * 60);
  EXPECT_TRUE(local.gap);
  EXPECT_FALSE(local.fold);
  EXPECT_EQ(tirane().local_text(local.instant), "2026-03-29T03:30:00+02:00");
}

TEST(TimeZone, T59_a_time_in_the_autumn_fold_is_the_earlier) {
  const auto local = tirane().resolve(on("2026-10-25"), 2 * 3600 + 30 * 60);
  EXPECT_TRUE(local.fold);
  EXPECT_FALSE(local.gap);
  EXPECT_EQ(local.instant.str(), "2026-10-25T00:30:00Z");
}

TEST(TimeZone, the_edges_of_gap_and_fold_are_exact) {
  const auto resolve = [](const char* date, int seconds) {
    return tirane().resolve(on(date), seconds);
  };
  EXPECT_FALSE(resolve("2026-03-29", 7199).gap);
  EXPECT_TRUE(resolve("2026-03-29", 7200).gap);
  EXPECT_TRUE(resolve("2026-03-29", 10799).gap);
  EXPECT_FALSE(resolve("2026-03-29", 10800).gap);
  EXPECT_EQ(resolve("2026-03-29", 10800).instant.str(), "2026-03-29T01:00:00Z");
  EXPECT_FALSE(resolve("2026-10-25", 7199).fold);
  EXPECT_TRUE(resolve("2026-10-25", 7200).fold);
  EXPECT_TRUE(resolve("2026-10-25", 10799).fold);
  EXPECT_FALSE(resolve("2026-10-25", 10800).fold);
  EXPECT_EQ(resolve("2026-10-25", 10800).instant.str(), "2026-10-25T02:00:00Z");
}

TEST(TimeZone, a_day_may_begin_at_one_o_clock) {
  // Cuba goes to summer time at midnight: 2026-03-08 begins at 01:00 -04:00.
  const auto havana = TimeZone::find("America/Havana");
  EXPECT_EQ(havana.local_text(havana.start_of(on("2026-03-08"))), "2026-03-08T01:00:00-04:00");
}

struct ZoneVector {
  const char* zone;
  const char* instant;
  const char* local;
};

// Computed with Python's zoneinfo over the same database.
constexpr ZoneVector zone_vectors[] = {
    {"Europe/Tirane", "1985-07-01T12:00:00Z", "1985-07-01T14:00:00+02:00"},
    {"Europe/Tirane", "1999-12-31T23:30:00Z", "2000-01-01T00:30:00+01:00"},
    {"Europe/Tirane", "2026-07-01T22:30:00Z", "2026-07-02T00:30:00+02:00"},
    {"Europe/Tirane", "2050-07-01T12:00:00Z", "2050-07-01T14:00:00+02:00"},
    {"Europe/Tirane", "2150-01-15T12:00:00Z", "2150-01-15T13:00:00+01:00"},
    {"Europe/Tirane", "2199-07-15T12:00:00Z", "2199-07-15T14:00:00+02:00"},
    {"America/New_York", "2050-07-01T12:00:00Z", "2050-07-01T08:00:00-04:00"},
    {"America/New_York", "2150-01-15T12:00:00Z", "2150-01-15T07:00:00-05:00"},
    {"Asia/Kolkata", "2050-07-01T12:00:00Z", "2050-07-01T17:30:00+05:30"},
    {"Pacific/Apia", "1999-12-31T23:30:00Z", "1999-12-31T12:30:00-11:00"},
    {"Pacific/Apia", "2050-07-01T12:00:00Z", "2050-07-02T01:00:00+13:00"},
    {"Australia/Lord_Howe", "2050-07-01T12:00:00Z", "2050-07-01T22:30:00+10:30"},
    {"Australia/Lord_Howe", "2150-01-15T12:00:00Z", "2150-01-15T23:00:00+11:00"},
    {"America/Nuuk", "2050-07-01T12:00:00Z", "2050-07-01T11:00:00-01:00"},
    {"Europe/Dublin", "2050-07-01T12:00:00Z", "2050-07-01T13:00:00+01:00"},
    {"Europe/Dublin", "2150-01-15T12:00:00Z", "2150-01-15T12:00:00+00:00"},
    {"America/Santiago", "2050-07-01T12:00:00Z", "2050-07-01T08:00:00-04:00"},
    {"America/Santiago", "2150-01-15T12:00:00Z", "2150-01-15T09:00:00-03:00"},
    {"UTC", "2026-07-01T22:30:00Z", "2026-07-01T22:30:00+00:00"}};

TEST(TimeZone, knows_past_and_far_future_of_many_zones) {
  for (const auto& [name, instant, local] : zone_vectors) {
    EXPECT_EQ(TimeZone::find(name).local_text(at(instant)), local) << name;
  }
}

TEST(TimeZone, an_unknown_name_is_an_error_with_the_nearest) {
  try {
    static_cast<void>(TimeZone::find("Europe/Tirana"));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::finding);
    EXPECT_EQ(error.message(), "unknown time zone 'Europe/Tirana'");
    EXPECT_EQ(error.hint(), "did you mean 'Europe/Tirane'?");
  }
  EXPECT_THROW(static_cast<void>(TimeZone::find("")), Error);
  for (const char* name :
       {"../../etc/passwd", "Europe/../Europe/Tirane", "Europe//Tirane", "/Europe/Tirane",
        "Europe/Tirane/", "Europe/", "Europe", "zone.tab", "posix/Europe/Tirane"})
    EXPECT_THROW(static_cast<void>(TimeZone::find(name)), Error) << name;
}

TEST(FixedClock, says_what_it_was_told) {
  FixedClock clock(at("2026-11-22T16:42:30Z"));
  EXPECT_EQ(clock.now().str(), "2026-11-22T16:42:30Z");
  clock.set(at("2026-11-23T00:00:00Z"));
  EXPECT_EQ(clock.now().str(), "2026-11-23T00:00:00Z");
}

TEST(SystemClock, is_past_the_day_this_was_written) {
  EXPECT_GT(SystemClock{}.now(), at("2025-01-01T00:00:00Z"));
}

Instant any_instant() {
  return {
      *rc::gen::inRange(at("1900-01-02T00:00:00Z").seconds, at("2200-12-30T00:00:00Z").seconds)};
}

RC_GTEST_PROP(TimeLaw, an_instant_survives_being_written, ()) {
  const Instant instant = any_instant();
  RC_ASSERT(Instant::parse(instant.str()) == instant);
}

RC_GTEST_PROP(TimeLaw, local_text_names_the_same_instant, ()) {
  const Instant instant = any_instant();
  const auto zone = TimeZone::find(
      *rc::gen::element<std::string>("Europe/Tirane", "Australia/Lord_Howe", "Asia/Kolkata"));
  RC_ASSERT(Instant::parse(zone.local_text(instant)) == instant);
}

RC_GTEST_PROP(TimeLaw, a_day_begins_with_its_first_instant, ()) {
  const Date date =
      Date::from_days(*rc::gen::inRange(on("1915-01-01").days(), on("2200-12-30").days()));
  const auto zone = TimeZone::find(
      *rc::gen::element<std::string>("Europe/Tirane", "America/Havana", "Asia/Tokyo"));
  const Instant begin = zone.start_of(date);
  RC_ASSERT(zone.local_date(begin) == date);
  RC_ASSERT(zone.local_date({begin.seconds - 1}) == date.plus_days(-1));
}

}  // namespace
}  // namespace besa
