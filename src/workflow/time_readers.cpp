#include "workflow/time_readers.hpp"

#include <algorithm>
#include <charconv>

namespace besa::workflow {
namespace {

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && std::to_string(number) == text ? std::optional(number) : std::nullopt;
}

}  // namespace

TimeReader time_reader(const model::Rulebook& rules, const model::Table& table,
                       const std::string& column) {
  const std::string& policy_zone = rules.policy().time_zone;
  const model::TimeFormat* declared = table.time(column);
  const model::TimeFormat format = declared != nullptr ? *declared : model::TimeFormat{};
  return {format.format, format.zone.empty() ? policy_zone : format.zone,
          TimeZone::find(policy_zone)};
}

ParsedTime read_time(const TimeReader& reader, const source::ValueView& value) {
  switch (value.type) {
    case source::Type::integer:
      return reader.read(value.integer);
    case source::Type::real:
      return reader.read(value.real);
    case source::Type::text:
      return reader.read(value.bytes);
    case source::Type::null:
      return {.date = {}, .fault = TimeFault::empty};
    case source::Type::blob:
      break;
  }
  return {.date = {}, .fault = TimeFault::malformed};
}

bool BoundWhen::holds(source::RowView row) const {
  const source::ValueView& value = row[column];
  if (value.is_null()) return when->or_null;
  if (value.type == source::Type::text)
    return std::find(when->any_of.begin(), when->any_of.end(), value.bytes) != when->any_of.end();
  const std::string text = source::Value(value).text();
  return std::find(when->any_of.begin(), when->any_of.end(), text) != when->any_of.end();
}

std::size_t ColumnList::place(const std::string& column) {
  const auto found = std::find(names_.begin(), names_.end(), column);
  if (found == names_.end()) {
    names_.push_back(column);
    return offset_ + names_.size() - 1;
  }
  return offset_ + static_cast<std::size_t>(found - names_.begin());
}

std::vector<BoundWhen> ColumnList::places(const std::vector<model::When>& conditions) {
  std::vector<BoundWhen> bound;
  for (const model::When& when : conditions) bound.push_back({place(when.column), &when});
  return bound;
}

source::Condition as_condition(const model::When& when) {
  source::Condition condition{when.column, {}};
  for (const std::string& text : when.any_of) {
    condition.any_of.push_back(source::Value::of(text));
    if (const auto number = integer_of(text))
      condition.any_of.push_back(source::Value::of(*number));
  }
  if (when.or_null) condition.any_of.push_back(source::Value::null());
  return condition;
}

source::Scan scan_along(const model::Dataset& dataset, const model::Attachment& way) {
  source::Scan scan;
  scan.table = dataset.tables[way.table].name;
  for (const model::Step& step : way.steps)
    scan.hops.push_back({step.columns, dataset.tables[step.table].name, step.target_columns});
  scan.owner = way.columns;
  return scan;
}

}  // namespace besa::workflow
