// One connection: what is sent together, what waits for the next statement, and what fails.
#include "source/postgresql_connection.hpp"

#include "tests/source/postgresql_world.hpp"

namespace {

using besa::ErrorKind;
using besa::source::OpenOptions;
using besa::source::PostgresqlConnection;
using besa::source::Rows;
using postgresql::error_of;

class PostgresqlTogether : public postgresql::Database {
 protected:
  PostgresqlConnection connection_{service_, OpenOptions(), PostgresqlConnection::Purpose::change};
};

TEST_F(PostgresqlTogether, statements_have_their_results_in_order) {
  const std::vector<Rows> rows = connection_.run_together(
      {{"SELECT 1"}, {"SELECT $1::text", {"a"}}, {"SELECT 2 WHERE false"}, {"SELECT 3"}});
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].text(0, 0), "1");
  EXPECT_EQ(rows[1].text(0, 0), "a");
  EXPECT_EQ(rows[2].size(), 0);
  EXPECT_EQ(rows[3].number(0, 0), 3);
}

TEST_F(PostgresqlTogether, after_one_that_fails_none_is_carried_out) {
  sql("CREATE TABLE t(n int)");
  const auto error = error_of([&] {
    (void)connection_.run_together({{"INSERT INTO public.t VALUES(1)"},
                                    {"SELECT * FROM public.nowhere"},
                                    {"INSERT INTO public.t VALUES(2)"}});
  });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(connection_.text("SELECT count(*) FROM public.t"), "0");  // one transaction
}

TEST_F(PostgresqlTogether, what_waits_goes_before_the_next_statement) {
  connection_.run_with_next({"BEGIN"});
  EXPECT_FALSE(connection_.in_transaction());
  connection_.run_with_next({"CREATE TABLE public.t(n int)"});
  EXPECT_EQ(connection_.text("SELECT count(*) FROM public.t"), "0");
  EXPECT_TRUE(connection_.in_sound_transaction());
  EXPECT_TRUE(error_of([&] { (void)connection_.run("SELECT 1/0"); }).kind() == ErrorKind::failed);
  EXPECT_FALSE(connection_.in_sound_transaction());
  connection_.roll_back();
  EXPECT_FALSE(connection_.in_transaction());
  EXPECT_EQ(connection_.text("SELECT to_regclass('public.t') IS NULL"), "t");
}

TEST_F(PostgresqlTogether, what_waits_is_forgotten_where_the_transaction_ends) {
  connection_.run_with_next({"BEGIN"});
  connection_.run_with_next({"CREATE TABLE public.t(n int)"});
  connection_.roll_back();
  EXPECT_FALSE(connection_.in_transaction());
  EXPECT_EQ(connection_.text("SELECT to_regclass('public.t') IS NULL"), "t");
  EXPECT_TRUE(connection_.take_notices().empty());
}

TEST_F(PostgresqlTogether, a_connection_that_is_lost_says_so_and_does_not_wait) {
  connection_.run_with_next(
      {"SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())"});
  const auto error = error_of([&] { (void)connection_.run("SELECT 1"); });
  EXPECT_EQ(error.kind(), ErrorKind::failed);
  EXPECT_TRUE(postgresql::mentions(error, "lost")) << error.message();
  EXPECT_TRUE(connection_.lost());
  const auto again = error_of([&] { (void)connection_.run_together({{"SELECT 1"}}); });
  EXPECT_TRUE(postgresql::mentions(again, "lost")) << again.message();
}

TEST_F(PostgresqlTogether, a_reader_stays_read_only_and_a_writer_does_not) {
  PostgresqlConnection reader(service_, OpenOptions(), PostgresqlConnection::Purpose::read);
  EXPECT_EQ(error_of([&] { (void)reader.run("CREATE TABLE public.t(n int)"); }).kind(),
            ErrorKind::refused);
  (void)connection_.run("CREATE TABLE public.t(n int)");
}

}  // namespace
