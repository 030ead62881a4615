// libpq is loaded when it is needed, and its absence is told.
#include "source/postgresql_library.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "besa/base/error.hpp"

namespace {

using besa::Error;
using besa::ErrorKind;
using besa::source::load_postgresql_library;
using besa::source::postgresql_library;
using besa::source::PostgresqlLibrary;

void expect_refusal(const std::string& file) {
  try {
    (void)load_postgresql_library(file);
    ADD_FAILURE() << file;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::failed);
    EXPECT_NE(error.message().find("PostgreSQL"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find(file), std::string::npos) << error.message();
    EXPECT_NE(error.hint().find("libpq5"), std::string::npos) << error.hint();
  }
}

TEST(ClientLibrary, that_is_not_installed_is_named_with_its_package) {
  expect_refusal("libpq-that-nobody-has.so.5");
}

TEST(ClientLibrary, must_have_what_is_called) {
  expect_refusal("libz.so.1");
}

TEST(ClientLibrary, is_the_one_that_a_linked_program_would_have) {
  EXPECT_EQ(postgresql_library().connect, &PQconnectdbParams);
  EXPECT_EQ(postgresql_library().transaction_status, &PQtransactionStatus);
}

TEST(ClientLibrary, is_one_for_all_threads) {
  std::vector<const PostgresqlLibrary*> seen(4);
  std::vector<std::thread> threads;
  for (const PostgresqlLibrary*& each : seen)
    threads.emplace_back([&each] { each = &postgresql_library(); });
  for (std::thread& thread : threads) thread.join();
  for (const PostgresqlLibrary* each : seen) EXPECT_EQ(each, &postgresql_library());
}

}  // namespace
