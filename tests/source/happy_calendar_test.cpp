// How the example writes days and numbers, against values worked out elsewhere.
#include "source/happy_calendar.hpp"

#include <gtest/gtest.h>

#include <string>

#include "source/happy_people.hpp"

namespace besa::source {
namespace {

TEST(HappyCalendar, keeps_summer_time_as_the_european_union_does) {
  EXPECT_FALSE(is_summer_time(*Date::from_ymd(2026, 3, 28)));
  EXPECT_TRUE(is_summer_time(*Date::from_ymd(2026, 3, 29)));
  EXPECT_TRUE(is_summer_time(*Date::from_ymd(2026, 10, 24)));
  EXPECT_FALSE(is_summer_time(*Date::from_ymd(2026, 10, 25)));
}

TEST(HappyCalendar, writes_one_moment_in_every_format) {
  const Calendar calendar(*Date::from_ymd(2026, 1, 1), *Date::from_ymd(2026, 12, 31));
  const WallMinute at = wall(*Date::from_ymd(2026, 7, 9), 17, 5);
  std::string utc, offset, datetime, dotted;
  calendar.utc(utc, at, 3);
  calendar.offset(offset, at, 3);
  calendar.datetime(datetime, at, 3);
  calendar.dotted(dotted, at);
  EXPECT_EQ(utc, "2026-07-09T15:05:03Z");
  EXPECT_EQ(offset, "2026-07-09T17:05:03+02:00");
  EXPECT_EQ(datetime, "2026-07-09 17:05:03");
  EXPECT_EQ(dotted, "09.07.2026 17:05");
  EXPECT_EQ(calendar.epoch(at, 3), 1783609503);  // date -ud 2026-07-09T15:05:03Z +%s
}

TEST(HappyPeople, cards_carry_the_check_digit_of_ean_13) {
  std::string card;
  People::card(card, 12345, false);
  ASSERT_EQ(card.size(), 13U);
  int sum = 0;
  for (std::size_t i = 0; i < card.size(); ++i) sum += (card[i] - '0') * (i % 2 == 0 ? 1 : 3);
  EXPECT_EQ(sum % 10, 0);
  EXPECT_EQ(card.substr(0, 2), "29");
}

}  // namespace
}  // namespace besa::source
