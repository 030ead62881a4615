#include <gtest/gtest.h>

#include "besa/model/manifest.hpp"
#include "besa/model/workspace.hpp"

namespace {

using namespace besa::model;
using Words = std::vector<std::string>;

TEST(Limits, without_limits_nothing_exceeds) {
  LimitFacts facts{1'000'000, 1'000'000, 500'000, 5'000'000, {{"d", "t", 10, 0, 0, 10}}, {1}};
  EXPECT_EQ(exceeded(Limits{}, facts), Words{});
}

TEST(Limits, subjects_are_counted) {
  Limits limits;
  limits.subjects = 1000;
  EXPECT_EQ(exceeded(limits, {1000, 0, 0, 0, {}, {}}), Words{});
  EXPECT_EQ(exceeded(limits, {1204, 0, 0, 0, {}, {}}),
            Words{"1 204 subjects are due, more than the limit of 1 000"});
}

TEST(Limits, what_changes_in_a_table_is_a_share_of_its_rows) {
  Limits limits;
  limits.share_of_table = 0.29;
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 0, {{"loyalty", "members", 20, 9, 0, 100}}, {}}), Words{});
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 0, {{"loyalty", "empty", 0, 0, 0, 0}}, {}}), Words{});
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 0, {{"loyalty", "members", 400, 50, 7, 1000}}, {}}),
            (Words{"450 of 1 000 rows of loyalty.members would change (45 %), more than the limit "
                   "of 29 %"}));
}

TEST(Limits, records_are_compared_with_the_median_of_earlier_sweeps) {
  Limits limits;
  limits.factor_of_earlier = 3;
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 9000, {}, {}}), Words{});
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 9000, {}, {0, 0, 0}}), Words{});
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 6000, {}, {2000, 10, 90000}}), Words{});
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 9000, {}, {2000, 10, 90000}}),
            Words{"9 000 records are 4.5 times the median of earlier sweeps (2000), more than the "
                  "limit of 3 "
                  "times"});
  EXPECT_EQ(
      exceeded(limits, {0, 0, 0, 100, {}, {10, 11}}),
      Words{
          "100 records are 9.5 times the median of earlier sweeps (10.5), more than the limit of 3 "
          "times"});
}

TEST(Limits, unusable_dates_are_a_share_of_the_subjects_examined) {
  Limits limits;
  limits.share_of_unusable_dates = 0.02;
  EXPECT_EQ(exceeded(limits, {0, 1000, 20, 0, {}, {}}), Words{});
  EXPECT_EQ(exceeded(limits, {0, 0, 0, 0, {}, {}}), Words{});
  EXPECT_EQ(
      exceeded(limits, {0, 1000, 21, 0, {}, {}}),
      Words{"21 of 1 000 subjects examined have a missing, unreadable or future date (2.1 %), more "
            "than the limit of 2 %"});
}

}  // namespace
