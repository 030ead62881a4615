#include "source/jsonl_row.hpp"

#include <algorithm>

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

ValueView JsonlRow::value(std::size_t column) {
  Cell& cell = cells_[column];
  if (cell.stamp == stamp_) return cell.view;
  cell.view = read(column, cell.scratch);
  cell.stamp = stamp_;
  return cell.view;
}

ValueView JsonlRow::read(std::size_t column, std::string& scratch) {
  const std::span<const JsonlSpan> places = locator_.places(column);
  if (places.empty()) return {};
  if (several_[column]) return read_all(places, scratch);
  const std::string_view token = locator_.text(places.front());
  if (token.starts_with('{') || token.starts_with('[')) {
    scratch.clear();
    append_compact(scratch, token);
    return ValueView::of(std::string_view(scratch));
  }
  const ValueView value = read_scalar(token, scratch);
  if (value.type == Type::text && value.bytes.data() == scratch.data() &&
      value.bytes.find('\0') != std::string_view::npos)
    reader_.fail(places.front().begin, "the character U+0000 in a value",
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
