// Files: read whole with limits, written by temporary and rename, locked, checked before use.
//
// Everything is opened O_CLOEXEC|O_NOFOLLOW. What is written reaches the disk (fsync of the file
// and of its folder) before the name points to it: a reader sees the old file or the new, never a
// part.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "besa/base/bytes.hpp"

namespace besa {

using Path = std::filesystem::path;

/// An owned file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  int release() {
    int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_ = -1;
};

/// Whole content; Error(failed) naming the file where it is missing, not regular, or over `limit`.
[[nodiscard]] std::string read_file(const Path& path, std::size_t limit = 256u * 1024 * 1024);
/// Replaces or creates `path` atomically with `mode` (whatever the umask).
void write_file(const Path& path, std::string_view content, mode_t mode = 0600);
/// The same, but an existing file is an Error(failed) and stays as it is.
void create_file(const Path& path, std::string_view content, mode_t mode = 0600);
void make_folder(const Path& path, mode_t mode = 0700);  ///< with parents; existing is fine
void sync_folder(const Path& path);
/// Overwrites with zeros, syncs, unlinks. Best effort on the medium; the name is gone for certain.
/// A file that is not there is fine: recovery repeats.
void destroy_file(const Path& path);
/// Destroys what a crash left of files that were being written in a folder: their temporaries. For
/// folders that nobody else is writing to.
void destroy_unfinished(const Path& folder);

/// What a writer does where the name is already taken.
enum class Existing { replace, refuse };

/// Streams a large file into place: write to a temporary beside it, `commit` renames. What cannot
/// work (no such folder, not writable, the name is a link or a device) is an Error at once.
class FileWriter {
 public:
  explicit FileWriter(const Path& path, mode_t mode = 0600, Existing existing = Existing::replace);
  ~FileWriter();  ///< removes the temporary unless committed
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void write(std::string_view bytes);  ///< buffered (1 MiB)
  [[nodiscard]] std::uint64_t size() const { return size_; }
  void commit();

 private:
  void flush();
  Path path_, temporary_;
  Fd fd_;
  std::string buffer_;
  std::uint64_t size_ = 0;
  mode_t mode_;
  Existing existing_;
};

/// Reads a large file line by line in constant memory. Lines come without '\n'.
class LineReader {
 public:
  explicit LineReader(const Path& path, std::size_t line_limit = 16u * 1024 * 1024);
  /// nullopt at the end; valid until the next call. A last line without '\n' is an Error
  /// (truncated).
  [[nodiscard]] std::optional<std::string_view> next();
  [[nodiscard]] std::uint64_t line() const { return line_; }

 private:
  void fill();
  Path path_;
  Fd fd_;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0, line_limit_;
  std::uint64_t line_ = 0;
  bool at_end_ = false;
};

/// An exclusive advisory lock on a file (flock), released by the kernel when the process dies. The
/// file holds who has it, for the message of whoever comes second.
class FileLock {
 public:
  /// Waits up to `wait_seconds`; Error(busy) saying `what` and the holder's line.
  FileLock(const Path& path, const std::string& what, const std::string& holder,
           double wait_seconds);
  ~FileLock();
  FileLock(FileLock&&) noexcept;

 private:
  Fd fd_;
};

/// What ssh asks of a key file: a regular file of ours, no links, closed to group and others.
/// Error(refused) naming the file and the chmod to run.
void require_private(const Path& path);
[[nodiscard]] std::uint64_t free_space(const Path& folder);  ///< bytes for an ordinary user
/// True for NFS, SMB and other file systems whose locks and renames are not to be trusted.
[[nodiscard]] bool on_network_filesystem(const Path& path);
/// `name` as a file name made of [A-Za-z0-9._-], 1–100 bytes, not starting with '.' or '-'.
[[nodiscard]] bool is_safe_file_name(std::string_view name);

}  // namespace besa
