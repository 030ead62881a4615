#include "besa/workflow/init.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "besa/base/text.hpp"
#include "besa/ledger/keyring.hpp"
#include "besa/ledger/ledger.hpp"
#include "besa/ledger/vault.hpp"
#include "besa/model/policy.hpp"
#include "besa/source/happy.hpp"
#include "workflow/skeleton.hpp"

namespace besa::workflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* happy = "happy";
constexpr const char* policy_of_happy = "policies/on-solutions.json";

bool is_there(const Path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

std::string random_hex(std::size_t bytes) {
  Bytes random(bytes);
  fill_random(random);
  return to_hex(random);
}

void require_example(const std::string& name) {
  if (name.empty() || name == happy) return;
  throw Error(ErrorKind::usage, "there is no example '" + for_terminal(name) + "'",
              "the example is called 'happy'");
}

void require_no_workspace(const Path& folder) {
  for (const char* name : {"besa.json", ".besa"})
    if (is_there(folder / name))
      throw Error(ErrorKind::refused, folder.string() + ": is a workspace already (" + name + ")",
                  "use it, or choose another folder");
  if (is_there(folder) && !fs::is_directory(folder))
    throw Error(ErrorKind::refused, folder.string() + ": is no folder", "choose another name");
}

/// A folder in which the workspace is built before anybody sees it; gone when this is.
class Building {
 public:
  explicit Building(const Path& folder)
      : path_((is_there(folder) ? folder : folder.parent_path()) /
              (".besa-init-" + random_hex(4))) {
    make_folder(path_);
  }
  ~Building() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;
  [[nodiscard]] const Path& path() const { return path_; }
  /// What was built, relative to it, sorted.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(path_))
      if (!entry.is_directory()) found.push_back(entry.path().lexically_relative(path_).string());
    std::sort(found.begin(), found.end());
    return found;
  }
  [[nodiscard]] std::vector<Path> folders() const {
    std::vector<Path> found;
    for (const auto& entry : fs::recursive_directory_iterator(path_))
      if (entry.is_directory()) found.push_back(entry.path().lexically_relative(path_));
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  Path path_;
};

void rename_or_throw(const Path& from, const Path& to) {
  std::error_code code;
  fs::rename(from, to, code);
  if (code) throw Error(ErrorKind::failed, to.string() + ": " + code.message());
}

/// Moves what was built into a folder that was there before, which may hold other files.
class Placing {
 public:
  Placing(const Building& building, const Path& folder) : building_(building), folder_(folder) {}
  ~Placing() {
    if (kept_) return;
    std::error_code ignored;
    for (auto path = made_.rbegin(); path != made_.rend(); ++path) fs::remove(*path, ignored);
  }
  Placing(const Placing&) = delete;
  Placing& operator=(const Placing&) = delete;

  void run() {
    const std::vector<std::string> files = building_.files();
    for (const std::string& file : files)
      if (is_there(folder_ / file))
        throw Error(ErrorKind::refused, (folder_ / file).string() + ": exists already",
                    "move it away, or choose another folder");
    for (const Path& folder : building_.folders()) make(folder_ / folder);
    for (const std::string& file : files) {
      rename_or_throw(building_.path() / file, folder_ / file);
      made_.push_back(folder_ / file);
    }
    for (const Path& folder : building_.folders()) sync_folder(folder_ / folder);
    sync_folder(folder_);
    kept_ = true;
  }

 private:
  void make(const Path& folder) {
    if (is_there(folder)) return;
    make_folder(folder);
    made_.push_back(folder);
  }
  const Building& building_;
  Path folder_;
  std::vector<Path> made_;
  bool kept_ = false;
};

std::string zone_of_happy() {
  for (const source::HappyFile& file : source::happy_files())
    if (file.path == policy_of_happy) {
      std::vector<Fault> faults;
      const model::Policy policy = model::read_policy(file.content, policy_of_happy, faults);
      require_none(faults, policy_of_happy);
      return policy.time_zone;
    }
  throw Error(ErrorKind::failed, "this besa was built without its example");
}

void write_example(const Path& folder, const InitOptions& options, const Clock& clock,
                   Progress& progress, InitReport& report) {
  source::HappyOptions example{.members = options.members,
                               .seed = options.seed,
                               .today = TimeZone::find(zone_of_happy()).local_date(clock.now()),
                               .stores = options.one_database ? source::HappyStores::one_database
                                                              : source::HappyStores::spread,
                               .postgresql = options.postgresql,
                               .progress = {}};
  std::string_view table;
  example.progress = [&](const source::HappyProgress& at) {
    if (at.table != table) progress.stage("making the example", at.total);
    table = at.table;
    progress.at(at.rows);
  };
  for (const source::HappyCase& shown : source::write_happy(folder, example).cases)
    report.cases.emplace_back(shown.member_id, shown.why + " (" + shown.expected + ")");
}

void write_skeleton(const Path& folder) {
  for (const SkeletonFile& file : skeleton()) {
    make_folder((folder / file.path).parent_path());
    create_file(folder / file.path, file.content);
  }
  make_folder(folder / "data");
}

/// The ledger's name, as auditors see it: whose it is, and no other's.
std::string origin_for(const Path& folder) {
  const std::string name = folder.filename().string();
  return "besa/" + (is_safe_file_name(name) ? name + "-" : std::string()) + random_hex(4);
}

void enrol_first(ledger::Ledger& ledger, const std::string& person, const SigningKey& key) {
  const std::string statement =
      ledger::enrolment_statement(ledger.origin(), person, key.public_key(), true);
  ledger::Change change = ledger.begin();
  change.enrol_key(person, key.public_key(), true, person, key.sign(as_bytes(statement)).base64());
  change.commit();
}

void make_state(const Path& state, const InitOptions& options, const std::string& origin,
                const Clock& clock) {
  ledger::Ledger::create(state, origin, clock);
  for (const char* folder : {"vault", "manifests", "certificates", "checkpoints"})
    make_folder(state / folder);
  if (options.person.empty() || !options.key) return;
  ledger::Ledger ledger(state, clock);
  enrol_first(ledger, options.person, *options.key);
}

}  // namespace

InitReport init(const InitOptions& options, const Clock& clock, Progress& progress) {
  require_example(options.example);
  Path folder = fs::absolute(options.folder).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // "shop/" names shop
  require_no_workspace(folder);
  if (!is_there(folder)) make_folder(folder.parent_path(), 0755);
  const bool fresh = !is_there(folder);
  Building building(folder);
  InitReport report;
  if (options.example.empty())
    write_skeleton(building.path());
  else
    write_example(building.path(), options, clock, progress, report);
  make_state(building.path() / ".besa", options, origin_for(folder), clock);
  report.files = building.files();
  if (fresh) {
    rename_or_throw(building.path(), folder);
    sync_folder(folder.parent_path());
  } else {
    Placing(building, folder).run();
  }
  return report;
}

}  // namespace besa::workflow
