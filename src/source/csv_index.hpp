// Where records and fields of CSV lie in a stretch of bytes, found 64 bytes at a time.
//
// For each block of 64 bytes: bit masks of the marks (quote, delimiter, line feed …); what is
// inside quotes is the running parity of the quotes before it; delimiters and line feeds outside
// quotes are what counts. Everything RFC 4180 forbids is a few operations on the same masks, so
// that nothing is let through for speed. The instructions of the machine at hand are used (chosen
// at run time).
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace besa::source {

struct CsvMarks {
  char delimiter = ',';
  char quote = '"';  ///< NUL: none
  bool utf8 = true;  ///< bytes above 7F must be valid UTF-8
};

enum class CsvFault : std::uint8_t {
  none,
  quote_inside,      ///< a quote in a field that did not begin with one (C6)
  text_after_quote,  ///< something between the closing quote and the delimiter (C6)
  lone_return,       ///< CR without LF outside quotes (C2)
  zero_byte,         ///< NUL (C12)
  not_utf8,          ///< (C14)
  ragged,            ///< more or fewer fields than the others (C8)
};

/// A record in the stretch: its bytes are [begin, end), its terminator [end, next).
struct CsvRecord {
  std::uint32_t begin = 0, end = 0, next = 0;
};

struct CsvIndex {
  /// Bytes that must be readable behind every stretch; what they are does not matter.
  static constexpr std::size_t padding = 64;
  static constexpr std::uint32_t unknown = 0xFFFFFFFF;

  /// A bit for each byte: a delimiter outside quotes. There is one word more.
  std::vector<std::uint64_t> delimiters;
  std::vector<CsvRecord> slots;     ///< room for records, kept from stretch to stretch
  std::uint32_t count = 0;          ///< how many of them are filled
  std::uint32_t columns = unknown;  ///< fields of each record; unknown: the first one decides
  std::uint32_t used = 0;           ///< where the first record that is not complete begins
  std::uint32_t lines = 0;          ///< line feeds in the stretch, those inside quotes too
  bool inside_quotes = false;       ///< the stretch ends inside a quoted field
  CsvFault fault = CsvFault::none;  ///< the first one
  std::uint32_t fault_at = 0;
  std::uint32_t fault_fields = 0;  ///< ragged: how many there were

  /// Complete ones, without blank lines.
  [[nodiscard]] std::span<const CsvRecord> records() const { return {slots.data(), count}; }
  /// The bytes of one field, its quotes included.
  [[nodiscard]] std::string_view field(const char* bytes, const CsvRecord& record,
                                       std::uint32_t column) const {
    const std::uint32_t behind = columns - 1 - column;
    if (behind < column) return field_from_end(bytes, record, behind);
    std::uint32_t begin = record.begin;
    if (column > 0) begin = delimiter(begin, column - 1) + 1;
    const std::uint32_t end = behind > 0 ? delimiter(begin, 0) : record.end;
    return {bytes + begin, end - begin};
  }

  /// Calls `each(column, bytes)` for every field of the record, in order.
  template <class Each>
  void each_field(const char* bytes, const CsvRecord& record, Each&& each) const {
    std::uint32_t begin = record.begin;
    for (std::uint32_t column = 0; column < columns; ++column) {
      const std::uint32_t end = column + 1 < columns ? delimiter(begin, 0) : record.end;
      each(column, std::string_view(bytes + begin, end - begin));
      begin = end + 1;
    }
  }

 private:
  /// The field with `behind` others behind it, and at least one before it.
  [[nodiscard]] std::string_view field_from_end(const char* bytes, const CsvRecord& record,
                                                std::uint32_t behind) const {
    const std::uint32_t end = behind > 0 ? delimiter_before(record.end, behind - 1) : record.end;
    const std::uint32_t begin = delimiter_before(end, 0) + 1;
    return {bytes + begin, end - begin};
  }

  /// The place of the delimiter that lies before `skipped` others, all of them before `end`. Mostly
  /// they are among the 64 bytes there: then how many words they lie in is no branch.
  [[nodiscard]] std::uint32_t delimiter_before(std::uint32_t end, std::uint32_t skipped) const {
    const std::uint32_t last = end - 1, word = last / 64, place = last % 64;
    std::uint64_t bits = delimiters[word] << (63 - place);
    if (word > 0) bits |= delimiters[word - 1] >> 1 >> place;
    constexpr std::uint64_t top = std::uint64_t{1} << 63;
    for (std::uint32_t i = 0; i < skipped && bits != 0; ++i)
      bits &= ~(top >> std::countl_zero(bits));
    if (bits != 0) return last - static_cast<std::uint32_t>(std::countl_zero(bits));
    return far_delimiter_before(end, skipped);
  }

  /// The place of the delimiter that comes after `skipped` others, from `at` on; likewise.
  [[nodiscard]] std::uint32_t delimiter(std::uint32_t at, std::uint32_t skipped) const {
    const std::uint32_t word = at / 64, place = at % 64;
    std::uint64_t bits = delimiters[word] >> place | delimiters[word + 1] << 1 << (63 - place);
    for (std::uint32_t i = 0; i < skipped; ++i) bits &= bits - 1;
    if (bits != 0) return at + static_cast<std::uint32_t>(std::countr_zero(bits));
    return far_delimiter(at, skipped);
  }

  [[nodiscard]] std::uint32_t far_delimiter_before(std::uint32_t end, std::uint32_t skipped) const;
  [[nodiscard]] std::uint32_t far_delimiter(std::uint32_t at, std::uint32_t skipped) const;
};

/// What is known of a stretch whose records are whole for certain, without finding each of them.
struct CsvSkimmed {
  std::uint32_t used = 0;   ///< where the first record that is not complete begins
  std::uint32_t lines = 0;  ///< line feeds in the stretch
};
/// Of a stretch that begins where a record does.
[[nodiscard]] CsvSkimmed skim_csv(const CsvMarks& marks, std::string_view bytes);

/// Reads a stretch that begins where a record does. `last`: nothing follows, so what is left after
/// the last line feed is a record too. Keeps `columns` if it is known.
void index_csv(const CsvMarks& marks, std::string_view bytes, bool last, CsvIndex& index);

}  // namespace besa::source
