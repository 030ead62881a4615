// Numbers texts in order of insertion (0, 1, 2 …) without keeping them: of each only a keyed digest
// of 96 bits (SipHash-2-4), under a key drawn for this index and never told. Of ten million texts
// two have one number by chance in one case of 10^15; nobody can choose texts that do. About 20
// bytes each, whatever their length.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "besa/base/bytes.hpp"

namespace besa {

class DigestIndex {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  DigestIndex();
  /// The number of the text, adding it if it is new.
  std::uint32_t add(std::string_view text);
  [[nodiscard]] std::uint32_t find(std::string_view text) const;
  [[nodiscard]] std::uint32_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  using Short = std::array<std::uint32_t, 3>;
  static constexpr std::size_t chunk = std::size_t{1} << 14;
  [[nodiscard]] Short digest_of(std::string_view text) const;
  [[nodiscard]] const Short& at(std::uint32_t number) const {
    return digests_[number / chunk][number % chunk];
  }
  /// Where the digest stands, or where it would.
  [[nodiscard]] std::size_t slot_of(const Short& digest) const;
  void grow();
  std::array<std::uint8_t, 16> key_{};
  std::vector<std::vector<Short>> digests_;  ///< by number; chunks, so that growing copies nothing
  std::vector<std::uint32_t> slots_;         ///< numbers, by the digest's first bits
  std::uint32_t count_ = 0;
};

}  // namespace besa
