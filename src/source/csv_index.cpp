#include "source/csv_index.hpp"

// This file is compiled once for each kind of processor, which is why it includes itself (the build
// names it to foreach_target.h). Kinds that would gain nothing are left out.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
//
#include "source/csv_index_block.hpp"
#include "source/find_text.hpp"
#include "source/same_bytes.hpp"
#include "source/utf8_check.hpp"

HWY_BEFORE_NAMESPACE();
namespace besa::source::HWY_NAMESPACE {
namespace {

/// Bit i is the parity of bits 0..i.
std::uint64_t running_parity(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

class Indexer {
 public:
  Indexer(const CsvMarks& marks, std::string_view bytes, bool last, CsvIndex& index)
      : marks_(marks), bytes_(bytes), last_(last), index_(index) {}

  void run() {
    index_.delimiters.resize(bytes_.size() / 64 + 2);
    std::uint32_t at = 0;
    while (at + 64 <= bytes_.size() && index_.fault == CsvFault::none) {
      if ((inside_ | closed_ | returned_) == 0) at = take_plain(at);
      if (at + 64 > bytes_.size()) break;
      take(at);
      at += 64;
    }
    if (at < bytes_.size() && index_.fault == CsvFault::none) take_end(at);
    index_.inside_quotes = inside_ != 0;
    if (index_.fault == CsvFault::none && last_) finish();
    index_.used = record_;
  }

 private:
  /// Blocks without quotes, CR and NUL, and with nothing in them that is wrong, as most are: up to
  /// the first that is another. What is counted is kept in registers.
  std::uint32_t take_plain(std::uint32_t at) {
    make_room(64);
    const std::size_t room = index_.slots.size() - 64;
    std::uint64_t boundary = boundary_;
    std::uint32_t lines = 0;
    Records found{record_, fields_, index_.count};
    for (; at + 64 <= bytes_.size() && found.count <= room; at += 64) {
      const Plain plain = plain_at(marks_, bytes_.data() + at);
      // Whether one is beyond ASCII would be guessed wrongly half the time.
      beyond_ascii_ = beyond_ascii_ || plain.high != 0;
      if (plain.others || (marks_.utf8 && beyond_ascii_ && !is_two_byte_text(plain.high, at)))
        break;
      Records now = found;
      if (!add_records(plain, at, now)) break;
      found = now;
      index_.delimiters.data()[at / 64] = plain.delimiters;
      boundary = (plain.delimiters | plain.line_feeds) >> 63;
      lines += static_cast<std::uint32_t>(std::popcount(plain.line_feeds));
    }
    record_ = found.record, fields_ = found.fields, index_.count = found.count;
    index_.lines += lines;
    boundary_ = boundary;
    return at;
  }

  /// Where the record that is not complete begins, the delimiters in it, the records before it.
  struct Records {
    std::uint32_t record, fields, count;
  };

  /// False where a record is blank, or has not as many fields as the others. Whether one ends in
  /// the block cannot be guessed, and is no branch.
  HWY_INLINE bool add_records(const Plain& plain, std::uint32_t at, Records& found) {
    CsvRecord* const slots = index_.slots.data();
    const std::uint32_t columns = index_.columns;
    std::uint64_t ends = plain.line_feeds;
    bool wrong = false;
    do {
      const bool some = ends != 0;
      const std::uint64_t before = (ends - 1) & ~ends;  // the whole block where none ends
      const auto here = static_cast<std::uint32_t>(std::popcount(plain.delimiters & before));
      const std::uint32_t end = at + static_cast<std::uint32_t>(std::popcount(before));
      wrong |= some && (found.fields + here + 1 != columns || end == found.record);
      slots[found.count] = {found.record, end, end + 1};
      found.count += some ? 1 : 0;
      found.record = some ? end + 1 : found.record;
      found.fields = some ? 0U - here : found.fields;
      ends &= ends - 1;
    } while (ends != 0);
    found.fields += static_cast<std::uint32_t>(std::popcount(plain.delimiters));
    return !wrong;
  }

  /// A block of any kind.
  void take(std::uint32_t at) {
    const Plain plain = plain_at(marks_, bytes_.data() + at);
    if (marks_.utf8 && plain.high != 0 && !is_two_byte_text(plain.high, at))
      check_utf8(plain.high, at);
    take_quoted(plain, others_at(marks_, bytes_.data() + at), at);
  }

  /// The last bytes, less than a block.
  void take_end(std::uint32_t at) {
    const std::uint64_t kept = (std::uint64_t{1} << (bytes_.size() - at)) - 1;
    Plain plain = plain_at(marks_, bytes_.data() + at);
    Others others = others_at(marks_, bytes_.data() + at);
    for (std::uint64_t* bits : {&plain.delimiters, &plain.line_feeds, &plain.high, &others.quotes,
                                &others.returns, &others.zeros})
      *bits &= kept;
    if (marks_.utf8 && plain.high != 0) check_utf8(plain.high, at);
    take_quoted(plain, others, at);
  }

  void take_quoted(const Plain& plain, const Others& others, std::uint32_t at) {
    const std::uint64_t inside =
        others.quotes != 0 ? running_parity(others.quotes) ^ inside_ : inside_;
    const std::uint64_t delimiters = plain.delimiters & ~inside;
    const std::uint64_t line_feeds = plain.line_feeds & ~inside;
    check(others, inside, delimiters, line_feeds, at);
    inside_ = (inside >> 63) != 0 ? ~std::uint64_t{0} : 0;
    index_.lines += static_cast<std::uint32_t>(std::popcount(plain.line_feeds));
    accept(delimiters, line_feeds, at);
  }

  /// The bits of the places after those of `bits`; `carry` keeps what goes into the next block.
  static std::uint64_t after(std::uint64_t bits, std::uint64_t& carry) {
    const std::uint64_t shifted = bits << 1 | carry;
    carry = bits >> 63;
    return shifted;
  }

  void check(const Others& block, std::uint64_t inside, std::uint64_t delimiters,
             std::uint64_t line_feeds, std::uint32_t at) {
    const std::uint64_t opening = block.quotes & inside, closing = block.quotes & ~inside;
    const std::uint64_t returns = block.returns & ~inside;
    const std::uint64_t misplaced = opening & ~after(delimiters | line_feeds | closing, boundary_);
    const std::uint64_t behind =
        after(closing, closed_) & ~(delimiters | line_feeds | returns | opening);
    const std::uint64_t lone = after(returns, returned_) & ~line_feeds;
    if ((misplaced | behind | lone | block.zeros) == 0) return;
    note(CsvFault::quote_inside, misplaced, at);
    note(CsvFault::text_after_quote, behind, at);
    note(CsvFault::lone_return, lone, at);
    note(CsvFault::zero_byte, block.zeros, at);
  }

  /// What lies behind the stretch says nothing about it.
  void note(CsvFault fault, std::uint64_t bits, std::uint32_t at) {
    if (bits == 0) return;
    const auto place = at + static_cast<std::uint32_t>(std::countr_zero(bits));
    if (place < bytes_.size()) note_at(fault, fault == CsvFault::lone_return ? place - 1 : place);
  }
  void note_at(CsvFault fault, std::uint32_t place) {
    if (index_.fault != CsvFault::none && index_.fault_at <= place) return;
    index_.fault = fault;
    index_.fault_at = place;
  }

  /// True where every character above 7F has two bytes, and the last one is whole. What belongs to
  /// the block before was checked with it, and lies below `checked_`.
  [[nodiscard]] HWY_INLINE bool is_two_byte_text(std::uint64_t high, std::uint32_t at) const {
    const High kinds = high_at(bytes_.data() + at);
    const std::uint64_t known =
        checked_ > at ? (std::uint64_t{1} << (checked_ - at)) - 1 : std::uint64_t{0};
    return (kinds.continuing | kinds.leading) == high &&
           kinds.continuing == (kinds.leading << 1 | known) && kinds.leading >> 63 == 0;
  }

  void check_utf8(std::uint64_t high, std::uint32_t at) {
    for (; high != 0; high &= high - 1) {
      const auto place = at + static_cast<std::uint32_t>(std::countr_zero(high));
      if (place < checked_) continue;
      const std::size_t length = utf8_length(bytes_.substr(place));
      if (length == 0 && (last_ || !may_be_cut(bytes_.substr(place))))
        return note_at(CsvFault::not_utf8, place);
      checked_ = place + static_cast<std::uint32_t>(length == 0 ? 4 : length);
    }
  }

  /// `fields_` counts from the beginning of a record to that of a block, also below zero.
  void accept(std::uint64_t delimiters, std::uint64_t line_feeds, std::uint32_t at) {
    index_.delimiters[at / 64] = delimiters;
    make_room(64);
    for (; line_feeds != 0; line_feeds &= line_feeds - 1) {
      const auto bit = static_cast<unsigned>(std::countr_zero(line_feeds));
      const std::uint64_t before = (std::uint64_t{1} << bit) - 1;
      const auto here = static_cast<std::uint32_t>(std::popcount(delimiters & before));
      end_record(at + bit, at + bit + 1, fields_ + here);
      fields_ = 0U - here;
    }
    fields_ += static_cast<std::uint32_t>(std::popcount(delimiters));
  }

  void make_room(std::uint32_t records) {
    if (index_.slots.size() - index_.count < records)
      index_.slots.resize(2 * index_.slots.size() + records);
  }

  void end_record(std::uint32_t end, std::uint32_t next, std::uint32_t delimiters) {
    if (end > record_ && next > end && bytes_[end - 1] == '\r') --end;
    const std::uint32_t begin = record_;
    record_ = next;
    if (delimiters + 1 != index_.columns || end == begin)
      if (!is_record(begin, end, delimiters)) return;
    index_.slots[index_.count++] = {begin, end, next};
  }

  /// False for a blank line, and for a record that is ragged, which is noted. The first one says
  /// how many fields there are.
  bool is_record(std::uint32_t begin, std::uint32_t end, std::uint32_t delimiters) {
    if (end == begin) return false;
    if (index_.columns == CsvIndex::unknown) index_.columns = delimiters + 1;
    if (delimiters + 1 == index_.columns) return true;
    if (index_.fault == CsvFault::none || begin < index_.fault_at) {
      index_.fault = CsvFault::ragged;
      index_.fault_at = begin;
      index_.fault_fields = delimiters + 1;
    }
    return false;
  }

  void finish() {
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    if (index_.inside_quotes || record_ == size) return;
    if (bytes_.back() == '\r') return note_at(CsvFault::lone_return, size - 1);
    make_room(1);
    end_record(size, size, fields_);
  }

  const CsvMarks& marks_;
  std::string_view bytes_;
  bool last_;
  CsvIndex& index_;
  std::uint64_t inside_ = 0, boundary_ = 1, closed_ = 0, returned_ = 0;
  std::uint32_t record_ = 0, fields_ = 0, checked_ = 0;
  bool beyond_ascii_ = false;
};

}  // namespace

void index_csv(const CsvMarks& marks, std::string_view bytes, bool last, CsvIndex& index) {
  Indexer(marks, bytes, last, index).run();
}

/// Where the last line feed outside quotes is, tells the parity of the quotes behind it.
CsvSkimmed skim_csv(const CsvMarks& marks, std::string_view bytes) {
  const auto quote = all_of(marks.quote), line_feed = all_of('\n');
  std::uint64_t quotes = 0, lines = 0;
  std::size_t at = 0;
  for (; at + lanes <= bytes.size(); at += lanes) {
    const auto some = bytes_at(bytes.data() + at);
    quotes += hn::CountTrue(Lanes(), hn::Eq(some, quote));
    lines += hn::CountTrue(Lanes(), hn::Eq(some, line_feed));
  }
  const auto is_quote = [&](char c) { return marks.quote != '\0' && c == marks.quote; };
  if (marks.quote == '\0') quotes = 0;
  for (; at < bytes.size(); ++at) {
    quotes += is_quote(bytes[at]) ? 1U : 0U;
    lines += bytes[at] == '\n' ? 1U : 0U;
  }
  std::size_t end = bytes.size();
  for (; end > 0 && (bytes[end - 1] != '\n' || quotes % 2 != 0); --end)
    quotes -= is_quote(bytes[end - 1]) ? 1U : 0U;
  return {static_cast<std::uint32_t>(end), static_cast<std::uint32_t>(lines)};
}

/// Three bytes of the text are looked for, at as many places at once as a vector has bytes.
std::size_t find_text(std::string_view bytes, std::string_view text, std::size_t from) {
  const std::size_t tail = text.size() - 1, middle = text.size() / 2;
  const auto first = all_of(text.front()), amid = all_of(text[middle]), last = all_of(text.back());
  /// Of the places from `begin` on, those in `kept`.
  const auto among = [&](std::size_t begin, std::uint64_t kept) {
    const char* const at = bytes.data() + begin;
    const auto ends =
        hn::And(hn::Eq(bytes_at(at + middle), amid), hn::Eq(bytes_at(at + tail), last));
    const auto all = hn::And(hn::Eq(bytes_at(at), first), ends);
    for (std::uint64_t bits = bits_of(all, 0) & kept; bits != 0; bits &= bits - 1) {
      const auto place = static_cast<std::size_t>(std::countr_zero(bits));
      if (same_bytes(at + place, text.data(), text.size())) return begin + place;
    }
    return std::string_view::npos;
  };
  for (; from + tail + lanes <= bytes.size(); from += lanes)
    if (const std::size_t found = among(from, ~std::uint64_t{0}); found != std::string_view::npos)
      return found;
  if (bytes.size() < tail + lanes || from + tail >= bytes.size()) return bytes.find(text, from);
  const std::size_t begin = bytes.size() - tail - lanes;  // some places for a second time
  return among(begin, ~std::uint64_t{0} << (from - begin));
}

}  // namespace besa::source::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "source/processor.hpp"

namespace besa::source {

namespace {

struct Ways {
  void (*index)(const CsvMarks&, std::string_view, bool, CsvIndex&);
  CsvSkimmed (*skim)(const CsvMarks&, std::string_view);
  std::size_t (*find)(std::string_view, std::string_view, std::size_t);
};

Ways best_here() {
  switch (processor_here()) {
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX3)
    case Processor::avx3:
      return {N_AVX3::index_csv, N_AVX3::skim_csv, N_AVX3::find_text};
#endif
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX2)
    case Processor::avx2:
      return {N_AVX2::index_csv, N_AVX2::skim_csv, N_AVX2::find_text};
#endif
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_SSE4)
    case Processor::sse4:
      return {N_SSE4::index_csv, N_SSE4::skim_csv, N_SSE4::find_text};
#endif
    default:
      return {HWY_STATIC_DISPATCH(index_csv), HWY_STATIC_DISPATCH(skim_csv),
              HWY_STATIC_DISPATCH(find_text)};
  }
}

