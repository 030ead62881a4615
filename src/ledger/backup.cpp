#include "besa/ledger/backup.hpp"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "ledger/database.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr double wait_seconds = 5;
/// Folders of plain files, in the order in which they are copied.
constexpr std::array folders{"vault", "certificates", "checkpoints"};

void copy_pages(const Database& from, const Database& to, const std::string& file) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  try {
    SQLite::Backup backup(to.raw(), from.raw());
    while (backup.executeStep(-1) != SQLITE_DONE) {  // another program is writing
      if (std::chrono::steady_clock::now() > deadline) {
        throw Error(ErrorKind::busy, file + ": the ledger is busy and cannot be copied",
                    "try again when it is quiet");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  } catch (const SQLite::Exception& fault) {
    throw error_of(fault, file);
  }
}

void copy_database(const Database& from, const Path& file) {
  create_file(file, "");
  try {
    const Database to = Database::plain(file);
    copy_pages(from, to, file.string());
    to.execute("PRAGMA journal_mode = DELETE");  // one file, complete in itself
  } catch (...) {
    destroy_file(file);
    throw;
  }
  sync_folder(file.parent_path().empty() ? Path(".") : file.parent_path());
}

bool is_plain_file(const Path& file) {
  return std::filesystem::is_regular_file(std::filesystem::symlink_status(file));
}

std::vector<std::string> plain_files(const Path& folder) {
  std::vector<std::string> names;
  if (!std::filesystem::is_directory(folder)) return names;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (is_plain_file(file.path())) names.push_back(file.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

/// Copies what is still there: a thing forgotten meanwhile must not be in the copy either.
void copy_file(const Path& from, const Path& to, const std::string& name,
               std::vector<std::string>& copied) {
  std::string content;
  try {
    content = read_file(from / name);
  } catch (const Error&) {
    if (!std::filesystem::exists(from / name)) return;
    throw;
  }
  create_file(to / name, content);
  std::ranges::fill(content, '\0');
  copied.push_back(name);
}

void fill(const Path& state, const Path& target, std::vector<std::string>& copied) {
  const Database database = Database::open(state / "ledger.db", wait_seconds);
  copy_database(database, target / "ledger.db");
  copied.emplace_back("ledger.db");
  if (is_plain_file(state / "log.key")) copy_file(state, target, "log.key", copied);
  for (const char* folder : folders) {
    const auto names = plain_files(state / folder);
    if (names.empty()) continue;
    make_folder(target / folder);
    for (const std::string& name : names) {
      copy_file(state, target, (Path(folder) / name).string(), copied);
    }
    sync_folder(target / folder);
  }
}

}  // namespace

void Ledger::copy_to(const Path& file) const {
  copy_database(state_->database, file);
}

std::vector<std::string> back_up(const Path& state_folder, const Path& target_folder) {
  if (std::filesystem::exists(std::filesystem::symlink_status(target_folder))) {
    throw Error(ErrorKind::refused, target_folder.string() + ": exists already",
                "name a folder that is not there yet");
  }
  const Path unfinished = target_folder.string() + ".unfinished";
  std::filesystem::remove_all(unfinished);
  make_folder(unfinished);
  std::vector<std::string> copied;
  try {
    fill(state_folder, unfinished, copied);
    sync_folder(unfinished);
    std::filesystem::rename(unfinished, target_folder);
  } catch (...) {
    std::filesystem::remove_all(unfinished);
    throw;
  }
  const Path above = target_folder.parent_path();
  sync_folder(above.empty() ? Path(".") : above);
  return copied;
}

}  // namespace besa::ledger
