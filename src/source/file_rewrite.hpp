// Changing a customer's file: held so that nobody writes to it meanwhile, written anew beside
// itself, put in place whole. Nothing here knows a format.
//
// Under a name there is, at every instant, one whole file: the old one or the new one. The new one
// is written to `.besa-tmp-<random>` in the same folder (so that the rename is one step), given the
// old one's mode, owner, extended attributes and time of modification (what stays is as old as it
// was), and synced; then it is renamed, the folder synced, and the old content overwritten through
// the descriptor that is still held (best effort: the medium may keep copies). A kill or a power cut
// on the way leaves a temporary, which the next change removes, and never half a file; a power cut
// after the rename but before the folder is synced may bring the old file back. Several files are
// changed one rename after the other: whoever resumes finds some old and some new, decides again,
// and finishes.
#pragma once

#include <chrono>
#include <memory>

#include "source/data_file.hpp"

namespace besa::source {

/// A file that is to be changed, from the first look at it until the change is done.
class HeldFile {
 public:
  /// Takes a write lease: no other program has the file open, and who wants to open it waits.
  /// Where the file system has no leases, state is compared instead. Error(busy) where it is open
  /// elsewhere beyond `wait`, Error(refused) for hard links (the other name would keep everything).
  HeldFile(const std::filesystem::path& path, std::chrono::milliseconds wait);
  ~HeldFile();
  HeldFile(const HeldFile&) = delete;
  HeldFile& operator=(const HeldFile&) = delete;

  [[nodiscard]] const std::shared_ptr<const DataFile>& file() const { return file_; }
  [[nodiscard]] bool leased() const { return leased_; }
  /// Error(busy) where another program asks for the file by now, Error(failed) where it is no
  /// longer what it was or another one has its name.
  void require_ours() const;

 private:
  std::shared_ptr<const DataFile> file_;
  bool leased_ = false;
};

class FileRewrite {
 public:
  explicit FileRewrite(const HeldFile& held);
  ~FileRewrite();  ///< removes the temporary unless it was put in place
  FileRewrite(const FileRewrite&) = delete;
  FileRewrite& operator=(const FileRewrite&) = delete;

  /// Takes over [begin, end) of the old content; in ascending order.
  void copy(std::uint64_t begin, std::uint64_t end);
  void write(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] char last_byte() const { return last_byte_; }  ///< LF while nothing was written
  /// Mode, owner, time, attributes; on the disk. Error(refused) where one of them cannot be kept.
  void prepare();
  /// The new file has the name.
  void replace();
  /// Overwrites and cuts the old content. False where that could not be done.
  [[nodiscard]] bool destroy_old() const;

 private:
  void flush();
  void keep_attributes() const;
  const HeldFile& held_;
  std::filesystem::path temporary_;
  Fd fd_;
  std::string buffer_, window_;
  std::uint64_t window_at_ = 0, size_ = 0;
  char last_byte_ = '\n';
};

/// Removes what killed changes left in a folder, unless a living one is still writing it. Returns
/// how many there were.
std::size_t remove_unfinished(const std::filesystem::path& folder);
/// Error(failed) where the folder's file system lacks `bytes`, or nothing can be created in it.
void require_room(const std::filesystem::path& folder, std::uint64_t bytes);

}  // namespace besa::source
