#include "source/jsonl_check.hpp"

#include <algorithm>

#include "source/jsonl_value.hpp"
#include "source/same_bytes.hpp"

namespace besa::source {

constexpr std::uint32_t in_a_column = JsonlFields::none;

namespace {

bool are_digits(std::uint64_t eight) {
  constexpr std::uint64_t high = 0xF0F0F0F0F0F0F0F0U;
  // 30..39: the upper half is 3, also six further.
  return ((eight & high) | ((eight + 0x0606060606060606U) & high) >> 4) == 0x3333333333333333U;
}

bool all_digits(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return false;
  if (text.size() < 8) return std::ranges::all_of(text, is_digit);
  for (std::size_t at = 0; at + 8 < text.size(); at += 8)
    if (!are_digits(eight_bytes(text.data() + at))) return false;
  return are_digits(eight_bytes(text.data() + text.size() - 8));
}

/// As a number is written: no sign but a minus, no leading zero.
bool is_whole_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.size() > 1 && text.front() == '0') return false;
  return all_digits(text);
}

/// True for a string, without escapes, that is certainly no whole number, as most are not.
bool is_plain_word(std::string_view token) {
  if (token.size() < 3 || token.front() != '"' || token.back() != '"') return false;
  if (!is_digit(token[1])) return token[1] != '-';
  return token.size() >= 10 && !are_digits(eight_bytes(token.data() + 1));
}

}  // namespace

void JsonlCheck::look(const JsonlReader& reader) {
  reader_ = &reader;
  cursor_ = JsonlCursor(reader.line());
  escapes_ = reader.line().escapes;
  if (is_like_the_last()) {
    ++records_;
    return;
  }
  last_.clear();
  if (escapes_) unescaped_.clear();
  names_.clear();
  if (cursor_.peek() != '{')
    fail("a record is an object in braces",
         cursor_.peek() == '[' ? "write each element of the array on a line of its own" : "");
  object(JsonlFields::root, 1);
  if (!cursor_.at_end() && cursor_.peek() == '\0') fail_here();
  if (!cursor_.at_end())
    fail(cursor_.peek() == '{' ? "a second record on the line" : "something behind the record",
         "each record is written on a line of its own");
  ++records_;
}

bool JsonlCheck::is_like_the_last() {
  const JsonlLine& line = reader_->line();
  const char* const bytes = line.bytes;
  const std::uint32_t line_end = line.end;
  const std::uint32_t* mark = line.marks;  // of the brace, then of the comma before each member
  if (last_.empty() || bytes[*mark] != '{') return false;
  const Member* const last = &last_.back();
  Seen* const all_seen = seen_.data();  // every member of the last record was
  for (const Member& member : last_) {
    const std::uint32_t name = mark[1];
    if (name >= line_end || line_end - name < member.key.size() ||
        !same_bytes(bytes + name, member.key.data(), member.key.size()))
      return false;
    const std::uint32_t begin = mark[3];  // behind the colon
    if (begin >= line_end || mark[4] >= line_end) return false;
    mark += 4;
    if (bytes[*mark] != (&member == last ? '}' : ',')) return false;
    std::uint32_t end = *mark;
    while (is_json_space(bytes[end - 1])) --end;
    const std::string_view token(bytes + begin, end - begin);
    Seen& seen = all_seen[member.node];
    if (member.in_column && !escapes_ && is_plain_word(token)) {
      seen.value = seen.other = true;
      continue;
    }
    if (!is_scalar(token)) return false;
    if (member.in_column)
      note_kind(seen, token);
    else
      (token == "null" ? seen.nothing : seen.value) = true;
  }
  return mark[1] >= line_end;
}

void JsonlCheck::fail(const std::string& what, const std::string& hint) const {
  reader_->fail(cursor_.at(), what, hint);
}

void JsonlCheck::fail_here() const {
  if (cursor_.at_end()) fail("the line ends inside a record", "each record is written on one line");
  if (cursor_.peek() == '\0') fail("a NUL byte");
  fail("not JSON");
}

