// The character sets in which people keep text files, by their declared name, and the way to UTF-8.
//
// Nothing is guessed: a byte that the declared set does not know is an answer of its own, never a
// replacement character. The single-byte sets are tables (unicode.org's, as glibc has them), so
// that what is read here does not depend on what a machine has installed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace besa {

enum class CharacterSet : std::uint8_t {
  utf8,
  windows_1250,
  windows_1252,
  iso_8859_1,
  iso_8859_2,
  utf16le,
  utf16be,
};

/// "utf-8", "windows-1250", … in the order of the enumeration.
[[nodiscard]] const std::vector<std::string>& character_set_names();
[[nodiscard]] std::string name_of(CharacterSet set);
/// Exactly one of the names.
[[nodiscard]] std::optional<CharacterSet> character_set(std::string_view name);

/// Every character is one byte, and the bytes below 80 are ASCII.
[[nodiscard]] bool is_single_byte(CharacterSet set);

/// Appends a character as UTF-8.
void append_utf8(std::string& out, char32_t character);
/// `bytes` of a single-byte set, or of UTF-8, as UTF-8; nullopt where a byte is no character of it.
[[nodiscard]] std::optional<std::string> to_utf8(std::string_view bytes, CharacterSet set);
/// `text` (valid UTF-8) as it lies in a file of this set, without a byte order mark; nullopt where
/// the set lacks one of its characters.
[[nodiscard]] std::optional<std::string> from_utf8(std::string_view text, CharacterSet set);

/// Turns UTF-16 into UTF-8 piece by piece.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(CharacterSet set) : big_endian_(set == CharacterSet::utf16be) {}
  /// Appends what `bytes` make, with what the last call left over. False at a surrogate that is
  /// half of nothing.
  [[nodiscard]] bool decode(std::string_view bytes, std::string& out);
  /// True where nothing is left over: the text may end here.
  [[nodiscard]] bool complete() const { return !half_ && high_ == 0; }

 private:
  [[nodiscard]] bool take(char32_t unit, std::string& out);
  bool big_endian_;
  std::optional<unsigned char> half_;  ///< the first byte of a unit
  char32_t high_ = 0;                  ///< the first half of a pair
};

}  // namespace besa
