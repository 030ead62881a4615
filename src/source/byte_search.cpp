#include "source/byte_search.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "source/same_bytes.hpp"

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

WordSet::WordSet(const std::vector<std::uint64_t>& words) : filter_(words.size()) {
  slots_.resize(words.size() * 3 / 2 + 2);
  for (const std::uint64_t word : words) insert(word);
}

void WordSet::insert(std::uint64_t word) {
  if (word == 0 || find(word) != none) return;
  filter_.add(word);
  std::size_t place = slot(word);
  while (slots_[place] != 0) place = behind(place);
  slots_[place] = word;
  ++count_;
}

std::vector<std::uint32_t> WordSet::members() const {
  std::vector<std::uint32_t> places;
  for (std::uint32_t place = 0; place < slots_.size(); ++place)
    if (slots_[place] != 0) places.push_back(place);
  return places;
}

// --- ByteSearch
// -----------------------------------------------------------------------------------

namespace {

/// The window at `at`, as the word it is known by.
std::uint64_t window(std::string_view bytes, std::size_t at, std::size_t width) {
  const std::uint64_t word =
      word_of(bytes.data() + at, std::min(bytes.size() - at, sizeof(std::uint64_t)));
  return word << (64 - 8 * width);
}

/// Of values at least this many windows of eight bytes long, only every so-many-th place is looked
/// at.
constexpr std::size_t longest_stride = 4;

}  // namespace

ByteSearch::ByteSearch(std::span<const std::string> values, TextEncoding encoding)
    : encoding_(encoding) {
  for (std::size_t value = 0; value < values.size(); ++value)
    add(encoded(values[value], encoding), static_cast<std::uint32_t>(value));
  for (Group& group : groups_) {
    if (group.patterns.empty()) continue;
    choose_windows(group);
    choose_anchors(group);
    group_by_anchor(group);
    group.patterns.shrink_to_fit();
  }
}

void ByteSearch::add(std::string_view form, std::uint32_t value) {
  const bool all_zero = form.find_first_not_of('\0') == std::string_view::npos;
  if (form.size() < shortest_sought || all_zero) return;
  const Pattern pattern{arena_.size(), static_cast<std::uint32_t>(form.size()), 0, value};
  arena_ += form;
  longest_ = std::max(longest_, form.size());
  const bool is_short = longest_run(pattern, shortest_sought) < longest_stride;
  groups_.at(is_short ? 1 : 0).patterns.push_back(pattern);
}

std::string_view ByteSearch::form(const Pattern& pattern) const {
  return std::string_view(arena_).substr(pattern.offset, pattern.length);
}

/// The narrower the windows, the fewer places need be looked at, and the more windows are the same
/// by chance.
void ByteSearch::choose_windows(Group& group) const {
  constexpr std::size_t narrowest = 7;
  std::size_t run = longest_stride + 1;
  for (const Pattern& pattern : group.patterns)
    run = std::min(run, longest_run(pattern, narrowest));
  group.stride = std::bit_floor(std::min(longest_stride, run));
  group.width = std::min(shortest_sought, narrowest + run - group.stride);
}

/// How many windows of a pattern follow one another, none of them zeros, at most.
std::size_t ByteSearch::longest_run(const Pattern& pattern, std::size_t width) const {
  const std::string_view text = form(pattern);
  if (text.find('\0') == std::string_view::npos) return text.size() - width + 1;
  const Windows windows(text, width);
  std::size_t run = 0, longest = 0;
  for (std::size_t at = windows.first; at <= windows.last; ++at) {
    run = window(text, at, width) == 0 ? 0 : run + 1;
    longest = std::max(longest, run);
  }
  return longest;
}

