// Steps over the parts of one line of JSON by its marks. Never leaves the line, whatever lies in
// it: at its end, and wherever nothing is that JSON knows, `peek` is what no part begins with.
#pragma once

#include <algorithm>
#include <string_view>

#include "source/jsonl_reader.hpp"
#include "source/jsonl_value.hpp"

namespace besa::source {

/// A value's bytes in a stretch.
struct JsonlSpan {
  std::uint32_t begin = 0, end = 0;
};

class JsonlCursor {
 public:
  JsonlCursor() = default;
  explicit JsonlCursor(const JsonlLine& line)
      : bytes_(line.bytes), mark_(line.marks), end_(line.end) {}

  [[nodiscard]] bool at_end() const { return *mark_ >= end_; }
  /// The first character of the next part; NUL at the end.
  [[nodiscard]] char peek() const { return at_end() ? '\0' : bytes_[*mark_]; }
  [[nodiscard]] std::uint32_t at() const { return std::min(*mark_, end_); }
  void step() {
    if (!at_end()) ++mark_;
  }
  [[nodiscard]] std::string_view text(JsonlSpan span) const {
    return {bytes_ + span.begin, span.end - span.begin};
  }
  /// The string, number or word that begins here: everything up to the next part.
  [[nodiscard]] JsonlSpan scalar() const {
    if (at_end()) return {end_, end_};
    const std::uint32_t begin = *mark_;
    std::uint32_t end = std::min(mark_[1], end_);
    while (end > begin && is_json_space(bytes_[end - 1])) --end;
    return {begin, end};
  }
  /// Between the quotes of the string that begins here; nothing where none does.
  [[nodiscard]] std::string_view string() const {
    const std::string_view all = text(scalar());
    const bool whole = all.size() >= 2 && all.front() == '"' && all.back() == '"';
    return whole ? all.substr(1, all.size() - 2) : std::string_view();
  }
  /// Steps over a whole value.
  JsonlSpan skip_value() {
    const char first = peek();
    if (first != '{' && first != '[') {
      const JsonlSpan span = scalar();
      step();
      return span;
    }
    const std::uint32_t begin = at();
    for (std::size_t depth = 0; !at_end(); step()) {
      const char c = bytes_[*mark_];
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) break;
    }
    const std::uint32_t end = std::min(at() + 1, end_);
    step();
    return {begin, end};
  }

 private:
  const char* bytes_ = nullptr;
  const std::uint32_t* mark_ = nullptr;
  std::uint32_t end_ = 0;
};

}  // namespace besa::source
