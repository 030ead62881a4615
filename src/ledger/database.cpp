#include "ledger/database.hpp"

#include <algorithm>

#include "ledger/schema.hpp"

namespace besa::ledger {

namespace {

constexpr int application_id = 0x62657361;  // "besa"
constexpr int schema_version = static_cast<int>(schema_steps.size());

std::unique_ptr<SQLite::Database> opened(const std::string& file, int flags) {
  try {
    return std::make_unique<SQLite::Database>(file, flags | SQLite::OPEN_NOMUTEX);
  } catch (const SQLite::Exception& fault) {
    throw error_of(fault, file);
  }
}

int pragma(const Database& database, const std::string& name) {
  Query query(database, "PRAGMA " + name);
  return query.next() ? static_cast<int>(query.number(0)) : 0;
}

/// Nothing less than FULL survives a power cut: with NORMAL, deeds would outlive their entries.
void make_durable(const Database& database) {
  database.execute("PRAGMA journal_mode = WAL");
  database.execute("PRAGMA synchronous = FULL");
  database.execute("PRAGMA cache_size = -16384");  // KiB: the right edge of a large tree
  database.execute("PRAGMA foreign_keys = ON");
  database.execute("PRAGMA trusted_schema = OFF");
  database.execute("PRAGMA cell_size_check = ON");
}

/// Makes what the versions after `version` added; 0: everything.
void make_tables(const Database& database, int version = 0) {
  database.execute("PRAGMA foreign_keys = ON");
  for (auto step = static_cast<std::size_t>(version); step < schema_steps.size(); ++step)
    database.execute(schema_steps[step]);
  database.execute("PRAGMA application_id = " + std::to_string(application_id));
  database.execute("PRAGMA user_version = " + std::to_string(schema_version));
}

void require_ledger(const Database& database, const std::string& file) {
  if (pragma(database, "application_id") != application_id) {
    throw Error(ErrorKind::failed, file + ": is not a ledger of besa");
  }
  const int version = pragma(database, "user_version");
  if (version > schema_version) {
    throw Error(ErrorKind::refused,
                file + ": was written by a newer besa (schema " + std::to_string(version) +
                    "; this one knows " + std::to_string(schema_version) + ")",
                "use the newer besa");
  }
  if (version < 1) {
    throw Error(ErrorKind::failed,
                file + ": has schema " + std::to_string(version) + ", which no besa has written");
  }
}

/// Brings an older ledger up to this version, in one transaction, after a copy of it was put beside
/// it. Another besa may be doing the same: who comes second finds it done.
void migrate(const Database& database, const std::string& file) {
  const int version = pragma(database, "user_version");
  if (version == schema_version) return;
  const std::string copy = file + ".version-" + std::to_string(version);
  write_file(copy, "");  // SQLite fills an empty file, and leaves its mode
  Query(database, "VACUUM INTO ?").with(copy).run();
  database.execute("BEGIN IMMEDIATE");
  if (const int now = pragma(database, "user_version"); now < schema_version)
    make_tables(database, now);
  database.execute("COMMIT");
}

}  // namespace

Database Database::create(const Path& file) {
  Database database(opened(file.string(), SQLite::OPEN_READWRITE));
  database.execute("BEGIN");
  make_tables(database);
  database.execute("COMMIT");
  make_durable(database);
  return database;
}

Database Database::open(const Path& file, double wait_seconds) {
  const std::string name = file.string();
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file))) {
    throw Error(ErrorKind::failed, name + ": there is no ledger", "make one with 'besa init'");
  }
  Database database(opened(name, SQLite::OPEN_READWRITE));
  database.raw().setBusyTimeout(static_cast<int>(wait_seconds * 1000));
  require_ledger(database, name);
  make_durable(database);
  migrate(database, name);
  return database;
}

Database Database::in_memory() {
  Database database(opened(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE));
  make_tables(database);
  return database;
}

Database Database::plain(const Path& file) {
  return Database(opened(file.string(), SQLite::OPEN_READWRITE));
}

void Database::execute(const std::string& sql) const {
  try {
    raw_->exec(sql);
  } catch (const SQLite::Exception& fault) {
    throw error_of(fault, raw_->getFilename());
  }
}

