// What each sweep found, and which backups there are.
#include <array>

#include "ledger/fold.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* insert_sweep_sql =
    "INSERT INTO sweeps (entry, at, policy, as_of, subjects, records, held, undetermined, oldest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* sweeps_sql =
    "SELECT at, policy, as_of, subjects, records, held, undetermined, oldest, entry FROM sweeps "
    "WHERE policy = ? ORDER BY entry DESC";
constexpr const char* insert_backup_sql =
    "INSERT INTO backups (entry, file, at, expires) VALUES (?, ?, ?, ?)";
constexpr const char* backups_sql = "SELECT file, at, expires FROM backups ORDER BY entry DESC";

void apply_sweep(const Database& database, const Record& entry) {
  Query(database, insert_sweep_sql)
      .with(entry.number, entry.at, entry.text("policy"), entry.date("as_of"),
            entry.count("subjects"), entry.count("records"), entry.count("held"),
            entry.count("undetermined"), entry.optional_date("oldest"))
      .run();
}

void apply_backup(const Database& database, const Record& entry) {
  Query(database, insert_backup_sql)
      .with(entry.number, entry.text("file"), entry.at, entry.date("expires"))
      .run();
}

constexpr std::array swept{Fold{"sweep.done", no_rule, apply_sweep}};
constexpr std::array backed_up{Fold{"backup.made", no_rule, apply_backup}};

}  // namespace

std::span<const Fold> sweep_folds() {
  return swept;
}
std::span<const Fold> backup_folds() {
  return backed_up;
}

void Change::record_sweep(const SweepRow& sweep, const std::string& by) {
  Json fields{{"policy", sweep.policy},     {"as_of", sweep.as_of.str()},
              {"subjects", sweep.subjects}, {"records", sweep.records},
              {"held", sweep.held},         {"undetermined", sweep.undetermined}};
  if (sweep.oldest) fields["oldest"] = sweep.oldest->str();
  state_->append("sweep.done", claimed(by), fields);
}

void Change::record_backup(const BackupRow& backup, const std::string& by) {
  state_->append("backup.made", claimed(by),
                 {{"file", backup.file}, {"expires", backup.expires.str()}});
}

std::vector<SweepRow> Ledger::sweeps(const std::string& policy) const {
  std::vector<SweepRow> sweeps;
  Query row(state_->database, sweeps_sql);
  for (row.with(policy); row.next();) {
    sweeps.push_back({row.instant(0), row.text(1), row.date(2), row.number(3), row.number(4),
                      row.number(5), row.number(6), row.optional_date(7), row.number(8)});
  }
  return sweeps;
}

std::vector<BackupRow> Ledger::backups() const {
  std::vector<BackupRow> backups;
  for (Query row(state_->database, backups_sql); row.next();) {
    backups.push_back({row.text(0), row.instant(1), row.date(2)});
  }
  return backups;
}

}  // namespace besa::ledger
