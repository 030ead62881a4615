#include "source/byte_search.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace besa::source {
namespace {

constexpr std::uint64_t second_multiplier = 0xD6E8FEB86659FD93U;

/// How often each eight-byte word occurs, roughly (words that share a counter add up).
class RoughCount {
 public:
  explicit RoughCount(std::size_t words)
      : counters_(std::bit_ceil(std::max<std::size_t>(words, 1024))),
        shift_(static_cast<unsigned>(64 - std::countr_zero(counters_.size()))) {}
  std::uint32_t& operator()(std::uint64_t word) {
    return counters_[(word * second_multiplier) >> shift_];
  }

 private:
  std::vector<std::uint32_t> counters_;
  unsigned shift_;
};

void sort_and_make_unique(std::vector<std::uint64_t>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

/// The window that is rare and has rare neighbours: "5569123" may be unique among the values sought
/// and still be in many numbers of those who stay; the digits after it are not.
std::size_t amid_the_rarest(const std::vector<std::pair<std::size_t, std::uint64_t>>& weights) {
  const auto last = static_cast<std::ptrdiff_t>(weights.size()) - 1;
  std::uint64_t least = ~std::uint64_t{0};
  std::ptrdiff_t chosen = 0;
  for (std::ptrdiff_t at = 0; at <= last; ++at) {
    std::uint64_t weight = 0;
    for (std::ptrdiff_t near = at - 2; near <= at + 2; ++near)
      weight += weights[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(near, 0, last))].second;
    if (weight >= least) continue;
    least = weight;
    chosen = at;
  }
  return static_cast<std::size_t>(chosen);
}

}  // namespace

// --- WordSet
// --------------------------------------------------------------------------------------

WordSet::WordSet(const std::vector<std::uint64_t>& words) {
  // At least 64 bits for each word, two of them set.
  const std::size_t bitmap = std::bit_ceil(std::max<std::size_t>(words.size(), 64));
  const std::size_t slots = std::bit_ceil(std::max<std::size_t>(words.size() * 3 / 2, 4));
  bitmap_.resize(bitmap);
  slots_.resize(slots);
  slot_shift_ = static_cast<unsigned>(64 - std::countr_zero(slots));
  for (const std::uint64_t word : words) insert(word);
}

std::size_t WordSet::slot(std::uint64_t word) const {
  word ^= word >> 29;
  return (word * second_multiplier) >> slot_shift_;
}

void WordSet::insert(std::uint64_t word) {
  if (word == 0 || find(word) != none) return;
  const std::uint64_t hash = word * multiplier;
  bitmap_[hash >> 32 & (bitmap_.size() - 1)] |=
      std::uint64_t{1} << (hash >> 26 & 63) | std::uint64_t{1} << (hash >> 20 & 63);
  std::size_t place = slot(word);
  while (slots_[place] != 0) place = (place + 1) & (slots_.size() - 1);
  slots_[place] = word;
  ++count_;
}

std::uint32_t WordSet::find(std::uint64_t word) const {
  if (word == 0) return none;
  for (std::size_t place = slot(word); slots_[place] != 0;
       place = (place + 1) & (slots_.size() - 1))
    if (slots_[place] == word) return static_cast<std::uint32_t>(place);
  return none;
}

std::vector<std::uint32_t> WordSet::members() const {
  std::vector<std::uint32_t> places;
  for (std::uint32_t place = 0; place < slots_.size(); ++place)
    if (slots_[place] != 0) places.push_back(place);
  return places;
}

// --- ByteSearch
// -----------------------------------------------------------------------------------

ByteSearch::ByteSearch(std::span<const std::string> values,
                       std::span<const TextEncoding> encodings) {
  for (const TextEncoding encoding : encodings)
    for (std::size_t value = 0; value < values.size(); ++value)
      add(encoded(values[value], encoding), static_cast<std::uint32_t>(value), encoding);
  choose_anchors();
  group_by_anchor();
}

void ByteSearch::add(std::string_view form, std::uint32_t value, TextEncoding encoding) {
  const bool all_zero = form.find_first_not_of('\0') == std::string_view::npos;
  if (form.size() < shortest_sought || all_zero) return;
  patterns_.push_back({arena_.size(), static_cast<std::uint32_t>(form.size()), 0, value, encoding});
  arena_ += form;
  longest_ = std::max(longest_, form.size());
}

