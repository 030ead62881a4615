#include "source/csv_reader.hpp"

#include <algorithm>
#include <cstring>

#include "source/utf8_check.hpp"

namespace besa::source {
namespace {

constexpr std::size_t first_csv_buffer = std::size_t{128} * 1024;

/// How a byte order mark reads once it was taken for the other order.
constexpr std::string_view turned_mark = "\xEF\xBF\xBE";

bool is_utf16_mark(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

std::uint64_t lines_in(std::string_view bytes) {
  return static_cast<std::uint64_t>(std::ranges::count(bytes, '\n'));
}

/// UTF-8, or made UTF-8 by the stream.
bool is_unicode(CharacterSet set) {
  return !is_single_byte(set);
}

std::string fields(std::uint32_t count) {
  return count == 1 ? "1 field" : std::to_string(count) + " fields";
}

}  // namespace

CsvReader::CsvReader(const std::shared_ptr<const DataFile>& file, const CsvDialect& dialect,
                     std::uint32_t columns)
    : CsvReader(file, open_stream(file, dialect.encoding), dialect, columns) {
  started_ = false;
  placed_ = true;
}

CsvReader::CsvReader(std::shared_ptr<const DataFile> file, std::unique_ptr<ByteStream> stream,
                     const CsvDialect& dialect, std::uint32_t columns)
    : file_(std::move(file)),
      marks_{dialect.delimiter, dialect.quote, is_unicode(dialect.encoding)},
      encoding_(dialect.encoding),
      stream_(std::move(stream)),
      buffer_(first_csv_buffer + CsvIndex::padding),
      started_(true) {
  index_.columns = columns;
}

bool CsvReader::advance() {
  for (;;) {
    lines_before_ += index_.lines - lines_in(rest().substr(index_.used));
    records_before_ += index_.count;
    base_ += index_.used;
    begin_ += index_.used;
    index_.used = index_.lines = 0;
    index_.count = 0;
    if (at_end_) return false;
    fill();
    if (passes_over()) continue;
    index_csv(marks_, rest(), at_end_, index_);
    check();
    if (index_.count > 0) return true;
    if (index_.used == 0 && !at_end_) grow();
  }
}

bool CsvReader::passes_over() {
  if (sought_ == nullptr || at_end_ || records_before_ == 0) return false;
  if (NextMention(*sought_, rest()).from(0) != std::string_view::npos) return false;
  const CsvSkimmed skimmed = skim_csv(marks_, rest());
  index_.used = skimmed.used;
  index_.lines = skimmed.lines;
  return skimmed.used > 0;
}

/// Puts what is left to the front and reads behind it.
void CsvReader::fill() {
  std::memmove(buffer_.data(), begin(), end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t wanted = buffer_.size() - CsvIndex::padding - end_;
  const std::size_t got = stream_->read(buffer_.data() + end_, wanted);
  end_ += got;
  at_end_ = got < wanted;
  if (!started_) skip_mark();
  started_ = true;
  if (at_end_) stream_->finish();
}

void CsvReader::skip_mark() {
  if (is_utf16_mark(rest()))
    throw Error(ErrorKind::failed,
                shown(file_->path()) + " is UTF-16, which is not the encoding declared for it",
                "declare it as csv.encoding in the dataset file");
  if (rest().starts_with(turned_mark))
    throw Error(ErrorKind::failed,
                shown(file_->path()) + " says by its first bytes that it is not " +
                    name_of(encoding_) + " but of the other byte order",
                "declare that as csv.encoding in the dataset file");
  if (!rest().starts_with(utf8_mark)) return;
  if (!is_unicode(encoding_))
    throw Error(ErrorKind::failed,
                shown(file_->path()) + " begins as UTF-8 does, but it is declared to be " +
                    name_of(encoding_),
                "declare csv.encoding utf-8 in the dataset file");
  begin_ += utf8_mark.size();
  base_ += utf8_mark.size();
}

void CsvReader::grow() {
  const std::size_t size = end_ - begin_;
  if (size - open_field() > field_limit)
    fail(open_field(), "a field is longer than 1 MiB",
         index_.inside_quotes ? "the quote it begins with may never be closed" : "");
  if (size > record_limit) fail(0, "a record is longer than 64 MiB");
  buffer_.resize(buffer_.size() * 2);
}

std::uint32_t CsvReader::open_field() const {
  bool quoted = false;
  std::uint32_t begin = index_.used;
  for (auto at = index_.used; at < end_ - begin_; ++at) {
    const char c = rest()[at];
    if (marks_.quote != '\0' && c == marks_.quote) quoted = !quoted;
    if (c == marks_.delimiter && !quoted) begin = at + 1;
  }
  return begin;
}

void CsvReader::check() {
  if (index_.fault != CsvFault::none) fail_by_index();
  if (!at_end_) return require_short_fields();
  require_closed();
  require_short_fields();
  require_no_end_mark();
}

void CsvReader::fail_by_index() const {
  const std::uint32_t at = index_.fault_at;
  switch (index_.fault) {
    case CsvFault::quote_inside:
      fail(at, "a quote inside a field that does not begin with one",
           "write the field in quotes and each quote in it twice");
    case CsvFault::text_after_quote:
      fail(at, "text between a closing quote and the next delimiter",
           "write each quote inside a field twice; or is another delimiter declared?");
    case CsvFault::lone_return:
      fail(at, "a carriage return without a line feed");
    case CsvFault::zero_byte:
      fail(at, "a NUL byte", base_ + at < 16 ? "if the file is UTF-16, declare csv.encoding" : "");
    case CsvFault::not_utf8:
      fail(at, "bytes that are not UTF-8", "declare the file's encoding as csv.encoding");
    case CsvFault::ragged:
      fail(at, fields(index_.fault_fields) + " instead of " + std::to_string(index_.columns),
           ragged_hint(at));
    case CsvFault::none:
      break;
  }
  fail(at, "not CSV");
}

std::string CsvReader::ragged_hint(std::uint32_t at) const {
  if (rest()[at] == '#') return "CSV has no comment lines";
  if (rest()[at] == '\x1A') return "it is a Ctrl-Z at the end: remove that last byte";
  if (records_before_ > 0 || index_.count == 0) return {};
  const std::string_view first = content(index_.records().front());
  if (first.starts_with('#')) return "the first line is a comment, and CSV has none: remove it";
  if (first.starts_with("sep="))
    return "the first line is a note to a spreadsheet program: remove it, declare csv.delimiter";
  return index_.columns == 1 ? "is csv.delimiter the one that the file has?" : "";
}

/// At the end of the file.
void CsvReader::require_closed() const {
  if (index_.inside_quotes)
    fail(open_field(), "a quote that is never closed: the rest of the file is one field");
}

void CsvReader::require_short_fields() const {
  if (end_ - begin_ <= field_limit) return;  // as are most stretches
  for (const CsvRecord& record : index_.records()) {
    if (record.end - record.begin <= field_limit) continue;
    each_field(record, [&](std::uint32_t, std::string_view bytes) {
      if (bytes.size() > field_limit) fail(record.begin, "a field is longer than 1 MiB");
    });
  }
}

void CsvReader::require_no_end_mark() const {
  if (index_.count > 0 && content(index_.records().back()) == "\x1A")
    fail(index_.records().back().begin, "Ctrl-Z at the end", "remove that last byte");
}

std::string CsvReader::place(std::uint32_t at) const {
  const auto earlier = std::ranges::count_if(
      index_.records(), [&](const CsvRecord& record) { return record.next <= at; });
  const std::uint64_t record = records_before_ + static_cast<std::uint64_t>(earlier) + 1;
  const bool counted = sought_ == nullptr;  // those that were passed over were not
  return shown(file_->path()) + ", line " +
         std::to_string(lines_before_ + lines_in(rest().substr(0, at)) + 1) + " (" +
         (counted ? "record " + std::to_string(record) + ", " : "") + "byte " +
         std::to_string(base_ + at) + ")";
}

void CsvReader::fail(std::uint32_t at, const std::string& what, const std::string& hint) const {
  throw Error(ErrorKind::failed, place(at) + ": " + what, hint);
}

}  // namespace besa::source
