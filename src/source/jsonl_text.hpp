// Texts as they may lie in JSON, for those who look for one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "source/byte_stream.hpp"

namespace besa::source {

/// How writers of JSON spell a text between quotes, itself among them: with the escapes that must
/// be; with \/ for a slash; with \u for what is not ASCII, in small and in capital letters. A text
/// with only some of its characters escaped is not among them: see `unescaped_stream`.
[[nodiscard]] std::vector<std::string> json_spellings(const std::string& text);

/// Every string that is a value in a piece of JSON without white space; not the names of members.
void each_text_in(std::string_view json, const std::function<void(std::string_view)>& sink);

/// The same bytes with every escape of JSON as what it stands for; what is no escape stays.
[[nodiscard]] std::unique_ptr<ByteStream> unescaped_stream(std::unique_ptr<ByteStream> from);

}  // namespace besa::source
