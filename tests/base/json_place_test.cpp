// Names of places in JSON objects: RFC 6901 and its examples, and the step for every element.

#include "besa/base/json_place.hpp"

#include <gtest/gtest.h>

namespace {

using besa::json_name;
using besa::json_steps;
using besa::means_every_element;
using besa::places_clash;
using Steps = std::vector<std::string>;

TEST(JsonPlace, a_plain_name_is_a_member) {
  EXPECT_EQ(json_steps("city"), Steps{"city"});
  EXPECT_EQ(json_steps("a/b~0"), Steps{"a/b~0"});
  EXPECT_EQ(json_steps("*"), Steps{"*"});
  EXPECT_EQ(json_steps(""), std::nullopt);
}

TEST(JsonPlace, a_pointer_is_read_as_rfc_6901_has_it) {
  EXPECT_EQ(json_steps("/foo/0"), (Steps{"foo", "0"}));
  EXPECT_EQ(json_steps("/"), Steps{""});
  EXPECT_EQ(json_steps("/a~1b"), Steps{"a/b"});
  EXPECT_EQ(json_steps("/m~0n"), Steps{"m~n"});
  EXPECT_EQ(json_steps("/~01"), Steps{"~1"});
  EXPECT_EQ(json_steps("/k\"l/ /"), (Steps{"k\"l", " ", ""}));
  EXPECT_EQ(json_steps("/a~"), std::nullopt);
  EXPECT_EQ(json_steps("/a~2"), std::nullopt);
}

TEST(JsonPlace, a_place_has_one_shortest_name_that_leads_there) {
  for (const Steps& steps : {Steps{"a"}, Steps{""}, Steps{"/a"}, Steps{"a", ""}, Steps{"", "b"},
                             Steps{"~/", "*"}, Steps{"~1"}})
    EXPECT_EQ(json_steps(json_name(steps)), steps);
  EXPECT_EQ(json_name({"a"}), "a");
  EXPECT_EQ(json_name({"/a", "~"}), "/~1a/~0");
}

TEST(JsonPlace, a_star_behind_an_array_is_every_element) {
  EXPECT_TRUE(means_every_element({"tags", "*"}));
  EXPECT_TRUE(means_every_element({"a", "*", "b"}));
  EXPECT_FALSE(means_every_element({"*"}));
  EXPECT_FALSE(means_every_element({"a", "**"}));
}

TEST(JsonPlace, places_clash_that_lie_in_one_another) {
  EXPECT_TRUE(places_clash({"a"}, {"a"}));
  EXPECT_TRUE(places_clash({"a", "b"}, {"a"}));
  EXPECT_TRUE(places_clash({"a"}, {"a", "*", "c"}));
  EXPECT_TRUE(places_clash({"a", "*", "x"}, {"a", "0", "y"}));
  EXPECT_FALSE(places_clash({"a", "b"}, {"a", "c"}));
  EXPECT_FALSE(places_clash({"a", "*"}, {"a", "x"}));
  EXPECT_FALSE(places_clash({"*"}, {"0"}));
}

}  // namespace
