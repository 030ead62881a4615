#include "workflow/event_scan.hpp"

#include <algorithm>

namespace besa::workflow {
namespace {

using model::Rulebook;

bool matters(const Rulebook& rules, const model::EventMapping& mapping) {
  const std::uint16_t kind = rules.event_kind(mapping.event);
  return rules.counts_as_contact(kind) || rules.is_collection(kind);
}

EventScan event_scan(const Rulebook& rules, const model::Dataset& dataset,
                     const model::Attachment& way, const std::string& at) {
  const model::Table& table = dataset.tables[way.table];
  EventScan pass{.dataset = &dataset,
                 .way = &way,
                 .root = nullptr,
                 .table = static_cast<std::uint16_t>(rules.table(dataset, table.name)),
                 .reader = time_reader(rules, table, at),
                 .at = 0,
                 .events = {},
                 .scan = scan_along(dataset, way)};
  ColumnList columns(way.columns.size());
  pass.at = columns.place(at);
  std::vector<const model::EventMapping*> mappings;
  for (const model::EventMapping& mapping : table.events)
    if (mapping.at == at && matters(rules, mapping)) mappings.push_back(&mapping);
  const bool source_checks = mappings.size() == 1;  // the conditions of one mapping alone
  for (const model::EventMapping* mapping : mappings) {
    const std::uint16_t kind = rules.event_kind(mapping->event);
    pass.events.push_back(
        {kind, rules.counts_as_contact(kind),
         source_checks ? std::vector<BoundWhen>() : columns.places(mapping->when)});
    if (source_checks)
      for (const model::When& when : mapping->when) pass.scan.where.push_back(as_condition(when));
  }
  pass.scan.columns = columns.names();
  return pass;
}

std::vector<std::string> time_columns(const Rulebook& rules, const model::Table& table) {
  std::vector<std::string> columns;
  for (const model::EventMapping& mapping : table.events)
    if (matters(rules, mapping) &&
        std::find(columns.begin(), columns.end(), mapping.at) == columns.end())
      columns.push_back(mapping.at);
  return columns;
}

}  // namespace

std::optional<source::Bound> certain_contact(const EventScan& pass, Date cutoff, Date today) {
  const bool alone = pass.events.size() == 1 && pass.events.front().counts &&
                     pass.events.front().when.empty() && pass.way->by.empty();
  if (!alone || !pass.reader.text_order_is_time_order()) return std::nullopt;
  return source::Bound{pass.scan.columns[pass.at - pass.way->columns.size()],
                       source::Value::of(pass.reader.text_upper_bound(cutoff)),
                       source::Value::of(pass.reader.text_lower_bound(today.plus_days(1)))};
}

Ways ways_of(const Rulebook& rules) {
  Ways ways;
  for (const model::Dataset* dataset : rules.datasets()) ways.push_back(rules.ways(*dataset));
  return ways;
}

std::vector<EventScan> event_scans(const Rulebook& rules, const std::string& type,
                                   const Ways& ways) {
  std::vector<EventScan> passes;
  for (std::size_t d = 0; d < ways.size(); ++d)
    for (const model::Attachment& way : ways[d])
      if (way.subject == type)
        for (const std::string& at : time_columns(rules, rules.datasets()[d]->tables[way.table]))
          passes.push_back(event_scan(rules, *rules.datasets()[d], way, at));
  return passes;
}

}  // namespace besa::workflow
