// Writing, replacing and destroying files (besa/base/file.hpp).
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/file_detail.hpp"
#include "besa/base/bytes.hpp"
#include "besa/base/file.hpp"

namespace besa {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20U;
constexpr std::string_view temporary_start = ".besa-";
constexpr std::string_view temporary_end = ".tmp";

/// A name nobody guesses beside `path`; the fixed ends let a person find what a crash left.
Path temporary_beside(const Path& path) {
  std::array<unsigned char, 8> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    detail::fail(path, "no randomness for a temporary name");
  }
  std::string name(temporary_start);
  name += to_hex(random);
  return detail::folder_of(path) / (name += temporary_end);
}

[[noreturn]] void refuse_existing(const Path& path) {
  throw Error(ErrorKind::failed, path.string() + ": exists already",
              "choose another name or move it away");
}

/// A rename would replace a link or a device as readily as a file.
void require_replaceable(const Path& path, Existing existing) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) {
      return;
    }
    detail::fail(path, "cannot be examined");
  }
  if (existing == Existing::refuse) {
    refuse_existing(path);
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::failed, path.string() + ": is not a regular file");
  }
}

/// Atomically, and never over an existing name. File systems without RENAME_NOREPLACE have link(2).
void rename_to_new(const Path& from, const Path& to) {
  int result = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (result != 0 && (errno == EINVAL || errno == ENOSYS)) {
    result = ::link(from.c_str(), to.c_str());
    if (result == 0) {
      result = ::unlink(from.c_str());
    }
  }
  if (result != 0) {
    if (errno == EEXIST) {
      refuse_existing(to);
    }
    detail::fail(to, "cannot be put in place");
  }
}

void write_whole(const Path& path, std::string_view content, mode_t mode, Existing existing) {
  FileWriter writer(path, mode, existing);
  writer.write(content);
  writer.commit();
}

}  // namespace

FileWriter::FileWriter(const Path& path, mode_t mode, Existing existing)
    : path_(path), mode_(mode), existing_(existing) {
  require_replaceable(path_, existing_);
  const Path temporary = temporary_beside(path_);
  // Closed to others until it is complete, whatever mode it gets in the end.
  fd_ = Fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd_.valid()) {
    detail::fail(path_, "cannot be created");
  }
  temporary_ = temporary;
}

FileWriter::~FileWriter() {
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

void FileWriter::write(std::string_view bytes) {
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() > buffer_size) {
    flush();
  }
  if (bytes.size() > buffer_size) {
    detail::write_all(path_, fd_, bytes);
  } else {
    buffer_.append(bytes);
  }
}

void FileWriter::flush() {
  detail::write_all(path_, fd_, buffer_);
  buffer_.clear();
}

void FileWriter::commit() {
  flush();
  if (::fchmod(fd_.get(), mode_) != 0) {
    detail::fail(path_, "cannot be given its mode");
  }
  detail::sync(path_, fd_);
  if (existing_ == Existing::refuse) {
    rename_to_new(temporary_, path_);
  } else if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    detail::fail(path_, "cannot be put in place");
  }
  temporary_.clear();
  fd_ = Fd();
  sync_folder(detail::folder_of(path_));
}

void write_file(const Path& path, std::string_view content, mode_t mode) {
  write_whole(path, content, mode, Existing::replace);
}

void create_file(const Path& path, std::string_view content, mode_t mode) {
  write_whole(path, content, mode, Existing::refuse);
}

void sync_folder(const Path& path) {
  // A folder may be reached through a link of the person's own; only files must not be.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) {
    detail::fail(path, "cannot be opened");
  }
  detail::sync(path, fd);
}

void make_folder(const Path& path, mode_t mode) {
  if (path.empty() || std::filesystem::is_directory(path)) {
    return;
  }
  make_folder(path.parent_path(), mode);
  if (!path.has_filename()) {
    return;  // "a/b/" is "a/b"
  }
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST && std::filesystem::is_directory(path)) {
      return;  // somebody else was faster
    }
    detail::fail(path, "cannot be created");
  }
  // By name: a umask may have left a folder that even we cannot open.
  if (::chmod(path.c_str(), mode) != 0) {
    detail::fail(path, "cannot be given its mode");
  }
  sync_folder(detail::folder_of(path));
}

void destroy_file(const Path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) {
    return;
  }
  const Fd fd = detail::open_checked(path, O_WRONLY | O_NONBLOCK);
  if (::fstat(fd.get(), &status) != 0) {
    detail::fail(path, "cannot be examined");
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::failed, path.string() + ": is not a regular file");
  }
  const std::string zeros(std::size_t{1} << 16U, '\0');
  auto left = static_cast<std::size_t>(status.st_size);
  while (left > 0) {
    const std::size_t step = std::min(left, zeros.size());
    detail::write_all(path, fd, std::string_view(zeros).substr(0, step));
    left -= step;
  }
  detail::sync(path, fd);
  if (::unlink(path.c_str()) != 0) {
    detail::fail(path, "cannot be removed");
  }
  sync_folder(detail::folder_of(path));
}

void destroy_unfinished(const Path& folder) {
  std::vector<Path> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(temporary_start) && name.ends_with(temporary_end)) {
      left.push_back(entry.path());
    }
  }
  for (const Path& path : left) {
    destroy_file(path);
  }
}

}  // namespace besa
