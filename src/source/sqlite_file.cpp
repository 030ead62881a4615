#include "source/sqlite_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "besa/base/text.hpp"

// The header (https://www.sqlite.org/fileformat2.html): 0 magic, 16 page size, 18 write version,
// 19 read version, 24 change counter, 28 pages in the file, 92 the counter those pages are valid
// for.

namespace besa::source {
namespace {

constexpr std::string_view magic("SQLite format 3\0", 16);
constexpr std::size_t header_size = 100;
using Header = std::array<unsigned char, header_size>;

std::string shown(const std::filesystem::path& path) {
  return "'" + for_terminal(path.string()) + "'";
}

std::filesystem::path real_path(const std::filesystem::path& path) {
  if (path.string().find('\0') != std::string::npos)
    throw Error(ErrorKind::refused, "a path with a NUL byte in it");
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  const auto folder = std::filesystem::canonical(absolute.parent_path(), error);
  if (error) throw Error(ErrorKind::failed, shown(path) + " does not exist: " + error.message());
  return folder / absolute.filename();
}

Fd open_regular(const std::filesystem::path& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.valid() && errno == ELOOP)
    throw Error(ErrorKind::refused, shown(path) + " is a symbolic link", "name the file itself");
  if (!file.valid() && (errno == ENXIO || errno == ENODEV))
    throw Error(ErrorKind::refused, shown(path) + " is not a regular file");
  if (!file.valid())
    throw Error(ErrorKind::failed, shown(path) + " cannot be opened: " + std::strerror(errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    throw Error(ErrorKind::failed, shown(path) + " cannot be read: " + std::strerror(errno));
  if (!S_ISREG(status.st_mode))
    throw Error(ErrorKind::refused, shown(path) + " is not a regular file");
  if (status.st_size == 0)
    throw Error(ErrorKind::failed, shown(path) + " is empty, not a database");
  return file;
}

Header read_header(const Fd& file, const std::filesystem::path& path) {
  Header header{};
  const ssize_t got = ::pread(file.get(), header.data(), header.size(), 0);
  if (got < 0)
    throw Error(ErrorKind::failed, shown(path) + " cannot be read: " + std::strerror(errno));
  if (static_cast<std::size_t>(got) < header.size() ||
      std::memcmp(header.data(), magic.data(), magic.size()) != 0)
    throw Error(ErrorKind::failed, shown(path) + " is not an SQLite database, or it is encrypted");
  return header;
}

std::uint32_t number_at(const Header& header, std::size_t at) {
  return std::uint32_t{header[at]} << 24 | std::uint32_t{header[at + 1]} << 16 |
         std::uint32_t{header[at + 2]} << 8 | header[at + 3];
}

void require_page_size(const Header& header, const std::filesystem::path& path) {
  const std::uint32_t stored = std::uint32_t{header[16]} << 8 | header[17];
  const std::uint32_t size = stored == 1 ? 65536 : stored;
  if (size < 512 || !std::has_single_bit(size))
    throw Error(ErrorKind::failed,
                shown(path) + " is damaged: its page size is not one of SQLite's");
}

void require_known_format(const Header& header, const std::filesystem::path& path,
                          bool for_change) {
  if (header[19] > 2 || (for_change && header[18] > 2))
    throw Error(ErrorKind::failed, shown(path) + " has a newer file format than this SQLite knows",
                header[19] > 2 ? "update besa's SQLite" : "it can be read but not changed");
}

/// A file shorter than its header says, unless a -wal may hold the rest.
void require_whole(const Header& header, const std::filesystem::path& path) {
  const bool pages_known = number_at(header, 24) == number_at(header, 92);
  if (!pages_known || size_of(path.string() + "-wal") != 0 ||
      size_of(path.string() + "-journal") != 0)
    return;
  const std::uint32_t stored = std::uint32_t{header[16]} << 8 | header[17];
  const std::uint64_t page_size = stored == 1 ? 65536 : stored;
  if (size_of(path) < page_size * number_at(header, 28))
    throw Error(ErrorKind::failed, shown(path) + " is truncated: shorter than its header says",
                "restore it from a backup");
}

}  // namespace

std::filesystem::path require_database_file(const std::filesystem::path& path, bool for_change) {
  const std::filesystem::path real = real_path(path);
  const Header header = read_header(open_regular(real), real);
  require_page_size(header, real);
  require_known_format(header, real, for_change);
  require_whole(header, real);
  if (!for_change) return real;
  if (::access(real.c_str(), W_OK) != 0)
    throw Error(ErrorKind::failed, shown(real) + " may not be written", "check its owner and mode");
  if (::access(real.parent_path().c_str(), W_OK) != 0)  // a journal has to lie beside it
    throw Error(ErrorKind::failed, "the folder of " + shown(real) + " may not be written",
                "check its owner and mode");
  return real;
}

std::vector<std::filesystem::path> database_files(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> found{path};
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    std::error_code error;
    const std::filesystem::path side = path.string() + suffix;
    if (std::filesystem::exists(std::filesystem::symlink_status(side, error)))
      found.push_back(side);
  }
  return found;
}

std::uint64_t size_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

Instant last_modified(const std::filesystem::path& path) {
  Instant latest;
  for (const std::filesystem::path& file : {path, std::filesystem::path(path.string() + "-wal")}) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0)
      latest = std::max(latest, Instant{status.st_mtim.tv_sec});
  }
  return latest;
}

}  // namespace besa::source
