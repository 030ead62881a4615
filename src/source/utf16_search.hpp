// Values sought in bytes that may hold UTF-16, in either order of bytes and beginning at any of
// them, though the file's own text is written otherwise: in blobs, and in what is no longer live.
//
// Nobody knows such text as such. But of each of its characters one byte, the high one, is one of
// few; where enough of them follow one another, the stretch is read as UTF-8 and the values are
// sought in that. So they are kept once, and not once for each encoding.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/byte_search.hpp"

namespace besa::source {

class Utf16Search {
 public:
  Utf16Search() = default;  ///< seeks nothing
  /// `values`: UTF-8, as `ByteSearch` is given them. Those with eight zero characters in a row
  /// are not found.
  explicit Utf16Search(std::span<const std::string> values);

  /// Appends what `utf8`, made of the same values, finds in `bytes` read as text of this encoding.
  void find(const ByteSearch& utf8, std::string_view bytes, std::span<const TextEncoding> encodings,
            std::vector<ByteSearch::Match>& matches) const;

 private:
  /// Memory that is used again for one stretch after another.
  struct Buffers {
    std::string text;
    std::vector<ByteSearch::Match> found;
  };
  void read(const ByteSearch& utf8, std::string_view bytes, std::size_t begin, std::size_t end,
            TextEncoding encoding, Buffers& buffers, std::vector<ByteSearch::Match>& matches) const;

  std::array<bool, 256> high_{};    ///< bytes that are the high one of a character of some value
  std::vector<std::uint32_t> odd_;  ///< values that are no UTF-8, sought as they are converted
  std::array<ByteSearch, 2> odd_forms_;  ///< of those: with the low byte first, and the high one
  std::size_t fewest_ = 0;               ///< characters of a value, two for those of two units
};

}  // namespace besa::source
