// A text sought in bytes with the instructions of the machine at hand (csv_index.cpp, the one file
// that is compiled for each kind of processor): several times as fast as std::string_view::find.
#pragma once

#include <cstddef>
#include <string_view>

namespace besa::source {

/// Where a text is next, from `from` on; npos where it is not.
[[nodiscard]] std::size_t find_text(std::string_view bytes, std::string_view text,
                                    std::size_t from);

}  // namespace besa::source
