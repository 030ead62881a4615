// What could keep besa from keeping its promises, looked at before it does.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/ledger/sqlite_facts.hpp"
#include "besa/workflow/status.hpp"
#include "workflow/debris.hpp"
#include "workflow/suppressions.hpp"

namespace besa::workflow {
namespace {

namespace fs = std::filesystem;
using model::Severity;

constexpr int oldest_sqlite = 3'037'000;        // pragma_table_list
constexpr std::int64_t clock_tolerance = 3600;  // seconds
constexpr std::int64_t clock_leap =
    400 * 86'400;  // a silence that long is more likely a wrong clock
constexpr int days_between_backups = 31;
constexpr std::uint64_t least_free = 64u << 20;
constexpr mode_t of_others = S_IRWXG | S_IRWXO;

mode_t mode_of(const Path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & mode_t{07777} : 0;
}

/// Looks at everything and lists what is not right.
class Doctor {
 public:
  explicit Doctor(Session& session) : session_(session) {}

  std::vector<model::Finding> run() {
    check_process();
    check_sqlite();
    check_zones();
    check_state();
    for (const Realm& realm : session_.realms())
      for (const model::Dataset* dataset : realm.datasets)
        guarded("source.unreadable", dataset->file, [&] { check_source(*dataset); });
    if (session_.has_ledger())
      guarded("ledger.unreadable", ".besa/ledger.db", [&] { check_ledger(); });
    return std::move(findings_);
  }

 private:
  void add(Severity severity, const char* code, const std::string& where, std::string message,
           std::string hint) {
    findings_.push_back({severity, code, for_terminal(where), std::move(message), std::move(hint)});
  }

  /// What cannot even be looked at is a finding, not the end of looking.
  template <class Check>
  void guarded(const char* code, const std::string& where, const Check& check) {
    try {
      check();
    } catch (const Error& error) {
      add(Severity::error, code, where, error.message(), error.hint());
    }
  }

  // --- the machine ---

  void check_process() {
    if (::geteuid() == 0)
      add(Severity::note, "process.root", "besa",
          "runs as root: a mistake reaches every file of this machine",
          "run it as the owner of the data");
  }

  void check_sqlite() {
    const ledger::SqliteFacts facts = ledger::sqlite_facts();
    if (facts.version_number < oldest_sqlite)
      add(Severity::error, "sqlite.old", "SQLite " + facts.version,
          "cannot tell besa what tables there are", "install SQLite 3.37 or later");
    if (!facts.thread_safe)
      add(Severity::error, "sqlite.threads", "SQLite " + facts.version,
          "was compiled without threads", "install one compiled with SQLITE_THREADSAFE=1");
  }

  void check_zones() {
    for (const Realm& realm : session_.realms())
      guarded("clock.zone", realm.policy->file,
              [&] { static_cast<void>(TimeZone::find(realm.policy->time_zone)); });
  }

  // --- .besa ---

  void check_state() {
    const Path state = session_.state();
    if (!session_.has_ledger())
      return add(Severity::error, "ledger.missing", ".besa/ledger.db",
                 "this workspace has no ledger: nothing can be recorded",
                 "restore .besa from a backup, or make a new workspace with 'besa init'");
    if (!fs::exists(state / "log.key"))
      add(Severity::error, "key.missing", ".besa/log.key",
          "the ledger's signing key is missing: reading works, nothing can be recorded",
          "restore it from where it was backed up");
    check_modes(state);
    if (on_network_filesystem(state))
      add(Severity::error, "disk.network", ".besa",
          "lies on a network file system, whose locks cannot be trusted",
          "keep it on a local disk");
    if (free_space(state) < least_free)
      add(Severity::warning, "disk.space", ".besa", "less than 64 MiB are free",
          "make room before the next sweep");
  }

  void check_modes(const Path& state) {
    if ((mode_of(state) & of_others) != 0)
      add(Severity::error, "permissions.state", ".besa", "is open to others", "chmod 700 .besa");
    std::uint64_t open = 0;
    std::string first;
    for (const auto& entry : fs::recursive_directory_iterator(state)) {
      if (entry.is_symlink() || (mode_of(entry.path()) & of_others) == 0) continue;
      if (open++ == 0) first = entry.path().lexically_relative(session_.root()).string();
    }
    if (open != 0)
      add(Severity::error, "permissions.state", first,
          counted(open, "file or folder is", "files or folders are") + " open to others",
          "chmod -R go= .besa");
  }

  // --- sources ---

  void check_source(const model::Dataset& dataset) {
    const auto source = session_.open(dataset, false, false);
    if (source == nullptr) {
      if (!dataset.source.empty())
        add(Severity::error, "source.missing", dataset.file,
            "the source of dataset " + dataset.name + " is not there",
            "put the file back, or correct \"source\"");
      return;
    }
    for (const fs::path& file : source->files()) check_source_file(file);
    const Path folder =
        source->files().empty() ? session_.root() : source->files().front().parent_path();
    if (free_space(folder) < source->space_needed())
      add(Severity::error, "disk.space", dataset.name,
          "applying a manifest needs " + grouped(source->space_needed()) +
              " free bytes, and there are " + grouped(free_space(folder)),
          "make room first");
  }

