// One connection to a customer's SQLite database, opened so that what is in the file cannot harm:
// no link followed, no URI, no extension, an untrusted schema, limits on everything.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>

#include "besa/source/source.hpp"
#include "source/row_filter.hpp"
#include "source/sqlite_statement.hpp"

namespace besa::source {

class Connection {
 public:
  enum class Purpose { read, change };
  /// `file` from require_database_file. To read: read-only; to change: foreign keys enforced as
  /// `enforce_foreign_keys` can say later, secure_delete and full synchronisation on and read back.
  Connection(const std::filesystem::path& file, Purpose purpose, const OpenOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[nodiscard]] Statement prepare(std::string_view sql) const { return {handle_.get(), sql}; }
  void run(std::string_view sql) const;
  [[nodiscard]] std::int64_t number(std::string_view sql) const;  ///< first column of the first row
  [[nodiscard]] Purpose purpose() const { return purpose_; }
  [[nodiscard]] bool utf16() const { return utf16_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// Sets a numeric pragma and reads it back. Error(failed) where it does not hold.
  void require_pragma(const std::string& name, int value) const;

  /// Runs "SELECT besa_collect(…)" pushing every row into the filter from inside SQLite: twice as
  /// fast as stepping. An exception of the filter's sink stops the statement and is thrown again.
  void collect(Statement& statement, RowFilter& filter);
  /// How many columns `collect` takes.
  static constexpr int collect_limit = 100;

 private:
  struct Collector;
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  void harden(Purpose purpose);
  static void collect_row(sqlite3_context* context, int count, sqlite3_value** values);
  static void collect_end(sqlite3_context* context);

  std::filesystem::path file_;
  bool had_side_files_ = false;
  bool utf16_ = false;
  Purpose purpose_;
  Collector* collector_ = nullptr;  ///< of the scan that runs now: scans nest like calls
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace besa::source
