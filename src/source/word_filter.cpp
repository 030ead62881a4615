#include "source/word_filter.hpp"

// This file is compiled once for each kind of processor, which is why it includes itself (the build
// names it to foreach_target.h). Kinds that would gain nothing are left out.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

#include <bit>

HWY_BEFORE_NAMESPACE();
namespace besa::source::HWY_NAMESPACE {

/// As WordFilter::places, of whole blocks of as many words as fit a register, each looked at from
/// eight bytes' worth of beginnings; how many bytes that were is added to `bytes`.
std::size_t places_of_words(const std::uint64_t* bitmap, int bitmap_shift, const char*& bytes,
                            const char* end, std::size_t stride, unsigned shift,
                            std::uint32_t* places) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<std::uint64_t> words;
  const hn::RebindToSigned<decltype(words)> indexes;
  const std::size_t lanes = hn::Lanes(words), block = lanes * sizeof(std::uint64_t);
  const auto multiplier = hn::Set(words, WordFilter::multiplier);
  const auto low_bits = hn::Set(words, 63), one = hn::Set(words, 1);
  const std::size_t apart = sizeof(std::uint64_t) / stride;  // places from one lane to the next
  std::size_t found = 0;
  std::uint32_t first = 0;
  for (; static_cast<std::size_t>(end - bytes) >= block + 8; bytes += block) {
    for (std::size_t offset = 0; offset < sizeof(std::uint64_t); offset += stride, ++first) {
      const auto* const from = reinterpret_cast<const std::uint64_t*>(bytes + offset);
      const auto word = hn::ShiftLeftSame(hn::LoadU(words, from), static_cast<int>(shift));
      const auto hash = hn::Mul(word, multiplier);
      const auto place = hn::ShiftRightSame(hash, bitmap_shift);
      const auto bits = hn::GatherIndex(words, bitmap, hn::BitCast(indexes, place));
      const auto a = hn::Shr(bits, hn::And(hn::ShiftRight<WordFilter::first_bit>(hash), low_bits));
      const auto b = hn::Shr(bits, hn::And(hn::ShiftRight<WordFilter::second_bit>(hash), low_bits));
      const auto passed = hn::Ne(hn::And(hn::And(a, b), one), hn::Zero(words));
      if (HWY_LIKELY(hn::AllFalse(words, passed))) continue;
      std::uint8_t mask[8] = {};
      hn::StoreMaskBits(words, passed, mask);
      for (unsigned left = mask[0]; left != 0; left &= left - 1)
        places[found++] = first + static_cast<std::uint32_t>(std::countr_zero(left)) *
                                      static_cast<std::uint32_t>(apart);
    }
    first += static_cast<std::uint32_t>((lanes - 1) * apart);
  }
  return found;
}

}  // namespace besa::source::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <algorithm>

#include "source/processor.hpp"

namespace besa::source {
namespace {

using Places = std::size_t (*)(const std::uint64_t*, int, const char*&, const char*, std::size_t,
                               unsigned, std::uint32_t*);

Places best_here() {
  switch (processor_here()) {
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX3)
    case Processor::avx3:
      return N_AVX3::places_of_words;
#endif
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX2)
    case Processor::avx2:
      return N_AVX2::places_of_words;
#endif
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_SSE4)
    case Processor::sse4:
      return N_SSE4::places_of_words;
#endif
    default:
      return HWY_STATIC_DISPATCH(places_of_words);
  }
}

}  // namespace

WordFilter::WordFilter(std::size_t words) {
  // 16 to 32 bits for each word, two of them set: more would leave the cache.
  bitmap_.resize(std::bit_ceil(std::max<std::size_t>(words, 128)) / 4);
  shift_ = static_cast<unsigned>(64 - std::countr_zero(bitmap_.size()));
}

void WordFilter::add(std::uint64_t word) {
  const std::uint64_t hash = word * multiplier;
  bitmap_[hash >> shift_] |= std::uint64_t{1} << (hash >> first_bit & 63U) |
                             std::uint64_t{1} << (hash >> second_bit & 63U);
}

std::size_t WordFilter::places(const char* bytes, std::size_t count, std::size_t stride,
                               unsigned shift, std::uint32_t* places) const {
  static const Places best = best_here();
  const char* at = bytes;
  std::size_t found = 0;
  if (count != 0 && sizeof(std::uint64_t) % stride == 0) {
    const char* const end = bytes + (count - 1) * stride + sizeof(std::uint64_t);
    found = best(bitmap_.data(), static_cast<int>(shift_), at, end, stride, shift, places);
  }
  for (auto i = static_cast<std::size_t>(at - bytes) / stride; i < count; ++i) {
    places[found] = static_cast<std::uint32_t>(i);
    const std::uint64_t word = word_at(bytes + i * stride) << shift;
    found += may_contain(word) ? 1U : 0U;
  }
  return found;
}

}  // namespace besa::source
#endif
