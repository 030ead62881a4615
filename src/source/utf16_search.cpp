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

/// UTF-16 read piece by piece, with what it takes to tell where in the bytes a piece lies.
class Reading {
 public:
  Reading(std::string_view bytes, std::size_t begin, std::size_t end, TextEncoding encoding)
      : bytes_(bytes), next_(begin), end_(end), encoding_(encoding) {}

  /// Reads on, behind the last `keep` bytes or so of the piece before. False at the end.
  bool read_on(std::size_t keep) {
    constexpr std::size_t piece = std::size_t{64} * 1024;
    const std::size_t cut = text_.size() - std::min(keep, text_.size());
    const auto whole = std::find_if(places_.begin() + static_cast<std::ptrdiff_t>(cut),
                                    places_.end(), [](std::size_t place) { return place != none; });
    const auto gone = static_cast<std::size_t>(whole - places_.begin());
    text_.erase(0, gone);
    places_.erase(places_.begin(), whole);
    known_ = text_.size();
    const std::size_t before = next_;
    while (next_ + 2 <= end_ && next_ - before < piece) read_character();
    return next_ > before;
  }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Of a match in the text: where it lies in the bytes; length 0 for what was told before.
  [[nodiscard]] Match in_bytes(const Match& match) const {
    const std::size_t end = match.at + match.length;
    if (end <= known_) return {};
    const std::size_t begin = places_[match.at];
    const std::size_t behind = end < places_.size() ? places_[end] : next_;
    return {begin, behind - begin, match.value, encoding_};
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  void read_character() {
    const std::size_t length = append_character(text_, bytes_.substr(0, end_), next_, encoding_);
    places_.push_back(next_);
    places_.resize(text_.size(), none);
    next_ += length;
  }

  std::string_view bytes_;
  std::size_t next_, end_;
  TextEncoding encoding_;
  std::string text_;
  std::vector<std::size_t> places_;  ///< by byte of the text: where its character begins, or none
  std::size_t known_ = 0;            ///< of the text, what the piece before had too
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
    for (std::size_t at = 0; at < form.size(); at += 2)
      high_[static_cast<std::uint8_t>(form[at])] = true;
    fewest_ = std::min(fewest_, form.size() / 2);
  }
}

void Utf16Search::find(const ByteSearch& utf8, std::string_view bytes,
                       std::span<const TextEncoding> encodings, std::vector<Match>& matches) const {
  // A run: every second byte can be a high one. Low ones stand before them, or behind.
  std::array<std::size_t, 2> runs{};
  const auto end_run = [&](std::size_t at) {
    std::size_t& run = runs[at % 2];
    const std::size_t begin = at - 2 * run;
    if (run >= fewest_)
      for (const TextEncoding encoding : encodings) {
        const bool low_first = encoding == TextEncoding::utf16le;
        const std::size_t first = low_first ? (begin == 0 ? 1 : begin - 1) : begin;
        read(utf8, bytes, first, std::min(low_first ? at - 1 : at, bytes.size()), encoding,
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
                       std::size_t end, TextEncoding encoding, std::vector<Match>& matches) const {
  std::vector<Match> found;
  for (Reading reading(bytes, begin, end, encoding); reading.read_on(utf8.longest());) {
    found.clear();
    utf8.find(reading.text(), found);
    for (const Match& match : found)
      if (const Match there = reading.in_bytes(match); there.length > 0) matches.push_back(there);
  }
}

}  // namespace besa::source
