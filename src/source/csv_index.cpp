#include "source/csv_index.hpp"

// This file is compiled once for each kind of processor, which is why it includes itself (the build
// names it to foreach_target.h). Kinds that would gain nothing are left out.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

#include "source/utf8_check.hpp"

HWY_BEFORE_NAMESPACE();
namespace besa::source::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Bytes looked at together: those of a vector, one where the processor has none.
constexpr std::size_t lanes = HWY_TARGET == HWY_SCALAR ? 1
                              : HWY_HAVE_SCALABLE != 0 ? 16
                              : HWY_MAX_BYTES < 64     ? HWY_MAX_BYTES
                                                       : 64;
using Lanes = hn::FixedTag<std::uint8_t, lanes>;

template <std::size_t count>
struct Bits {
  using Type = std::uint8_t;
};
template <>
struct Bits<16> {
  using Type = std::uint16_t;
};
template <>
struct Bits<32> {
  using Type = std::uint32_t;
};
template <>
struct Bits<64> {
  using Type = std::uint64_t;
};
using Part = Bits<lanes>::Type;

/// A bit for each of 64 bytes.
struct Block {
  std::uint64_t quotes = 0, delimiters = 0, line_feeds = 0, returns = 0, zeros = 0, high = 0;
};

template <class Mask>
std::uint64_t bits_of(Mask mask, std::size_t at) {
  Part part = 0;
  hn::StoreMaskBits(Lanes(), mask, reinterpret_cast<std::uint8_t*>(&part));
  return std::uint64_t{part} << at;
}

