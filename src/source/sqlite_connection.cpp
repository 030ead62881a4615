#include "source/sqlite_connection.hpp"

#include <array>
#include <exception>
#include <utility>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/sqlite_file.hpp"

namespace besa::source {
namespace {

constexpr auto look_at_schema = "SELECT count(*) FROM sqlite_schema";

void set_limits(sqlite3* connection) {
  // https://www.sqlite.org/security.html; lengths and depths beyond any honest application.
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, 256 * 1024 * 1024);
  sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, 4 * 1024 * 1024);
  sqlite3_limit(connection, SQLITE_LIMIT_EXPR_DEPTH, 200);
  sqlite3_limit(connection, SQLITE_LIMIT_COMPOUND_SELECT, 50);
  sqlite3_limit(connection, SQLITE_LIMIT_VDBE_OP, 250000);
  sqlite3_limit(connection, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
  sqlite3_limit(connection, SQLITE_LIMIT_TRIGGER_DEPTH, 100);
  sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(connection, SQLITE_LIMIT_WORKER_THREADS, 0);
}

void configure(sqlite3* connection, int option, int value) {
  int now = -1;
  const int code = sqlite3_db_config(connection, option, value, &now);
  if (code != SQLITE_OK || now != value)
    throw Error(ErrorKind::failed, "this SQLite lacks a protection that besa needs",
                "update the SQLite library");
}

}  // namespace

/// What collect_row needs: where rows go, and what went wrong there.
struct Connection::Collector {
  RowFilter& filter;
  bool utf16;
  std::exception_ptr error;
  std::array<ValueView, collect_limit> row;
};

Connection::Connection(const std::filesystem::path& file, Purpose purpose,
                       const OpenOptions& options)
    : file_(file), had_side_files_(database_files(file).size() > 1), purpose_(purpose) {
  const int mode = purpose == Purpose::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* opened = nullptr;
  // The path is absolute, so it never begins with "file:": it cannot be taken for a URI.
  const int code = sqlite3_open_v2(file.c_str(), &opened,
                                   mode | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(opened);
  if (opened == nullptr) throw Error(ErrorKind::failed, "there is not enough memory");
  if (code != SQLITE_OK) throw_sqlite(opened, code);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, static_cast<int>(options.wait.count()));
  harden(purpose);
  run("PRAGMA cache_size=-" + std::to_string(options.cache_bytes / 1024 + 1));
  (void)number(look_at_schema);
  Statement encoding = prepare("PRAGMA encoding");
  utf16_ = encoding.step() && encoding.text(0) != "UTF-8";
  const int created =
      sqlite3_create_function_v2(opened, "besa_collect", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, this,
                                 nullptr, &collect_row, &collect_end, nullptr);
  if (created != SQLITE_OK) throw_sqlite(opened, created);
}

/// A reader of a WAL database makes -wal and -shm and cannot remove them. If they were not there
/// and hold nothing, opening once for writing lets SQLite remove them under its own locks.
Connection::~Connection() {
  handle_.reset();
  if (purpose_ != Purpose::read || had_side_files_ || database_files(file_).size() == 1 ||
      size_of(file_.string() + "-wal") != 0 || size_of(file_.string() + "-journal") != 0)
    return;
  sqlite3* opened = nullptr;
  (void)sqlite3_open_v2(file_.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW,
                        nullptr);
  (void)sqlite3_exec(opened, look_at_schema, nullptr, nullptr, nullptr);
  sqlite3_close_v2(opened);
}

void Connection::harden(Purpose purpose) {
  sqlite3* const opened = handle_.get();
  const int for_change = purpose == Purpose::change ? 1 : 0;
  set_limits(opened);
  configure(opened, SQLITE_DBCONFIG_DEFENSIVE, 1);
  configure(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  configure(opened, SQLITE_DBCONFIG_DQS_DML, 0);
  configure(opened, SQLITE_DBCONFIG_DQS_DDL, 0);
  configure(opened, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
  configure(opened, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0);
  configure(opened, SQLITE_DBCONFIG_ENABLE_TRIGGER, for_change);
  configure(opened, SQLITE_DBCONFIG_ENABLE_VIEW, for_change);  // triggers may read views
  run("PRAGMA cell_size_check=ON");
  run("PRAGMA mmap_size=0");
  run("PRAGMA temp_store=MEMORY");  // no copy of a person's data in a temporary file
  if (for_change == 0) run("PRAGMA query_only=ON");
}

void Connection::run(std::string_view sql) const {
  Statement statement = prepare(sql);
  while (statement.step()) {
  }
}

std::int64_t Connection::number(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

void Connection::require_pragma(const std::string& name, int value) const {
  run("PRAGMA " + name + "=" + std::to_string(value));
  if (number("PRAGMA " + name) != value)
    throw Error(ErrorKind::failed, "SQLite did not accept " + name + "=" + std::to_string(value),
                "use an SQLite library that is built with it");
}

void Connection::collect(Statement& statement, RowFilter& filter) {
  Collector mine{filter, utf16_, nullptr, {}};
  Collector* const outer = std::exchange(collector_, &mine);
  try {
    while (statement.step()) {
    }
  } catch (const Error&) {
    collector_ = outer;
    if (mine.error) std::rethrow_exception(mine.error);
    throw;
  }
  collector_ = outer;
}

void Connection::collect_row(sqlite3_context* context, int count, sqlite3_value** values) {
  Collector& mine = *static_cast<Connection*>(sqlite3_user_data(context))->collector_;
  const auto width = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < width; ++i) {
    sqlite3_value* const value = values[i];
    ValueView& view = mine.row[i];
    const auto bytes = [value](const void* data) {
      return std::string_view(static_cast<const char*>(data),
                              static_cast<std::size_t>(sqlite3_value_bytes(value)));
    };
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        view = ValueView::of(sqlite3_value_int64(value));
        break;
      case SQLITE_FLOAT:
        view = {Type::real, 0, sqlite3_value_double(value), {}};
        break;
      // As a blob, UTF-8 text is not copied to end in a NUL; UTF-16 has to be converted.
      case SQLITE_TEXT:
        view = ValueView::of(
            bytes(mine.utf16 ? sqlite3_value_text(value) : sqlite3_value_blob(value)));
        break;
      case SQLITE_BLOB:
        view = {Type::blob, 0, 0, bytes(sqlite3_value_blob(value))};
        break;
      default:
        view = {};
        break;
    }
  }
  try {
    mine.filter.offer(RowView(mine.row.data(), width));
  } catch (...) {  // must not pass through C
    mine.error = std::current_exception();
    sqlite3_result_error(context, "stopped", -1);
  }
}

void Connection::collect_end(sqlite3_context* context) {
  sqlite3_result_null(context);
}

}  // namespace besa::source
