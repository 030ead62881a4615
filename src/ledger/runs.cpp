// Runs: the intent to apply a manifest, written before the first row is touched, and how it ended.
#include <algorithm>
#include <array>

#include "ledger/fold.hpp"
#include "ledger/manifest_row.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* run_columns = "id, manifest, begun, outcome, certificate ";
constexpr const char* highest_run_sql =
    "SELECT max(CAST(substr(id, 8) AS INTEGER)) FROM runs WHERE substr(id, 1, 7) = ?";
constexpr const char* highest_certificate_sql =
    "SELECT max(CAST(substr(certificate, 8) AS INTEGER)) FROM runs "
    "WHERE substr(certificate, 1, 7) = ?";
constexpr const char* insert_run_sql =
    "INSERT INTO runs (id, entry, manifest, begun, begun_by, approved_by, resumed) "
    "VALUES (?, ?, ?, ?, ?, ?, 0)";
constexpr const char* insert_dataset_sql =
    "INSERT INTO run_datasets (run, position, dataset, state) VALUES (?, ?, ?, 'planned')";
constexpr const char* find_run_sql = "SELECT manifest, outcome FROM runs WHERE id = ?";
constexpr const char* unfinished_of_sql =
    "SELECT id FROM runs WHERE manifest = ? AND outcome IS NULL";
constexpr const char* locking_sql =
    "SELECT runs.id, runs.manifest FROM runs JOIN run_datasets ON run = id "
    "WHERE outcome IS NULL AND dataset = ?";
constexpr const char* dataset_sql = "SELECT 1 FROM run_datasets WHERE run = ? AND dataset = ?";
constexpr const char* resume_sql = "UPDATE runs SET resumed = resumed + 1 WHERE id = ?";
constexpr const char* mark_sql = "UPDATE run_datasets SET state = ? WHERE run = ? AND dataset = ?";
constexpr const char* end_sql =
    "UPDATE runs SET outcome = ?, certificate = ?, certificate_digest = ? WHERE id = ?";
constexpr const char* datasets_sql =
    "SELECT dataset, state FROM run_datasets WHERE run = ? ORDER BY position";

std::string text_at(const Json& list, std::size_t position) {
  if (!list.is_array() || !list.at(position).is_string()) refuse("a run names its datasets");
  return list.at(position).get<std::string>();
}

void check_appliable(const Database& database, const Record& entry) {
  const DraftedManifest manifest = require_manifest(database, entry.text("manifest"));
  const std::string name = "manifest " + manifest.header.id;
  const Date today = day_of(entry.at);
  if (manifest.digest != entry.digest("header")) {
    refuse("the header of " + name + " is not the one that was drafted", "draft it again");
  }
  if (manifest.header.simulated) refuse(name + " is a simulation and can never be applied");
  if (today > manifest.header.expires) {
    refuse(name + " expired on " + manifest.header.expires.str(),
           "draft it again with 'besa sweep'");
  }
  if (manifest.state == "approved") return;
  if (manifest.state != "drafted") refuse(name + " is " + manifest.state);
  const auto standing = find_standing(database, entry.text("approved_by"));
  if (!standing) refuse(name + " is not approved", "besa manifest approve " + manifest.header.id);
  const std::string why_not = standing->refuses(manifest.header, today);
  if (!why_not.empty()) {
    refuse("approval " + standing->id + " does not cover " + name + ": " + why_not,
           "besa manifest approve " + manifest.header.id);
  }
}

void check_begin(const Database& database, const Record& entry) {
  const std::string manifest = entry.text("manifest");
  Query unfinished(database, unfinished_of_sql);
  if (unfinished.with(manifest).next()) {
    refuse("run " + unfinished.text(0) + " of manifest " + manifest + " is unfinished",
           "besa manifest apply " + manifest);
  }
  check_appliable(database, entry);
  const Json& datasets = entry.fields.at("datasets");
  for (std::size_t i = 0; i < datasets.size(); ++i) {
    Query locking(database, locking_sql);
    if (locking.with(text_at(datasets, i)).next()) {
      refuse(
          "dataset " + text_at(datasets, i) + " is locked by the unfinished run " + locking.text(0),
          "finish it with 'besa manifest apply " + locking.text(1) + "'");
    }
  }
}

void apply_begin(const Database& database, const Record& entry) {
  const std::string run = entry.text("run");
  const std::string manifest = entry.text("manifest");
  Query(database, insert_run_sql)
      .with(run, entry.number, manifest, entry.at, entry.by(), entry.text("approved_by"))
      .run();
  const Json& datasets = entry.fields.at("datasets");
  for (std::size_t i = 0; i < datasets.size(); ++i) {
    Query(database, insert_dataset_sql).with(run, i, text_at(datasets, i)).run();
  }
  set_manifest_state(database, manifest, ManifestState::applying);
}

void check_resume(const Database& database, const Record& entry) {
  static_cast<void>(require_unfinished(database, entry.text("run")));
}

