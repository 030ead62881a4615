#include "besa/ledger/sqlite_facts.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace besa::ledger {
namespace {

TEST(SqliteFacts, are_those_of_the_library_that_runs) {
  const SqliteFacts facts = sqlite_facts();
  EXPECT_EQ(facts.version, SQLITE_VERSION);
  EXPECT_EQ(facts.version_number, SQLITE_VERSION_NUMBER);
  EXPECT_TRUE(facts.thread_safe);
}

TEST(SqliteFacts, name_the_options_it_was_compiled_with) {
  const SqliteFacts facts = sqlite_facts();
  EXPECT_FALSE(facts.options.empty());
  for (const std::string& option : facts.options) {
    EXPECT_EQ(sqlite3_compileoption_used(option.c_str()), 1) << option;
  }
}

}  // namespace
}  // namespace besa::ledger
