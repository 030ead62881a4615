// Random numbers that are the same everywhere: splitmix64, integers only.
//
// The standard's distributions differ between libraries, and floating point may differ between
// machines; the example promises the same bytes for the same seed.
#pragma once

#include <cstdint>

namespace besa::source {

[[nodiscard]] constexpr std::uint64_t scramble(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

/// One stream of numbers, chosen by (seed, what for, for whom).
class Random {
 public:
  constexpr Random(std::uint64_t seed, std::uint64_t purpose, std::uint64_t index)
      : state_(scramble(scramble(seed ^ (purpose << 56)) + index)) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    return scramble(state_);
  }
  /// 0 … limit−1; limit at least 1.
  constexpr std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
  }
  constexpr bool one_in(std::uint32_t limit) { return below(limit) == 0; }
  /// Many small numbers and few large ones: scale/1 … scale/spread, each as likely.
  constexpr std::uint32_t skewed(std::uint32_t scale, std::uint32_t spread) {
    return scale / (1 + below(spread));
  }

 private:
  std::uint64_t state_;
};

}  // namespace besa::source
