// One character after the other of UTF-8 text, strictly: overlong forms, surrogates and values past
// U+10FFFF are not characters.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace besa {

struct Character {
  std::optional<char32_t> code;  ///< nothing where the bytes are no character
  std::string_view bytes;        ///< the bytes it was read from; one where they are invalid
};

/// The character at the front of `text`, which is not empty.
[[nodiscard]] Character next_character(std::string_view text);

}  // namespace besa
