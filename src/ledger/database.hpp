// The ledger's connection to SQLite, and statements over it. SQLite's faults leave it as
// besa::Error.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/date.hpp"
#include "besa/base/digest.hpp"
#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "besa/base/json.hpp"
#include "besa/base/time.hpp"

namespace besa::ledger {

class Database {
 public:
  /// A new database with the ledger's tables; the file must exist and be empty (it was made 0600).
  [[nodiscard]] static Database create(const Path& file);
  /// An existing ledger. Error: failed (missing, damaged, no ledger), refused (newer schema).
  [[nodiscard]] static Database open(const Path& file, double wait_seconds);
  /// Empty tables, for rebuilding folds.
  [[nodiscard]] static Database in_memory();
  /// An SQLite file as it is, without looking what it holds: the target of a copy.
  [[nodiscard]] static Database plain(const Path& file);

  Database(Database&&) noexcept = default;
  Database& operator=(Database&& other) noexcept {
    idle_ = std::move(other.idle_);  // statements go before their connection
    raw_ = std::move(other.raw_);
    return *this;
  }
  ~Database() = default;

  void execute(const std::string& sql) const;
  [[nodiscard]] SQLite::Database& raw() const { return *raw_; }

 private:
  friend class Query;
  /// Statements that no Query uses now, by their SQL: preparing one costs more than most of them
  /// do.
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;
  using Idle = std::map<std::string, std::vector<Prepared>, std::less<>>;
  explicit Database(std::unique_ptr<SQLite::Database> raw) : raw_(std::move(raw)) {}
  std::unique_ptr<SQLite::Database> raw_;
  std::unique_ptr<Idle> idle_ = std::make_unique<Idle>();  ///< goes before the connection
};

/// busy, or failed with what SQLite says.
[[nodiscard]] Error error_of(const SQLite::Exception& fault, const std::string& file);

/// Bytes that stay where they are until the statement has run: bound without a copy.
struct Lent {
  std::string_view bytes;
};

/// One prepared statement. `with` binds its parameters, `next` steps through the rows. Lives no
/// longer than its database, which keeps the statement for the next Query of the same words.
class Query {
 public:
  Query(const Database& database, const std::string& sql);
  ~Query();
  Query(Query&&) noexcept = default;
  Query& operator=(Query&&) = delete;

  template <class... Values>
  Query& with(const Values&... values) {
    begin();
    int position = 0;
    (bind(++position, values), ...);
    return *this;
  }
  [[nodiscard]] bool next();
  void run();

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;  ///< valid until the next step
  [[nodiscard]] std::uint64_t number(int column) const;
  [[nodiscard]] bool flag(int column) const { return number(column) != 0; }
  [[nodiscard]] Digest hash(int column) const;  ///< stored as 32 bytes
  [[nodiscard]] Digest hex(int column) const;   ///< stored as hexadecimal text
  [[nodiscard]] Date date(int column) const;
  [[nodiscard]] Instant instant(int column) const;
  [[nodiscard]] Json json(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::optional<Date> optional_date(int column) const;
  [[nodiscard]] std::optional<Instant> optional_instant(int column) const;
  [[nodiscard]] int type(int column) const;  ///< as stored, before anything else reads the column
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string name(int column) const;

 private:
  void begin();
  void require(int code) const;
  void bind(int position, std::string_view text);
  void bind(int position, Lent lent);
  void bind(int position, std::int64_t number);
  void bind(int position, ByteView bytes);
  void bind(int position, Date date) { bind(position, date.str()); }
  void bind(int position, Instant instant) { bind(position, instant.str()); }
  void bind(int position, const Digest& digest) { bind(position, ByteView{digest.bytes}); }
  template <std::integral Number>
  void bind(int position, Number number) {
    bind(position, static_cast<std::int64_t>(number));
  }
  void bind(int position, const char* text) { bind(position, std::string_view(text)); }
  void bind(int position, const std::string& text) { bind(position, std::string_view(text)); }
  template <class Value>
  void bind(int position, const std::optional<Value>& value) {
    if (value) bind(position, *value);
  }

  const SQLite::Database* connection_;
  Database::Idle* idle_;
  Database::Prepared statement_;
  bool over_ = false;  ///< stepped past the last row
};

}  // namespace besa::ledger
