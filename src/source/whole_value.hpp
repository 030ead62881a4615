// Whether a value found in a text is the value itself, or part of a longer word or address that is
// somebody else's.
#pragma once

#include <string_view>

#include "source/byte_search.hpp"

namespace besa::source {

/// True where the match in `cell` is not continued before or behind: ana@example.com does not stand
/// alone in x.ana@example.com.
[[nodiscard]] bool stands_alone(std::string_view cell, const ByteSearch::Match& match,
                                std::string_view value);

}  // namespace besa::source
