#include "source/sqlite_bytes.hpp"

#include <sqlite3.h>

#include <cstring>
#include <memory>
#include <new>

#include "besa/base/error.hpp"

namespace besa::source {
namespace {

class SqliteFile {
 public:
  explicit SqliteFile(const std::filesystem::path& path) : path_(path) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
    if (vfs == nullptr) throw Error(ErrorKind::failed, "SQLite has no file layer");
    file_.reset(static_cast<sqlite3_file*>(sqlite3_malloc(vfs->szOsFile)));
    if (file_) std::memset(file_.get(), 0, static_cast<std::size_t>(vfs->szOsFile));
    const std::string full = std::filesystem::absolute(path).lexically_normal().string();
    name_.reset(sqlite3_create_filename(full.c_str(), "", "", 0, nullptr));
    if (!file_ || !name_) throw std::bad_alloc();
    constexpr int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_NOFOLLOW;
    check(vfs->xOpen(vfs, name_.get(), file_.get(), flags, nullptr));
  }
  ~SqliteFile() {
    if (file_->pMethods != nullptr) file_->pMethods->xClose(file_.get());
  }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  [[nodiscard]] std::uint64_t size() const {
    sqlite3_int64 size = 0;
    check(file_->pMethods->xFileSize(file_.get(), &size));
    return static_cast<std::uint64_t>(size);
  }
  void read(std::uint64_t offset, std::span<char> out) const {
    check(file_->pMethods->xRead(file_.get(), out.data(), static_cast<int>(out.size()),
                                 static_cast<sqlite3_int64>(offset)));
  }

 private:
  struct FreeFile {
    void operator()(sqlite3_file* file) const { sqlite3_free(file); }
  };
  struct FreeName {
    void operator()(const char* name) const { sqlite3_free_filename(name); }
  };
  void check(int result) const {
    if (result == SQLITE_IOERR_SHORT_READ)
      throw Error(ErrorKind::busy, path_.string() + ": shrank while it was read");
    if (result != SQLITE_OK)
      throw Error(ErrorKind::failed,
                  path_.string() + ": cannot be read: " + sqlite3_errstr(result));
  }

  std::filesystem::path path_;
  std::unique_ptr<const char, FreeName> name_;
  std::unique_ptr<sqlite3_file, FreeFile> file_;
};

}  // namespace

ByteInput open_sqlite_bytes(const std::filesystem::path& database) {
  const auto file = std::make_shared<SqliteFile>(database);
  return {file->size(),
          [file](std::uint64_t offset, std::span<char> out) { file->read(offset, out); }};
}

}  // namespace besa::source
