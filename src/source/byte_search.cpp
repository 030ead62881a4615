#include "source/byte_search.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace besa::source {
namespace {

constexpr std::uint64_t second_multiplier = 0xD6E8FEB86659FD93U;

/// How often each eight-byte word occurs, roughly (words that share a counter add up) and up to
/// 255.
class RoughCount {
 public:
  explicit RoughCount(std::size_t words)
      : counters_(std::bit_ceil(std::max<std::size_t>(words, 1024))),
        shift_(static_cast<unsigned>(64 - std::countr_zero(counters_.size()))) {}
  void add(std::uint64_t word) {
    std::uint8_t& counter = counters_[(word * second_multiplier) >> shift_];
    counter = static_cast<std::uint8_t>(counter + (counter < 255 ? 1 : 0));
  }
  [[nodiscard]] std::uint32_t operator()(std::uint64_t word) const {
    return counters_[(word * second_multiplier) >> shift_];
  }

 private:
  std::vector<std::uint8_t> counters_;
  unsigned shift_;
};

void sort_and_make_unique(std::vector<std::uint64_t>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

/// Where the windows lie of which some are chosen: the rarest of a long value's first ones are rare
/// enough, a note of pages need not be counted. Zero bytes alone are no window.
struct Windows {
  Windows(std::string_view text, std::size_t width) : last(text.size() - width) {
    constexpr std::size_t weighed = 256;
    const std::size_t something = text.find_first_not_of('\0');
    first = something < width ? 0 : std::min(something - width + 1, last);
    last = std::min(last, first + weighed);
  }
  std::size_t first = 0, last;
};

/// Of `count` windows that follow one another, the first of those that are rare and have rare
/// neighbours: "5569123" may be unique among the values sought and still be in many numbers of
/// those who stay; the digits after it are not. `weights`: of every window, 0 for one that cannot
/// be chosen.
std::size_t amid_the_rarest(std::span<const std::uint32_t> weights, std::size_t count) {
  constexpr std::size_t beside = 2;
  const std::size_t last = weights.size() - 1;
  const auto weight = [&](std::size_t place) {  // counted from `beside` before the first
    return weights[std::min(std::max(place, beside) - beside, last)];
  };
  std::uint32_t sum = 0, least = ~std::uint32_t{0};
  for (std::size_t i = 0; i < count + 2 * beside; ++i) sum += weight(i);
  std::size_t chosen = 0;
  for (std::size_t at = 0; at + count <= weights.size(); ++at) {
    const auto inside = weights.subspan(at, count);
    if (sum < least && std::find(inside.begin(), inside.end(), 0U) == inside.end()) {
      least = sum;
      chosen = at;
    }
    sum += weight(at + count + 2 * beside) - weight(at);
  }
  return chosen;
}

}  // namespace

// --- WordSet
// --------------------------------------------------------------------------------------

WordSet::WordSet(const std::vector<std::uint64_t>& words) {
  // 32 to 64 bits for each word, two of them set: more would leave the cache.
  const std::size_t bitmap = std::bit_ceil(std::max<std::size_t>(words.size(), 64)) / 2;
  const std::size_t slots = std::bit_ceil(std::max<std::size_t>(words.size() * 3 / 2, 4));
  bitmap_.resize(bitmap);
  slots_.resize(slots);
  bitmap_shift_ = static_cast<unsigned>(64 - std::countr_zero(bitmap));
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
  bitmap_[hash >> bitmap_shift_] |=
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
  arena_.resize(arena_.size() + sizeof(std::uint64_t));  // a whole word may be read of each window
  choose_windows();
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

std::uint64_t ByteSearch::window(const Pattern& pattern, std::size_t at) const {
  return word_at(arena_, pattern.offset + at) << (64 - 8 * width_);
}

std::uint64_t ByteSearch::window(std::string_view bytes, std::size_t at) const {
  std::uint64_t word = 0;
  if (bytes.size() - at >= sizeof word)
    word = word_at(bytes, at);
  else
    std::memcpy(&word, bytes.data() + at, bytes.size() - at);
  return word << (64 - 8 * width_);
}

/// The narrower the windows, the fewer places need be looked at, and the more windows are the same
/// by chance.
void ByteSearch::choose_windows() {
  constexpr std::size_t narrowest = 7, longest_stride = 4;
  width_ = narrowest;
  std::size_t run = longest_stride + 1;
  for (const Pattern& pattern : patterns_) run = std::min(run, longest_run(pattern));
  stride_ = std::min(longest_stride, run);
  width_ = std::min(shortest_sought, narrowest + run - stride_);
}

/// How many windows of a pattern follow one another, none of them zeros, at most.
std::size_t ByteSearch::longest_run(const Pattern& pattern) const {
  if (form(pattern).find('\0') == std::string_view::npos) return pattern.length - width_ + 1;
  const Windows windows(form(pattern), width_);
  std::size_t run = 0, longest = 0;
  for (std::size_t at = windows.first; at <= windows.last; ++at) {
    run = window(pattern, at) == 0 ? 0 : run + 1;
    longest = std::max(longest, run);
  }
  return longest;
}

void ByteSearch::choose_anchors() {
  RoughCount count(arena_.size());
  for (const Pattern& pattern : patterns_) {
    const Windows windows(form(pattern), width_);
    for (std::size_t at = windows.first; at <= windows.last; ++at) count.add(window(pattern, at));
  }
  std::vector<std::uint32_t> weights;
  for (Pattern& pattern : patterns_) {
    const Windows windows(form(pattern), width_);
    weights.clear();
    for (std::size_t at = windows.first; at <= windows.last; ++at) {
      const std::uint64_t word = window(pattern, at);
      weights.push_back(word == 0 ? 0 : count(word));
    }
    pattern.anchor = static_cast<std::uint32_t>(windows.first + amid_the_rarest(weights, stride_));
  }
}

void ByteSearch::group_by_anchor() {
  std::vector<std::uint64_t> words;
  words.reserve(patterns_.size() * stride_);
  for (const Pattern& pattern : patterns_)
    for (std::size_t i = 0; i < stride_; ++i) words.push_back(window(pattern, pattern.anchor + i));
  words_ = WordSet(words);
  std::vector<std::uint32_t> places;
  places.reserve(words.size());
  for (const std::uint64_t word : words) places.push_back(words_.find(word));
  first_.assign(std::size_t{words_.places()} + 1, 0);
  for (const std::uint32_t place : places) ++first_[place + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  anchors_.resize(words.size());
  std::vector<std::uint32_t> next = first_;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto pattern = static_cast<std::uint32_t>(i / stride_);
    const auto at = static_cast<std::uint32_t>(patterns_[pattern].anchor + i % stride_);
    anchors_[next[places[i]]++] = {pattern, at};
  }
}

void ByteSearch::verify(std::string_view bytes, std::size_t at, std::vector<Match>& matches) const {
  const std::uint32_t place = words_.find(window(bytes, at));
  if (place == WordSet::none) return;
  for (std::uint32_t i = first_[place]; i < first_[place + 1]; ++i) {
    const Anchor& anchor = anchors_[i];
    const Pattern& pattern = patterns_[anchor.pattern];
    if (anchor.at > at) continue;
    const std::size_t start = at - anchor.at;
    if (bytes.size() - start < pattern.length) continue;
    if (bytes.substr(start, pattern.length) == form(pattern))
      matches.push_back({start, pattern.length, pattern.value, pattern.encoding});
  }
}

void ByteSearch::find(std::string_view bytes, std::vector<Match>& matches) const {
  if (bytes.size() < shortest_sought || patterns_.empty()) return;
  const std::size_t end = bytes.size() - shortest_sought + 1;
  const unsigned shift = static_cast<unsigned>(64 - 8 * width_);
  words_.filter(
      end, stride_, [&](std::size_t at) { return word_at(bytes, at) << shift; },
      [&](std::size_t at) { verify(bytes, at, matches); });
  // Narrower windows also end where no whole word begins.
  for (std::size_t at = (end + stride_ - 1) / stride_ * stride_; at + width_ <= bytes.size();
       at += stride_)
    verify(bytes, at, matches);
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
