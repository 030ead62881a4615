#include "source/file_rewrite.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include "besa/base/bytes.hpp"

namespace besa::source {
namespace {

constexpr std::size_t rewrite_piece = std::size_t{1} << 20;
constexpr std::string_view temporary_start = ".besa-tmp-";

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  std::array<std::uint8_t, 8> random{};
  fill_random(random);
  return path.parent_path() / (std::string(temporary_start) + to_hex(random));
}

/// True with the lease, false where there are none here; Error(busy) where it is not to be had.
bool take_lease(const DataFile& file, std::chrono::milliseconds wait) {
  // Who wants the file is announced by a signal; this one is ignored unless somebody listens.
  (void)::fcntl(file.descriptor(), F_SETSIG, SIGURG);
  const auto until = std::chrono::steady_clock::now() + wait;
  while (::fcntl(file.descriptor(), F_SETLEASE, F_WRLCK) != 0) {
    if (errno != EAGAIN) return false;
    if (std::chrono::steady_clock::now() >= until)
      throw Error(ErrorKind::busy, shown(file.path()) + " is open in another program",
                  "try again when it has finished");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

void write_all(const std::filesystem::path& path, int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail_at(path, "written anew");
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

std::vector<std::string> attribute_names(const DataFile& file) {
  std::string all(std::size_t{64} * 1024, '\0');
  const ssize_t size = ::flistxattr(file.descriptor(), all.data(), all.size());
  if (size < 0 && errno == ENOTSUP) return {};
  if (size < 0) fail_at(file.path(), "asked for its attributes");
  std::vector<std::string> names;
  for (std::size_t at = 0; at < static_cast<std::size_t>(size); at += names.back().size() + 1)
    names.emplace_back(all.c_str() + at);
  return names;
}

bool copy_attribute(int from, int to, const std::string& name) {
  std::string value(std::size_t{64} * 1024, '\0');
  const ssize_t size = ::fgetxattr(from, name.c_str(), value.data(), value.size());
  if (size < 0) return false;
  std::string there(value.size(), '\0');
  const ssize_t known = ::fgetxattr(to, name.c_str(), there.data(), there.size());
  if (known == size && there.compare(0, static_cast<std::size_t>(size), value, 0,
                                     static_cast<std::size_t>(size)) == 0)
    return true;
  return ::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(size), 0) == 0;
}

[[noreturn]] void cannot_keep(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::refused,
              shown(path) + " cannot be rewritten: its " + what + " could not be kept",
              "run besa as the file's owner");
}

}  // namespace

HeldFile::HeldFile(const std::filesystem::path& path, std::chrono::milliseconds wait)
    : file_(std::make_shared<const DataFile>(path, DataFile::Access::change)) {
  if (file_->status().st_nlink > 1)
    throw Error(ErrorKind::refused, shown(path) + " has another name (a hard link)",
                "that name would keep what is erased: remove it, or name another file");
  leased_ = take_lease(*file_, wait);
  file_->require_unchanged();
}

HeldFile::~HeldFile() {
  if (leased_) (void)::fcntl(file_->descriptor(), F_SETLEASE, F_UNLCK);
}

void HeldFile::require_ours() const {
  if (leased_ && ::fcntl(file_->descriptor(), F_GETLEASE) != F_WRLCK)
    throw Error(ErrorKind::busy, shown(file_->path()) + " is wanted by another program",
                "nothing was changed; try again when it has finished");
  file_->require_unchanged();
  struct stat status {};
  if (::lstat(file_->path().c_str(), &status) != 0) fail_at(file_->path(), "examined");
  if (FileState::of(status) != file_->state())
    throw Error(ErrorKind::failed, shown(file_->path()) + " was replaced by another file",
                "nothing was changed; try again");
}

FileRewrite::FileRewrite(const HeldFile& held) : held_(held) {
  const std::filesystem::path& path = held.file()->path();
  const std::filesystem::path temporary = temporary_beside(path);
  fd_ = Fd(::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd_.valid()) fail_at(path, "written anew");
  temporary_ = temporary;
  (void)::flock(fd_.get(), LOCK_EX | LOCK_NB);  // says that it is being written
}

FileRewrite::~FileRewrite() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void FileRewrite::copy(std::uint64_t begin, std::uint64_t end) {
  while (begin < end) {
    if (begin < window_at_ || begin >= window_at_ + window_.size()) {
      window_.resize(rewrite_piece);
      window_.resize(held_.file()->read(begin, window_.data(), rewrite_piece));
      window_at_ = begin;
      if (window_.empty()) held_.file()->require_unchanged();
      if (window_.empty()) fail_at(held_.file()->path(), "read to its end");
    }
    const std::string_view there = std::string_view(window_).substr(begin - window_at_);
    const std::string_view taken = there.substr(0, end - begin);
    write(taken);
    begin += taken.size();
  }
}

void FileRewrite::write(std::string_view bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  last_byte_ = bytes.back();
  if (buffer_.size() + bytes.size() > rewrite_piece) flush();
  if (bytes.size() >= rewrite_piece)
    write_all(held_.file()->path(), fd_.get(), bytes);
  else
    buffer_.append(bytes);
}

void FileRewrite::flush() {
  write_all(held_.file()->path(), fd_.get(), buffer_);
  buffer_.clear();
}

void FileRewrite::keep_attributes() const {
  const DataFile& old = *held_.file();
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) fail_at(old.path(), "examined");
  const bool owned = status.st_uid == old.status().st_uid && status.st_gid == old.status().st_gid;
  if (!owned && ::fchown(fd_.get(), old.status().st_uid, old.status().st_gid) != 0)
    cannot_keep(old.path(), "owner");
  if (::fchmod(fd_.get(), old.status().st_mode & 07777U) != 0) cannot_keep(old.path(), "mode");
  for (const std::string& name : attribute_names(old))
    if (!copy_attribute(old.descriptor(), fd_.get(), name))
      cannot_keep(old.path(), "attribute " + name);
  // Its rows are as old as they were: an export that is late must not look fresh because some of
  // them went.
  const struct timespec times[] = {{0, UTIME_OMIT}, old.status().st_mtim};
  if (::futimens(fd_.get(), times) != 0) cannot_keep(old.path(), "time of modification");
}