  void check_source_file(const Path& file) {
    const std::string shown = file.lexically_proximate(session_.root()).string();
    if ((mode_of(file) & S_IRWXO) != 0)
      add(Severity::warning, "permissions.data", shown, "every user of this machine can read it",
          "chmod o= " + shown);
    if (on_network_filesystem(file))
      add(Severity::warning, "disk.network", shown,
          "lies on a network file system: whether its locks hold cannot be told",
          "apply manifests on the machine that has the disk");
  }

  // --- the ledger ---

  void check_ledger() {
    guarded("suppressions.secret", ".besa/vault", [&] { require_suppression_secret(session_); });
    guarded("manifest.unrecorded", ".besa/manifests", [&] { check_drafts(); });
    guarded("vault.unheld", ".besa/vault", [&] { check_vault(); });
    check_clock();
    check_approvers();
    check_backups();
    check_checkpoints();
  }

  void check_drafts() {
    for (const Path& folder : unrecorded_drafts(session_))
      add(Severity::warning, "manifest.unrecorded",
          folder.lexically_relative(session_.root()).string(),
          "belongs to a sweep that has not recorded it: one that is still at work, or one that was "
          "killed",
          "the next 'besa sweep' destroys what was left, with the keys in it");
  }

  void check_vault() {
    if (const std::size_t people = unheld_people(session_).size(); people != 0)
      add(Severity::warning, "vault.unheld", ".besa/vault",
          "knows " + counted(people, "person", "people") + " whom no hold protects",
          "the next 'besa night', or hold that is placed or released, forgets them");
  }

  void check_clock() {
    const std::uint64_t size = session_.ledger().size();
    std::optional<Instant> last;
    if (size == 0) return;
    session_.ledger().entries(size - 1, 1, [&](const ledger::Entry& entry) {
      const Json json = parse_json(entry.bytes);
      if (json.contains("at") && json["at"].is_string())
        last = Instant::parse(json["at"].get<std::string>());
    });
    const Instant now = session_.clock().now();
    if (last && now.seconds < last->seconds - clock_tolerance)
      add(Severity::error, "clock.behind", "clock",
          "says " + now.str() + ", but the ledger's last entry is of " + last->str(),
          "set the clock right");
    if (last && now.seconds > last->seconds + clock_leap)
      add(Severity::warning, "clock.ahead", "clock",
          "says " + now.str() + ", over a year after the ledger's last entry (" + last->str() + ")",
          "make sure that it is right before anything is applied: a clock that runs ahead erases "
          "too much");
  }

  void check_approvers() {
    const auto keys = session_.ledger().keys();
    const auto approvers = std::count_if(
        keys.begin(), keys.end(), [](const auto& key) { return key.approver && !key.retired_at; });
    if (approvers == 0)
      add(Severity::warning, "keys.no_approver", "ledger",
          "nobody is enrolled who could approve a manifest",
          "besa key create, then besa key enrol");
    else if (approvers == 1)
      add(Severity::note, "keys.one_approver", "ledger",
          "one approver is enrolled: whoever it is cannot approve an own draft",
          "enrol a second person with 'besa key enrol'");
  }

  Date today() const {
    return session_.realms().empty() ? TimeZone::find("UTC").local_date(session_.clock().now())
                                     : session_.real_today(*session_.realms().front().policy);
  }

  void check_backups() {
    const auto backups = session_.ledger().backups();
    if (backups.empty())
      return add(Severity::warning, "backup.none", "ledger", "was never backed up",
                 "besa backup --out DIR, on another disk");
    const std::int64_t age = (session_.clock().now().seconds - backups.front().at.seconds) / 86'400;
    if (age > days_between_backups)
      add(Severity::warning, "backup.old", backups.front().file,
          "is the latest backup, " + counted(static_cast<std::uint64_t>(age), "day", "days") +
              " old",
          "besa backup --out DIR");
    for (const ledger::BackupRow& backup : backups)
      if (backup.expires < today())
        add(Severity::note, "backup.expired", backup.file,
            "was to be destroyed by " + backup.expires.str() +
                ": it remembers what was forgotten since",
            "make sure that it is gone");
  }

  void check_checkpoints() {
    const auto exported = session_.ledger().last_exported_checkpoint();
    if (!exported)
      add(Severity::warning, "checkpoint.never_left", "ledger",
          "no checkpoint has left this machine: a ledger rewritten as a whole could not be told",
          "besa audit checkpoint --out FILE, and give the file to somebody else");
  }

  Session& session_;
  std::vector<model::Finding> findings_;
};

}  // namespace

std::vector<model::Finding> doctor(Session& session) {
  return Doctor(session).run();
}

}  // namespace besa::workflow
