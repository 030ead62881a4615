#include "source/sqlite_clean.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "source/cleaning_step.hpp"
#include "source/erased_values.hpp"
#include "source/sqlite_full_text.hpp"
#include "source/sqlite_residue.hpp"
#include "source/sqlite_scan.hpp"
#include "source/sqlite_schema.hpp"
#include "source/sqlite_statement.hpp"

namespace besa::source {
namespace {

constexpr const char* session_settings =
    "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
    "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON";
constexpr const char* read_secure_delete = "PRAGMA main.secure_delete";
constexpr const char* read_journal_mode = "PRAGMA main.journal_mode";
constexpr const char* list_virtual_tables =
    "SELECT name, sql FROM main.sqlite_schema WHERE type='table' AND rootpage=0 ORDER BY name";
constexpr const char* list_sample_tables =
    "SELECT name FROM main.sqlite_schema WHERE type='table' AND name IN"
    " ('sqlite_stat3','sqlite_stat4') ORDER BY name";
constexpr const char* cut_log = "PRAGMA main.wal_checkpoint(TRUNCATE)";
// Leaving PERSIST is when SQLite removes a journal it did not write itself.
constexpr const char* remove_journal =
    "PRAGMA main.journal_mode=PERSIST; PRAGMA main.journal_mode=DELETE";
constexpr const char* check_structure = "PRAGMA main.quick_check(1)";
constexpr const char* rebuild_file = "VACUUM main";
constexpr const char* temporary_in_files = "PRAGMA temp_store=FILE";

// A rebuilt database is made beside the old one, in memory up to this size.
constexpr std::uint64_t rebuilt_in_memory = 16'000'000;

/// In UTF-8 whatever the file's encoding is (Column::getString is not).
std::string text(SQLite::Statement& row, int column) {
  return row.getColumn(column).getText();
}

std::uint64_t size_or_zero(const std::filesystem::path& path) {
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(path, absent);
  return absent ? 0 : size;
}

/// Where SQLite puts its temporary files while this lives: it takes one place for the whole
/// process.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& folder) : before_(sqlite3_temp_directory) {
    sqlite3_temp_directory = sqlite3_mprintf("%s", folder.c_str());
  }
  ~TemporaryFolder() {
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = before_;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

 private:
  char* before_;
};

/// A connection that changes nothing but what it is told to, and leaves nothing in slack.
class CleaningConnection {
 public:
  CleaningConnection(const std::filesystem::path& database, std::chrono::milliseconds wait)
      : database_(database.string(), SQLite::OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW,
                  static_cast<int>(wait.count())) {
    sqlite3* handle = database_.getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    database_.exec(session_settings);
    if (first(read_secure_delete) != "1") not_done("secure_delete could not be set");
  }
  SQLite::Database& get() { return database_; }
  void run(const std::string& sql) { database_.exec(sql); }
  [[nodiscard]] std::string first(const char* sql) {
    SQLite::Statement statement(database_, sql);
    return statement.executeStep() ? text(statement, 0) : std::string();
  }
  [[nodiscard]] bool keeps_log() { return first(read_journal_mode) == "wal"; }

 private:
  SQLite::Database database_;
};

class SqliteCleaner {
 public:
  SqliteCleaner(const std::filesystem::path& database, VacuumPolicy policy,
                std::chrono::milliseconds wait)
      : database_(database), policy_(policy), wait_(wait) {}

  Cleaning run(const std::vector<std::string>& erased, std::vector<LiveRows> live) {
    for (const std::string& value : erased) erased_.add(value);
    const bool opened = open();
    if (opened) {
      excuse(std::move(live));
      merge_full_text();
      delete_samples();
      fold_log();
      drop_journal();
      connection_.reset();
    }
    SqliteResidue search(erased_.take_sought());
    const bool may_rebuild = opened && policy_ != VacuumPolicy::never;
    // Beside a log a rebuild that is not needed may do harm: a reader leaves the copy in the log.
    const bool looked = look("look at the bytes", search,
                             may_rebuild && !keeps_log_ ? SqliteResidue::Until::residue_is_seen
                                                        : SqliteResidue::Until::everything_is_seen);
    if (may_rebuild && looked && wants_vacuum()) rebuild_and_look(search);
    require_empty_side_files();
    erased_.count_in(cleaning_.residue);
    return std::move(cleaning_);
  }

