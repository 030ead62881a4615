#include "besa/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace besa {
namespace {

TEST(Parallel, does_each_item_once_whoever_does_it) {
  for (const std::size_t workers : {1U, 2U, 7U}) {
    std::vector<std::atomic<int>> done(100);
    std::atomic<bool> known_worker{true};
    in_parallel(workers, done.size(), [&](std::size_t worker, std::size_t item) {
      ++done[item];
      if (worker >= workers) known_worker = false;
    });
    for (const std::atomic<int>& count : done) EXPECT_EQ(count, 1);
    EXPECT_TRUE(known_worker);
  }
}

TEST(Parallel, nothing_to_do_is_done) {
  in_parallel(3, 0, [](std::size_t, std::size_t) { FAIL(); });
}

TEST(Parallel, throws_what_was_thrown_when_nobody_works_any_more) {
  std::atomic<int> working{0};
  EXPECT_THROW(in_parallel(2, 1000,
                           [&](std::size_t, std::size_t item) {
                             ++working;
                             if (item == 10) {
                               --working;
                               throw std::runtime_error("ten");
                             }
                             --working;
                           }),
               std::runtime_error);
  EXPECT_EQ(working, 0);
}

TEST(Parallel, there_is_always_one_processor) {
  EXPECT_EQ(processors(1), 1U);
  EXPECT_GE(processors(8), 1U);
  EXPECT_LE(processors(8), 8U);
}

}  // namespace
}  // namespace besa
