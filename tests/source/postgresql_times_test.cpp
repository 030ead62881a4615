// Dates and times that come in binary form.
#include <gtest/gtest.h>

#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;

class PostgresqlTimes : public postgresql::Database {};

// The texts beside them are the server's own.
TEST_F(PostgresqlTimes, dates_and_times_are_the_texts_that_the_server_would_make_of_them) {
  sql("SET timezone = 'UTC'; SET datestyle = 'ISO, YMD';"
      "CREATE TABLE t(n serial PRIMARY KEY, z timestamptz, l timestamp, d date, zt text, lt text,"
      " dt text); INSERT INTO t(z) SELECT '4713-12-31 23:59:59.999999+00 BC'::timestamptz + i *"
      " interval '1733 days 03:07:11.000123' FROM generate_series(0, 4000) AS i;"
      "INSERT INTO t(z) VALUES('infinity'), ('-infinity'), ('0001-01-01 00:00:00+00'),"
      " ('0001-12-31 23:59:59+00 BC'), ('2000-01-01 00:00:00+00'), ('1999-12-31 23:59:59.9+00'),"
      " ('2000-02-29 12:00:00.000001+00'), ('294276-12-31 23:59:59.999999+00'), (NULL);"
      "UPDATE t SET l = z, d = z; UPDATE t SET lt = l::text, dt = d::text,"
      " zt = replace(replace(z::text, ' ', 'T'), '+00', 'Z')");
  const auto source = reader();
  int seen = 0, wrong = 0;
  Scan all;
  all.table = "t";
  all.columns = {"z", "l", "d", "zt", "lt", "dt"};
  source->scan(all, [&](RowView row) {
    ++seen;
    for (std::size_t i = 0; i < 3; ++i)
      if (Value(row[i]) != Value(row[i + 3]) && ++wrong < 5)
        ADD_FAILURE() << Value(row[i]).text() << " instead of " << Value(row[i + 3]).text();
  });
  EXPECT_EQ(seen, 4010);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
