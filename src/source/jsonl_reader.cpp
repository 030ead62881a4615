#include "source/jsonl_reader.hpp"

#include <algorithm>
#include <cstring>

#include "source/utf8_check.hpp"

namespace besa::source {
namespace {

constexpr std::size_t first_jsonl_buffer = std::size_t{256} * 1024;

const char* what_is_wrong(JsonlFault fault) {
  switch (fault) {
    case JsonlFault::not_utf8:
      return "bytes that are not UTF-8";
    case JsonlFault::control_character:
      return "a control character in a string";
    case JsonlFault::open_string:
      return "a string that is not closed";
    case JsonlFault::none:
    case JsonlFault::no_memory:
      break;
  }
  return "there is no memory to read it";
}

const char* what_helps(JsonlFault fault) {
  switch (fault) {
    case JsonlFault::not_utf8:
      return "JSON is UTF-8: convert the file";
    case JsonlFault::control_character:
    case JsonlFault::open_string:
      return "each record is written on one line, and line ends in texts as \\n";
    case JsonlFault::none:
    case JsonlFault::no_memory:
      break;
  }
  return "";
}

}  // namespace

JsonlReader::JsonlReader(const std::shared_ptr<const DataFile>& file)
    : JsonlReader(file, open_stream(file, CharacterSet::utf8)) {
  started_ = false;
  placed_ = true;
}

JsonlReader::JsonlReader(std::shared_ptr<const DataFile> file, std::unique_ptr<ByteStream> stream)
    : file_(std::move(file)),
      stream_(std::move(stream)),
      buffer_(first_jsonl_buffer + JsonlIndex::padding),
      started_(true) {}

void JsonlReader::begin_line() {
  const char* const bytes = line_.bytes;
  const void* const found = std::memchr(bytes + next_, '\n', size_ - next_);
  line_.begin = next_;
  line_.end = found == nullptr
                  ? size_
                  : static_cast<std::uint32_t>(static_cast<const char*>(found) - bytes);
  next_ = std::min(line_.end + 1, size_);
  ++lines_;
  line_.escapes =
      escapes_ && std::memchr(bytes + line_.begin, '\\', line_.end - line_.begin) != nullptr;
  line_.marks = nullptr;
  if (!marked_) return;
  pass_marks();
  line_.marks = mark_;
}

void JsonlReader::pass_marks() {
  const std::uint32_t* const before = mark_;
  // Most lines have as many as the one before.
  if (marks_before_ > 0 && marks_before_ <= last_mark_ - mark_ &&
      mark_[marks_before_ - 1] < line_.begin)
    mark_ += marks_before_;
  while (*mark_ < line_.begin) ++mark_;
  marks_before_ = mark_ - before;
}

bool JsonlReader::is_blank() const {
  if (line_.marks != nullptr) return *line_.marks >= line_.end;
  const char first = line_.begin < line_.end ? line_.bytes[line_.begin] : ' ';
  return first != '{' && text().find_first_not_of(" \t\r") == std::string_view::npos;
}

void JsonlReader::pass_to(std::size_t at) {
  if (at < line_.end) return;
  counted_ = false;
  const std::size_t before = at < size_ ? stretch().substr(0, at).rfind('\n') : size_ - 1;
  next_ = std::max(next_, static_cast<std::uint32_t>(before + 1));
}

void JsonlReader::mark_line() {
  if (line_.marks != nullptr) return;
  const std::uint32_t size = line_.end - line_.begin;
  if (index_.find(line_.bytes + line_.begin, size) != JsonlFault::none) require_clean_line();
  own_marks_.clear();
  for (const std::uint32_t* mark = index_.marks(); *mark < size; ++mark)
    own_marks_.push_back(line_.begin + *mark);
  own_marks_.insert(own_marks_.end(), 2, line_.end);
  line_.marks = own_marks_.data();
}

bool JsonlReader::more() {
  begin_ += size_;
  base_ += size_;
  size_ = next_ = 0;
  while (size_ == 0) {
    if (at_end_) return false;
    fill();
    const std::string_view rest(buffer_.data() + begin_, end_ - begin_);
    const std::size_t lines = at_end_ ? rest.size() : rest.rfind('\n') + 1;
    size_ = static_cast<std::uint32_t>(lines);
    if (lines == 0 && !at_end_) grow();
  }
  line_.bytes = buffer_.data() + begin_;
  begins_stretch_ = true;
  escapes_ = std::memchr(line_.bytes, '\\', size_) != nullptr;
  if (!marked_) return true;
  if (index_.find(line_.bytes, size_) != JsonlFault::none) fail_by_index();
  mark_ = index_.marks();
  last_mark_ = mark_ + index_.count();
  marks_before_ = 0;
  return true;
}

/// Puts what is left to the front and reads behind it.
void JsonlReader::fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t wanted = buffer_.size() - JsonlIndex::padding - end_;
  const std::size_t got = stream_->read(buffer_.data() + end_, wanted);
  end_ += got;
  at_end_ = got < wanted;
  if (!started_) skip_mark();
  started_ = true;
  if (at_end_) stream_->finish();
}

void JsonlReader::skip_mark() {
  const std::string_view text(buffer_.data(), end_);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw Error(ErrorKind::failed, shown(path()) + " is UTF-16", "JSON is UTF-8: convert the file");
  if (!text.starts_with(utf8_mark)) return;
  begin_ += utf8_mark.size();
  base_ += utf8_mark.size();
}

void JsonlReader::grow() {
  if (end_ - begin_ > line_limit) {
    line_.begin = 0;
    ++lines_;
    fail(0, "a line is longer than 64 MiB", "each record is written on one line");
  }
  buffer_.resize(buffer_.size() * 2);
}

void JsonlReader::fail_by_index() {
  marked_ = false;
  while (next_ < size_) {
    begin_line();
    require_clean_line();
  }
  fail(0, what_is_wrong(JsonlFault::no_memory));
}

void JsonlReader::require_clean_line() {
  std::string line(line_.bytes + line_.begin, line_.end - line_.begin);
  if (const std::size_t zero = line.find('\0'); zero != std::string::npos)
    fail(line_.begin + static_cast<std::uint32_t>(zero), "a NUL byte",
         lines_ == 1 && zero < 16 ? "if the file is UTF-16, convert it to UTF-8" : "");
  const std::size_t size = line.size();
  line.resize(size + JsonlIndex::padding);
  if (const JsonlFault fault = index_.find(line.data(), size); fault != JsonlFault::none)
    fail(line_.begin, what_is_wrong(fault), what_helps(fault));
}

void JsonlReader::fail(std::uint32_t at, const std::string& what, const std::string& hint) const {
  const std::string byte = "byte " + std::to_string(base_ + at);
  throw Error(ErrorKind::failed,
              shown(path()) + ", " +
                  (counted_ ? "line " + std::to_string(lines_) + " (" + byte + ")" : byte) + ": " +
                  what,
              hint);
}

}  // namespace besa::source
