#include "besa/workflow/session.hpp"

namespace besa::workflow {
namespace {

constexpr const char* workspace_file = "besa.json";

/// Reads one file people write through its model reader; every fault at once.
template <class Reader>
auto read_checked(const Path& path, const std::string& shown, Reader reader) {
  std::vector<Fault> faults;
  auto value = reader(read_file(path), shown, faults);
  require_none(faults, shown);
  return value;
}

/// What the dataset file says, in the words of the driver.
source::CsvDialect csv_dialect(const model::CsvFormat& csv) {
  return {csv.delimiter, csv.quote,   csv.header, csv.encoding,
          csv.null_text, csv.decimal, csv.columns};
}

}  // namespace

Path find_workspace(const Path& from) {
  for (Path folder = std::filesystem::absolute(from);; folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / workspace_file)) return folder;
    if (folder == folder.parent_path()) break;
  }
  throw Error(ErrorKind::failed, "no besa.json in this folder or above it",
              "go to a workspace, name one with --workspace DIR, or make one with 'besa init DIR'");
}

Session::Session(const SessionOptions& options, const Clock& clock, Progress& progress)
    : options_(options), clock_(clock), progress_(progress) {
  read_files();
}

void Session::read_files() {
  workspace_ = read_checked(options_.root / workspace_file, workspace_file, model::read_workspace);
  for (const std::string& file : workspace_.policies)
    policies_.push_back(std::make_unique<model::Policy>(
        read_checked(options_.root / file, file, model::read_policy)));
  for (const std::string& file : workspace_.datasets)
    datasets_.push_back(std::make_unique<model::Dataset>(
        read_checked(options_.root / file, file, model::read_dataset)));
  for (const auto& policy : policies_) {
    Realm realm;
    realm.policy = policy.get();
    for (const auto& dataset : datasets_)
      if (dataset->policy == policy->name) realm.datasets.push_back(dataset.get());
    realm.datasets = model::owners_first(realm.datasets);
    realm.rules = std::make_unique<model::Rulebook>(*policy, realm.datasets);
    realms_.push_back(std::move(realm));
  }
  for (const auto& dataset : datasets_) static_cast<void>(realm(dataset->policy));
}

const Realm& Session::realm(const std::string& policy) const {
  for (const Realm& realm : realms_)
    if (realm.policy->name == policy) return realm;
  std::vector<std::string> known;
  for (const Realm& realm : realms_) known.push_back(realm.policy->name);
  const auto nearest = nearest_name(policy, known);
  throw Error(ErrorKind::failed, "no policy '" + policy + "' in besa.json",
              nearest ? "did you mean '" + *nearest + "'?" : "list its file under \"policies\"");
}

const model::Dataset* Session::dataset(const std::string& name) const {
  for (const auto& dataset : datasets_)
    if (dataset->name == name) return dataset.get();
  return nullptr;
}

Date Session::real_today(const model::Policy& policy) const {
  return TimeZone::find(policy.time_zone).local_date(clock_.now());
}

Date Session::today(const model::Policy& policy) const {
  return options_.today ? *options_.today : real_today(policy);
}

bool Session::simulated(const model::Policy& policy) const {
  return options_.today && *options_.today != real_today(policy);
}

model::Actor Session::actor() const {
  return {.name = options_.as.empty() && options_.user ? options_.user() : options_.as,
          .claimed = true};
}

bool Session::has_ledger() const {
  return std::filesystem::exists(state() / "ledger.db");
}

ledger::Ledger& Session::ledger() {
  if (!ledger_)
    ledger_ = std::make_unique<ledger::Ledger>(state(), clock_, workspace_.wait_seconds);
  return *ledger_;
}

ledger::Vault& Session::vault() {
  if (!vault_) vault_ = std::make_unique<ledger::Vault>(state() / "vault");
  return *vault_;
}

std::unique_ptr<source::Source> Session::open(const model::Dataset& dataset, bool for_change,
                                              bool must) const {
  if (dataset.source.empty()) return nullptr;
  if (!must && !source::is_there(dataset.source, root())) return nullptr;
  source::OpenOptions options;
  options.wait = std::chrono::seconds(workspace_.wait_seconds);
  options.for_change = for_change;
  if (!for_change) options.cache_bytes = 4u * 1024 * 1024;  // readers pass once or seek in order
  if (by_notes_ && !for_change && has_ledger())
    options.note = state() / "read" / (dataset.name + ".json");
  options.csv = csv_dialect(dataset.csv);
  for (const model::Table& table : dataset.tables) {
    options.allow_triggers |= table.allow_triggers;
    for (const model::Column& column : table.columns)
      options.columns[table.name].push_back(column.name);
  }
  try {
    return source::open(dataset.source, root(), options);
  } catch (Error& error) {
    throw error.within("dataset " + dataset.name);
  }
}

}  // namespace besa::workflow