void apply_resume(const Database& database, const Record& entry) {
  Query(database, resume_sql).with(entry.text("run")).run();
}

void check_mark(const Database& database, const Record& entry) {
  const std::string run = entry.text("run");
  static_cast<void>(require_unfinished(database, run));
  const std::string dataset = entry.text("dataset");
  if (!Query(database, dataset_sql).with(run, dataset).next()) {
    refuse("run " + run + " has no dataset " + dataset);
  }
  const std::string state = entry.text("state");
  if (state != "done" && state != "residue") refuse("a dataset is done or has a residue");
  require_codes(entry.fields.at("seen"));
}

void apply_mark(const Database& database, const Record& entry) {
  set_dataset_state(database, entry.text("run"), entry.text("dataset"), entry.text("state"));
}

void check_end(const Database& database, const Record& entry) {
  static_cast<void>(require_unfinished(database, entry.text("run")));
  const std::string outcome = entry.text("outcome");
  using model::RunOutcome;
  for (const auto known :
       {RunOutcome::done, RunOutcome::partly_done, RunOutcome::residue_pending}) {
    if (outcome == model::name_of(known)) return;
  }
  refuse("a run ends done, partly done or with residue pending");
}

/// A run that left something leaves its manifest approved, so that another may finish it.
void apply_end(const Database& database, const Record& entry) {
  const std::string run = entry.text("run");
  const std::string manifest = require_unfinished(database, run);
  end_run(database, run, entry.text("outcome"), entry);
  set_manifest_state(database, manifest,
                     entry.flag("closed") ? ManifestState::closed : ManifestState::approved);
}

Run read_run(const Database& database, const Query& row) {
  Run run{row.text(0), row.text(1), row.instant(2), row.text(3), row.text(4), {}};
  Query datasets(database, datasets_sql);
  for (datasets.with(run.id); datasets.next();) {
    run.datasets.push_back({datasets.text(0), datasets.text(1)});
  }
  return run;
}

}  // namespace

std::string require_unfinished(const Database& database, const std::string& run) {
  Query query(database, find_run_sql);
  if (!query.with(run).next()) refuse("this ledger knows no run " + run);
  if (!query.is_null(1)) refuse("run " + run + " has ended: " + query.text(1));
  return query.text(0);
}

void set_dataset_state(const Database& database, const std::string& run, const std::string& dataset,
                       const std::string& state) {
  Query(database, mark_sql).with(state, run, dataset).run();
}

void end_run(const Database& database, const std::string& run, std::string_view outcome,
             const Record& entry) {
  Query(database, end_sql)
      .with(outcome, entry.text("certificate"), entry.digest("certificate_digest").hex(), run)
      .run();
}

std::span<const Fold> run_folds() {
  static constexpr std::array folds{
      Fold{"run.begun", check_begin, apply_begin}, Fold{"run.resumed", check_resume, apply_resume},
      Fold{"run.dataset", check_mark, apply_mark}, Fold{"run.ended", check_end, apply_end}};
  return folds;
}

std::string Change::begin_run(const std::string& manifest, const Digest& header,
                              const std::vector<std::string>& datasets, const std::string& by,
                              const std::string& approved_by) {
  std::string run = state_->next_id('R', highest_run_sql);
  state_->append("run.begun", claimed(by),
                 {{"run", run},
                  {"manifest", manifest},
                  {"header", header.hex()},
                  {"datasets", datasets},
                  {"approved_by", approved_by}});
  return run;
}

void Change::resume_run(const std::string& run, const std::string& by) {
  state_->append("run.resumed", claimed(by), {{"run", run}});
}

void Change::mark_dataset(const std::string& run, const std::string& dataset,
                          const std::string& state, const Json& seen) {
  state_->append("run.dataset", std::nullopt,
                 {{"run", run}, {"dataset", dataset}, {"state", state}, {"seen", seen}});
}

std::string Change::next_certificate_id() {
  return state_->next_id('C', highest_certificate_sql);
}

void Change::end_run(const std::string& run, const std::string& outcome,
                     const std::string& certificate, const Digest& certificate_digest, bool close) {
  state_->append("run.ended", std::nullopt,
                 {{"run", run},
                  {"outcome", outcome},
                  {"certificate", certificate},
                  {"certificate_digest", certificate_digest.hex()},
                  {"closed", close}});
}

std::vector<Run> Ledger::unfinished_runs() const {
  std::vector<Run> runs;
  Query query(state_->database, std::string("SELECT ") + run_columns +
                                    "FROM runs WHERE outcome IS NULL ORDER BY entry");
  while (query.next()) runs.push_back(read_run(state_->database, query));
  return runs;
}

std::optional<Run> Ledger::run_of(const std::string& manifest) const {
  Query query(state_->database, std::string("SELECT ") + run_columns +
                                    "FROM runs WHERE manifest = ? ORDER BY entry DESC LIMIT 1");
  if (!query.with(manifest).next()) return std::nullopt;
  return read_run(state_->database, query);
}

}  // namespace besa::ledger
