// Reads the lines of one JSONL file, stretch by stretch, in constant memory.
//
// A line ends at LF (a CR before it is white space); blank lines are no rows; the last line may
// lack its end. A byte order mark is skipped at the beginning of the file. Error(failed) with file,
// line and byte for NUL, UTF-16, invalid UTF-8, a string that is not closed on its line, and a line
// above 64 MiB. What a line says is not looked at here.
//
// Bytes are counted from 0, lines from 1, as the file has them (of a packed file: in what it
// unpacks to).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "source/byte_stream.hpp"
#include "source/jsonl_index.hpp"
#include "source/table_scan.hpp"

namespace besa::source {

/// One line in a stretch of bytes, without its end, and the first of its marks.
struct JsonlLine {
  const char* bytes = nullptr;  ///< of the stretch
  std::uint32_t begin = 0, end = 0;
  const std::uint32_t* marks = nullptr;  ///< those below `end`; at least one more is behind them
  bool escapes = true;                   ///< there may be a backslash in it
};

class JsonlReader {
 public:
  static constexpr std::size_t line_limit = std::size_t{64} << 20;

  explicit JsonlReader(const std::shared_ptr<const DataFile>& file);
  /// Whole lines of the file that `stream` brings. Their places in the file are not known.
  JsonlReader(std::shared_ptr<const DataFile> file, std::unique_ptr<ByteStream> stream);

  /// Goes to the next line that is not blank. False at the end of the file.
  [[nodiscard]] bool advance() {
    while (next_ < size_ || more()) {
      begin_line();
      if (*line_.marks < line_.end) return true;
    }
    return false;
  }
  [[nodiscard]] const JsonlLine& line() const { return line_; }
  /// How many lines were begun, blank ones too.
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] const std::filesystem::path& path() const { return file_->path(); }
  /// Where the line lies in the file, its end included.
  [[nodiscard]] RowPlace place() const { return {base_ + line_.begin, base_ + next_}; }
  /// `at`: in the stretch, and in this line.
  [[noreturn]] void fail(std::uint32_t at, const std::string& what,
                         const std::string& hint = {}) const;

 private:
  void begin_line();
  /// Reads the next stretch of whole lines. False at the end of the file.
  bool more();
  void fill();
  void skip_mark();
  void require_no_utf16() const;
  void grow();
  /// Finds the line that is at fault, and says so.
  [[noreturn]] void fail_by_index();
  void require_clean_line();

  std::shared_ptr<const DataFile> file_;
  std::unique_ptr<ByteStream> stream_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< what was read, in the buffer
  std::uint64_t base_ = 0;           ///< of the stretch in the file
  std::uint32_t size_ = 0;           ///< of the stretch, whole lines only
  std::uint32_t next_ = 0;           ///< where the next line begins in it
  const std::uint32_t* mark_ = nullptr;
  bool escapes_ = true;      ///< there is a backslash in the stretch
  std::uint64_t lines_ = 0;  ///< that were begun
  bool started_ = false;     ///< a mark at the beginning was looked for
  bool at_end_ = false;
  JsonlIndex index_;
  JsonlLine line_;
};

}  // namespace besa::source
