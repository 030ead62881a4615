#include "besa/base/json.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace besa {
namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Columns count characters, as editors do; a character starts at every byte but a continuation.
Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto newlines = std::count(before.begin(), before.end(), '\n');
  const std::size_t last_newline = before.rfind('\n');
  const std::string_view line =
      before.substr(last_newline == std::string_view::npos ? 0 : last_newline + 1);
  const auto characters = std::count_if(line.begin(), line.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  });
  return {static_cast<std::size_t>(newlines) + 1, static_cast<std::size_t>(characters) + 1};
}

[[noreturn]] void fail_at(std::string_view text, std::size_t offset, const std::string& what) {
  const Position at = position_of(text, offset);
  throw Error(ErrorKind::failed, "line " + std::to_string(at.line) + ", column " +
                                     std::to_string(at.column) + ": " + what);
}

/// Walks the text and tells how far the parser has read: the SAX interface itself does not.
class TrackedIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackedIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  TrackedIterator& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  TrackedIterator operator++(int) {
    TrackedIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const TrackedIterator& a, const TrackedIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  const char** reached_;
};

/// The library's words without its prefix and without the text it read, which may be a person's.
std::string reason_of(std::string_view what) {
  const std::size_t begin = what.find("syntax error");
  if (begin == std::string_view::npos) {
    return "number beyond the range of a double";
  }
  what.remove_prefix(begin);
  return std::string(what.substr(0, what.find("; last read: '")));
}

/// Builds the document and refuses what the library would let pass: equal keys, rounded integers,
/// deep nesting. A refusal stops the parser by returning false.
class StrictBuilder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return place(nullptr); }
  bool boolean(bool value) override { return place(value); }
  bool number_integer(std::int64_t value) override { return place(value); }
  bool number_unsigned(std::uint64_t value) override { return place(value); }
  bool number_float(double value, const std::string& written) override {
    if (written.find_first_of(".eE") == std::string::npos) {
      return refuse("integer beyond 64 bits");  // the library falls back to a rounded double
    }
    return place(value);
  }
  bool string(std::string& value) override { return place(std::move(value)); }
  bool binary(Json::binary_t&) override { return refuse("binary value"); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    if (!open_.back().keys.insert(name).second) {
      return refuse("duplicate key \"" + name.substr(0, 60) + "\"");
    }
    open_.back().key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t offset, const std::string&,
                   const nlohmann::detail::exception& error) override {
    fault_ = reason_of(error.what());
    fault_offset_ = offset == 0 ? 0 : offset - 1;
    return false;
  }

  Json take() { return std::move(root_); }
  [[nodiscard]] const std::string& fault() const { return fault_; }
  /// Where the parser itself stopped; nothing for a refusal, which ends where reading had got to.
  [[nodiscard]] std::optional<std::size_t> fault_offset() const { return fault_offset_; }

 private:
  struct Open {
    Json* value;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  bool refuse(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  /// Puts a value where the innermost open container, or the document, expects one.
  Json* put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Open& parent = open_.back();
    if (parent.value->is_array()) {
      parent.value->push_back(std::move(value));
      return &parent.value->back();
    }
    // Straight into the vector of pairs: the map's own insertion looks through all of them again.
    auto& fields = parent.value->get_ref<Json::object_t&>();
    auto& pairs = static_cast<Json::object_t::Container&>(fields);
    return &pairs.emplace_back(std::move(parent.key), std::move(value)).second;
  }

  bool place(Json value) {
    put(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (open_.size() == depth_limit) {
      return refuse("nested deeper than " + std::to_string(depth_limit) + " levels");
    }
    open_.push_back({put(std::move(container)), {}, {}});
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Open> open_;
  std::string fault_;
  std::optional<std::size_t> fault_offset_;
};

/// What the library would read past, or misread: UTF-16, NUL bytes, a second byte-order mark.
void refuse_foreign_bytes(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    fail_at(text, 0, "UTF-16 text, where UTF-8 is required");
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    fail_at(text, nul, nul < 2 ? "UTF-16 text, where UTF-8 is required" : "NUL byte");
  }
  if (text.starts_with(byte_order_mark)) {
    fail_at(text, 0, "second byte-order mark");
  }
}

/// Insertions, deletions, substitutions and swaps of neighbours (no letter edited twice).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

Json parse_json(std::string_view text, const JsonOptions& options) {
  if (text.size() > options.size_limit) {
    throw Error(ErrorKind::failed, "larger than " + std::to_string(options.size_limit) + " bytes");
  }
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  refuse_foreign_bytes(text);
  const char* reached = text.data();
  StrictBuilder builder;
  const bool complete = Json::sax_parse(
      TrackedIterator(text.data(), &reached), TrackedIterator(text.data() + text.size(), &reached),
      &builder, Json::input_format_t::json, true, options.comments);
  if (!complete) {
    const auto read = static_cast<std::size_t>(reached - text.data());
    fail_at(text, builder.fault_offset().value_or(read == 0 ? 0 : read - 1), builder.fault());
  }
  return builder.take();
}

std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string>& known) {
  std::optional<std::string> nearest;
  std::size_t best = word.size() / 3 + 1;
  for (const std::string& name : known) {
    const std::size_t longer = std::max(name.size(), word.size());
    const std::size_t shorter = std::min(name.size(), word.size());
    if (longer - shorter >= best) {
      continue;  // the lengths alone are further apart
    }
    if (const std::size_t distance = edit_distance(word, name); distance < best) {
      best = distance;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace besa
