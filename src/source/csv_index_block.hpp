// Blocks of 64 bytes as bits, a bit for each byte: what csv_index.cpp is made of, once for each
// kind of processor (which is why there is no '#pragma once').
#if defined(BESA_CSV_INDEX_BLOCK) == defined(HWY_TARGET_TOGGLE)
#ifdef BESA_CSV_INDEX_BLOCK
#undef BESA_CSV_INDEX_BLOCK
#else
#define BESA_CSV_INDEX_BLOCK
#endif

#include <hwy/highway.h>

#include "source/csv_index.hpp"

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

/// What most blocks of 64 bytes are made of, a bit for each byte; and whether there are others: a
/// quote, CR or NUL.
struct Plain {
  std::uint64_t delimiters = 0, line_feeds = 0, high = 0;
  bool others = false;
};

/// These others.
struct Others {
  std::uint64_t quotes = 0, returns = 0, zeros = 0;
};

/// Of the bytes above 7F: which go on with a character, and which begin one of two bytes.
struct High {
  std::uint64_t continuing = 0, leading = 0;
};

template <class Mask>
HWY_INLINE std::uint64_t bits_of(Mask mask, std::size_t at) {
  Part part = 0;
  hn::StoreMaskBits(Lanes(), mask, reinterpret_cast<std::uint8_t*>(&part));
  return std::uint64_t{part} << at;
}

HWY_INLINE auto bytes_at(const char* bytes) {
  return hn::LoadU(Lanes(), reinterpret_cast<const std::uint8_t*>(bytes));
}

HWY_INLINE auto signed_at(const char* bytes) {
  return hn::BitCast(hn::RebindToSigned<Lanes>(), bytes_at(bytes));
}

HWY_INLINE auto all_of(char c) {
  return hn::Set(Lanes(), static_cast<std::uint8_t>(c));
}

HWY_INLINE Plain plain_at(const CsvMarks& marks, const char* bytes) {
  const Lanes tag;
  const auto quote = all_of(marks.quote), delimiter = all_of(marks.delimiter);
  const auto line_feed = all_of('\n'), carriage_return = all_of('\r');
  auto least = all_of('\x7F');  // 0 where one of the others is
  Plain plain;
  for (std::size_t at = 0; at < 64; at += lanes) {
    const auto some = bytes_at(bytes + at);
    plain.delimiters |= bits_of(hn::Eq(some, delimiter), at);
    plain.line_feeds |= bits_of(hn::Eq(some, line_feed), at);
    const auto high = hn::Lt(signed_at(bytes + at), hn::Zero(hn::RebindToSigned<Lanes>()));
    plain.high |= bits_of(hn::RebindMask(tag, high), at);
    least = hn::Min(least,
                    hn::Min(some, hn::Min(hn::Xor(some, quote), hn::Xor(some, carriage_return))));
  }
  plain.others = !hn::AllFalse(tag, hn::Eq(least, hn::Zero(tag)));
  return plain;
}

Others others_at(const CsvMarks& marks, const char* bytes) {
  const auto quote = all_of(marks.quote), carriage_return = all_of('\r'), zero = all_of('\0');
  Others others;
  for (std::size_t at = 0; at < 64; at += lanes) {
    const auto some = bytes_at(bytes + at);
    others.quotes |= bits_of(hn::Eq(some, quote), at);
    others.returns |= bits_of(hn::Eq(some, carriage_return), at);
    others.zeros |= bits_of(hn::Eq(some, zero), at);
  }
  if (marks.quote == '\0') others.quotes = 0;
  return others;
}

HWY_INLINE High high_at(const char* bytes) {
  const hn::RebindToSigned<Lanes> tag;
  const auto below_c0 = hn::Set(tag, std::int8_t{-64}), below_c2 = hn::Set(tag, std::int8_t{-63});
  const auto above_df = hn::Set(tag, std::int8_t{-32});
  High high;
  for (std::size_t at = 0; at < 64; at += lanes) {
    const auto some = signed_at(bytes + at);
    high.continuing |= bits_of(hn::RebindMask(Lanes(), hn::Lt(some, below_c0)), at);
    const auto leading = hn::And(hn::Gt(some, below_c2), hn::Lt(some, above_df));
    high.leading |= bits_of(hn::RebindMask(Lanes(), leading), at);
  }
  return high;
}

}  // namespace
}  // namespace besa::source::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