void ByteSearch::choose_anchors(Group& group) const {
  RoughCount count(arena_.size());
  for (const Pattern& pattern : group.patterns) {
    const Windows windows(form(pattern), group.width);
    for (std::size_t at = windows.first; at <= windows.last; ++at)
      count.add(window(form(pattern), at, group.width));
  }
  std::vector<std::uint32_t> weights;
  for (Pattern& pattern : group.patterns) {
    const Windows windows(form(pattern), group.width);
    weights.clear();
    for (std::size_t at = windows.first; at <= windows.last; ++at) {
      const std::uint64_t word = window(form(pattern), at, group.width);
      weights.push_back(word == 0 ? 0 : count(word));
    }
    pattern.anchor =
        static_cast<std::uint32_t>(windows.first + amid_the_rarest(weights, group.stride));
  }
}

void ByteSearch::group_by_anchor(Group& group) const {
  std::vector<std::uint64_t> words;
  words.reserve(group.patterns.size() * group.stride);
  for (const Pattern& pattern : group.patterns)
    for (std::size_t i = 0; i < group.stride; ++i)
      words.push_back(window(form(pattern), pattern.anchor + i, group.width));
  group.words = WordSet(words);
  std::vector<std::uint32_t> places;
  places.reserve(words.size());
  for (const std::uint64_t word : words) places.push_back(group.words.find(word));
  group.first.assign(std::size_t{group.words.places()} + 1, 0);
  for (const std::uint32_t place : places) ++group.first[place + 1];
  std::partial_sum(group.first.begin(), group.first.end(), group.first.begin());
  group.anchors.resize(words.size());
  std::vector<std::uint32_t> next = group.first;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto pattern = static_cast<std::uint32_t>(i / group.stride);
    const auto at = static_cast<std::uint32_t>(group.patterns[pattern].anchor + i % group.stride);
    group.anchors[next[places[i]]++] = {pattern, at};
  }
}

/// Where windows were met, the memory that tells of which values is asked for before any is waited
/// for: most of them are of somebody who stays and has the same beginning.
void ByteSearch::verify(const Group& group, std::string_view bytes, std::span<const Hit> hits,
                        std::vector<Match>& matches) const {
  const std::uint32_t* const first = group.first.data();
  const Anchor* const anchors = group.anchors.data();
  const Pattern* const patterns = group.patterns.data();
  for (const Hit& hit : hits) __builtin_prefetch(anchors + first[hit.place]);
  for (const Hit& hit : hits) __builtin_prefetch(patterns + anchors[first[hit.place]].pattern);
  for (const Hit& hit : hits)
    __builtin_prefetch(arena_.data() + patterns[anchors[first[hit.place]].pattern].offset);
  for (const auto& [at, place] : hits)
    for (std::uint32_t i = first[place]; i < first[place + 1]; ++i) {
      const Pattern& pattern = patterns[anchors[i].pattern];
      if (anchors[i].at > at) continue;
      const std::size_t start = at - anchors[i].at;
      if (bytes.size() - start < pattern.length) continue;
      if (same_bytes(bytes.data() + start, arena_.data() + pattern.offset, pattern.length))
        matches.push_back({start, pattern.length, pattern.value, encoding_});
    }
}

void ByteSearch::find(const Group& group, std::string_view bytes,
                      std::vector<Match>& matches) const {
  const std::size_t end = bytes.size() - shortest_sought + 1, stride = group.stride;
  const unsigned shift = static_cast<unsigned>(64 - 8 * group.width);
  std::array<Hit, 64> hits;
  std::size_t count = 0;
  const auto note = [&](std::size_t at, std::uint32_t place) {
    __builtin_prefetch(group.first.data() + place);
    hits[count++] = {at, place};
    if (count < hits.size()) return;
    verify(group, bytes, hits, matches);
    count = 0;
  };
  group.words.find_in(bytes, stride, shift, note);
  // Narrower windows also end where no whole word begins.
  for (std::size_t at = (end + stride - 1) / stride * stride; at + group.width <= bytes.size();
       at += stride)
    if (const std::uint32_t place = group.words.find(window(bytes, at, group.width));
        place != WordSet::none)
      note(at, place);
  verify(group, bytes, std::span(hits).first(count), matches);
}

void ByteSearch::find(std::string_view bytes, std::vector<Match>& matches) const {
  if (bytes.size() < shortest_sought) return;
  for (const Group& group : groups_)
    if (!group.words.empty()) find(group, bytes, matches);
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