const Ways& best() {
  static const Ways best = best_here();
  return best;
}

}  // namespace

std::uint32_t CsvIndex::far_delimiter_before(std::uint32_t end, std::uint32_t skipped) const {
  std::uint32_t word = (end - 1) / 64;
  std::uint64_t bits = delimiters[word] & (~std::uint64_t{0} >> (63 - (end - 1) % 64));
  for (;; bits = delimiters[--word])
    while (bits != 0) {
      const auto last = 63 - static_cast<std::uint32_t>(std::countl_zero(bits));
      if (skipped-- == 0) return word * 64 + last;
      bits ^= std::uint64_t{1} << last;
    }
}

std::uint32_t CsvIndex::far_delimiter(std::uint32_t at, std::uint32_t skipped) const {
  std::uint32_t word = at / 64;
  std::uint64_t bits = delimiters[word] & (~std::uint64_t{0} << (at % 64));
  for (;; bits = delimiters[++word])
    for (; bits != 0; bits &= bits - 1)
      if (skipped-- == 0) return word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
}

void index_csv(const CsvMarks& marks, std::string_view bytes, bool last, CsvIndex& index) {
  index.count = 0;
  index.lines = 0;
  index.fault = CsvFault::none;
  best().index(marks, bytes, last, index);
}

CsvSkimmed skim_csv(const CsvMarks& marks, std::string_view bytes) {
  return best().skim(marks, bytes);
}

std::size_t find_text(std::string_view bytes, std::string_view text, std::size_t from) {
  if (text.empty()) return from <= bytes.size() ? from : std::string_view::npos;
  return best().find(bytes, text, from);
}

}  // namespace besa::source
#endif
