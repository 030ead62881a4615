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
#include <string_view>
#include <vector>

#include "besa/source/source.hpp"
#include "source/byte_search.hpp"
#include "source/utf16_search.hpp"

namespace besa::source {

class SqliteResidue {
 public:
  /// So many values at a time that what finds them keeps within about two hundred megabytes.
  static constexpr std::size_t at_a_time = 240'000;
  /// `values`: distinct, UTF-8, each of at least `shortest_sought` bytes; looked for `portion` at a
  /// time, each with passes of its own.
  explicit SqliteResidue(std::vector<std::string> values, std::size_t portion = at_a_time);
  SqliteResidue(const SqliteResidue&) = delete;
  SqliteResidue& operator=(const SqliteResidue&) = delete;
  /// `residue_is_seen`: whoever rebuilds the file then, and looks at everything again, need not
  /// know what else is left in it, nor whether all that was seen is residue. Without any in bytes
  /// that are not live, everything was seen.
  enum class Until { everything_is_seen, residue_is_seen };
  /// Fills hits, bytes_read and values_sought. Error(failed) where a file cannot be read.
  [[nodiscard]] Residue look(const std::filesystem::path& database,
                             Until until = Until::everything_is_seen);

 private:
  /// Made for the encoding of the file at hand.
  struct Search {
    Search(const std::vector<std::string>& values, TextEncoding encoding);
    /// Whole values in whatever encoding.
    void find_whole(std::string_view bytes, std::vector<ByteSearch::Match>& matches) const;
    /// In the two encodings that only blobs and strange bytes can have.
    void find_foreign(std::string_view bytes, std::vector<ByteSearch::Match>& matches) const;
    /// Bytes of the longest value, in whatever encoding.
    [[nodiscard]] std::size_t longest() const;
    TextEncoding encoding;
    const std::vector<std::string>& values;
    ByteSearch own;   ///< whole values as the file's text has them
    ByteSearch utf8;  ///< as UTF-8, where `own` does not do that
    Utf16Search utf16;
    WindowSearch windows;
  };
  struct Held;
  class FirstPass;
  class SurvivorPass;
  class CountPass;
  [[nodiscard]] const Search& search_in(TextEncoding encoding,
                                        const std::vector<std::string>& values);
  [[nodiscard]] Residue look_for(const std::vector<std::string>& values,
                                 const std::filesystem::path& database, Until until);

  std::vector<std::vector<std::string>> portions_;
  std::optional<Search> search_;  ///< of the portion looked for last
};

/// The files beside a database that can hold old content: "-wal", "-journal".
[[nodiscard]] std::vector<std::filesystem::path> sqlite_side_files(
    const std::filesystem::path& database);

}  // namespace besa::source
