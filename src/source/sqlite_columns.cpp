#include "source/sqlite_columns.hpp"

#include <sqlite3.h>

#include <memory>
#include <string>

#include "source/sqlite_statement.hpp"

namespace besa::source {
namespace {

struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};

std::unique_ptr<sqlite3, Close> memory() {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open(":memory:", &connection);
  std::unique_ptr<sqlite3, Close> opened(connection);
  if (code != SQLITE_OK) throw_sqlite(connection, code);
  return opened;
}

}  // namespace

Value stored_by_sqlite(Affinity affinity, bool real, const Value& value) {
  if (affinity == Affinity::none) return value;
  const std::string type = affinity == Affinity::text ? "TEXT" : real ? "REAL" : "NUMERIC";
  const auto connection = memory();
  (void)Statement(connection.get(), "CREATE TABLE t(c " + type + ")").step();
  (void)Statement(connection.get(), "INSERT INTO t VALUES(?)").bind(1, value.view()).step();
  Statement select(connection.get(), "SELECT c FROM t");
  return select.step() ? Value(select.column(0)) : value;
}

}  // namespace besa::source
