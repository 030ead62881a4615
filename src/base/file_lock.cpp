// The lock of besa/base/file.hpp: the kernel's, so that no crash leaves a stale one behind.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "base/file_detail.hpp"
#include "besa/base/file.hpp"

namespace besa {
namespace {

/// The first line of the lock file: who wrote it last, for the message only.
std::string holder_line(const Fd& fd) {
  std::array<char, 200> line{};
  const ssize_t size = ::pread(fd.get(), line.data(), line.size(), 0);
  const std::string text(line.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return text.substr(0, text.find('\n'));
}

/// False where another process holds it.
bool try_lock(const Path& path, const Fd& fd) {
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
    return true;
  }
  if (errno != EWOULDBLOCK && errno != EINTR) {
    detail::fail(path, "cannot be locked");
  }
  return false;
}

/// Written over what was there and cut to size, never emptied first: ext4 brings a file that was
/// emptied and written to the disk when it is closed, which costs more than all the rest.
void write_holder(const Path& path, const Fd& fd, const std::string& line) {
  struct stat status {};
  const bool private_file = ::fstat(fd.get(), &status) == 0 && (status.st_mode & 07777U) == 0600;
  if (!private_file && ::fchmod(fd.get(), 0600) != 0) {
    detail::fail(path, "cannot be written");
  }
  detail::write_all(path, fd, line);
  const auto size = static_cast<off_t>(line.size());
  if (status.st_size != size && ::ftruncate(fd.get(), size) != 0) {
    detail::fail(path, "cannot be written");
  }
}

/// A lock on a file that was removed or replaced meanwhile protects nothing.
bool still_at(const Path& path, const Fd& fd) {
  struct stat ours {};
  struct stat named {};
  return ::fstat(fd.get(), &ours) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

}  // namespace

FileLock::FileLock(const Path& path, const std::string& what, const std::string& holder,
                   double wait_seconds) {
  using SteadyClock = std::chrono::steady_clock;
  const auto deadline = SteadyClock::now() + std::chrono::duration<double>(wait_seconds);
  while (true) {
    Fd fd = detail::open_checked(path, O_RDWR | O_CREAT, 0600);
    if (try_lock(path, fd) && still_at(path, fd)) {
      fd_ = std::move(fd);
      break;
    }
    if (SteadyClock::now() >= deadline) {
      const std::string who = holder_line(fd);
      throw Error(ErrorKind::busy, what + " is in use" + (who.empty() ? "" : " by " + who),
                  "try again when it has finished");
    }
    constexpr std::chrono::milliseconds pause(20);
    std::this_thread::sleep_for(pause);
  }
  write_holder(path, fd_, holder + "\n");
}

FileLock::FileLock(FileLock&&) noexcept = default;

FileLock::~FileLock() {
  if (fd_.valid()) {
    // Only the note of who held it, an empty first line; the lock itself goes with the descriptor.
    static_cast<void>(::pwrite(fd_.get(), "\n", 1, 0) == 1);
  }
}

}  // namespace besa
