#include "source/sqlite_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/data_file.hpp"
#include "source/sqlite_bytes.hpp"
#include "source/sqlite_format.hpp"

// The header (https://www.sqlite.org/fileformat2.html): 0 magic, 16 page size, 18 write version,
// 19 read version, 24 change counter, 28 pages in the file, 92 the counter those pages are valid
// for.

namespace besa::source {
namespace {

constexpr std::string_view magic("SQLite format 3\0", 16);
constexpr std::size_t header_size = 100;
using Header = std::array<char, header_size>;

std::filesystem::path real_path(const std::filesystem::path& path) {
  if (path.string().find('\0') != std::string::npos)
    throw Error(ErrorKind::refused, "a path with a NUL byte in it");
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  const auto folder = std::filesystem::canonical(absolute.parent_path(), error);
  if (error) throw Error(ErrorKind::failed, shown(path) + " does not exist: " + error.message());
  return folder / absolute.filename();
}

/// By its name alone: closing a descriptor would end every lock that this process has on the file.
void require_readable_file(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0)
    throw Error(ErrorKind::failed, shown(path) + " cannot be opened: " + std::strerror(errno));
  if (S_ISLNK(status.st_mode))
    throw Error(ErrorKind::refused, shown(path) + " is a symbolic link", "name the file itself");
  if (!S_ISREG(status.st_mode))
    throw Error(ErrorKind::refused, shown(path) + " is not a regular file");
  if (::access(path.c_str(), R_OK) != 0)
    throw Error(ErrorKind::failed, shown(path) + " cannot be opened: " + std::strerror(errno));
  if (status.st_size == 0)
    throw Error(ErrorKind::failed, shown(path) + " is empty, not a database");
}

Header read_header(const std::filesystem::path& path) {
  const ByteInput bytes = open_sqlite_bytes(path);
  Header header{};
  if (bytes.size >= header.size()) bytes.read(0, header);
  if (std::memcmp(header.data(), magic.data(), magic.size()) != 0)
    throw Error(ErrorKind::failed, shown(path) + " is not an SQLite database, or it is encrypted");
  return header;
}

std::uint32_t number_at(const Header& header, std::size_t at, std::size_t count = 4) {
  return sqlite_format::big_endian({header.data(), header.size()}, at, count);
}

std::uint32_t page_size_of(const Header& header) {
  const std::uint32_t stored = number_at(header, 16, 2);
  return stored == 1 ? 65536 : stored;
}

void require_page_size(const Header& header, const std::filesystem::path& path) {
  const std::uint32_t size = page_size_of(header);
  if (size < 512 || !std::has_single_bit(size))
    throw Error(ErrorKind::failed,
                shown(path) + " is damaged: its page size is not one of SQLite's");
}

void require_known_format(const Header& header, const std::filesystem::path& path,
                          bool for_change) {
  const bool unreadable = number_at(header, 19, 1) > 2;
  if (unreadable || (for_change && number_at(header, 18, 1) > 2))
    throw Error(ErrorKind::failed, shown(path) + " has a newer file format than this SQLite knows",
                unreadable ? "update besa's SQLite" : "it can be read but not changed");
}

/// A file shorter than its header says, unless a -wal may hold the rest.
void require_whole(const Header& header, const std::filesystem::path& path) {
  const bool pages_known = number_at(header, 24) == number_at(header, 92);
  if (!pages_known || size_of(path.string() + "-wal") != 0 ||
      size_of(path.string() + "-journal") != 0)
    return;
  if (size_of(path) < std::uint64_t{page_size_of(header)} * number_at(header, 28))
    throw Error(ErrorKind::failed, shown(path) + " is truncated: shorter than its header says",
                "restore it from a backup");
}

}  // namespace

std::filesystem::path require_database_file(const std::filesystem::path& path, bool for_change) {
  std::filesystem::path real = real_path(path);
  require_readable_file(real);
  const Header header = read_header(real);
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
