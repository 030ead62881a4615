#include "source/value_search.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "besa/source/value.hpp"
#include "source/whole_value.hpp"

namespace besa::source {
namespace {

constexpr std::size_t search_piece = std::size_t{1} << 20;
constexpr std::array in_utf16{TextEncoding::utf16le, TextEncoding::utf16be};

/// Each value as it may lie in a file of one byte a character, or of UTF-8; none twice.
std::vector<std::string> forms_of(const std::vector<std::string>& values, CharacterSet encoding,
                                  const ValueSearch::Spellings& spellings) {
  KeyIndex known;
  known.reserve(values.size());
  std::vector<std::string> forms;
  forms.reserve(values.size());
  const auto add = [&](std::string form) {
    const std::uint32_t count = known.size();
    if (known.add(form) == count) forms.push_back(std::move(form));
  };
  for (const std::string& value : values)
    for (std::string& spelling : spellings(value)) {
      if (is_single_byte(encoding))
        if (auto bytes = from_utf8(spelling, encoding)) add(std::move(*bytes));
      add(std::move(spelling));
    }
  return forms;
}

}  // namespace

ValueSearch::ValueSearch(const std::vector<std::string>& values, CharacterSet encoding,
                         const Spellings& spellings)
    : forms_(forms_of(values, encoding, spellings)),
      own_(forms_, TextEncoding::utf8),
      utf16_(forms_) {}

std::uint64_t ValueSearch::count(std::string_view text, std::size_t from, std::size_t to,
                                 Content content) const {
  std::vector<ByteSearch::Match> matches;
  own_.find(text, matches);
  if (content == Content::anything) utf16_.find(own_, text, in_utf16, matches);
  return static_cast<std::uint64_t>(
      std::ranges::count_if(matches, [&](const ByteSearch::Match& match) {
        return match.at >= from && match.at < to && stands_alone(text, match, forms_[match.value]);
      }));
}

ValueSearch::Result ValueSearch::look(ByteStream& stream, Content content) const {
  // What begins in the last `margin` bytes of a stretch is left to the next one, which sees what
  // comes before and behind it.
  const std::size_t widest = content == Content::anything ? 2 : 1;  // bytes for one of UTF-8
  const std::size_t margin = widest * own_.longest() + 8;
  std::string buffer(search_piece + 2 * margin, '\0');
  Result result;
  for (std::size_t filled = 0, from = 0;; from = margin, filled = 2 * margin) {
    const std::size_t got = stream.read(buffer.data() + filled, buffer.size() - filled);
    result.bytes_read += got;
    filled += got;
    const bool last = filled < buffer.size();
    const std::string_view text(buffer.data(), filled);
    const std::size_t to = last ? filled : filled - margin;
    result.hits += count(text, from, to, content);
    if (last) break;
    std::memmove(buffer.data(), buffer.data() + filled - 2 * margin, 2 * margin);
  }
  stream.finish();
  return result;
}

}  // namespace besa::source
