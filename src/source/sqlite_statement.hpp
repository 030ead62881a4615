// One prepared statement, and what SQLite's result codes mean to people.
//
// A statement holds what it was given to bind by reference: bound bytes must outlive the next
// reset.
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

#include "besa/source/value.hpp"

namespace besa::source {

/// `name` as an SQL identifier: the only way a name of the customer's reaches SQL. Error(refused)
/// for a NUL inside.
[[nodiscard]] std::string sql_name(std::string_view name);

/// Throws what `code` of this connection means: busy, or failed, or refused, naming the file.
[[noreturn]] void throw_sqlite(sqlite3* connection, int code);

class Statement {
 public:
  Statement(sqlite3* connection, std::string_view sql);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int place, const ValueView& value);  ///< places count from 1
  Statement& bind(int place, std::int64_t number);
  /// True with a row, false at the end (the statement is then reset).
  bool step();
  void reset() { sqlite3_reset(statement_); }
  [[nodiscard]] ValueView column(int place) const;  ///< places count from 0
  [[nodiscard]] std::string text(int place) const;
  [[nodiscard]] std::int64_t integer(int place) const {
    return sqlite3_column_int64(statement_, place);
  }
  [[nodiscard]] bool is_null(int place) const {
    return sqlite3_column_type(statement_, place) == SQLITE_NULL;
  }
  [[nodiscard]] int column_count() const { return sqlite3_column_count(statement_); }

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace besa::source
