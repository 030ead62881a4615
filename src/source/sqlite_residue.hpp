// Looks for erased values in the bytes of a SQLite database and its side files.
//
// - In cells that are live: whole values, standing alone (not inside a longer word or address). In
//   blobs words have no edges we know, so a whole value counts anywhere.
// - In all other bytes and in the side files: whole values, and windows of eight characters of
// them,
//   unless a row that stays contains the same window ("@gmail.c" is everybody's). A value that rows
//   which stay hold only inside longer words is theirs as well.
// - While a write-ahead log with content lies beside the file, cells of the file may be old
// versions:
//   what is found in them counts as unused bytes.
//
// The shared-memory file (-shm) is not opened: it holds page numbers and checksums only, and
// closing it would drop the locks of this process's other connections.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "besa/source/source.hpp"
#include "source/byte_search.hpp"

namespace besa::source {

class SqliteResidue {
 public:
  /// `values`: distinct, UTF-8, each of at least `shortest_sought` bytes.
  explicit SqliteResidue(std::vector<std::string> values);
  /// Fills hits, bytes_read and values_sought. Error(failed) where a file cannot be read.
  [[nodiscard]] Residue look(const std::filesystem::path& database);

 private:
  [[nodiscard]] const WindowSearch& windows(TextEncoding encoding);

  std::vector<std::string> values_;
  ByteSearch whole_;
  std::optional<std::pair<TextEncoding, WindowSearch>> windows_;
};

/// The files beside a database that can hold old content: "-wal", "-journal".
[[nodiscard]] std::vector<std::filesystem::path> sqlite_side_files(
    const std::filesystem::path& database);

}  // namespace besa::source