Error error_of(const SQLite::Exception& fault, const std::string& file) {
  const std::string what = file + ": " + fault.what();
  switch (fault.getErrorCode() & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::busy, file + ": is in use by another program",
              "try again when it has finished"};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return {ErrorKind::failed, what, "the file is damaged: restore the latest backup of it"};
    case SQLITE_FULL:
      return {ErrorKind::failed, what, "make room on the disk and try again"};
    default:
      return {ErrorKind::failed, what};
  }
}

namespace {

template <class Value>
Value readable(std::optional<Value> value, const std::string& file) {
  if (!value) {
    throw Error(ErrorKind::failed, file + ": holds a value besa did not write",
                "see what was changed with 'besa audit verify'");
  }
  return *value;
}

}  // namespace

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Query::Query(const Database& database, const std::string& sql)
    : connection_(&database.raw()), idle_(database.idle_.get()) {
  const auto waiting = idle_->find(sql);
  if (waiting != idle_->end() && !waiting->second.empty()) {
    statement_ = std::move(waiting->second.back());
    waiting->second.pop_back();
    return;
  }
  sqlite3_stmt* fresh = nullptr;
  require(sqlite3_prepare_v2(connection_->getHandle(), sql.c_str(), -1, &fresh, nullptr));
  statement_.reset(fresh);
}

Query::~Query() {
  if (!statement_) return;  // moved on
  begin();
  try {
    (*idle_)[sqlite3_sql(statement_.get())].push_back(std::move(statement_));
  } catch (const std::bad_alloc&) {
    statement_.reset();  // prepared again the next time
  }
}

void Query::require(int code) const {
  if (code != SQLITE_OK)
    throw error_of(SQLite::Exception(connection_->getHandle(), code), connection_->getFilename());
}

void Query::begin() {
  sqlite3_reset(statement_.get());  // tells again of a fault that was told already
  sqlite3_clear_bindings(statement_.get());
  over_ = false;
}

bool Query::next() {
  if (over_) return false;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  over_ = true;
  require(code == SQLITE_DONE ? SQLITE_OK : code);
  return false;
}

void Query::run() {
  while (next()) continue;
  sqlite3_reset(statement_.get());
}

void Query::bind(int position, std::string_view text) {
  require(sqlite3_bind_text64(statement_.get(), position, text.data() == nullptr ? "" : text.data(),
                              text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind(int position, ByteView bytes) {
  require(sqlite3_bind_blob64(statement_.get(), position, bytes.data(), bytes.size(),
                              SQLITE_TRANSIENT));
}

void Query::bind(int position, Lent lent) {
  require(sqlite3_bind_blob64(statement_.get(), position, lent.bytes.data(), lent.bytes.size(),
                              SQLITE_STATIC));
}

void Query::bind(int position, std::int64_t number) {
  require(sqlite3_bind_int64(statement_.get(), position, number));
}

std::string Query::text(int column) const {
  return std::string(bytes(column));
}

std::string_view Query::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const char*>(data),
          data == nullptr
              ? 0
              : static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::uint64_t Query::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

int Query::type(int column) const {
  return sqlite3_column_type(statement_.get(), column);
}

int Query::columns() const {
  return sqlite3_column_count(statement_.get());
}

std::string Query::name(int column) const {
  return sqlite3_column_name(statement_.get(), column);
}

Digest Query::hash(int column) const {
  const std::string_view stored = bytes(column);
  Digest digest;
  if (stored.size() != digest.bytes.size()) return {};  // a tampered hash: equal to none
  std::copy(stored.begin(), stored.end(), digest.bytes.begin());
  return digest;
}

Digest Query::hex(int column) const {
  return readable(Digest::parse(bytes(column)), connection_->getFilename());
}
Date Query::date(int column) const {
  return readable(Date::parse(bytes(column)), connection_->getFilename());
}
Instant Query::instant(int column) const {
  return readable(Instant::parse(bytes(column)), connection_->getFilename());
}
Json Query::json(int column) const {
  return parse_json(bytes(column));
}
bool Query::is_null(int column) const {
  return type(column) == SQLITE_NULL;
}

std::optional<Date> Query::optional_date(int column) const {
  return is_null(column) ? std::nullopt : std::optional(date(column));
}

std::optional<Instant> Query::optional_instant(int column) const {
  return is_null(column) ? std::nullopt : std::optional(instant(column));
}

}  // namespace besa::ledger
