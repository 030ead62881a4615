// The values people store in time columns: the hostile dates D1–D12 and every format.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <ostream>

#include "besa/base/error.hpp"
#include "besa/base/time.hpp"

namespace besa {

void PrintTo(TimeFault fault, std::ostream* out) {
  constexpr const char* names[] = {"none",       "empty",        "malformed",
                                   "impossible", "out_of_range", "sentinel"};
  *out << names[static_cast<int>(fault)];
}

namespace {

TimeReader reader(const std::string& format, const std::string& zone = "Europe/Tirane") {
  return {format, zone, TimeZone::find("Europe/Tirane")};
}

template <class Value>
std::string date_of(const TimeReader& reader, Value value) {
  const ParsedTime time = reader.read(value);
  return time.ok() ? time.date.str() : "fault";
}

std::string date_of(const TimeReader& reader, const char* value) {
  return date_of(reader, std::string_view(value));
}

template <class Value>
TimeFault fault_of(const std::string& format, Value value) {
  return reader(format).read(value).fault;
}

TimeFault fault_of(const std::string& format, const char* value) {
  return fault_of(format, std::string_view(value));
}

TEST(TimeReader, reads_each_format_as_declared) {
  EXPECT_EQ(date_of(reader("rfc3339"), "2026-11-22T16:42:30Z"), "2026-11-22");
  EXPECT_EQ(date_of(reader("date"), "2026-11-22"), "2026-11-22");
  EXPECT_EQ(date_of(reader("datetime"), "2026-11-22 16:42"), "2026-11-22");
  EXPECT_EQ(date_of(reader("datetime"), "2026-11-22 16:42:30"), "2026-11-22");
  EXPECT_EQ(date_of(reader("datetime"), "2026-11-22T16:42:30.123"), "2026-11-22");
  EXPECT_EQ(date_of(reader("dd.mm.yyyy"), "22.11.2026"), "2026-11-22");
  EXPECT_EQ(date_of(reader("dd.mm.yyyy HH:MM"), "22.11.2026 16:42"), "2026-11-22");
  EXPECT_EQ(date_of(reader("dd.mm.yyyy HH:MM:SS"), "22.11.2026 16:42:30"), "2026-11-22");
  EXPECT_EQ(date_of(reader("dd/mm/yyyy"), "03/04/2024"), "2024-04-03");
  EXPECT_EQ(date_of(reader("dd/mm/yyyy HH:MM"), "03/04/2024 16:42"), "2024-04-03");
  EXPECT_EQ(date_of(reader("mm/dd/yyyy"), "03/04/2024"), "2024-03-04");
  EXPECT_EQ(date_of(reader("mm/dd/yyyy HH:MM:SS"), "12/31/2024 16:42:30"), "2024-12-31");
  EXPECT_EQ(date_of(reader("yyyymmdd"), "20241231"), "2024-12-31");
  EXPECT_EQ(date_of(reader("yyyymmdd"), std::int64_t{20241231}), "2024-12-31");
}

TEST(TimeReader, T51_T52_instants_are_days_of_the_target_zone) {
  EXPECT_EQ(date_of(reader("rfc3339"), "2027-03-09T23:30:00Z"), "2027-03-10");
  EXPECT_EQ(date_of(reader("rfc3339"), "2021-11-21T23:30:00Z"), "2021-11-22");
  EXPECT_EQ(date_of(reader("rfc3339"), "2026-07-01T21:59:59Z"), "2026-07-01");
  EXPECT_EQ(date_of(reader("rfc3339"), "2026-07-01T22:00:00Z"), "2026-07-02");
  EXPECT_EQ(date_of(reader("rfc3339"), "2026-07-02T00:30:00+05:30"), "2026-07-01");
}

TEST(TimeReader, wall_clock_times_are_read_in_their_own_zone) {
  EXPECT_EQ(date_of(reader("datetime", "UTC"), "2026-07-01 22:30"), "2026-07-02");
  EXPECT_EQ(date_of(reader("datetime", "Europe/Tirane"), "2026-07-01 22:30"), "2026-07-01");
  EXPECT_EQ(date_of(reader("dd.mm.yyyy HH:MM", "America/New_York"), "31.12.2025 18:30"),
            "2026-01-01");
}

TEST(TimeReader, T58_T59_times_in_gap_and_fold_have_a_date) {
  EXPECT_EQ(date_of(reader("datetime"), "2026-03-29 02:30"), "2026-03-29");
  EXPECT_EQ(date_of(reader("datetime"), "2026-10-25 02:30"), "2026-10-25");
}

TEST(TimeReader, T60_D1_days_that_do_not_exist_are_impossible) {
  for (const char* text : {"2026-02-30", "2027-02-29", "2026-13-01", "2026-00-10", "2023-02-29",
                           "2024-02-30", "2024-01-00", "2024-04-31", "2024-01-32"}) {
    EXPECT_EQ(fault_of("date", text), TimeFault::impossible) << text;
  }
  EXPECT_EQ(fault_of("date", "25.08.2026"), TimeFault::malformed);
  EXPECT_EQ(fault_of("rfc3339", "2023-02-29T10:00:00Z"), TimeFault::impossible);
}

TEST(TimeReader, D2_years_outside_of_1900_to_2200_are_out_of_range) {
  for (const char* text : {"0000-01-01", "1899-12-31", "2201-01-01", "9999-01-01"}) {
    EXPECT_EQ(fault_of("date", text), TimeFault::out_of_range) << text;
  }
  EXPECT_EQ(fault_of("date", "-200-01-01"), TimeFault::malformed);
  EXPECT_EQ(fault_of("date", "12024-01-01"), TimeFault::malformed);
  EXPECT_EQ(fault_of("rfc3339", "2200-12-31T23:30:00Z"),
            TimeFault::out_of_range);  // 2201 in Tirana
  EXPECT_EQ(date_of(reader("date"), "1900-01-02"), "1900-01-02");
  EXPECT_EQ(date_of(reader("date"), "2200-12-31"), "2200-12-31");
}

TEST(TimeReader, D3_sentinels_are_named_as_such) {
  for (const char* text : {"0000-00-00", "1970-01-01", "9999-12-31", "1900-01-01"}) {
    EXPECT_EQ(fault_of("date", text), TimeFault::sentinel) << text;
  }
  EXPECT_EQ(fault_of("dd/mm/yyyy", "01/01/1900"), TimeFault::sentinel);
  EXPECT_EQ(fault_of("datetime", "0000-00-00 00:00:00"), TimeFault::sentinel);
  EXPECT_EQ(fault_of("datetime", "9999-12-31 23:59:59"), TimeFault::sentinel);
  EXPECT_EQ(fault_of("datetime", "1970-01-01 00:00:00"), TimeFault::sentinel);
  EXPECT_EQ(fault_of("datetime", "1970-01-01 01:00:00"),
            TimeFault::sentinel);  // instant 0 in Tirana
  EXPECT_EQ(fault_of("rfc3339", "1970-01-01T00:00:00Z"), TimeFault::sentinel);
  EXPECT_EQ(fault_of("rfc3339", "1970-01-01T01:00:00+01:00"), TimeFault::sentinel);
  EXPECT_EQ(fault_of("epoch-s", std::int64_t{0}), TimeFault::sentinel);
  EXPECT_EQ(fault_of("epoch-ms", std::int64_t{0}), TimeFault::sentinel);
  EXPECT_EQ(fault_of("epoch-s", std::int64_t{253402300799}), TimeFault::sentinel);
  EXPECT_EQ(fault_of("julian", 2440587.5), TimeFault::sentinel);
  EXPECT_EQ(fault_of("excel", 0.0), TimeFault::sentinel);
  EXPECT_EQ(fault_of("excel", 1.0), TimeFault::sentinel);
  EXPECT_EQ(date_of(reader("datetime"), "1970-01-01 12:00"), "1970-01-01");
}

TEST(TimeReader, D4_a_leap_second_only_where_one_can_be) {
  EXPECT_EQ(date_of(reader("rfc3339"), "1998-12-31T23:59:60Z"), "1999-01-01");
  EXPECT_EQ(date_of(reader("rfc3339"), "1998-12-31T15:59:60-08:00"), "1999-01-01");
  EXPECT_EQ(date_of(reader("datetime"), "1999-01-01 00:59:60"), "1999-01-01");
  for (const char* text :
       {"1998-12-30T23:59:60Z", "1998-12-31T22:59:60Z", "1998-12-31T23:58:60Z",
        "1998-12-31T23:59:61Z", "1998-12-31T24:00:00Z", "1998-12-31T23:60:00Z"}) {
    EXPECT_EQ(fault_of("rfc3339", text), TimeFault::impossible) << text;
  }
  EXPECT_EQ(fault_of("datetime", "1998-12-31 23:59:60"), TimeFault::impossible);  // 22:59 UTC
  EXPECT_EQ(fault_of("datetime", "1998-12-31 24:00"), TimeFault::impossible);
}

TEST(TimeReader, D5_an_instant_needs_its_offset) {
  for (const char* text :
       {"2026-07-01T10:00:00Z", "2026-07-01T10:00:00+02:00", "2026-07-01T10:00:00-00:00"}) {
    EXPECT_EQ(date_of(reader("rfc3339"), text), "2026-07-01") << text;
  }
  for (const char* text : {"2026-07-01T10:00:00", "2026-07-01T10:00:00+01",
                           "2026-07-01T10:00:00+10:60", "2026-07-01T10:00:00+24:00",
                           "2026-07-01T10:00:00+0200", "2026-07-01", "2026-07-01T10:00Z"}) {
    EXPECT_EQ(fault_of("rfc3339", text), TimeFault::malformed) << text;
  }
  EXPECT_EQ(fault_of("datetime", "2026-07-01 10:00:00Z"), TimeFault::malformed);
}

TEST(TimeReader, D6_small_letters_and_long_fractions_are_rfc_3339_and_a_space_is_not) {
  EXPECT_EQ(date_of(reader("rfc3339"), "2026-07-01t10:00:00z"), "2026-07-01");
  EXPECT_EQ(date_of(reader("rfc3339"), "2026-07-01T21:59:59.999999999999Z"), "2026-07-01");
  EXPECT_EQ(fault_of("rfc3339", "2026-07-01 10:00:00Z"), TimeFault::malformed);
  EXPECT_EQ(fault_of("rfc3339", "2026-07-01T10:00:00.Z"), TimeFault::malformed);
  EXPECT_EQ(fault_of("rfc3339", "2026-07-01T10:00:00,5Z"), TimeFault::malformed);
}

TEST(TimeReader, D7_only_the_declared_format_is_read) {
  for (const char* text :
       {"31.12.2024", "12/31/2024", "20241231", "2024-12-31 00:00", "2024-12-31T00:00:00Z"}) {
    EXPECT_EQ(fault_of("date", text), TimeFault::malformed) << text;
  }
  for (const char* text :
       {"2024-12-31", "31/12/2024", "31.12.24", "1.2.2024", "31.12.2024 10:00"}) {
    EXPECT_EQ(fault_of("dd.mm.yyyy", text), TimeFault::malformed) << text;
  }
  EXPECT_EQ(fault_of("dd/mm/yyyy", "12/31/2024"), TimeFault::impossible);
  EXPECT_EQ(fault_of("dd.mm.yyyy HH:MM", "31.12.2024"), TimeFault::malformed);
  EXPECT_EQ(fault_of("dd.mm.yyyy HH:MM", "31.12.2024T10:00"), TimeFault::malformed);
  EXPECT_EQ(fault_of("datetime", "2024-12-31 10:00:00."), TimeFault::malformed);
  EXPECT_EQ(fault_of("datetime", "2024-12-31 10:0"), TimeFault::malformed);
  EXPECT_EQ(fault_of("datetime", "2024-12-31"), TimeFault::malformed);
}

TEST(TimeReader, D8_numbers_of_seconds_since_1970_are_read_where_declared) {
  EXPECT_EQ(date_of(reader("epoch-s"), std::int64_t{1700000000}), "2023-11-14");
  EXPECT_EQ(date_of(reader("epoch-ms"), std::int64_t{1700000000000}), "2023-11-14");
  EXPECT_EQ(date_of(reader("epoch-us"), std::int64_t{1700000000000000}), "2023-11-14");
  EXPECT_EQ(date_of(reader("epoch-s"), "1700000000"), "2023-11-14");
  EXPECT_EQ(date_of(reader("epoch-s"), 1700000000.0), "2023-11-14");
  EXPECT_EQ(date_of(reader("epoch-ms"), std::int64_t{-1}), "1970-01-01");  // 00:59:59 in Tirana
  EXPECT_EQ(fault_of("epoch-s", std::int64_t{1700000000000}), TimeFault::out_of_range);
  EXPECT_EQ(fault_of("epoch-us", std::numeric_limits<std::int64_t>::min()),
            TimeFault::out_of_range);
  EXPECT_EQ(fault_of("epoch-s", 1700000000.5), TimeFault::malformed);
  for (const char* text :
       {"1700000000.5", "+1700000000", "1.7e9", "0x10", "99999999999999999999", "-", "17000 "}) {
    EXPECT_EQ(fault_of("epoch-s", text), TimeFault::malformed) << text;
  }
  EXPECT_EQ(fault_of("date", std::int64_t{45292}), TimeFault::malformed);
}

TEST(TimeReader, D8_excel_days_are_read_where_declared) {
  EXPECT_EQ(date_of(reader("excel"), 45292.0), "2024-01-01");
  EXPECT_EQ(date_of(reader("excel"), std::int64_t{45292}), "2024-01-01");
  EXPECT_EQ(date_of(reader("excel"), "45292.75"), "2024-01-01");
  EXPECT_EQ(date_of(reader("excel", "America/New_York"), 45292.75), "2024-01-02");
  EXPECT_EQ(date_of(reader("excel", "America/New_York"), 45292.0), "2024-01-01");
  EXPECT_EQ(date_of(reader("excel", ""), 45292.99), "2024-01-01");
  EXPECT_EQ(date_of(reader("excel"), 59.0), "1900-02-28");
  EXPECT_EQ(date_of(reader("excel"), 61.0), "1900-03-01");
  EXPECT_EQ(fault_of("excel", 60.0), TimeFault::impossible);  // 1900 was no leap year
  EXPECT_EQ(fault_of("excel", -1.0), TimeFault::out_of_range);
  EXPECT_EQ(fault_of("excel", std::numeric_limits<double>::quiet_NaN()), TimeFault::out_of_range);
  EXPECT_EQ(fault_of("excel", "45292,5"), TimeFault::malformed);
}

TEST(TimeReader, D8_julian_days_are_read_where_declared) {
  EXPECT_EQ(date_of(reader("julian"), 2451545.0), "2000-01-01");      // noon UTC
  EXPECT_EQ(date_of(reader("julian"), 2460310.46875), "2024-01-01");  // 2023-12-31 23:15 UTC
  EXPECT_EQ(date_of(reader("julian"), std::int64_t{2451545}), "2000-01-01");
  EXPECT_EQ(date_of(reader("julian"), "2451545.0"), "2000-01-01");
  EXPECT_EQ(fault_of("julian", 0.0), TimeFault::out_of_range);
  EXPECT_EQ(fault_of("julian", std::numeric_limits<double>::infinity()), TimeFault::out_of_range);
}

TEST(TimeReader, D9_only_ascii_digits_and_nothing_around_them) {
  EXPECT_EQ(fault_of("date", ""), TimeFault::empty);
  for (const char* text :
       {"2024-01-1\xe0\xa7\xaa", "2024-01-01\n", "2024-01-01 ", " 2024-01-01", "\t", "2024-01-0a",
        "2024\xe2\x80\x90"
        "1-01",
        "２０２４"}) {
    EXPECT_EQ(fault_of("date", text), TimeFault::malformed) << text;
  }
  EXPECT_EQ(fault_of("rfc3339", "2024-01-01T10:00:00Z\n"), TimeFault::malformed);
  EXPECT_EQ(fault_of("date", std::string_view("2024-01-01\0", 11)), TimeFault::malformed);
}

// Found by the fuzzer: it was 1970-01-01, the day of the empty places among the days read lately.
TEST(TimeReader, D9_a_day_of_nothing_but_NUL_bytes_is_no_day) {
  EXPECT_EQ(fault_of("rfc3339", std::string(10, '\0') + "T23:59:59Z"), TimeFault::malformed);
}

TEST(TimeReader, D11_words_that_sqlite_would_evaluate_are_text) {
  for (const char* text : {"now", "+1 day", "start of month", "null"}) {
    for (const char* format : {"date", "rfc3339", "datetime", "epoch-s", "julian"}) {
      EXPECT_EQ(fault_of(format, text), TimeFault::malformed) << text;
    }
  }
}

TEST(TimeReader, an_unknown_format_is_an_error_with_the_nearest) {
  try {
    reader("rfc3393");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::finding);
    EXPECT_EQ(error.message(), "unknown time format 'rfc3393'");
    EXPECT_EQ(error.hint(), "did you mean 'rfc3339'?");
  }
  EXPECT_TRUE(TimeReader::known_format("dd.mm.yyyy HH:MM"));
  EXPECT_FALSE(TimeReader::known_format("yyyy"));
}

TEST(TimeReader, a_wall_clock_without_a_zone_is_an_error_and_never_utc) {
  EXPECT_THROW(reader("datetime", ""), Error);
  EXPECT_THROW(reader("dd.mm.yyyy HH:MM", ""), Error);
  EXPECT_THROW(reader("datetime", "Europe/Nowhere"), Error);
  EXPECT_NO_THROW(reader("dd.mm.yyyy", ""));
  EXPECT_NO_THROW(reader("rfc3339", ""));
}

TEST(TimeReader, tells_where_order_of_values_is_order_of_time) {
  for (const char* format : {"rfc3339", "date", "datetime", "yyyymmdd"}) {
    EXPECT_TRUE(reader(format).text_order_is_time_order()) << format;
  }
  for (const char* format : {"dd.mm.yyyy", "dd/mm/yyyy HH:MM", "epoch-s", "excel", "julian"}) {
    EXPECT_FALSE(reader(format).text_order_is_time_order()) << format;
  }
  EXPECT_TRUE(reader("epoch-us").number_order_is_time_order());
  EXPECT_FALSE(reader("date").number_order_is_time_order());
  EXPECT_FALSE(reader("excel").number_order_is_time_order());
}

TEST(TimeReader, bounds_are_written_as_values_are) {
  const Date date = Date::parse("2026-03-01").value();
  EXPECT_EQ(reader("rfc3339").text_lower_bound(date), "2026-02-27");
  EXPECT_EQ(reader("rfc3339").text_upper_bound(date), "2026-03-04");
  EXPECT_EQ(reader("yyyymmdd").text_lower_bound(date), "20260227");
  EXPECT_EQ(reader("dd.mm.yyyy").text_lower_bound(date), "");
}

/// Any offset that RFC 3339 can write.
std::string any_rfc3339() {
  std::string text = Instant{*rc::gen::inRange<std::int64_t>(-2000000000, 7000000000)}.str();
  text.pop_back();
  const int minutes = *rc::gen::inRange(0, 24 * 60);
  const auto two = [](int number) { return std::to_string(100 + number).substr(1); };
  return text + *rc::gen::element('+', '-') + two(minutes / 60) + ':' + two(minutes % 60);
}

RC_GTEST_PROP(TimeReaderLaw, text_bounds_hold_for_every_offset, ()) {
  const auto times = TimeReader("rfc3339", "",
                                TimeZone::find(*rc::gen::element<std::string>(
                                    "Europe/Tirane", "Pacific/Kiritimati", "Pacific/Pago_Pago")));
  const std::string text = any_rfc3339();
  const ParsedTime time = times.read(text);
  RC_PRE(time.ok());
  RC_ASSERT(times.text_lower_bound(time.date) <= text);
  RC_ASSERT(times.text_upper_bound(time.date) > text);
}

/// Rows in the order of time repeat their days, which are not worked out anew: also not wrongly,
/// where a zone changes its clock or another reader asks in between.
RC_GTEST_PROP(TimeReaderLaw, a_day_that_repeats_is_that_of_the_instant_in_every_zone, ()) {
  const std::vector<std::string> zones{"Europe/Tirane", "America/New_York", "Pacific/Kiritimati",
                                       "Pacific/Apia",  "Asia/Kolkata",     "UTC"};
  // Clocks change on the last Sunday of March 2026 and October 2026; Apia left out 2011-12-30.
  const Date day = Date::parse(*rc::gen::element<std::string>("2026-03-29", "2026-10-25",
                                                              "2026-03-08", "2011-12-30"))
                       ->plus_days(*rc::gen::inRange(-1, 2));
  for (int i = 0; i < 20; ++i) {
    const TimeZone zone = TimeZone::find(*rc::gen::elementOf(zones));
    const Instant at{std::int64_t{day.days()} * 86400 + *rc::gen::inRange(0, 86400)};
    RC_ASSERT(TimeReader("rfc3339", "", zone).read(at.str()).date == zone.local_date(at));
  }
}

RC_GTEST_PROP(TimeReaderLaw, number_bounds_hold_in_every_zone, ()) {
  const auto times = TimeReader("epoch-ms", "",
                                TimeZone::find(*rc::gen::element<std::string>(
                                    "Europe/Tirane", "Pacific/Kiritimati", "Pacific/Pago_Pago")));
  const std::int64_t number = *rc::gen::inRange<std::int64_t>(-2000000000000, 7000000000000);
  const ParsedTime time = times.read(number);
  RC_PRE(time.ok());
  RC_ASSERT(times.number_lower_bound(time.date) <= number);
  RC_ASSERT(times.number_upper_bound(time.date) > number);
}

RC_GTEST_PROP(TimeReaderLaw, any_bytes_are_a_date_or_a_fault, (const std::string& text)) {
  for (const char* format :
       {"rfc3339", "date", "datetime", "dd.mm.yyyy HH:MM", "epoch-s", "excel", "julian"}) {
    const ParsedTime time = TimeReader(format, "UTC", TimeZone::find("UTC")).read(text);
    RC_ASSERT(time.ok() == (time.fault == TimeFault::none));
  }
}

}  // namespace
}  // namespace besa
