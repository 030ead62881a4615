// A new SQLite file that is filled once, as fast as SQLite can: no journal, no sync, one
// transaction. Whoever uses it writes to a temporary name and renames.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace besa::source {

class BulkDatabase {
 public:
  /// Creates the file with mode 0600; an existing one is an Error(failed).
  explicit BulkDatabase(const std::filesystem::path& path);
  ~BulkDatabase();
  BulkDatabase(const BulkDatabase&) = delete;
  BulkDatabase& operator=(const BulkDatabase&) = delete;

  void run(std::string_view sql);
  [[nodiscard]] sqlite3* handle() const { return handle_; }
  [[noreturn]] void fail() const;

 private:
  sqlite3* handle_ = nullptr;
};

/// One prepared INSERT. Parameters are bound in order; texts must live until `row` returns.
class Insert {
 public:
  Insert(BulkDatabase& database, std::string_view sql);
  ~Insert();
  Insert(const Insert&) = delete;
  Insert& operator=(const Insert&) = delete;

  Insert& text(std::string_view value);  ///< empty: NULL
  Insert& number(std::int64_t value);
  Insert& null();
  void row();

 private:
  void check(int code) const;
  BulkDatabase& database_;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
};

}  // namespace besa::source