JsonlCheck::Seen& JsonlCheck::seen(std::uint32_t node) {
  if (node >= seen_.size()) seen_.resize(fields_.size());
  return seen_[node];
}

void JsonlCheck::value(std::uint32_t node, std::size_t depth) {
  const char first = cursor_.peek();
  if (first != '{' && first != '[') return scalar(node);
  if (depth > depth_limit) fail("more than 64 levels of objects and arrays");
  first == '{' ? object(node, depth) : array(node, depth);
}

void JsonlCheck::scalar(std::uint32_t node) {
  const std::string_view token = cursor_.text(cursor_.scalar());
  if (token.starts_with('"'))
    string(token);
  else if (!is_plain_scalar(token))
    fail_here();
  cursor_.step();
  if (node == in_a_column) return;
  (token == "null" ? seen(node).nothing : seen(node).value) = true;
}

bool JsonlCheck::is_scalar(std::string_view token) {
  const bool string = token.size() >= 2 && token.front() == '"' && token.back() == '"';
  return string ? unescape(token) : is_plain_scalar(token);
}

bool JsonlCheck::unescape(std::string_view token) {
  if (!escapes_ || token.find('\\') == std::string_view::npos) return true;
  scratch_.clear();
  return append_unescaped(scratch_, token.substr(1, token.size() - 2));
}

void JsonlCheck::string(std::string_view token) {
  if (token.size() < 2 || token.back() != '"') fail_here();
  if (!unescape(token)) fail("an escape that is no character, or half of one");
}

bool JsonlCheck::goes_on(char end) {
  const char c = cursor_.peek();
  if (c != ',' && c != end) fail_here();
  cursor_.step();
  return c == ',';
}

std::string_view JsonlCheck::member_name() {
  if (cursor_.peek() != '"') fail_here();
  name_at_ = cursor_.at();
  const std::string_view token = cursor_.text(cursor_.scalar());
  string(token);
  std::string_view name = token.substr(1, token.size() - 2);
  if (escapes_ && name.find('\\') != std::string_view::npos) {
    name = unescaped_.emplace_back(scratch_);
    if (name.find('\0') != std::string_view::npos) fail("a NUL in the name of a member");
  }
  cursor_.step();
  if (cursor_.peek() != ':') fail_here();
  key_ = cursor_.text({name_at_, cursor_.at() + 1});
  cursor_.step();
  return name;
}

void JsonlCheck::settle(bool flat) {
  if (!flat) last_.clear();
  plain_ = plain_ && flat && std::ranges::all_of(last_, [](const Member& member) {
             return member.key.ends_with("\":") && member.key.find('\\') == std::string::npos;
           });
}

void JsonlCheck::object(std::uint32_t node, std::size_t depth) {
  cursor_.step();
  if (cursor_.peek() == '}') {
    cursor_.step();
    if (node != in_a_column) seen(node).nothing = true;
    return;
  }
  const std::size_t first = names_.size();
  const std::uint64_t object = ++objects_;
  bool flat = true;
  if (node != in_a_column) seen(node).expected = 0;
  do {
    const std::string_view name = member_name();
    const std::string_view key = key_;
    std::uint32_t child = in_a_column;
    if (node == in_a_column)
      names_.push_back(name);
    else
      child = member(node, name, object);
    if (depth == 1) last_.push_back({std::string(key), met_, child == in_a_column});
    const char begins = cursor_.peek();
    flat = flat && begins != '{' && begins != '[';
    value(child, depth + 1);
  } while (goes_on('}'));
  if (depth == 1) settle(flat && node != in_a_column);
  require_different(first);
  names_.resize(first);
}

