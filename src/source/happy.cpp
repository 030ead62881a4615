#include "besa/source/happy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <system_error>

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "besa/source/source.hpp"
#include "source/happy_stores.hpp"
#include "source/happy_tables.hpp"
#include "source/postgresql_example.hpp"

namespace besa::source {

namespace {

constexpr std::uint64_t fewest_members = 100;
constexpr std::uint64_t most_members = 20'000'000;

void require_possible(const HappyOptions& options) {
  if (options.members < fewest_members || options.members > most_members) {
    throw Error(ErrorKind::usage, "the example has between 100 and 20000000 members",
                "leave --members out for 1000");
  }
}

void require_absent(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::symlink_status(path, ignored).type() ==
      std::filesystem::file_type::not_found) {
    return;
  }
  throw Error(ErrorKind::refused, path.string() + " exists already",
              "choose another folder, or move the file away");
}

/// A name beside the one wanted, removed unless the file took its place.
class Temporary {
 public:
  explicit Temporary(const std::filesystem::path& wanted)
      : wanted_(std::filesystem::absolute(wanted)),
        path_(wanted_.parent_path() / (".besa-" + wanted_.filename().string())) {
    remove();  // of a run that was interrupted
  }
  ~Temporary() { remove(); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void take_its_place() {
    const Fd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.valid() || ::fdatasync(file.get()) != 0 ||
        ::rename(path_.c_str(), wanted_.c_str()) != 0) {
      throw Error(ErrorKind::failed,
                  wanted_.string() + ": " + std::generic_category().message(errno));
    }
    sync_folder(wanted_.parent_path());
  }

 private:
  void remove() const {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::filesystem::path wanted_, path_;
};

/// The events' half, which tells nobody how far it is: there is one to tell.
std::vector<HappyTable> write_events(const std::filesystem::path& path,
                                     const std::filesystem::path& folder, HappyOptions options) {
  options.progress = nullptr;
  BulkDatabase bulk(path);
  TableWriter writer(bulk, options);
  writer.write_events(folder);
  return writer.tables();
}

/// The tables of the events' half that lie elsewhere than in the database.
std::vector<std::string> elsewhere(const HappyOptions& options) {
  if (options.stores == HappyStores::one_database) return {};
  std::vector<std::string> tables{"newsletter_events", "web_visits"};
  if (!options.postgresql.empty()) tables.insert(tables.end(), {"calls", "consents"});
  return tables;
}

/// Writes the database, and beside it a half with the events; those that lie in files go below
/// `folder`.
HappyReport write_tables(const std::filesystem::path& database, const HappyOptions& options,
                         const std::filesystem::path& folder) {
  require_absent(database);
  Temporary temporary(database);
  const Temporary half(database.string() + ".events");
  HappyReport report;
  {
    auto events = std::async(std::launch::async, write_events, half.path(), folder, options);
    BulkDatabase bulk(temporary.path());
    TableWriter writer(bulk, options);
    writer.write_members();
    std::vector<HappyTable> tables = events.get();
    if (!options.postgresql.empty() && !folder.empty())
      fill_postgresql(options.postgresql, *open("sqlite:" + half.path().string(), "/"));
    const std::vector<std::string> out = elsewhere(options);
    const auto stays = std::stable_partition(tables.begin(), tables.end(), [&](const auto& table) {
      return std::find(out.begin(), out.end(), table.name) == out.end();
    });
    writer.adopt(half.path(), {tables.begin(), stays});
    writer.leave_out(out);
    report = {database, writer.tables(), writer.cases()};
    report.tables.insert(report.tables.end(), stays, tables.end());
  }
  temporary.take_its_place();
  return report;
}

}  // namespace

HappyReport write_happy_database(const std::filesystem::path& database,
                                 const HappyOptions& options) {
  require_possible(options);
  HappyOptions one = options;
  one.stores = HappyStores::one_database;
  return write_tables(database, one, {});
}

HappyReport write_happy(const std::filesystem::path& folder, const HappyOptions& options) {
  require_possible(options);
  const auto files = happy_files_for(options);
  for (const auto& [path, content] : files) require_absent(folder / path);
  const bool spread = options.stores == HappyStores::spread;
  const std::filesystem::path data = folder / "data";
  make_folder(data);
  if (spread) {
    make_folder(data / "mail");
    make_folder(data / "web");
  }
  HappyReport report = write_tables(data / "loyalty.db", options, spread ? data : "");
  for (const auto& [path, content] : files) {
    make_folder((folder / path).parent_path());
    create_file(folder / path, content);
  }
  return report;
}

}  // namespace besa::source
