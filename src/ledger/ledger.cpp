#include "besa/ledger/ledger.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "ledger/fold.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* about_sql = "SELECT origin, public_key FROM about";
constexpr const char* insert_about_sql =
    "INSERT INTO about (origin, public_key, created_at) VALUES (?, ?, ?)";
constexpr const char* entries_sql =
    "SELECT number, bytes FROM entries WHERE number >= ? ORDER BY number LIMIT ?";
constexpr const char* begin_sql = "BEGIN IMMEDIATE";
constexpr const char* commit_sql = "COMMIT";
constexpr std::int64_t clock_tolerance = 3600;  // seconds

void check_creation(const Database& database, const Record& entry) {
  if (Query(database, about_sql).next()) refuse("a ledger is created once");
  if (!model::is_key_name(entry.text("origin"))) {
    refuse("a ledger's name is one word, without spaces and '+'", "example.com/besa");
  }
  if (!PublicKey::parse(entry.text("public_key"))) refuse("a ledger has a public key");
}

void apply_creation(const Database& database, const Record& entry) {
  Query(database, insert_about_sql)
      .with(entry.text("origin"), entry.text("public_key"), entry.at)
      .run();
}

model::VerifierKey read_verifier(const Database& database) {
  const auto verifier = verifier_of(database);
  if (!verifier) {
    throw Error(ErrorKind::failed, "the ledger does not say whose it is",
                "the file is damaged: restore the latest backup of it");
  }
  return *verifier;
}

void require_local(const Path& folder) {
  if (!on_network_filesystem(folder)) return;
  refuse(folder.string() + ": lies on a network file system, whose locks cannot be trusted",
         "keep the ledger on a local disk");
}

/// The first entry and its fold, written as every other one is.
void write_first_entry(const Database& database, const model::VerifierKey& key, Instant now) {
  const Json fields{{"origin", key.name}, {"public_key", key.key.base64()}};
  const std::string bytes = write_entry("ledger.created", now, std::nullopt, fields);
  const Record entry = read_entry(0, bytes);
  check_creation(database, entry);
  database.execute("BEGIN IMMEDIATE");
  Appender(database, 0, {}).append(bytes);
  apply_creation(database, entry);
  database.execute("COMMIT");
}

std::string holder_line(Instant now) {
  return "process " + std::to_string(::getpid()) + " since " + now.str();
}

/// Never smaller than the last entry's time. A clock that is further behind is wrong, or the ledger
/// came from the future: no entry may say so (erasure.md 34).
Instant time_of_next_entry(const LogEnd& end, Instant now) {
  const auto heading = read_heading(end.last_bytes);
  const auto last = heading ? Instant::parse(heading->at) : std::nullopt;
  if (!last)
    throw Error(ErrorKind::finding, "the ledger's last entry cannot be read",
                "see what was changed with 'besa audit verify'");
  if (now.seconds < last->seconds - clock_tolerance) {
    refuse("the clock says " + now.str() + ", but the ledger's last entry is of " + last->str(),
           "set the clock right; see 'besa doctor'");
  }
  return std::max(now, *last);
}

}  // namespace

std::span<const Fold> about_folds() {
  static constexpr std::array folds{Fold{"ledger.created", check_creation, apply_creation}};
  return folds;
}

std::string origin_of(const Database& database) {
  Query query(database, about_sql);
  return query.next() ? query.text(0) : "";
}

std::optional<model::VerifierKey> verifier_of(const Database& database) {
  Query query(database, about_sql);
  const auto key = query.next() ? PublicKey::parse(query.bytes(1)) : std::nullopt;
  if (!key) return std::nullopt;
  return model::VerifierKey{query.text(0), *key};
}

// --- the ledger ---------------------------------------------------------------------------------

