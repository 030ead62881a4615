#include "besa/source/happy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <future>
#include <system_error>

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "source/happy_tables.hpp"

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
std::vector<HappyTable> write_events(const std::filesystem::path& path, HappyOptions options) {
  options.progress = nullptr;
  BulkDatabase bulk(path);
  TableWriter writer(bulk, options);
  writer.write_events();
  return writer.tables();
}

}  // namespace

HappyReport write_happy_database(const std::filesystem::path& database,
                                 const HappyOptions& options) {
  require_possible(options);
  require_absent(database);
  Temporary temporary(database);
  const Temporary half(database.string() + ".events");
  HappyReport report;
  {
    auto events = std::async(std::launch::async, write_events, half.path(), options);
    BulkDatabase bulk(temporary.path());
    TableWriter writer(bulk, options);
    writer.write_members();
    writer.adopt(half.path(), events.get());
    report = {database, writer.tables(), writer.cases()};
  }
  temporary.take_its_place();
  return report;
}

HappyReport write_happy(const std::filesystem::path& folder, const HappyOptions& options) {
  require_possible(options);
  for (const HappyFile& file : happy_files()) require_absent(folder / file.path);
  make_folder(folder / "data");
  HappyReport report = write_happy_database(folder / "data" / "loyalty.db", options);
  for (const HappyFile& file : happy_files()) {
    make_folder((folder / file.path).parent_path());
    create_file(folder / file.path, file.content);
  }
  return report;
}

}  // namespace besa::source