std::string_view ByteSearch::form(const Pattern& pattern) const {
  return std::string_view(arena_).substr(pattern.offset, pattern.length);
}

std::uint64_t ByteSearch::anchor_word(const Pattern& pattern) const {
  return word_at(arena_, pattern.offset + pattern.anchor);
}

void ByteSearch::choose_anchors() {
  // The rarest of a long value's first windows is rare enough; a note of pages need not be counted.
  constexpr std::size_t windows_weighed = 256;
  RoughCount count(arena_.size());
  const auto each_window = [&](const Pattern& pattern, auto&& weigh) {
    const std::string_view text = form(pattern);
    const std::size_t last = text.size() - shortest_sought;
    const std::size_t begin = std::min(text.find_first_not_of('\0'), last);
    for (std::size_t at = begin; at <= std::min(last, begin + windows_weighed); ++at)
      if (const std::uint64_t word = word_at(text, at); word != 0) weigh(word, at);
  };
  for (const Pattern& pattern : patterns_)
    each_window(pattern, [&](std::uint64_t word, std::size_t) { ++count(word); });
  std::vector<std::pair<std::size_t, std::uint64_t>> weights;
  for (Pattern& pattern : patterns_) {
    weights.clear();
    each_window(pattern,
                [&](std::uint64_t word, std::size_t at) { weights.emplace_back(at, count(word)); });
    pattern.anchor = static_cast<std::uint32_t>(weights[amid_the_rarest(weights)].first);
  }
}

void ByteSearch::group_by_anchor() {
  std::vector<std::uint64_t> words;
  words.reserve(patterns_.size());
  for (const Pattern& pattern : patterns_) words.push_back(anchor_word(pattern));
  sort_and_make_unique(words);
  anchors_ = WordSet(words);
  const auto place = [&](const Pattern& pattern) { return anchors_.find(anchor_word(pattern)); };
  first_.assign(std::size_t{anchors_.places()} + 1, 0);
  for (const Pattern& pattern : patterns_)
    if (place(pattern) != WordSet::none) ++first_[place(pattern) + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  std::vector<Pattern> grouped(first_.back());
  std::vector<std::uint32_t> next = first_;
  for (const Pattern& pattern : patterns_)
    if (place(pattern) != WordSet::none) grouped[next[place(pattern)]++] = pattern;
  patterns_ = std::move(grouped);
}

void ByteSearch::verify(std::string_view bytes, std::size_t at, std::vector<Match>& matches) const {
  const std::uint32_t place = anchors_.find(word_at(bytes, at));
  if (place == WordSet::none) return;
  for (std::uint32_t i = first_[place]; i < first_[place + 1]; ++i) {
    const Pattern& pattern = patterns_[i];
    if (pattern.anchor > at) continue;
    const std::size_t start = at - pattern.anchor;
    if (bytes.size() - start < pattern.length) continue;
    if (bytes.substr(start, pattern.length) == form(pattern))
      matches.push_back({start, pattern.length, pattern.value, pattern.encoding});
  }
}

void ByteSearch::find(std::string_view bytes, std::vector<Match>& matches) const {
  if (bytes.size() < shortest_sought || patterns_.empty()) return;
  anchors_.filter(
      bytes.size() - shortest_sought + 1, [&](std::size_t at) { return word_at(bytes, at); },
      [&](std::size_t at) { verify(bytes, at, matches); });
}

// --- WindowSearch
// ---------------------------------------------------------------------------------

WindowSearch::WindowSearch(std::span<const std::string> values, TextEncoding encoding)
    : width_(encoding == TextEncoding::utf8 ? shortest_sought : 2 * shortest_sought) {
  const std::size_t step = width_ / shortest_sought;  // UTF-16: only whole characters
  std::vector<std::uint64_t> words;
  for (const std::string& value : values) {
    const std::string form = encoded(value, encoding);
    for (std::size_t at = 0; at + width_ <= form.size(); at += step)
      words.push_back(fingerprint(form, at));
  }
  sort_and_make_unique(words);
  words_ = WordSet(words);
}

WindowSearch::WindowSearch(const WindowSearch& other, std::span<const std::uint32_t> places)
    : width_(other.width_) {
  std::vector<std::uint64_t> words;
  for (const std::uint32_t place : places) words.push_back(other.words_.word(place));
  words_ = WordSet(words);
}

}  // namespace besa::source
