#include "besa/base/file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/file_detail.hpp"

namespace besa {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    const Fd closes_the_old_one(std::exchange(fd_, other.release()));
  }
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

namespace detail {

void fail(const Path& path, const std::string& doing) {
  const int reason = errno;
  const std::string said =
      reason == ELOOP ? "is a symbolic link" : std::generic_category().message(reason);
  throw Error(ErrorKind::failed, path.string() + ": " + doing + ": " + said);
}

Fd open_checked(const Path& path, int flags, mode_t mode) {
  Fd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, mode));
  if (!fd.valid()) {
    fail(path, "cannot be opened");
  }
  return fd;
}

Fd open_regular(const Path& path) {
  Fd fd = open_checked(path, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) {
    fail(path, "cannot be examined");
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::failed, path.string() + ": is not a regular file");
  }
  return fd;
}

std::size_t read_some(const Path& path, const Fd& fd, char* into, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(fd.get(), into, size);
    if (got >= 0) {
      return static_cast<std::size_t>(got);
    }
    if (errno != EINTR) {
      fail(path, "cannot be read");
    }
  }
}

void write_all(const Path& path, const Fd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd.get(), bytes.data(), bytes.size());
    if (put >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno != EINTR) {
      fail(path, "cannot be written");
    }
  }
}

void sync(const Path& path, const Fd& fd) {
  if (::fsync(fd.get()) != 0) {
    fail(path, "cannot be brought to the disk");
  }
}

Path folder_of(const Path& path) {
  return path.has_parent_path() ? path.parent_path() : Path(".");
}

}  // namespace detail

std::string read_file(const Path& path, std::size_t limit) {
  const Fd fd = detail::open_regular(path);
  struct stat status {};
  static_cast<void>(::fstat(fd.get(), &status));  // a hint: the file may grow, or say it is empty
  constexpr std::size_t step = std::size_t{1} << 16U;
  std::string content(std::min(static_cast<std::size_t>(status.st_size), limit) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    if (content.size() == size) content.resize(size + step);
    const std::size_t got =
        detail::read_some(path, fd, content.data() + size, content.size() - size);
    size += got;
    if (size > limit) {
      throw Error(ErrorKind::failed,
                  path.string() + ": is larger than " + std::to_string(limit) + " bytes");
    }
    if (got == 0) {
      content.resize(size);
      return content;
    }
  }
}

// --- lines -----------------------------------------------------------------------------------

LineReader::LineReader(const Path& path, std::size_t line_limit)
    : path_(path), fd_(detail::open_regular(path)), line_limit_(line_limit) {
  constexpr std::size_t first_size = std::size_t{1} << 20U;
  buffer_.resize(first_size);
  // A hint only: reading works as well without.
  static_cast<void>(::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
}

/// Reads more behind what is there, after moving that to the front; grows only when full.
void LineReader::fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) {
    buffer_.resize(buffer_.size() * 2);
  }
  const std::size_t got =
      detail::read_some(path_, fd_, buffer_.data() + end_, buffer_.size() - end_);
  at_end_ = got == 0;
  end_ += got;
}

std::optional<std::string_view> LineReader::next() {
  std::size_t searched = 0;  // bytes after begin_ that hold no newline
  while (true) {
    const char* from = buffer_.data() + begin_ + searched;
    const void* newline = std::memchr(from, '\n', end_ - begin_ - searched);
    const std::size_t length =
        newline != nullptr
            ? static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data()) - begin_
            : end_ - begin_;
    if (length > line_limit_) {
      throw Error(ErrorKind::failed, path_.string() + ", line " + std::to_string(line_ + 1) +
                                         ": longer than " + std::to_string(line_limit_) + " bytes");
    }
    if (newline != nullptr) {
      const std::string_view line(buffer_.data() + begin_, length);
      begin_ += length + 1;
      ++line_;
      return line;
    }
    if (at_end_) {
      break;
    }
    searched = length;
    fill();
  }
  if (begin_ == end_) {
    return std::nullopt;
  }
  throw Error(ErrorKind::failed, path_.string() + ", line " + std::to_string(line_ + 1) +
                                     ": ends without a newline; the file is truncated");
}

// --- what a path is ---------------------------------------------------------------------------

void require_private(const Path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    detail::fail(path, "cannot be examined");
  }
  const std::string name = path.string();
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::refused, name + ": a key must be a regular file, not a link");
  }
  if (status.st_uid != ::geteuid()) {
    throw Error(ErrorKind::refused, name + ": belongs to another user", "chown it to yourself");
  }
  if (status.st_nlink != 1) {
    throw Error(ErrorKind::refused, name + ": has a second name (hard link)",
                "remove the other name");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(ErrorKind::refused, name + ": is open to others", "run: chmod 600 " + name);
  }
}

std::uint64_t free_space(const Path& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) {
    detail::fail(folder, "cannot be examined");
  }
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

bool on_network_filesystem(const Path& path) {
  // FUSE is not among them: it is as often a container's local disk.
  constexpr std::array<std::uint32_t, 9> network = {
      NFS_SUPER_MAGIC,       SMB_SUPER_MAGIC, 0xFF534D42 /* cifs */,
      0xFE534D42 /* smb2 */, AFS_SUPER_MAGIC, CODA_SUPER_MAGIC,
      0x00C36400 /* ceph */, V9FS_MAGIC,      NCP_SUPER_MAGIC};
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) {
    const Path folder = detail::folder_of(path);
    if (errno != ENOENT || ::statfs(folder.c_str(), &status) != 0) {
      detail::fail(path, "cannot be examined");
    }
  }
  const auto type = static_cast<std::uint32_t>(status.f_type);
  return std::find(network.begin(), network.end(), type) != network.end();
}

bool is_safe_file_name(std::string_view name) {
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= 100 && name.front() != '.' && name.front() != '-' &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace besa
