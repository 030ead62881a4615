// Which instructions the machine at hand has, for the few files that are compiled for several
// kinds.
#pragma once

namespace besa::source {

/// The kinds that something is compiled for, by the names the SIMD library has for them.
enum class Processor { avx3, avx2, sse4, other };

/// Asked of the processor once. The library's own way to choose measures the processor's clock
/// whenever a program starts: a third of the time of a short command.
[[nodiscard]] inline Processor processor_here() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return Processor::avx3;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma"))
    return Processor::avx2;
  if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
      __builtin_cpu_supports("aes"))
    return Processor::sse4;
#endif
  return Processor::other;
}

}  // namespace besa::source