 private:
  /// Does the step, and records how it went; false where it could not be done.
  bool step(const std::string& name, const std::function<std::string()>& work) {
    return do_step(cleaning_, name, [&] {
      try {
        return work();
      } catch (const SQLite::Exception& error) {
        throw Error(ErrorKind::failed, sqlite3_errstr(error.getErrorCode()));
      }
    });
  }

  bool open() {
    return step("secure deletion", [&] {
      connection_ = std::make_unique<CleaningConnection>(database_, wait_);
      return std::string("on");
    });
  }

  void excuse(std::vector<LiveRows> live) {
    if (erased_.empty()) return;
    OpenOptions options;
    options.wait = wait_;
    std::unique_ptr<Connection> reader;
    Catalogue catalogue;
    const bool read = step_unless_done("values that stay", [&] {
      reader = std::make_unique<Connection>(std::filesystem::absolute(database_),
                                            Connection::Purpose::read, options);
      catalogue = read_catalogue(*reader);
    });
    if (!read) return;
    SqliteScanner scanner(*reader, catalogue);
    const auto each_text = [](std::string_view value, const auto& sink) { sink(value); };
    for (const auto& [table, ways] : by_table(std::move(live)))
      step("values that stay in " + table, [&, &list = ways] {
        const std::uint64_t before = erased_.excused();
        for (const LiveRows& rows : list)
          scanner.scan(rows.scan, Excuser(erased_, rows, each_text));
        return std::to_string(erased_.excused() - before) + " of the erased";
      });
  }

  void merge_full_text() {
    std::vector<std::pair<std::string, bool>> tables;
    const bool listed = step_unless_done("full-text indexes", [&] {
      SQLite::Statement rows(connection_->get(), list_virtual_tables);
      while (rows.executeStep())
        if (const auto found = read_full_text(text(rows, 1)))
          tables.emplace_back(text(rows, 0), found->external_content);
    });
    if (!listed) return;
    for (const auto& [name, external] : tables)
      step("full-text index " + name,
           [&, &table = name, command = external ? "rebuild" : "optimize"] {
             const std::string identifier = sql_name(table);
             SQLite::Statement merge(connection_->get(), "INSERT INTO main." + identifier + "(" +
                                                             identifier + ") VALUES(?)");
             merge.bind(1, command);
             merge.exec();
             return std::string(command);
           });
  }

  void delete_samples() {
    std::vector<std::string> tables;
    const bool listed = step_unless_done("sampled statistics", [&] {
      SQLite::Statement rows(connection_->get(), list_sample_tables);
      while (rows.executeStep()) tables.push_back(text(rows, 0));
    });
    if (!listed) return;
    for (const std::string& table : tables)
      step("sampled statistics " + table, [&] {
        const int deleted = connection_->get().exec("DELETE FROM main." + sql_name(table));
        return std::to_string(deleted) + " samples deleted";
      });
  }

  /// A question asked on the way to a step: recorded only where it fails.
  bool step_unless_done(const std::string& name, const std::function<void()>& work) {
    const bool done = step(name, [&] {
      work();
      return std::string();
    });
    if (done) cleaning_.steps.pop_back();
    return done;
  }

  bool fold_log() {
    if (!step_unless_done("write-ahead log", [&] { keeps_log_ = connection_->keeps_log(); }))
      return false;
    return !keeps_log_ || step("write-ahead log", [&] {
      if (connection_->first(cut_log) != "0")
        not_done("a reader holds the log; repeat when it has finished");
      return std::string("folded in and cut");
    });
  }

  void drop_journal() {
    const std::filesystem::path journal = sqlite_side_files(database_).back();
    if (size_or_zero(journal) == 0) return;
    step("leftover journal", [&] {
      if (connection_->keeps_log()) not_done("a rollback journal lies beside a write-ahead log");
      connection_->run(remove_journal);
      return std::string("removed");
    });
  }

