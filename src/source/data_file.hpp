// A customer's file, opened to be read: nothing here knows a format.
//
// It is the file of that name itself (no link), regular, and opened without waiting (a FIFO would).
// What is read is one content: whoever has read to the end asks `require_unchanged`, which compares
// device, inode, size and both times with those at opening (erasure.md, faults 46, 51, 52).
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "besa/base/time.hpp"

namespace besa::source {

/// What tells one content of a file from another without reading it.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_seconds = 0, modified_nanoseconds = 0;
  std::int64_t changed_seconds = 0, changed_nanoseconds = 0;
  [[nodiscard]] static FileState of(const struct stat& status);
  friend bool operator==(const FileState&, const FileState&) = default;
};

/// A path as messages show it.
[[nodiscard]] std::string shown(const std::filesystem::path& path);
/// Error(failed) "PATH cannot be DONE: reason", the reason from errno.
[[noreturn]] void fail_at(const std::filesystem::path& path, const std::string& cannot);

class DataFile {
 public:
  enum class Access { read, change };
  /// Error(failed) where it is missing or cannot be read, Error(refused) for a link or what is no
  /// regular file, Error(busy) where another program holds it alone.
  explicit DataFile(const std::filesystem::path& path, Access access = Access::read);

  /// Reads from `offset`; fewer bytes than asked for only at the end. Safe from several threads.
  [[nodiscard]] std::size_t read(std::uint64_t offset, char* into, std::size_t size) const;
  /// Error(failed) where the file is no longer what it was when it was opened.
  void require_unchanged() const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const FileState& state() const { return state_; }
  [[nodiscard]] const struct stat& status() const { return status_; }
  [[nodiscard]] int descriptor() const { return file_.get(); }

 private:
  std::filesystem::path path_;
  Fd file_;
  struct stat status_ {};
  FileState state_;
};

/// When the file of this name was last modified. Error(failed) where it is missing.
[[nodiscard]] Instant modified_at(const std::filesystem::path& path);

}  // namespace besa::source