void Ledger::create(const Path& folder, const std::string& origin, const Clock& clock) {
  make_folder(folder);
  require_local(folder);
  const Path file = folder / "ledger.db";
  const Path key_file = folder / "log.key";
  for (const Path& path : {file, key_file}) {
    if (!std::filesystem::exists(std::filesystem::symlink_status(path))) continue;
    refuse(path.string() + ": there is a ledger already", "use it, or choose another folder");
  }
  const model::SignerKey signer{origin, SigningKey::generate()};
  const Path unfinished = folder / "ledger.db.new";  // a crash leaves no half ledger
  destroy_file(unfinished);
  create_file(unfinished, "");
  {
    const Database database = Database::create(unfinished);
    write_first_entry(database, signer.verifier(), clock.now());
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  create_file(key_file, signer.str() + "\n");
  std::filesystem::rename(unfinished, file);
  sync_folder(folder);
}

Ledger::State::State(const Path& in, const Clock& with, double wait)
    : folder(in),
      clock(with),
      wait_seconds(wait),
      database(Database::open(in / "ledger.db", wait)),
      verifier(read_verifier(database)) {
  require_local(folder);
  origin = verifier.name;
}

const model::SignerKey& Ledger::State::signing_key() const {
  if (signer) return *signer;
  const Path file = folder / "log.key";
  if (!std::filesystem::exists(std::filesystem::symlink_status(file))) {
    refuse(file.string() + ": the ledger's signing key is missing; nothing can be recorded",
           "restore it from where it was backed up");
  }
  require_private(file);
  constexpr std::size_t largest = 4096;
  std::string text = read_file(file, largest);
  if (text.ends_with('\n')) text.pop_back();
  auto key = model::SignerKey::parse(text);
  std::ranges::fill(text, '\0');
  if (!key) throw Error(ErrorKind::failed, file.string() + ": is no signing key");
  if (key->verifier().str() != verifier.str()) {
    refuse(file.string() + ": is not the key of the ledger " + origin,
           "restore the key that belongs to it");
  }
  signer = std::move(key);
  return *signer;
}

Ledger::Ledger(const Path& folder, const Clock& clock, double wait_seconds)
    : state_(std::make_unique<State>(folder, clock, wait_seconds)) {}

Ledger::~Ledger() = default;

const std::string& Ledger::origin() const {
  return state_->origin;
}
model::VerifierKey Ledger::verifier_key() const {
  return state_->verifier;
}
std::uint64_t Ledger::size() const {
  return count_entries(state_->database);
}

Digest Ledger::root() const {
  return model::root(count_entries(state_->database), stored_subtrees(state_->database));
}

void Ledger::entries(std::uint64_t first, std::uint64_t count,
                     const std::function<void(const Entry&)>& each) const {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  Query query(state_->database, entries_sql);
  query.with(std::min(first, most), std::min(count, most));
  while (query.next()) each({query.number(0), query.text(1)});
}

std::string Ledger::sign_note(std::string_view text) const {
  return model::sign_note(text, state_->origin, state_->signing_key().key);
}

Change Ledger::begin() {
  if (state_->changing) {
    throw Error(ErrorKind::busy, "the ledger is being changed by this very process");
  }
  static_cast<void>(state_->signing_key());  // no deed whose entry nobody could sign
  FileLock lock(state_->folder / "ledger.lock", "the ledger", holder_line(state_->clock.now()),
                state_->wait_seconds);
  return Change(std::make_unique<Change::State>(*state_, std::move(lock)));
}

// --- a change -----------------------------------------------------------------------------------

Change::Change(std::unique_ptr<State> state) : state_(std::move(state)) {}
Change::Change(Change&&) noexcept = default;
Change::~Change() = default;

Change::State::State(Ledger::State& of, FileLock held) : ledger(of), lock(std::move(held)) {
  Query(database(), begin_sql).run();
  try {
    const LogEnd end = read_end(database());
    at = time_of_next_entry(end, ledger.clock.now());
    log.emplace(database(), end.size, ledger.frontier);
  } catch (...) {
    database().execute("ROLLBACK");
    throw;
  }
  ledger.changing = true;
}

Change::State::~State() {
  if (!log) return;  // committed
  log.reset();
  try {
    database().execute("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back by itself, after an I/O error for instance.
  }
  end();
}

void Change::State::end() {
  log.reset();
  ledger.changing = false;
  lock.reset();
}

void Change::State::append(std::string_view kind, const std::optional<model::Actor>& by,
                           const Json& fields) {
  if (!log || failed) throw Error(ErrorKind::failed, "this change of the ledger is over");
  const std::string bytes = write_entry(kind, at, by, fields);
  const Fold* fold = fold_of(kind);
  const Record entry{log->size(), std::string(kind), at, fold ? parse_json(bytes) : Json()};
  if (fold) fold->check(database(), entry);
  failed = true;
  log->append(bytes);
  if (fold) fold->apply(database(), entry);
  failed = false;
}

std::string Change::State::next_id(char letter, const char* highest_sql) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%c-%04d-", letter, day_of(at).year());
  const std::string prefix(text.data());
  Query query(database(), highest_sql);
  const std::uint64_t stored = query.with(prefix).next() ? query.number(0) : 0;
  std::uint64_t& highest = reserved[prefix];
  highest = std::max(highest, stored) + 1;
  std::snprintf(text.data(), text.size(), "%04llu", static_cast<unsigned long long>(highest));
  return prefix + text.data();
}

/// After an I/O error nobody knows whether the commit reached the disk (erasure.md 3.3): a fresh
/// connection reads what is there.
void Change::State::commit() {
  if (!log || failed) throw Error(ErrorKind::failed, "this change of the ledger is over");
  const std::uint64_t size = log->size();
  const auto last = log->last_leaf();
  try {
    Query(database(), commit_sql).run();
    ledger.frontier = log->frontier();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::busy) throw;
    log.reset();
    ledger.database = Database::open(ledger.file(), ledger.wait_seconds);
    const bool durable = count_entries(ledger.database) == size &&
                         (!last || stored_subtrees(ledger.database)(0, size - 1) == *last);
    end();
    if (!durable) throw;
  }
  end();
}

void Change::commit() {
  state_->commit();
}

void Change::note(const std::string& kind, const Json& fields) {
  if (!is_code(kind) || fold_of(kind) != nullptr) {
    throw Error(ErrorKind::failed, "an entry of kind " + kind + " has its own verb");
  }
  require_codes(fields);
  state_->append(kind, std::nullopt, fields);
}

}  // namespace besa::ledger
