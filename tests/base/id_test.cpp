// Names and indices of different things cannot be mistaken for one another.
#include "besa/base/id.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <type_traits>

namespace besa {
namespace {

struct TableTag;
struct ColumnTag;

TEST(Id, ids_of_different_things_do_not_mix) {
  static_assert(!std::is_convertible_v<Name<TableTag>, Name<ColumnTag>>);
  static_assert(!std::is_convertible_v<Index<TableTag>, Index<ColumnTag>>);
  static_assert(!std::is_convertible_v<std::string, Name<TableTag>>);
  static_assert(!std::is_convertible_v<std::uint32_t, Index<TableTag>>);
}

TEST(Id, names_compare_order_and_hash_by_value) {
  const Name<TableTag> members("members");
  EXPECT_EQ(members, Name<TableTag>("members"));
  EXPECT_LT(members, Name<TableTag>("purchases"));
  EXPECT_TRUE(Name<TableTag>{}.empty());
  const std::hash<Name<TableTag>> hash;
  EXPECT_EQ(hash(members), hash(Name<TableTag>("members")));
}

TEST(Id, indices_order_by_number) {
  EXPECT_LT(Index<TableTag>{1}, Index<TableTag>{2});
}

}  // namespace
}  // namespace besa
