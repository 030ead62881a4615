#include "besa/report/table.hpp"

#include <gtest/gtest.h>

#include "besa/base/error.hpp"

namespace besa::report {
namespace {

TEST(TextTable, lines_up_words_left_and_numbers_right) {
  TextTable table({{"city"}, {"people", Align::right}});
  table.add({"Tiranë", "1 200"});
  table.add({"Korçë", "7"});
  EXPECT_EQ(table.str(),
            "  city    people\n"
            "  Tiranë   1 200\n"
            "  Korçë        7\n");
}

TEST(TextTable, a_column_with_nothing_in_it_is_left_out) {
  TextTable table({{"a"}, {"b"}, {"c"}});
  table.add({"1", "", "2"});
  EXPECT_EQ(table.str(0), "a  c\n1  2\n");
}

// erasure.md O6.
TEST(TextTable, a_cell_cannot_move_the_cursor) {
  TextTable table({{"name"}});
  table.add({"\x1b[2Jx\ny"});
  EXPECT_EQ(table.str(0), "name\n\\x1b[2Jx\\ny\n");
}

TEST(TextTable, a_row_of_the_wrong_length_is_an_error) {
  TextTable table({{"a"}, {"b"}});
  EXPECT_THROW(table.add({"1"}), Error);
}

TEST(NumberCell, nothing_is_a_dash) {
  EXPECT_EQ(number_cell(0), "-");
  EXPECT_EQ(number_cell(1234567), "1 234 567");
}

}  // namespace
}  // namespace besa::report
