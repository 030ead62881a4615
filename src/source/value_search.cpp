#include "source/value_search.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "source/whole_value.hpp"

namespace besa::source {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20;
constexpr std::array as_bytes_lie{TextEncoding::utf8};
constexpr std::array wide{TextEncoding::utf16le, TextEncoding::utf16be};

/// Each value as it may lie in a file of one byte a character, or of UTF-8.
std::vector<std::string> forms_of(const std::vector<std::string>& values, CharacterSet encoding,
                                  const ValueSearch::Spellings& spellings) {
  std::set<std::string> forms;
  for (const std::string& value : values)
    for (const std::string& spelling : spellings(value)) {
      forms.insert(spelling);
      if (is_single_byte(encoding))
        if (auto bytes = from_utf8(spelling, encoding)) forms.insert(std::move(*bytes));
    }
  return {forms.begin(), forms.end()};
}

}  // namespace

ValueSearch::ValueSearch(const std::vector<std::string>& values, CharacterSet encoding,
                         const Spellings& spellings)
    : forms_(forms_of(values, encoding, spellings)),
      values_(values),
      own_(forms_, as_bytes_lie),
      wide_(values_, wide) {}

std::uint64_t ValueSearch::count(const ByteSearch& search, const std::vector<std::string>& sought,
                                 std::string_view text, std::size_t from, std::size_t to) {
  std::vector<ByteSearch::Match> matches;
  search.find(text, matches);
  return static_cast<std::uint64_t>(
      std::ranges::count_if(matches, [&](const ByteSearch::Match& match) {
        return match.at >= from && match.at < to && stands_alone(text, match, sought[match.value]);
      }));
}

ValueSearch::Result ValueSearch::look(ByteStream& stream, Content content) const {
  // What begins in the last `margin` bytes of a stretch is left to the next one, which sees what
  // comes before and behind it.
  const std::size_t margin = std::max(own_.longest(), wide_.longest()) + 8;
  std::string buffer(piece + 2 * margin, '\0');
  Result result;
  for (std::size_t filled = 0, from = 0;; from = margin, filled = 2 * margin) {
    const std::size_t got = stream.read(buffer.data() + filled, buffer.size() - filled);
    result.bytes_read += got;
    filled += got;
    const bool last = filled < buffer.size();
    const std::string_view text(buffer.data(), filled);
    const std::size_t to = last ? filled : filled - margin;
    result.hits += count(own_, forms_, text, from, to);
    if (content == Content::anything) result.hits += count(wide_, values_, text, from, to);
    if (last) break;
    std::memmove(buffer.data(), buffer.data() + filled - 2 * margin, 2 * margin);
  }
  stream.finish();
  return result;
}

}  // namespace besa::source
