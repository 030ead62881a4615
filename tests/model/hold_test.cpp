#include "besa/model/hold.hpp"

#include <gtest/gtest.h>

namespace {

using besa::Date;
using besa::model::Hold;

TEST(Hold, covers_the_tables_it_names_or_all) {
  Hold hold;
  EXPECT_TRUE(hold.covers("loyalty.purchases"));
  hold.tables = {"loyalty.purchases"};
  EXPECT_TRUE(hold.covers("loyalty.purchases"));
  EXPECT_FALSE(hold.covers("loyalty.members"));
  EXPECT_FALSE(hold.covers("purchases"));
}

TEST(Hold, is_in_force_until_the_day_of_its_release) {
  Hold hold;
  hold.placed = *Date::from_ymd(2026, 11, 1);
  EXPECT_TRUE(hold.in_force(*Date::from_ymd(2026, 11, 22)));
  hold.released = Date::from_ymd(2026, 11, 22);
  EXPECT_TRUE(hold.in_force(*Date::from_ymd(2026, 11, 21)));
  EXPECT_FALSE(hold.in_force(*Date::from_ymd(2026, 11, 22)));
}

}  // namespace
