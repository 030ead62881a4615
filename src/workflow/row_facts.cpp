#include "workflow/row_facts.hpp"

#include <algorithm>

namespace besa::workflow {

RowFacts::RowFacts(const model::Rulebook& rules, std::uint32_t table)
    : rules_(rules),
      table_(rules.tables()[table]),
      index_(table),
      key_width_(table_.table->key.size()) {
  const model::Table& declared = *table_.table;
  for (const std::string& column : declared.key) columns_.place(column);
  for (const std::uint32_t event : table_.record_starts)
    starts_.push_back(dated(declared.events[event].at, declared.events[event].when));
  const bool by_identifier = std::any_of(declared.links.begin(), declared.links.end(),
                                         [](const model::Link& link) { return !link.by.empty(); });
  if (by_identifier && !declared.events.empty())
    own_.push_back(dated(declared.events.front().at, {}));
  if (table_.minimums.empty()) return;
  for (const model::Document& document : declared.documents)
    documents_.push_back(dated(document.at, document.when));
  for (const model::Link& link : declared.links) {
    parents_.emplace_back();
    if (link.kind != model::LinkKind::belongs_to || !link.by.empty()) continue;
    needs_parents_ = true;
    for (const std::string& column : link.columns)
      parents_.back().push_back(columns_.place(column));
  }
}

RowFacts::Dated RowFacts::dated(const std::string& column, const std::vector<model::When>& when) {
  return {columns_.place(column), time_reader(rules_, *table_.table, column), columns_.places(when),
          column};
}

source::Scan RowFacts::scan_of_rows() const {
  source::Scan scan;
  scan.table = table_.table->name;
  scan.columns = columns_.names();
  scan.key_width = static_cast<std::uint32_t>(key_width_);
  return scan;
}

source::Scan RowFacts::scan_along(const model::Attachment& way) const {
  source::Scan scan = scan_of_rows();
  const source::Scan path = workflow::scan_along(*table_.dataset, way);
  scan.hops = path.hops;
  scan.owner = path.owner;
  return scan;
}

void RowFacts::bound_by_rules(source::Scan& scan, Date today) const {
  if (starts_.size() != 1) return;
  const Dated& start = starts_.front();
  std::optional<Date> latest;
  for (const model::Rule* rule : table_.record_maximums) {
    std::vector<Period> periods{rule->period};
    for (const auto& earlier : rule->earlier) periods.push_back(earlier.period);
    for (const Period& period : periods)
      if (const auto over = latest_expired_start(today, period))
        latest = latest ? std::max(*latest, *over) : *over;
  }
  if (!latest) return;
  // The bound has days to spare; parsed values decide.
  if (start.reader.text_order_is_time_order())
    scan.bound = source::Bound{start.column, std::nullopt,
                               source::Value::of(start.reader.text_upper_bound(*latest))};
  else if (start.reader.number_order_is_time_order())
    scan.bound = source::Bound{start.column, std::nullopt,
                               source::Value::of(start.reader.number_upper_bound(*latest))};
}

bool RowFacts::applies(const Dated& dated, source::RowView row) {
  return std::all_of(dated.when.begin(), dated.when.end(),
                     [&](const BoundWhen& when) { return when.holds(row); });
}

void RowFacts::read_into(source::RowView row, model::RecordFacts& facts) const {
  facts.table = index_;
  facts.start_unreadable = false;
  facts.starts.assign(starts_.size(), std::nullopt);
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    if (!applies(starts_[i], row)) continue;
    const ParsedTime at = read_time(starts_[i].reader, row[starts_[i].at]);
    if (at.ok()) facts.starts[i] = at.date;
    facts.start_unreadable |= !at.ok() && at.fault != TimeFault::empty;
  }
  facts.documents.assign(table_.table->documents.size(), {});
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    facts.documents[i].present = applies(documents_[i], row);
    if (!facts.documents[i].present) continue;
    const ParsedTime at = read_time(documents_[i].reader, row[documents_[i].at]);
    if (at.ok()) facts.documents[i].date = at.date;
  }
}

model::RecordFacts RowFacts::read(source::RowView row) const {
  model::RecordFacts facts;
  read_into(row, facts);
  return facts;
}

std::optional<Date> RowFacts::own_date(source::RowView row) const {
  if (own_.empty()) return std::nullopt;
  const ParsedTime at = read_time(own_.front().reader, row[own_.front().at]);
  return at.ok() ? std::optional(at.date) : std::nullopt;
}

std::vector<std::string> RowFacts::parents(source::RowView row) const {
  std::vector<std::string> targets;
  for (const std::vector<std::size_t>& places : parents_) {
    targets.emplace_back();
    for (const std::size_t place : places) source::append_key(targets.back(), row[place]);
  }
  return targets;
}

}  // namespace besa::workflow
