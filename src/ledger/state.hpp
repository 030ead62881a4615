// What Ledger and Change keep behind their headers.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "besa/ledger/ledger.hpp"
#include "ledger/database.hpp"
#include "ledger/log.hpp"

namespace besa::ledger {

struct Ledger::State {
  Path folder;
  const Clock& clock;
  double wait_seconds;
  Database database;
  std::string origin;
  model::VerifierKey verifier;
  mutable std::optional<model::SignerKey> signer;  ///< read when first needed
  bool changing = false;
  model::Frontier frontier;  ///< as of the last change of ours: an entry, once there, stays

  State(const Path& in, const Clock& with, double wait);
  /// The signing key; Error(refused) where it is missing, open to others, or not this log's.
  [[nodiscard]] const model::SignerKey& signing_key() const;
  [[nodiscard]] Path file() const { return folder / "ledger.db"; }
};

struct Change::State {
  Ledger::State& ledger;
  std::optional<FileLock> lock;  ///< until it is committed
  Instant at;                    ///< of every entry of this change
  std::optional<Appender> log;
  bool failed = false;  ///< an entry without its fold must never be committed
  std::map<std::string, std::uint64_t> reserved;

  State(Ledger::State& of, FileLock held);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] const Database& database() const { return ledger.database; }
  /// Checks, writes and folds one entry.
  void append(std::string_view kind, const std::optional<model::Actor>& by, const Json& fields);
  /// "<letter>-<year>-<number>", one more than `highest_sql` finds and than was reserved before.
  [[nodiscard]] std::string next_id(char letter, const char* highest_sql);
  void commit();

 private:
  void end();
};

/// Somebody as they say; the signature of a statement proves it.
[[nodiscard]] inline model::Actor claimed(const std::string& name) {
  return {name, true};
}
[[nodiscard]] inline model::Actor proven(const std::string& name) {
  return {name, false};
}

}  // namespace besa::ledger
