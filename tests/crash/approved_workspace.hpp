// A small workspace with an approved manifest, copies of it to be ruined, and what must be true of
// each: by plain SQL and by bytes, compared with a copy on which nothing went wrong.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "besa/base/file.hpp"
#include "besa/ledger/keyring.hpp"
#include "besa/ledger/ledger.hpp"
#include "besa/model/certificate.hpp"
#include "besa/model/note.hpp"
#include "besa/source/happy.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/give_up.hpp"
#include "besa/workflow/session.hpp"
#include "besa/workflow/sweep.hpp"
#include "tests/crash/process.hpp"
#include "tests/workflow/sqlite_rows.hpp"

namespace besa::crash {

using workflow::testing::execute;
using workflow::testing::rows_of;
using workflow::testing::run_sql;
using workflow::testing::SqlRows;

/// The lines of a file, each cut where CSV and JSON part values.
inline SqlRows lines_of(const Path& file) {
  SqlRows lines;
  std::istringstream text(read_file(file));
  for (std::string line; std::getline(text, line);) {
    lines.emplace_back();
    for (std::size_t at = 0; at <= line.size();) {
      const std::size_t end = std::min(line.find_first_of(";,\"\r", at), line.size());
      lines.back().push_back(line.substr(at, end - at));
      at = end + 1;
    }
  }
  return lines;
}

/// Every row of every table, in key order, and every line of every other file of data.
inline std::map<std::string, SqlRows> content_of(const Path& database) {
  std::map<std::string, SqlRows> content;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(database.parent_path()))
    if (entry.path().extension() == ".csv" || entry.path().extension() == ".jsonl")
      content[entry.path().filename().string()] = lines_of(entry.path());
  for (const auto& table : run_sql(database, "SELECT name FROM sqlite_schema WHERE type = 'table'",
                                   SQLITE_OPEN_READWRITE))
    content[table[0]] = rows_of(database, "SELECT * FROM " + table[0] + " ORDER BY 1, 2, 3");
  return content;
}

/// A workspace folder as the tests look at it.
class Workspace {
 public:
  explicit Workspace(Path root) : root_(std::move(root)) {}

  [[nodiscard]] const Path& root() const { return root_; }
  [[nodiscard]] Path database() const { return root_ / "data" / "loyalty.db"; }
  [[nodiscard]] Path state() const { return root_ / ".besa"; }
  [[nodiscard]] Path ledger() const { return state() / "ledger.db"; }
  [[nodiscard]] Path manifest() const { return state() / "manifests" / manifest_id(); }

  [[nodiscard]] std::string manifest_id() const {
    return std::filesystem::directory_iterator(state() / "manifests")->path().filename().string();
  }

  /// `besa WORDS`, in this workspace, as agim.
  [[nodiscard]] std::vector<std::string> besa(std::vector<std::string> words) const {
    words.insert(words.begin(), BESA_PROGRAM);
    words.insert(words.end(), {"--workspace", root_.string(), "--as", "agim"});
    return words;
  }
  [[nodiscard]] std::vector<std::string> apply() const {
    return besa({"manifest", "apply", manifest_id()});
  }

  [[nodiscard]] std::size_t entries_of(const std::string& kind) const {
    const SqlRows rows = run_sql(
        ledger(),
        "SELECT 1 FROM entries WHERE CAST(bytes AS TEXT) LIKE '%\"kind\":\"" + kind + "\"%'",
        SQLITE_OPEN_READWRITE);
    return rows.size();
  }

  /// Every file in it, with all its bytes.
  [[nodiscard]] std::map<Path, std::string> files() const {
    std::map<Path, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_))
      if (entry.is_regular_file()) found[entry.path()] = read_file(entry.path());
    return found;
  }

 private:
  Path root_;
};

/// How the end of a run may have been reached.
enum class Runs {
  one,   ///< a crash: the run that had begun went on
  some,  ///< a fault that was met: a run may have ended with residue pending, and a second
         ///< followed
};