std::uint32_t JsonlCheck::member(std::uint32_t node, std::string_view name, std::uint64_t object) {
  std::uint32_t child = fields_.child(node, name, seen(node).expected);
  if (child == JsonlFields::none) child = fields_.add_child(node, name);
  Seen& member = seen(child);
  if (member.object == object) reader_->fail(name_at_, "a member of this name is there twice");
  member.object = object;
  met_ = child;
  return place(child);
}

std::uint32_t JsonlCheck::place(std::uint32_t node) {
  if (fields_.column(node) != JsonlFields::none) {
    note_kind(seen(node), cursor_.text(cursor_.scalar()));
    return in_a_column;
  }
  if (fields_.size() - named_ > unnamed_limit)
    fail("more than 10 000 members that the dataset file does not name",
         "name the object that holds them: then it is one column");
  return node;
}

void JsonlCheck::note_kind(Seen& column, std::string_view token) {
  column.value = true;
  const char first = token.empty() ? '\0' : token.front();
  if (first == '"') {
    if (column.digits && column.other) return;
    (is_whole_number(token.substr(1, token.size() - 2)) ? column.digits : column.other) = true;
  } else if (first == '-' || is_digit(first)) {
    column.number = true;
  } else if (first == 't' || first == 'f') {
    column.boolean = true;
  } else if (first != 'n') {  // null is nothing
    column.other = true;
  }
}

void JsonlCheck::array(std::uint32_t node, std::size_t depth) {
  cursor_.step();
  if (cursor_.peek() == ']') {
    cursor_.step();
    if (node != in_a_column) seen(node).nothing = true;
    return;
  }
  std::size_t number = 0;
  do {
    std::uint32_t child = in_a_column;
    if (node != in_a_column) {
      child = fields_.element(node, number++);
      if (child == JsonlFields::none) child = fields_.add_child(node, "*");
      child = place(child);
    }
    value(child, depth + 1);
  } while (goes_on(']'));
}

void JsonlCheck::require_different(std::size_t first) {
  constexpr std::size_t few = 16;
  const auto begin = names_.begin() + static_cast<std::ptrdiff_t>(first);
  bool twice = false;
  if (names_.size() - first <= few) {
    for (auto name = begin; name != names_.end(); ++name)
      twice = twice || std::find(begin, name, *name) != name;
  } else {
    std::sort(begin, names_.end());
    twice = std::adjacent_find(begin, names_.end()) != names_.end();
  }
  if (twice) fail("a member of the object before is there twice");
}

bool JsonlCheck::holds_more(std::uint32_t node) const {
  return std::ranges::any_of(fields_.children(node), [this](std::uint32_t child) {
    const bool column = fields_.column(child) != JsonlFields::none;
    return column || (child < seen_.size() && seen_[child].value) || holds_more(child);
  });
}

std::vector<std::uint32_t> JsonlCheck::unnamed() const {
  std::vector<std::uint32_t> found;
  for (std::uint32_t node = JsonlFields::root + 1; node < seen_.size(); ++node)
    if (fields_.column(node) == JsonlFields::none &&
        (seen_[node].value || (seen_[node].nothing && !holds_more(node))))
      found.push_back(node);
  return found;
}

bool JsonlCheck::occurs(std::uint32_t column) const {
  if (column < seen_.size() && seen_[column].value) return true;
  for (std::uint32_t node = fields_.parent(column); node != JsonlFields::none;
       node = fields_.parent(node))
    if (node < seen_.size() && node != JsonlFields::root && seen_[node].nothing) return true;
  return false;
}

std::string JsonlCheck::type(std::uint32_t column) const {
  if (column >= seen_.size() || seen_[column].other) return {};
  const Seen& kinds = seen_[column];
  if (kinds.boolean) return kinds.number || kinds.digits ? "" : "BOOLEAN";
  if (kinds.number == kinds.digits) return {};
  return kinds.number ? "NUMBER" : "TEXT";
}

bool JsonlCheck::numbers_as_text(std::uint32_t column) const {
  return column < seen_.size() && seen_[column].number && seen_[column].digits;
}

}  // namespace besa::source