void FileRewrite::prepare() {
  flush();
  keep_attributes();
  if (::fsync(fd_.get()) != 0) fail_at(held_.file()->path(), "brought to the disk");
}

void FileRewrite::replace() {
  const std::filesystem::path& path = held_.file()->path();
  if (::rename(temporary_.c_str(), path.c_str()) != 0) fail_at(path, "put in place");
  temporary_.clear();
  sync_folder(path.parent_path());
}

bool FileRewrite::destroy_old() const {
  const DataFile& old = *held_.file();
  struct stat status {};
  if (::fstat(old.descriptor(), &status) != 0 || status.st_nlink != 0) return false;
  const std::string zeros(rewrite_piece, '\0');
  for (off_t at = 0; at < status.st_size;) {
    const auto step = std::min(static_cast<std::size_t>(status.st_size - at), zeros.size());
    const ssize_t done = ::pwrite(old.descriptor(), zeros.data(), step, at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += done;
  }
  return ::fdatasync(old.descriptor()) == 0 && ::ftruncate(old.descriptor(), 0) == 0;
}

std::size_t remove_unfinished(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(temporary_start)) left.push_back(entry.path());
  std::size_t removed = 0;
  for (const std::filesystem::path& path : left) {
    const Fd fd(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (fd.valid() && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;
    destroy_file(path);
    ++removed;
  }
  return removed;
}

void require_room(const std::filesystem::path& folder, std::uint64_t bytes) {
  if (::access(folder.c_str(), W_OK) != 0) fail_at(folder, "written to");
  const std::uint64_t free = free_space(folder);
  if (free < bytes)
    throw Error(ErrorKind::failed,
                shown(folder) + " has " + std::to_string(free) + " bytes free, and " +
                    std::to_string(bytes) + " are needed to rewrite its files",
                "make room and try again; nothing was changed");
}

}  // namespace besa::source
