#include "source/happy_database.hpp"

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"

namespace besa::source {

namespace {

constexpr std::string_view bulk_settings =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA cache_size=-8192;";

}  // namespace

BulkDatabase::BulkDatabase(const std::filesystem::path& path) {
  create_file(path, "");  // an empty file is an empty database, and has our mode
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    const std::string reason = handle_ == nullptr ? "no memory" : sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw Error(ErrorKind::failed, path.string() + ": " + reason);
  }
  run(bulk_settings);
}

BulkDatabase::~BulkDatabase() {
  sqlite3_close(handle_);
}

void BulkDatabase::fail() const {
  throw Error(ErrorKind::failed, std::string("writing the example: ") + sqlite3_errmsg(handle_),
              "check that the disk has room, then run the command again");
}

void BulkDatabase::run(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

Insert::Insert(BulkDatabase& database, std::string_view sql) : database_(database) {
  check(sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Insert::~Insert() {
  sqlite3_finalize(statement_);
}

void Insert::check(int code) const {
  if (code != SQLITE_OK) database_.fail();
}

Insert& Insert::text(std::string_view value) {
  if (value.empty()) return null();
  check(sqlite3_bind_text(statement_, next_++, value.data(), static_cast<int>(value.size()),
                          SQLITE_STATIC));
  return *this;
}

Insert& Insert::number(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, next_++, value));
  return *this;
}

Insert& Insert::null() {
  check(sqlite3_bind_null(statement_, next_++));
  return *this;
}

void Insert::row() {
  if (sqlite3_step(statement_) != SQLITE_DONE) database_.fail();
  check(sqlite3_reset(statement_));
  next_ = 1;
}

}  // namespace besa::source
