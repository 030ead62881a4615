#include "source/data_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "besa/base/text.hpp"

namespace besa::source {
namespace {

Fd open_itself(const std::filesystem::path& path, DataFile::Access access) {
  const int mode = access == DataFile::Access::change ? O_RDWR : O_RDONLY;
  Fd file(::open(path.c_str(), mode | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (file.valid()) return file;
  switch (errno) {
    case ELOOP:
      throw Error(ErrorKind::refused, shown(path) + " is a symbolic link", "name the file itself");
    case EISDIR:
    case ENXIO:
    case ENODEV:
      throw Error(ErrorKind::refused, shown(path) + " is not a regular file");
    case EWOULDBLOCK:  // somebody has a lease on it
      throw Error(ErrorKind::busy, shown(path) + " is held by another program",
                  "try again when it has finished");
    default:
      fail_at(path, "opened");
  }
}

}  // namespace

FileState FileState::of(const struct stat& status) {
  return {status.st_dev,         status.st_ino,          static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
          status.st_ctim.tv_nsec};
}

std::string shown(const std::filesystem::path& path) {
  return "'" + for_terminal(path.string()) + "'";
}

void fail_at(const std::filesystem::path& path, const std::string& cannot) {
  const std::string reason = std::strerror(errno);
  throw Error(ErrorKind::failed, shown(path) + " cannot be " + cannot + ": " + reason);
}

DataFile::DataFile(const std::filesystem::path& path, Access access)
    : path_(path), file_(open_itself(path, access)) {
  if (::fstat(file_.get(), &status_) != 0) fail_at(path_, "examined");
  if (!S_ISREG(status_.st_mode))
    throw Error(ErrorKind::refused, shown(path_) + " is not a regular file");
  state_ = FileState::of(status_);
}

std::size_t DataFile::read(std::uint64_t offset, char* into, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(file_.get(), into + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_at(path_, "read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void DataFile::require_unchanged() const {
  struct stat now {};
  if (::fstat(file_.get(), &now) != 0) fail_at(path_, "examined");
  if (FileState::of(now) != state_)
    throw Error(ErrorKind::failed, shown(path_) + " changed while it was read",
                "try again when the program that writes it has finished");
}

Instant modified_at(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) fail_at(path, "examined");
  return Instant{status.st_mtim.tv_sec};
}

}  // namespace besa::source