  bool look(const std::string& name, SqliteResidue& search, SqliteResidue::Until until) {
    return step(name, [&] {
      cleaning_.residue = search.look(database_, until);
      return cleaning_.residue.clean() ? std::string("nothing found") : std::string("values found");
    });
  }

  [[nodiscard]] bool wants_vacuum() const {
    return policy_ == VacuumPolicy::always || cleaning_.residue.is_in_unused_bytes();
  }

  /// The first look may have ended at what is somebody's who stays. Where the file cannot be
  /// rebuilt and there is nothing left in it, it need not be.
  void rebuild_and_look(SqliteResidue& search) {
    const std::size_t before = cleaning_.steps.size();
    rebuild();
    const bool looked =
        look("second look at the bytes", search, SqliteResidue::Until::everything_is_seen);
    const bool needed =
        policy_ == VacuumPolicy::always || !looked || cleaning_.residue.is_in_unused_bytes();
    if (cleaning_.vacuumed || needed) return;
    auto& steps = cleaning_.steps;
    const auto rebuilding = steps.begin() + static_cast<std::ptrdiff_t>(before);
    steps.erase(std::remove_if(rebuilding, steps.end(),
                               [](const Cleaning::Step& each) {
                                 return each.name == "vacuum" || each.name == "space";
                               }),
                steps.end());
    steps.insert(steps.end() - 1,
                 {"vacuum", true, "not needed: all that was found is theirs who stay", 0});
  }

  void rebuild() {
    const bool log_held = std::any_of(
        cleaning_.steps.begin(), cleaning_.steps.end(),
        [](const Cleaning::Step& done) { return done.name == "write-ahead log" && !done.done; });
    if (log_held) {  // it would only write everything into the log once more
      step("vacuum", []() -> std::string { not_done("not tried while a reader holds the log"); });
      return;
    }
    if (!open_again() || !check_file() || !check_space()) return;
    cleaning_.vacuumed = step("vacuum", [&] { return vacuum(); });
    fold_log();
    connection_.reset();
  }

  /// The temporary file of a large database holds those who stay and no one else; it is private and
  /// has no name from the moment it is made. Kept where the database is, it is no second place to
  /// look after.
  std::string vacuum() {
    if (size_or_zero(database_) <= rebuilt_in_memory) {
      connection_->run(rebuild_file);
      return "rebuilt";
    }
    const TemporaryFolder here(std::filesystem::absolute(database_).parent_path());
    connection_->run(temporary_in_files);
    connection_->run(rebuild_file);
    return "rebuilt, through an unnamed file beside it";
  }

  bool open_again() {
    return step_unless_done(
        "vacuum", [&] { connection_ = std::make_unique<CleaningConnection>(database_, wait_); });
  }

  bool check_file() {
    return step("structure check", [&] {
      if (connection_->first(check_structure) != "ok")
        not_done("the database is damaged and is not rebuilt");
      return std::string("ok");
    });
  }

  bool check_space() {
    return step("space", [&] {
      const std::uint64_t needed =
          2 * (size_or_zero(database_) + size_or_zero(sqlite_side_files(database_).front()));
      const std::uint64_t free = free_space(std::filesystem::absolute(database_).parent_path());
      std::string figures =
          std::to_string(needed) + " bytes needed, " + std::to_string(free) + " free";
      if (free < needed) not_done(figures);
      return figures;
    });
  }

  void require_empty_side_files() {
    connection_.reset();
    step("side files", [&] {
      for (const std::filesystem::path& path : sqlite_side_files(database_))
        if (size_or_zero(path) > 0) not_done(path.string() + " still has content");
      return std::string("empty or gone");
    });
  }

  std::filesystem::path database_;
  VacuumPolicy policy_;
  std::chrono::milliseconds wait_;
  std::unique_ptr<CleaningConnection> connection_;
  bool keeps_log_ = false;
  ErasedValues erased_;
  Cleaning cleaning_;
};

}  // namespace

Cleaning clean_sqlite(const std::filesystem::path& database, const std::vector<std::string>& erased,
                      std::vector<LiveRows> live, VacuumPolicy vacuum,
                      std::chrono::milliseconds wait) {
  return SqliteCleaner(database, vacuum, wait).run(erased, std::move(live));
}

}  // namespace besa::source