Block block_at(const CsvMarks& marks, const char* bytes) {
  const Lanes tag;
  const auto wanted = [&](char c) { return hn::Set(tag, static_cast<std::uint8_t>(c)); };
  const auto quote = wanted(marks.quote), delimiter = wanted(marks.delimiter);
  const auto line_feed = wanted('\n'), carriage_return = wanted('\r'), zero = wanted('\0');
  const hn::RebindToSigned<Lanes> is_signed;
  Block block;
  for (std::size_t at = 0; at < 64; at += lanes) {
    const auto some = hn::LoadU(tag, reinterpret_cast<const std::uint8_t*>(bytes) + at);
    block.quotes |= bits_of(hn::Eq(some, quote), at);
    block.delimiters |= bits_of(hn::Eq(some, delimiter), at);
    block.line_feeds |= bits_of(hn::Eq(some, line_feed), at);
    block.returns |= bits_of(hn::Eq(some, carriage_return), at);
    block.zeros |= bits_of(hn::Eq(some, zero), at);
    const auto high = hn::Lt(hn::BitCast(is_signed, some), hn::Zero(is_signed));
    block.high |= bits_of(hn::RebindMask(tag, high), at);
  }
  if (marks.quote == '\0') block.quotes = 0;
  return block;
}

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
    for (std::size_t at = 0; at < bytes_.size() && index_.fault == CsvFault::none; at += 64)
      take(static_cast<std::uint32_t>(at));
    index_.inside_quotes = inside_ != 0;
    if (index_.fault == CsvFault::none && last_) finish();
    index_.used = record_;
  }

 private:
  void take(std::uint32_t at) {
    Block block = block_at(marks_, bytes_.data() + at);
    if (const std::size_t left = bytes_.size() - at; left < 64) cut(block, left);
    index_.lines += static_cast<std::uint32_t>(std::popcount(block.line_feeds));
    const std::uint64_t inside =
        block.quotes != 0 ? running_parity(block.quotes) ^ inside_ : inside_;
    const std::uint64_t delimiters = block.delimiters & ~inside;
    const std::uint64_t line_feeds = block.line_feeds & ~inside;
    check(block, inside, delimiters, line_feeds, at);
    inside_ = (inside >> 63) != 0 ? ~std::uint64_t{0} : 0;
    index_.delimiters[at / 64] = delimiters;
    if (marks_.utf8 && block.high != 0) check_utf8(block.high, at);
    take_records(delimiters, line_feeds, at);
  }

  static void cut(Block& block, std::size_t left) {
    const std::uint64_t kept = (std::uint64_t{1} << left) - 1;
    for (std::uint64_t* bits : {&block.quotes, &block.delimiters, &block.line_feeds, &block.returns,
                                &block.zeros, &block.high})
      *bits &= kept;
  }

  /// The bits of the places after those of `bits`; `carry` keeps what goes into the next block.
  static std::uint64_t after(std::uint64_t bits, std::uint64_t& carry) {
    const std::uint64_t shifted = bits << 1 | carry;
    carry = bits >> 63;
    return shifted;
  }

  void check(const Block& block, std::uint64_t inside, std::uint64_t delimiters,
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

  void take_records(std::uint64_t delimiters, std::uint64_t line_feeds, std::uint32_t at) {
    for (; line_feeds != 0; line_feeds &= line_feeds - 1) {
      const auto bit = static_cast<unsigned>(std::countr_zero(line_feeds));
      const std::uint64_t before = (std::uint64_t{1} << bit) - 1;
      fields_ += static_cast<std::uint32_t>(std::popcount(delimiters & before));
      delimiters &= ~before;
      end_record(at + bit, at + bit + 1);
      fields_ = 0;
    }
    fields_ += static_cast<std::uint32_t>(std::popcount(delimiters));
  }

  void end_record(std::uint32_t end, std::uint32_t next) {
    if (end > record_ && next > end && bytes_[end - 1] == '\r') --end;
    const std::uint32_t begin = record_;
    record_ = next;
    if (end == begin) return;  // a blank line
    if (index_.columns == CsvIndex::unknown) index_.columns = fields_ + 1;
    if (fields_ + 1 != index_.columns) {
      if (index_.fault == CsvFault::none || begin < index_.fault_at) {
        index_.fault = CsvFault::ragged;
        index_.fault_at = begin;
        index_.fault_fields = fields_ + 1;
      }
      return;
    }
    if (index_.count == index_.slots.size()) index_.slots.resize(2 * index_.slots.size() + 64);
    index_.slots[index_.count++] = {begin, end, next};
  }

  void finish() {
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    if (index_.inside_quotes || record_ == size) return;
    if (bytes_.back() == '\r') return note_at(CsvFault::lone_return, size - 1);
    end_record(size, size);
  }

  const CsvMarks& marks_;
  std::string_view bytes_;
  bool last_;
  CsvIndex& index_;
  std::uint64_t inside_ = 0, boundary_ = 1, closed_ = 0, returned_ = 0;
  std::uint32_t record_ = 0, fields_ = 0, checked_ = 0;
};

}  // namespace

void index_csv(const CsvMarks& marks, std::string_view bytes, bool last, CsvIndex& index) {
  Indexer(marks, bytes, last, index).run();
}

}  // namespace besa::source::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace besa::source {

namespace {

using IndexCsv = void(const CsvMarks&, std::string_view, bool, CsvIndex&);

/// The best for the processor at hand. Highway's own choice needs its library, which measures the
/// processor's clock whenever a program starts: a third of the time of a short command.
IndexCsv* best_here() {
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX3)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return N_AVX3::index_csv;
#endif
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX2)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma"))
    return N_AVX2::index_csv;
#endif
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_SSE4)
  if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
      __builtin_cpu_supports("aes"))
    return N_SSE4::index_csv;
#endif
  return HWY_STATIC_DISPATCH(index_csv);
}

}  // namespace

void index_csv(const CsvMarks& marks, std::string_view bytes, bool last, CsvIndex& index) {
  static IndexCsv* const best = best_here();
  index.count = 0;
  index.lines = 0;
  index.fault = CsvFault::none;
  best(marks, bytes, last, index);
}

}  // namespace besa::source
#endif
