#include "source/sqlite_statement.hpp"

#include <utility>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"

namespace besa::source {
namespace {

std::string file_of(sqlite3* connection) {
  const char* name = sqlite3_db_filename(connection, "main");
  return name == nullptr ? "the database" : "'" + for_terminal(name) + "'";
}

[[noreturn]] void throw_left_unfinished(const std::string& file) {
  throw Error(ErrorKind::failed,
              file + " was left in the middle of a change, and reading does not repair it",
              "start its own program once, or run: sqlite3 " + file + " 'PRAGMA quick_check'");
}

[[noreturn]] void throw_constraint(const std::string& file, int code, const std::string& message) {
  if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
    throw Error(ErrorKind::refused,
                file + " refuses: other rows still refer to a row of this change",
                "erase or unlink the rows that refer to it first");
  if (code == SQLITE_CONSTRAINT_TRIGGER)
    throw Error(ErrorKind::refused, file + " refuses: a trigger stopped the change");
  throw Error(ErrorKind::refused, file + " refuses: " + message);
}

[[noreturn]] void throw_extended(const std::string& file, int code, const std::string& message) {
  switch (code) {
    case SQLITE_READONLY_ROLLBACK:
    case SQLITE_READONLY_RECOVERY:
      throw_left_unfinished(file);
    case SQLITE_READONLY_CANTINIT:
    case SQLITE_CANTOPEN_DIRTYWAL:
      throw Error(ErrorKind::failed, file + " is in WAL mode and its folder cannot be written",
                  "run besa as the owner of the folder, or on a copy");
    case SQLITE_ERROR_MISSING_COLLSEQ:
      throw Error(ErrorKind::refused,
                  file + " sorts by a rule only its own program knows: " + message);
    default:
      break;
  }
  const bool unsafe = message.starts_with("unsafe use of");
  throw Error(unsafe ? ErrorKind::refused : ErrorKind::failed, file + ": " + message);
}

}  // namespace

std::string sql_name(std::string_view name) {
  if (name.find('\0') != std::string_view::npos)
    throw Error(ErrorKind::refused, "a name with a NUL byte in it");
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

void throw_sqlite(sqlite3* connection, int code) {
  const int last = sqlite3_extended_errcode(connection);
  const int extended = (last & 0xFF) == (code & 0xFF) ? last : code;
  const std::string file = file_of(connection);
  const std::string message = for_terminal(sqlite3_errmsg(connection));
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ErrorKind::busy, file + " is held by another program",
                  "try again when it is done");
    case SQLITE_FULL:
      throw Error(ErrorKind::failed, file + ": the disk is full", "free some space and try again");
    case SQLITE_IOERR:
      throw Error(ErrorKind::failed, file + " could not be read or written (" + message + ")",
                  "look at the disk and the system's log");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(ErrorKind::failed, file + " is damaged or not a database (" + message + ")",
                  "restore it from a backup, or run: sqlite3 " + file + " .recover");
    case SQLITE_TOOBIG:
      throw Error(ErrorKind::failed, file + " holds a value beyond the limit of besa");
    case SQLITE_NOMEM:
      throw Error(ErrorKind::failed, file + ": there is not enough memory");
    case SQLITE_PERM:
      throw Error(ErrorKind::failed, file + " may not be opened: " + message);
    case SQLITE_CONSTRAINT:
      throw_constraint(file, extended, message);
    default:
      break;
  }
  if (extended == SQLITE_READONLY)
    throw Error(ErrorKind::failed, file + " may not be written",
                "check its owner, mode and folder");
  throw_extended(file, extended, message);
}

Statement::Statement(sqlite3* connection, std::string_view sql) : connection_(connection) {
  const int code = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()), 0,
                                      &statement_, nullptr);
  if (code != SQLITE_OK) throw_sqlite(connection, code);
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::bind(int place, const ValueView& value) {
  int code = SQLITE_OK;
  const char* bytes = value.bytes.empty() ? "" : value.bytes.data();
  switch (value.type) {
    case Type::null:
      code = sqlite3_bind_null(statement_, place);
      break;
    case Type::integer:
      code = sqlite3_bind_int64(statement_, place, value.integer);
      break;
    case Type::real:
      code = sqlite3_bind_double(statement_, place, value.real);
      break;
    case Type::text:
      code = sqlite3_bind_text64(statement_, place, bytes, value.bytes.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
      break;
    case Type::blob:
      code = sqlite3_bind_blob64(statement_, place, bytes, value.bytes.size(), SQLITE_STATIC);
      break;
  }
  if (code != SQLITE_OK) throw_sqlite(connection_, code);
  return *this;
}

Statement& Statement::bind(int place, std::int64_t number) {
  return bind(place, ValueView::of(number));
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throw_sqlite(connection_, code);
  sqlite3_reset(statement_);
  return false;
}

ValueView Statement::column(int place) const {
  const auto bytes = [&](const void* data) {
    return std::string_view(static_cast<const char*>(data),
                            static_cast<std::size_t>(sqlite3_column_bytes(statement_, place)));
  };
  switch (sqlite3_column_type(statement_, place)) {
    case SQLITE_INTEGER:
      return ValueView::of(sqlite3_column_int64(statement_, place));
    case SQLITE_FLOAT:
      return {Type::real, 0, sqlite3_column_double(statement_, place), {}};
    case SQLITE_TEXT:
      return ValueView::of(bytes(sqlite3_column_text(statement_, place)));
    case SQLITE_BLOB:
      return {Type::blob, 0, 0, bytes(sqlite3_column_blob(statement_, place))};
    default:
      return {};
  }
}

std::string Statement::text(int place) const {
  return std::string(column(place).bytes);
}

}  // namespace besa::source
