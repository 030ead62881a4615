#include "besa/workflow/backup.hpp"

#include <algorithm>
#include <fstream>

#include "besa/ledger/backup.hpp"

namespace besa::workflow {
namespace {

namespace fs = std::filesystem;

Date day_of_backup(const Session& session) {
  const auto& realms = session.realms();
  return realms.empty() ? TimeZone::find("UTC").local_date(session.clock().now())
                        : session.real_today(*realms.front().policy);
}

bool lies_in(const Path& path, const Path& folder) {
  const Path inner = fs::weakly_canonical(path), outer = fs::weakly_canonical(folder);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// A backup's folder while it is being filled; gone unless it took its name.
class Unfinished {
 public:
  explicit Unfinished(const Path& target)
      : target_(target),
        path_(target.parent_path() / ("." + target.filename().string() + ".part")) {
    fs::remove_all(path_);  // of one that was interrupted
  }
  ~Unfinished() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  [[nodiscard]] const Path& path() const { return path_; }
  void take_its_name() {
    sync_folder(path_);
    fs::rename(path_, target_);
    sync_folder(target_.parent_path());
  }

 private:
  Path target_, path_;
};

void copy_private(const Path& from, const Path& to) {
  std::ifstream in(from, std::ios::binary);
  if (!in) throw Error(ErrorKind::failed, from.string() + ": cannot be read");
  make_folder(to.parent_path());
  FileWriter writer(to);
  std::string block(1U << 20, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    writer.write(std::string_view(block.data(), static_cast<std::size_t>(in.gcount())));
  if (in.bad()) throw Error(ErrorKind::failed, from.string() + ": cannot be read to its end");
  writer.commit();
}

void copy_folder(const Path& from, const Path& to) {
  if (!fs::is_directory(from)) return;
  for (const auto& entry : fs::recursive_directory_iterator(from))
    if (entry.is_regular_file() && !entry.is_symlink())
      copy_private(entry.path(), to / entry.path().lexically_relative(from));
}

void copy_written_files(const Session& session, const Path& to) {
  std::vector<std::string> files{"besa.json"};
  files.insert(files.end(), session.workspace().policies.begin(),
               session.workspace().policies.end());
  files.insert(files.end(), session.workspace().datasets.begin(),
               session.workspace().datasets.end());
  for (const std::string& file : files) copy_private(session.root() / file, to / file);
}

void measure(const Path& folder, BackupReport& report) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) {
      ++report.files;
      report.bytes += entry.file_size();
    }
}

}  // namespace

BackupReport back_up(Session& session, const Path& folder, const Period& kept_for) {
  if (lies_in(folder, session.state()))
    throw Error(ErrorKind::refused, folder.string() + ": lies in what is to be backed up",
                "name a folder elsewhere, best on another disk");
  const Date day = day_of_backup(session);
  const auto expires = add(day, kept_for);
  if (!expires)
    throw Error(ErrorKind::refused,
                "a backup holds what the vault holds and cannot be kept without end",
                "name a period such as P3M");
  const std::string name = "besa-" + day.str() + "-" + std::to_string(session.ledger().size());
  BackupReport report{.folder = folder / name, .files = 0, .bytes = 0, .expires = *expires};
  if (fs::exists(report.folder))
    throw Error(ErrorKind::refused,
                report.folder.string() + ": exists already, and nothing was recorded since");
  make_folder(folder);
  Unfinished unfinished(report.folder);
  static_cast<void>(ledger::back_up(session.state(), unfinished.path()));
  copy_folder(session.state() / "manifests", unfinished.path() / "manifests");
  copy_written_files(session, unfinished.path());
  unfinished.take_its_name();
  measure(report.folder, report);
  ledger::Change change = session.ledger().begin();
  change.record_backup({name, session.clock().now(), *expires}, session.actor().name);
  change.commit();
  return report;
}

}  // namespace besa::workflow
