#include "besa/base/error.hpp"

#include <gtest/gtest.h>

namespace {

using besa::Error;
using besa::ErrorKind;

TEST(Error, carries_kind_message_and_hint) {
  const Error error(ErrorKind::refused, "manifest M-1 expired", "draft it again");
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(error.message(), "manifest M-1 expired");
  EXPECT_EQ(error.hint(), "draft it again");
  EXPECT_STREQ(error.what(), "manifest M-1 expired");
}

TEST(Error, gains_context_on_the_way_up_outermost_first) {
  try {
    try {
      throw Error(ErrorKind::failed, "unknown field", "did you mean 'key'?");
    } catch (Error& error) {
      error.within("/tables/members").within("datasets/loyalty.json");
      throw;
    }
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "datasets/loyalty.json: /tables/members: unknown field");
    EXPECT_EQ(error.hint(), "did you mean 'key'?");
    EXPECT_EQ(error.kind(), ErrorKind::failed);
  }
}

// besa(1), EXIT STATUS: the numbers are a promise to scripts.
TEST(Error, kinds_are_the_exit_codes) {
  EXPECT_EQ(static_cast<int>(ErrorKind::failed), 1);
  EXPECT_EQ(static_cast<int>(ErrorKind::usage), 2);
  EXPECT_EQ(static_cast<int>(ErrorKind::finding), 3);
  EXPECT_EQ(static_cast<int>(ErrorKind::refused), 4);
  EXPECT_EQ(static_cast<int>(ErrorKind::busy), 5);
  EXPECT_EQ(static_cast<int>(ErrorKind::partial), 6);
}

}  // namespace
