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
  /// Those below `end`; at least one more is behind them. None where nobody asked for marks.
  const std::uint32_t* marks = nullptr;
  bool escapes = true;  ///< there may be a backslash in it
};

class JsonlReader {
 public:
  static constexpr std::size_t line_limit = std::size_t{64} << 20;

  explicit JsonlReader(const std::shared_ptr<const DataFile>& file);
  /// Whole lines of the file that `stream` brings. Their places in the file are not known.
  JsonlReader(std::shared_ptr<const DataFile> file, std::unique_ptr<ByteStream> stream);

  /// For lines that were checked before: they come without marks until `mark_line` asks for them.
  void leave_marks() { marked_ = false; }
  /// Goes to the next line that is not blank. False at the end of the file.
  [[nodiscard]] bool advance() {
    begins_stretch_ = false;
    while (next_ < size_ || more()) {
      begin_line();
      if (!is_blank()) return true;
    }
    return false;
  }
  [[nodiscard]] const JsonlLine& line() const { return line_; }
  [[nodiscard]] std::string_view text() const {
    return {line_.bytes + line_.begin, line_.end - line_.begin};
  }
  /// The whole lines that were read together, this one among them.
  [[nodiscard]] std::string_view stretch() const { return {line_.bytes, size_}; }
  /// True for the first line of them that is not blank.
  [[nodiscard]] bool begins_stretch() const { return begins_stretch_; }
  /// True where there may be a backslash in one of the lines that were read together.
  [[nodiscard]] bool stretch_has_escapes() const { return escapes_; }
  /// For lines that were checked before: the next line is that in which the place `at` of the
  /// stretch is, or the first of the next stretch where `at` lies beyond this one.
  void pass_to(std::size_t at);
  /// Finds the marks of a line that came without.
  void mark_line();
  /// How many lines were begun, blank ones too.
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] const std::filesystem::path& path() const { return file_->path(); }
  /// Where the line lies in the file, its end included. Error(failed) where that is not known.
  [[nodiscard]] RowPlace place() const {
    if (!placed_) place_not_known();
    return {base_ + line_.begin, base_ + next_};
  }
  /// `at`: in the stretch, and in this line.
  [[noreturn]] void fail(std::uint32_t at, const std::string& what,
                         const std::string& hint = {}) const;

 private:
  void begin_line();
  /// Goes on to the marks of the line that begins.
  void pass_marks();
  [[nodiscard]] bool is_blank() const;
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
  const std::uint32_t* last_mark_ = nullptr;  ///< behind those of the stretch
  std::ptrdiff_t marks_before_ = 0;           ///< how many the line before had
  std::vector<std::uint32_t> own_marks_;      ///< of one line
  bool marked_ = true;
  bool begins_stretch_ = false;
  bool escapes_ = true;      ///< there is a backslash in the stretch
  std::uint64_t lines_ = 0;  ///< that were begun
  bool started_ = false;     ///< a mark at the beginning was looked for
  bool placed_ = false;      ///< the stream is the file, from its beginning
  bool counted_ = true;      ///< no line was passed without being counted
  bool at_end_ = false;
  JsonlIndex index_;
  JsonlLine line_;
};

}  // namespace besa::source
