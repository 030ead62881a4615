// What every verb works on: the workspace with its policies and datasets, the day, the ledger, and
// who is asking.
//
// The workspace on disk:
//   besa.json  policies/  datasets/  data/…       people's files
//   .besa/                                        besa's own, 0700
//     ledger.db  log.key  vault/  manifests/M-…/  certificates/C-….note  checkpoints/  lock
//     read/DATASET.json  what was found in files that were read through (go_by_notes)
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/file.hpp"
#include "besa/base/time.hpp"
#include "besa/ledger/ledger.hpp"
#include "besa/ledger/vault.hpp"
#include "besa/model/dataset.hpp"
#include "besa/model/decide.hpp"
#include "besa/model/policy.hpp"
#include "besa/model/workspace.hpp"
#include "besa/source/source.hpp"
#include "besa/workflow/progress.hpp"

namespace besa::workflow {

struct SessionOptions {
  Path root;                               ///< the folder of besa.json
  std::string as;                          ///< who is asking; empty: whom `user` names
  std::optional<Date> today;               ///< another day: a simulation
  std::function<std::string()> user = {};  ///< the system's name for who is asking
};

/// A policy with the datasets under it, laid out for deciding.
struct Realm {
  const model::Policy* policy = nullptr;
  std::vector<const model::Dataset*> datasets;  ///< model::owners_first
  std::unique_ptr<model::Rulebook> rules;
};

class Session {
 public:
  /// Reads besa.json, policies and datasets; Error(finding) with every fault of the first bad file.
  Session(const SessionOptions& options, const Clock& clock, Progress& progress);

  [[nodiscard]] const Path& root() const { return options_.root; }
  [[nodiscard]] Path state() const { return options_.root / ".besa"; }
  [[nodiscard]] const model::Workspace& workspace() const { return workspace_; }
  [[nodiscard]] const std::vector<Realm>& realms() const { return realms_; }
  [[nodiscard]] const Realm& realm(const std::string& policy) const;  ///< Error(failed) if unknown
  [[nodiscard]] const model::Dataset* dataset(const std::string& name) const;

  [[nodiscard]] const Clock& clock() const { return clock_; }
  /// The civil day in the policy's zone: the real one, or the simulated.
  [[nodiscard]] Date today(const model::Policy& policy) const;
  [[nodiscard]] Date real_today(const model::Policy& policy) const;
  /// True where `--today` names another day than the real one.
  [[nodiscard]] bool simulated(const model::Policy& policy) const;
  [[nodiscard]] model::Actor actor() const;
  [[nodiscard]] Progress& progress() const { return progress_; }

  [[nodiscard]] ledger::Ledger& ledger();  ///< opened at first use
  [[nodiscard]] ledger::Vault& vault();
  [[nodiscard]] bool has_ledger() const;
  /// Opens a dataset's source. nullptr where it has none, or its file is missing and `must` is
  /// false.
  [[nodiscard]] std::unique_ptr<source::Source> open(const model::Dataset& dataset,
                                                     bool for_change = false,
                                                     bool must = true) const;
  /// For a command that only asks about somebody: sources opened from now on go by what an earlier
  /// one of its kind noted of the same contents (source::OpenOptions::note).
  void go_by_notes() { by_notes_ = true; }

 private:
  void read_files();
  SessionOptions options_;
  const Clock& clock_;
  Progress& progress_;
  model::Workspace workspace_;
  std::vector<std::unique_ptr<model::Policy>> policies_;
  std::vector<std::unique_ptr<model::Dataset>> datasets_;
  std::vector<Realm> realms_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<ledger::Vault> vault_;
  bool by_notes_ = false;
};

/// The nearest folder upwards from `from` that has a besa.json; Error(failed) with a hint if none.
[[nodiscard]] Path find_workspace(const Path& from);

}  // namespace besa::workflow
