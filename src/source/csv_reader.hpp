// Reads one CSV file, stretch by stretch, in constant memory: RFC 4180 with a declared dialect.
//
// A record ends at LF or CRLF outside quotes; blank lines are no records; the last record may lack
// its line end. Every record has as many fields as the first one (or as declared). A byte order
// mark is skipped. Everything else is an Error(failed) with file, line and byte: a quote inside a
// field, text after a closing quote, a quote that is never closed, CR alone, NUL, invalid UTF-8, a
// ragged record, a field above 1 MiB, a record above 64 MiB, Ctrl-Z at the end.
//
// Bytes are counted from 0, lines and records from 1, both as the file has them (of a packed file
// or of UTF-16: in what it unpacks to, as UTF-8).
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "besa/source/csv_dialect.hpp"
#include "source/byte_stream.hpp"
#include "source/csv_index.hpp"
#include "source/table_scan.hpp"

namespace besa::source {

class CsvReader {
 public:
  static constexpr std::size_t field_limit = std::size_t{1} << 20;
  static constexpr std::size_t record_limit = std::size_t{64} << 20;

  /// `columns`: how many fields each record has; CsvIndex::unknown where the first decides.
  CsvReader(const std::shared_ptr<const DataFile>& file, const CsvDialect& dialect,
            std::uint32_t columns = CsvIndex::unknown);
  /// Whole records of the file that `stream` brings, without a header. Their places in the file are
  /// not known.
  CsvReader(std::shared_ptr<const DataFile> file, std::unique_ptr<ByteStream> stream,
            const CsvDialect& dialect, std::uint32_t columns);

  /// For records that were found to be such before: of stretches in which none of the texts is,
  /// none is handed on. The header is.
  void pass_over_all_without(const Mentions& texts) { sought_ = &texts; }
  /// Reads on to the next stretch that has records. False at the end of the file.
  [[nodiscard]] bool advance();
  [[nodiscard]] std::span<const CsvRecord> records() const { return index_.records(); }
  [[nodiscard]] const std::filesystem::path& path() const { return file_->path(); }
  [[nodiscard]] std::uint32_t columns() const { return index_.columns; }
  /// The bytes of a field, quotes and all; valid until the next advance().
  [[nodiscard]] std::string_view field(const CsvRecord& record, std::uint32_t column) const {
    return index_.field(begin(), record, column);
  }
  /// Calls `each(column, bytes)` for every field, in order.
  template <class Each>
  void each_field(const CsvRecord& record, Each&& each) const {
    index_.each_field(begin(), record, each);
  }
  /// The bytes of a record without its line end, and with it.
  [[nodiscard]] std::string_view content(const CsvRecord& record) const {
    return {begin() + record.begin, record.end - record.begin};
  }
  [[nodiscard]] std::string_view whole(const CsvRecord& record) const {
    return {begin() + record.begin, record.next - record.begin};
  }
  /// Calls `each(record)` for those of the `records` of this stretch whose bytes hold one of the
  /// texts.
  template <class Each>
  void each_mentioning(const Mentions& texts, std::span<const CsvRecord> records,
                       Each&& each) const {
    NextMention next(texts, rest());
    for (auto record = records.begin(); record != records.end(); ++record) {
      const std::size_t at = next.from(record->begin);
      if (at == std::string_view::npos) return;
      record =
          std::upper_bound(record, records.end(), at,
                           [](std::size_t place, const CsvRecord& r) { return place < r.next; });
      if (record == records.end()) return;
      each(*record);
    }
  }
  /// Where the record begins in the file. Error(failed) where that is not known.
  [[nodiscard]] std::uint64_t offset(const CsvRecord& record) const {
    if (!placed_) place_not_known();
    return base_ + record.begin;
  }
  /// "'members.csv', line 4 (record 3, byte 120)" of a place in this stretch; the record only where
  /// none was passed over.
  [[nodiscard]] std::string place(std::uint32_t at) const;
  [[noreturn]] void fail(std::uint32_t at, const std::string& what,
                         const std::string& hint = {}) const;

 private:
  [[nodiscard]] const char* begin() const { return buffer_.data() + begin_; }
  [[nodiscard]] std::string_view rest() const { return {begin(), end_ - begin_}; }
  void fill();
  void skip_mark();
  /// True for a stretch of which nothing need be handed on: then its whole records are used.
  [[nodiscard]] bool passes_over();
  void check();
  [[noreturn]] void fail_by_index() const;
  [[nodiscard]] std::string ragged_hint(std::uint32_t at) const;
  void require_closed() const;
  void require_short_fields() const;
  void require_no_end_mark() const;
  void grow();
  /// Where the field that is not complete at the end of the stretch begins.
  [[nodiscard]] std::uint32_t open_field() const;

  std::shared_ptr<const DataFile> file_;
  CsvMarks marks_;
  CharacterSet encoding_;
  std::unique_ptr<ByteStream> stream_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< of the stretch in the buffer
  std::uint64_t base_ = 0;           ///< of the stretch in the file
  std::uint64_t lines_before_ = 0, records_before_ = 0;
  const Mentions* sought_ = nullptr;
  bool started_ = false;  ///< a mark at the beginning was looked for
  bool placed_ = false;   ///< the stream is the file, from its beginning
  bool at_end_ = false;
  CsvIndex index_;
};

}  // namespace besa::source
