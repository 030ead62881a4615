#include "source/jsonl_row.hpp"

#include <algorithm>

#include "source/find_text.hpp"
#include "source/jsonl_value.hpp"

namespace besa::source {

void JsonlLocator::move_to(const JsonlLine& line) {
  cursor_ = JsonlCursor(line);
  escapes_ = line.escapes;
  expected_[JsonlFields::root] = 0;
  ++line_;
}

bool JsonlLocator::step() {
  const char c = cursor_.peek();
  if (c != '{' && c != ',') return false;
  cursor_.step();
  return member(JsonlFields::root);
}

bool JsonlLocator::member(std::uint32_t node) {
  if (cursor_.peek() != '"') return false;
  const std::uint32_t place = child(node, cursor_.string());
  cursor_.step();  // the name
  cursor_.step();  // the colon
  value(place);
  return true;
}

std::uint32_t JsonlLocator::child(std::uint32_t node, std::string_view name) {
  if (escapes_ && name.find('\\') != std::string_view::npos) {
    scratch_.clear();
    (void)append_unescaped(scratch_, name);
    name = scratch_;
  }
  return fields_.child(node, name, expected_[node]);
}

void JsonlLocator::value(std::uint32_t node) {
  if (node == JsonlFields::none) {
    cursor_.skip_value();
    return;
  }
  const char first = cursor_.peek();
  const bool deeper = (first == '{' || first == '[') && !fields_.children(node).empty();
  const std::uint32_t column = fields_.column(node);
  if (deeper && column == JsonlFields::none) return values_in(node);
  const JsonlCursor begin = cursor_;
  const JsonlSpan span = cursor_.skip_value();
  if (column != JsonlFields::none) note(column, span);
  if (!deeper) return;
  cursor_ = begin;
  values_in(node);
}

void JsonlLocator::values_in(std::uint32_t node) {
  const char first = cursor_.peek();
  cursor_.step();
  expected_[node] = 0;
  if (first == '{') {
    while (member(node) && cursor_.peek() == ',') cursor_.step();
  } else {
    for (std::size_t i = 0; !cursor_.at_end() && cursor_.peek() != ']'; ++i) {
      value(fields_.element(node, i));
      if (cursor_.peek() == ',') cursor_.step();
    }
  }
  cursor_.step();
}

void JsonlLocator::note(std::uint32_t column, JsonlSpan span) {
  Places& found = places_[column];
  if (found.line != line_) found.count = 0;
  found.line = line_;
  if (found.count == found.spans.size()) found.spans.emplace_back();
  found.spans[found.count++] = span;
}

namespace {

/// What a member's name and its colon look like; empty for a name that is written with escapes, or
/// that could begin behind a string's closing quote.
std::string key_of(const std::string& name) {
  if (name.empty() || std::string_view(" ,:]}").find(name.front()) != std::string_view::npos)
    return {};
  const bool escaped = std::ranges::any_of(
      name, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
  return escaped ? std::string() : '"' + name + "\":";
}

/// Where the string that begins at `begin` ends, behind its quote.
std::size_t string_end(std::string_view line, std::size_t begin, bool escapes) {
  std::size_t at = begin + 1;
  if (!escapes) at = line.find('"', at);
  while (at < line.size() && line[at] != '"') at += line[at] == '\\' ? 2U : 1U;
  return std::min(at, line.size() - 1) + 1;
}

}  // namespace

JsonlRow::JsonlRow(JsonlReader& reader, const JsonlFields& fields, const std::vector<bool>& several,
                   bool plain)
    : reader_(reader),
      several_(several),
      locator_(fields, several.size()),
      keys_(several.size()),
      cells_(several.size()) {
  if (!plain) return;
  reader_.leave_marks();
  for (const std::uint32_t node : fields.children(JsonlFields::root))
    if (const std::uint32_t column = fields.column(node);
        column != JsonlFields::none && !several[column])
      keys_[column] = key_of(fields.step(node));
}

std::span<const JsonlSpan> JsonlRow::located(std::size_t column) {
  if (!located_) {
    reader_.mark_line();
    locator_.move_to(reader_.line());
    located_ = true;
  }
  return locator_.places(column);
}

std::string_view JsonlRow::token_by_key(std::size_t column) const {
  const std::string_view line = reader_.text();
  const std::size_t key = find_text(line, keys_[column], 0);
  if (key == std::string_view::npos) return {};
  std::size_t begin = key + keys_[column].size();
  while (begin < line.size() && (line[begin] == ' ' || line[begin] == '\t')) ++begin;
  if (begin == line.size()) return {};
  const std::size_t end = line[begin] == '"'
                              ? string_end(line, begin, reader_.line().escapes)
                              : std::min(line.find_first_of(", \t}", begin), line.size());
  return line.substr(begin, end - begin);
}

bool JsonlRow::may_lie_in(const TextRange& range) const {
  if (keys_[range.column()].empty() || reader_.line().escapes) return true;
  const std::string_view token = token_by_key(range.column());
  return !token.starts_with('"') || range.holds(token.substr(1, token.size() - 2));
}

ValueView JsonlRow::value(std::size_t column) {
  Cell& cell = cells_[column];
  if (cell.stamp == stamp_) return cell.view;
  cell.view = read(column, cell.scratch);
  cell.stamp = stamp_;
  return cell.view;
}

ValueView JsonlRow::read(std::size_t column, std::string& scratch) {
  if (!keys_[column].empty()) return read_one(token_by_key(column), scratch);
  const std::span<const JsonlSpan> places = located(column);
  if (places.empty()) return {};
  if (several_[column]) return read_all(places, scratch);
  return read_one(locator_.text(places.front()), scratch);
}

ValueView JsonlRow::read_one(std::string_view token, std::string& scratch) const {
  if (token.starts_with('{') || token.starts_with('[')) {
    scratch.clear();
    append_compact(scratch, token);
    return ValueView::of(std::string_view(scratch));
  }
  const ValueView value = read_scalar(token, scratch);
  if (value.type == Type::text && value.bytes.data() == scratch.data() &&
      value.bytes.find('\0') != std::string_view::npos)
    reader_.fail(static_cast<std::uint32_t>(token.data() - reader_.line().bytes),
                 "the character U+0000 in a value",
                 "databases cannot hold it: correct the value where it was written");
  return value;
}

ValueView JsonlRow::read_all(std::span<const JsonlSpan> places, std::string& scratch) const {
  bool anything = false;
  scratch.assign(1, '[');
  for (const JsonlSpan& place : places) {
    const std::string_view token = locator_.text(place);
    anything = anything || token != "null";
    if (scratch.size() > 1) scratch += ',';
    append_compact(scratch, token);
  }
  scratch += ']';
  return anything ? ValueView::of(std::string_view(scratch)) : ValueView();
}

}  // namespace besa::source
