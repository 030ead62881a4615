#include "source/utf16_search.hpp"

#include <algorithm>
#include <limits>

namespace besa::source {
namespace {

using Match = ByteSearch::Match;

constexpr std::array<char, 32> zeros{};

/// Behind the zeros that begin at `at`, if they are so many that no value goes on beyond them.
std::size_t behind_zeros(std::string_view bytes, std::size_t at) {
  const std::string_view many(zeros.data(), zeros.size());
  if (bytes.compare(at, many.size(), many) != 0) return at;
  return std::min(bytes.find_first_not_of('\0', at + many.size()), bytes.size());
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// What text of UTF-8 took in UTF-16.
std::size_t bytes_in_utf16(std::string_view text) {
  std::size_t bytes = 0;
  for (const char byte : text)
    if (begins_character(byte)) bytes += static_cast<unsigned char>(byte) < 0xF0 ? 2 : 4;
  return bytes;
}

/// UTF-16 read as UTF-8, piece by piece.
class Reading {
 public:
  Reading(std::string_view bytes, TextEncoding encoding, std::string& text)
      : bytes_(bytes), encoding_(encoding), text_(text) {
    text_.clear();
  }

  /// Reads on, behind the last `keep` bytes or so of the piece before. False at the end.
  bool read_on(std::size_t keep) {
    std::size_t gone = text_.size() - std::min(keep, text_.size());
    while (gone < text_.size() && !begins_character(text_[gone])) ++gone;
    begin_ += bytes_in_utf16(std::string_view(text_).substr(0, gone));
    text_.erase(0, gone);
    known_ = text_.size();
    const std::size_t before = next_;
    const std::size_t piece = std::max(std::size_t{64} * 1024, keep);  // no text is read often
    while (next_ + 2 <= bytes_.size() && next_ - before < piece) read_character();
    return next_ > before;
  }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Calls `each` with those of the matches in the text that the piece before did not have, as they
  /// lie in the bytes. What begins or ends amid a character is no match: a value that is no UTF-8.
  template <class Each>
  void in_bytes(std::vector<Match>& matches, Each each) const {
    std::ranges::sort(matches, {}, &Match::at);
    std::size_t at = 0, place = begin_;
    for (const Match& match : matches) {
      const std::string_view found = text().substr(match.at, match.length);
      const std::size_t end = match.at + match.length;
      place += bytes_in_utf16(text().substr(at, match.at - at));
      at = match.at;
      const bool whole =
          begins_character(found.front()) && (end == text_.size() || begins_character(text_[end]));
      if (whole && end > known_) each(Match{place, bytes_in_utf16(found), match.value, encoding_});
    }
  }

 private:
  void read_character() {
    const bool low_first = encoding_ == TextEncoding::utf16le;
    const char low = bytes_[next_ + (low_first ? 0 : 1)],
               high = bytes_[next_ + (low_first ? 1 : 0)];
    if (high == 0 && static_cast<unsigned char>(low) < 0x80) {  // most are
      text_ += low;
      next_ += 2;
    } else {
      next_ += append_character(text_, bytes_, next_, encoding_);
    }
  }

  std::string_view bytes_;
  TextEncoding encoding_;
  std::string& text_;
  std::size_t next_ = 0;
  std::size_t begin_ = 0;  ///< where in the bytes the text begins
  std::size_t known_ = 0;  ///< of the text, what the piece before had too
};

}  // namespace

Utf16Search::Utf16Search(std::span<const std::string> values)
    : fewest_(std::numeric_limits<std::size_t>::max()) {
  for (const std::string& value : values) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(value, is_ascii)) {
      high_[0] = true;
      fewest_ = std::min(fewest_, value.size());
      continue;
    }
    const std::string form = encoded(value, TextEncoding::utf16be);
    if (to_utf8(form, TextEncoding::utf16be) != value) {
      odd_.push_back(static_cast<std::uint32_t>(&value - values.data()));
      continue;
    }
    for (std::size_t at = 0; at < form.size(); at += 2)
      high_[static_cast<std::uint8_t>(form[at])] = true;
    fewest_ = std::min(fewest_, form.size() / 2);
  }
  if (odd_.empty()) return;
  std::vector<std::string> odd;
  for (const std::uint32_t number : odd_) odd.push_back(values[number]);
  odd_forms_ = {ByteSearch(odd, TextEncoding::utf16le), ByteSearch(odd, TextEncoding::utf16be)};
}

void Utf16Search::find(const ByteSearch& utf8, std::string_view bytes,
                       std::span<const TextEncoding> encodings, std::vector<Match>& matches) const {
  for (const TextEncoding encoding : encodings) {
    const std::size_t before = matches.size();
    odd_forms_[encoding == TextEncoding::utf16le ? 0 : 1].find(bytes, matches);
    for (std::size_t i = before; i < matches.size(); ++i) matches[i].value = odd_[matches[i].value];
  }
  // A run: every second byte can be a high one. Low ones stand before them, or behind.
  std::array<std::size_t, 2> runs{};
  Buffers buffers;
  const auto end_run = [&](std::size_t at) {
    std::size_t& run = runs[at % 2];
    const std::size_t begin = at - 2 * run;
    if (run >= std::max(fewest_, shortest_sought / 2))
      for (const TextEncoding encoding : encodings) {
        const bool low_first = encoding == TextEncoding::utf16le;
        const std::size_t first = low_first ? (begin == 0 ? 1 : begin - 1) : begin;
        read(utf8, bytes, first, std::min(low_first ? at - 1 : at, bytes.size()), encoding, buffers,
             matches);
      }
    run = 0;
  };
  std::size_t at = 0;
  for (; at < bytes.size(); ++at) {
    if (bytes[at] == 0)
      if (const std::size_t behind = behind_zeros(bytes, at); behind != at) {
        // What ends in the first of them, or begins in the last, is text all the same.
        for (std::size_t& run : runs) run += zeros.size() / 4;
        end_run(at + zeros.size() / 2);
        end_run(at + zeros.size() / 2 + 1);
        at = behind - zeros.size() / 2;
        continue;
      }
    if (high_[static_cast<std::uint8_t>(bytes[at])])
      ++runs[at % 2];
    else
      end_run(at);
  }
  end_run(at);
  end_run(at + 1);
}

void Utf16Search::read(const ByteSearch& utf8, std::string_view bytes, std::size_t begin,
                       std::size_t end, TextEncoding encoding, Buffers& buffers,
                       std::vector<Match>& matches) const {
  Reading reading(bytes.substr(begin, end - begin), encoding, buffers.text);
  while (reading.read_on(utf8.longest())) {
    buffers.found.clear();
    utf8.find(reading.text(), buffers.found);
    reading.in_bytes(buffers.found, [&](Match match) {
      if (match.length < shortest_sought) return;
      match.at += begin;
      matches.push_back(match);
    });
  }
}

}  // namespace besa::source
