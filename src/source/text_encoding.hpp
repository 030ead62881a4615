// The three encodings in which a database file can hold text, and the way between them.
//
// Conversion never fails: what is no valid text becomes U+FFFD, so bytes from a damaged file can be
// named in a report.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace besa::source {

enum class TextEncoding : std::uint8_t { utf8, utf16le, utf16be };

constexpr std::array<TextEncoding, 3> all_text_encodings{TextEncoding::utf8, TextEncoding::utf16le,
                                                         TextEncoding::utf16be};

/// `utf8` as it lies in a file of this encoding.
[[nodiscard]] std::string encoded(std::string_view utf8, TextEncoding encoding);
/// Appends to `utf8` the character that begins at `at` in text of UTF-16; how many bytes it took.
std::size_t append_character(std::string& utf8, std::string_view bytes, std::size_t at,
                             TextEncoding encoding);
/// The way back.
[[nodiscard]] std::string to_utf8(std::string_view bytes, TextEncoding encoding);
/// The character that ends right before `at`, or starts at `at`; 0 at the edge of `bytes`.
[[nodiscard]] char32_t character_before(std::string_view bytes, std::size_t at,
                                        TextEncoding encoding);
[[nodiscard]] char32_t character_after(std::string_view bytes, std::size_t at,
                                       TextEncoding encoding);

}  // namespace besa::source
