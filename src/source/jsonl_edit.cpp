#include "source/jsonl_edit.hpp"

#include <algorithm>

#include "besa/base/json_place.hpp"
#include "source/jsonl_value.hpp"

namespace besa::source {
namespace {

struct Replacement {
  JsonlSpan span;
  std::string bytes;
};

/// In the order in which they lie; what lies in another one goes with it.
std::vector<Replacement> replacements(const RowEdit& edit, JsonlLocator& locator) {
  std::vector<Replacement> all;
  for (const auto& [column, value] : edit.values)
    for (const JsonlSpan& span : locator.places(column))
      all.push_back({span, write_json(value.view())});
  std::ranges::sort(all, [](const Replacement& a, const Replacement& b) {
    return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end > b.span.end;
  });
  return all;
}

bool is_number(const std::string& step) {
  return !step.empty() && std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; });
}

/// The object of what lies below a node; empty where nothing does.
std::string object_below(std::uint32_t node, const std::vector<Value>& row,
                         const JsonlFields& fields) {
  std::string out;
  for (const std::uint32_t child : fields.children(node)) {
    const std::uint32_t column = fields.column(child);
    const bool has_value = column != JsonlFields::none && row[column].type != Type::null;
    const std::string value =
        has_value ? write_json(row[column].view()) : object_below(child, row, fields);
    if (value.empty()) continue;
    out += out.empty() ? '{' : ',';
    append_json_text(out, fields.step(child));
    out += ':' + value;
  }
  return out.empty() ? out : out + '}';
}

}  // namespace

Value edited_value(const Value& value, JsonlRow& row, std::size_t column) {
  const std::size_t places = row.places(column);
  if (places == 0 || value.type == Type::null) return Value::null();
  const std::string bytes = write_json(value.view());
  if (row.is_several(column)) {
    std::string all = "[" + bytes;
    for (std::size_t i = 1; i < places; ++i) all += ',' + bytes;
    return Value::of(all + "]");
  }
  std::string scratch;
  return Value(read_scalar(bytes, scratch));
}

std::string edited_line(const DataFile& file, const RowEdit& edit, const JsonlFields& fields,
                        std::size_t columns) {
  const std::size_t length = edit.place.end - edit.place.begin;
  std::string bytes(length + JsonlIndex::padding, ' ');
  const std::size_t size = file.read(edit.place.begin, bytes.data(), length);
  JsonlIndex index;
  if (size != length || index.find(bytes.data(), size) != JsonlFault::none)
    throw Error(ErrorKind::failed, shown(file.path()) + " changed while it was read");
  JsonlLocator locator(fields, columns);
  locator.move_to({bytes.data(), 0, static_cast<std::uint32_t>(size), index.marks()});
  std::string out;
  std::uint32_t at = 0;
  for (const auto& [span, value] : replacements(edit, locator)) {
    if (span.begin < at) continue;
    out.append(bytes, at, span.begin - at).append(value);
    at = span.end;
  }
  return out.append(bytes, at, size - at);
}

bool is_member(const std::string& column) {
  const auto steps = json_steps(column);
  return steps && !means_every_element(*steps) &&
         std::none_of(steps->begin() + 1, steps->end(), is_number);
}

std::string new_line(const std::vector<Value>& row, const JsonlFields& fields) {
  const std::string record = object_below(JsonlFields::root, row, fields);
  return record.empty() ? "{}" : record;
}

std::string jsonl_line_end_of(const std::shared_ptr<const DataFile>& file) {
  std::string piece(4096, '\0');
  for (std::uint64_t at = 0;; at += piece.size() - 1) {
    const std::string_view text(piece.data(), file->read(at, piece.data(), piece.size()));
    const std::size_t end = text.find('\n');
    if (end != std::string_view::npos) return end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
    if (text.size() < piece.size()) return "\n";
  }
}

}  // namespace besa::source
