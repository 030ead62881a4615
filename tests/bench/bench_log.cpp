// bench_log FOLDER [DURABLE [BATCH]]
//
// The ledger's log beside plain SQLite: the same entries appended one by one, each durable, and
// many in one transaction; then besa's verification. The rival stores the same bytes in a table of
// (number INTEGER PRIMARY KEY, bytes BLOB) in WAL mode with synchronous=FULL: no tree, no
// signatures. Both take turns, when each append is durable every few of them: how long the disk
// takes changes from second to second, and must not fall on one side. One line for each measure:
// name, besa's and SQLite's rate a second.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "besa/base/error.hpp"
#include "besa/ledger/ledger.hpp"

namespace {

using besa::Json;
using besa::Path;
using besa::ledger::Change;
using besa::ledger::Ledger;

constexpr unsigned turns = 5;
constexpr std::uint64_t slice = 20;  // durable appends before it is the other's turn

const Json& fields() {
  static const Json written{{"run", "R-2026-0001"}, {"dataset", "loyalty"}, {"rows", 1'000'000}};
  return written;
}

/// Plain SQLite, as somebody would write an append-only table by hand.
class Rival {
 public:
  explicit Rival(const Path& file)
      : database_(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    database_.exec("PRAGMA journal_mode=WAL");
    database_.exec("PRAGMA synchronous=FULL");
    database_.exec("CREATE TABLE entries(number INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
  }

  void durable(std::uint64_t count, const std::string& bytes) {
    SQLite::Statement insert(database_, insert_sql);
    for (std::uint64_t i = 0; i < count; ++i) add(insert, bytes);
  }

  void batch(std::uint64_t count, const std::string& bytes) {
    SQLite::Transaction transaction(database_);
    durable(count, bytes);
    transaction.commit();
  }

 private:
  static constexpr const char* insert_sql = "INSERT INTO entries(bytes) VALUES (?)";
  static void add(SQLite::Statement& insert, const std::string& bytes) {
    insert.bindNoCopy(1, bytes.data(), static_cast<int>(bytes.size()));
    insert.exec();
    insert.reset();
  }
  SQLite::Database database_;
};

void append_durable(Ledger& ledger, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    Change change = ledger.begin();
    change.note("batch.done", fields());
    change.commit();
  }
}

void append_batch(Ledger& ledger, std::uint64_t count) {
  Change change = ledger.begin();
  for (std::uint64_t i = 0; i < count; ++i) change.note("batch.done", fields());
  change.commit();
}

double seconds(const std::function<void()>& act) {
  const auto begin = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

using Append = std::function<void(std::uint64_t count)>;

/// Turns of both, the first not counted. Each turn is `count` appends, `at_once` of them before it
/// is the other's.
void compare(const char* name, std::uint64_t count, std::uint64_t at_once, const Append& ours,
             const Append& theirs) {
  std::vector<double> our_seconds, their_seconds;
  for (unsigned turn = 0; turn <= turns; ++turn) {
    double mine = 0, other = 0;
    for (std::uint64_t done = 0; done < count; done += at_once) {
      const std::uint64_t now = std::min(at_once, count - done);
      mine += seconds([&] { ours(now); });
      if (theirs) other += seconds([&] { theirs(now); });
    }
    if (turn == 0) continue;
    our_seconds.push_back(mine);
    their_seconds.push_back(other);
  }
  const auto rate = [&](const std::vector<double>& values) {
    const double middle = median(values);
    return middle > 0 ? static_cast<double>(count) / middle : 0;
  };
  std::cout << name << ' ' << std::fixed << std::setprecision(0) << rate(our_seconds) << ' '
            << rate(their_seconds) << '\n';
}

std::uint64_t number_of(const char* text, std::uint64_t otherwise) {
  const std::string_view digits = text == nullptr ? "" : text;
  std::uint64_t number = otherwise;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

void run(const Path& folder, std::uint64_t durable, std::uint64_t batch) {
  const besa::SystemClock clock;
  Ledger::create(folder / "ledger", "example.com/bench", clock);
  Ledger ledger(folder / "ledger", clock, 1.0);
  Rival rival(folder / "rival.db");
  append_durable(ledger, 1);
  std::string bytes;
  ledger.entries(1, 1, [&](const besa::ledger::Entry& entry) { bytes = entry.bytes; });
  const Append plain = [&](std::uint64_t count) { rival.durable(count, bytes); };
  compare(
      "durable", durable, slice, [&](std::uint64_t count) { append_durable(ledger, count); },
      plain);
  compare(
      "batch", batch, batch, [&](std::uint64_t count) { append_batch(ledger, count); },
      [&](std::uint64_t count) { rival.batch(count, bytes); });
  const auto verify = [&](std::uint64_t) {
    if (!ledger.verify().empty())
      throw besa::Error(besa::ErrorKind::finding, "the log does not verify");
  };
  const std::uint64_t entries = ledger.size();
  compare("verify", entries, entries, verify, {});
}

}  // namespace

int main(int count, char** values) {
  try {
    if (count < 2) throw besa::Error(besa::ErrorKind::usage, "bench_log FOLDER [DURABLE [BATCH]]");
    run(values[1], number_of(count > 2 ? values[2] : nullptr, 1000),
        number_of(count > 3 ? values[3] : nullptr, 100'000));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_log: " << error.what() << '\n';
    return 1;
  }
}