class CrashTest : public ::testing::Test {
 protected:
  using Stores = source::HappyStores;
  explicit CrashTest(const std::string& journal_mode = "delete",
                     Stores stores = Stores::one_database) {
    std::string name = (std::filesystem::temp_directory_path() / "besa-crash-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    prepare(journal_mode, stores);
    before_ = content_of(base().database());
  }
  ~CrashTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] const Path& folder() const { return folder_; }
  /// drita's, signed over the manifest, for a test that gives it up.
  [[nodiscard]] Path rejection() const { return folder_ / "drita.rejection"; }
  [[nodiscard]] Workspace base() const { return Workspace(folder_ / "base"); }

  /// The base once more, in place of the last one of that name.
  [[nodiscard]] Workspace fresh(const std::string& name = "copy") const {
    return copy_of(base(), folder_ / name);
  }
  static Workspace copy_of(const Workspace& from, const Path& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from.root(), to, std::filesystem::copy_options::recursive);
    return Workspace(to);
  }

  /// Applies a copy with nothing in the way: the end everything else is compared with.
  void learn_the_end() {
    const Workspace calm = fresh("calm");
    const Ended ended = run(calm.apply());
    ASSERT_EQ(ended.code, 0) << ended.str();
    after_ = content_of(calm.database());
    certificate_ = certificate_of(calm);
    ASSERT_NE(after_, before_);
    learn_the_erased();
    EXPECT_EQ(faults_at_the_end(calm), "");
  }

  /// What is wrong with a workspace between a fault and the next command; empty: nothing. Looks
  /// at a copy, for besa itself shall recover the original.
  [[nodiscard]] std::string faults_between(const Workspace& ruined) const {
    const Workspace copy = copy_of(ruined, folder_ / "look");
    std::string faults = faults_of_database(copy);
    if (content_of(copy.database()) != before_ && copy.entries_of("run.begun") == 0)
      faults += "rows went without an intent in the ledger\n";
    return faults;
  }

  /// What is wrong where everything should be done; empty: nothing.
  [[nodiscard]] std::string faults_at_the_end(const Workspace& done, Runs runs = Runs::one) const {
    std::string faults = faults_of_database(done);
    if (content_of(done.database()) != after_) faults += "other rows than without the fault\n";
    const std::size_t begun = done.entries_of("run.begun");
    if (begun != done.entries_of("run.ended") || begun == 0 || (runs == Runs::one && begun != 1))
      faults += "the ledger has " + std::to_string(begun) + " beginnings of a run and " +
                std::to_string(done.entries_of("run.ended")) + " ends\n";
    const Ended audit = run(done.besa({"audit", "verify"}));
    if (audit.code != 0) faults += "audit verify: " + audit.str();
    return faults + faults_of_certificate(done) + faults_of_forgetting(done);
  }

  [[nodiscard]] const std::map<std::string, SqlRows>& before() const { return before_; }

 private:
  void prepare(const std::string& journal_mode, Stores stores) {
    const SystemClock clock;
    workflow::Silent silent;
    const Date today = TimeZone::find("Europe/Tirane").local_date(clock.now());
    static_cast<void>(source::write_happy(base().root(), {.members = 100,
                                                          .seed = 7,
                                                          .today = today,
                                                          .stores = stores,
                                                          .postgresql = {},
                                                          .progress = {}}));
    // A note in somebody else's row names a member: the one residue that besa leaves to people.
    execute(base().database(), "UPDATE members SET note = NULL");
    execute(base().database(), "PRAGMA journal_mode = " + journal_mode);
    take_small_batches();
    ledger::Ledger::create(base().state(), "besa.test/crash", clock);
    const SigningKey agim = SigningKey::generate(), drita = SigningKey::generate();
    ledger::Ledger ledger(base().state(), clock);
    enrol(ledger, "agim", agim, agim);
    enrol(ledger, "drita", drita, agim);
    const workflow::SessionOptions as_agim{base().root(), "agim", {}};
    workflow::Session session(as_agim, clock, silent);
    static_cast<void>(workflow::sweep(session, {}));
    const std::string header = read_file(base().manifest() / "header.json");
    workflow::approve(
        session, workflow::sign_approval(header, "drita", drita, clock.now(), "small.example"));
    write_file(
        rejection(),
        workflow::sign_rejection(header, "drita", drita, clock.now(), "store-lost").to_text());
  }

  /// Several transactions, so that a fault can come between two.
  void take_small_batches() const {
    const Path file = base().root() / "besa.json";
    std::string text = read_file(file);
    const std::string limits = "\"limits\": {";
    text.insert(text.find(limits) + limits.size(), "\n    \"batch_rows\": 60,");
    const std::string wait = "\"wait_seconds\": 5";
    text.replace(text.find(wait), wait.size(), "\"wait_seconds\": 1");
    write_file(file, text);
  }

  static void enrol(ledger::Ledger& ledger, const std::string& name, const SigningKey& key,
                    const SigningKey& agim) {
    const std::string statement =
        ledger::enrolment_statement(ledger.origin(), name, key.public_key(), true);
    ledger::Change change = ledger.begin();
    change.enrol_key(name, key.public_key(), true, "agim", agim.sign(as_bytes(statement)).base64());
    change.commit();
  }

  /// Values of the rows that go, eight bytes and longer, that no remaining row has.
  void learn_the_erased() {
    std::set<std::string> remaining;
    for (const auto& [table, rows] : after_)
      for (const auto& row : rows) remaining.insert(row.begin(), row.end());
    for (const auto* query : {"SELECT email FROM members", "SELECT phone FROM members",
                              "SELECT member_id FROM members", "SELECT card_no FROM cards"})
      for (const auto& row : rows_of(base().database(), query))
        if (row[0].size() >= 8 && !remaining.contains(row[0])) erased_.insert(row[0]);
    ASSERT_GT(erased_.size(), 30U);
  }

  static std::string faults_of_database(const Workspace& workspace) {
    std::string faults;
    const auto database = workspace.database();
    if (run_sql(database, "PRAGMA integrity_check", SQLITE_OPEN_READWRITE) != SqlRows{{"ok"}})
      faults += "the database is damaged\n";
    if (!rows_of(database, "PRAGMA foreign_key_check").empty())
      faults += "a row refers to nothing\n";
    return faults;
  }

  static model::Certificate certificate_of(const Workspace& workspace) {
    const SystemClock clock;
    std::vector<Path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(workspace.state() / "certificates"))
      files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    const ledger::Ledger ledger(workspace.state(), clock);
    const auto text = model::open_note(read_file(files.back()), ledger.verifier_key());
    return model::Certificate::parse(text.value());
  }

  [[nodiscard]] std::string faults_of_certificate(const Workspace& workspace) const {
    try {
      const model::Certificate certificate = certificate_of(workspace);
      std::string faults;
      if (certificate.outcome != model::RunOutcome::done) faults += "not certified as done\n";
      if (certificate.to_json().at("tables") != certificate_.to_json().at("tables"))
        faults += "the certificate counts otherwise than without the fault\n";
      return faults;
    } catch (const std::exception& error) {
      return std::string("no certificate: ") + error.what() + "\n";
    }
  }

  [[nodiscard]] std::string faults_of_forgetting(const Workspace& workspace) const {
    std::string faults;
    for (const auto& [path, bytes] : workspace.files()) {
      const std::string name = path.filename().string();
      const bool of_manifest = path.parent_path() == workspace.manifest() && name != "header.json";
      // An unfinished file in the vault is sealed, or a key that never sealed anything.
      const bool unfinished = name.ends_with(".tmp") && path.parent_path().filename() != "vault";
      if (of_manifest || unfinished || name.starts_with("manifest-"))
        faults += "left behind: " + name + "\n";
      for (const std::string& value : erased_)
        if (bytes.find(value) != std::string::npos) {
          faults += name + " still holds what was erased\n";
          break;
        }
    }
    return faults;
  }

  Path folder_;
  std::map<std::string, SqlRows> before_, after_;
  std::set<std::string> erased_;
  model::Certificate certificate_;
};

}  // namespace besa::crash
