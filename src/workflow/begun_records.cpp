#include "workflow/begun_records.hpp"

#include <algorithm>
#include <map>

#include "workflow/planned_rows.hpp"

namespace besa::workflow {
namespace {

using source::KeyIndex;

/// Lines of one table that make their rows alike.
struct Alike {
  std::uint32_t table = 0;  ///< in header.tables
  bool mask = false;
  ColumnPlan columns;
  friend auto operator<=>(const Alike&, const Alike&) = default;
};

struct Rows {
  KeyIndex keys;
  std::vector<std::uint32_t> people;  ///< by place in keys
};

Digest digest_of(const model::RecordLine& line, const Alike& alike, std::uint32_t table,
                 RecordDigester& digester) {
  const std::string key = key_from_json(line.key);
  RecordPlan plan;
  plan.table = table;
  plan.key = key;
  plan.remove = !alike.mask;
  plan.columns = &alike.columns;
  return digester.of(plan);
}

}  // namespace

std::set<std::uint32_t> BegunRecords::just_begun(const std::vector<std::uint32_t>& people,
                                                 const model::Dataset& dataset,
                                                 source::Source& source) {
  std::set<std::uint32_t> begun(people.begin(), people.end());
  std::erase_if(to_do_, [&](const auto& record) { return !begun.contains(record.first); });
  std::sort(to_do_.begin(), to_do_.end());
  std::vector<bool> listed(to_do_.size(), false);
  std::map<Alike, Rows> others;
  RecordDigester digester(context_.digests, *context_.realm.rules);
  read_body(context_.folder, context_.header, [&](const model::BodyLine& line) {
    if (!line.record || !begun.contains(line.record->subject)) return;
    const auto& place = context_.header.tables.at(line.record->table);
    if (place.dataset != dataset.name) return;
    const Alike alike{line.record->table,
                      line.record->deed == model::Deed::mask,
                      {line.record->clear, line.record->cut}};
    const std::uint32_t table =
        static_cast<std::uint32_t>(context_.realm.rules->table(dataset, place.table));
    const std::pair record(line.record->subject, digest_of(*line.record, alike, table, digester));
    const auto known = std::lower_bound(to_do_.begin(), to_do_.end(), record);
    if (known != to_do_.end() && *known == record) {
      listed[static_cast<std::size_t>(known - to_do_.begin())] = true;
      return;
    }
    Rows& rows = others[alike];
    rows.keys.add(key_from_json(line.record->key));
    rows.people.resize(rows.keys.size());
    rows.people.back() = line.record->subject;
  });
  for (std::size_t i = 0; i < to_do_.size(); ++i)
    if (!listed[i]) begun.erase(to_do_[i].first);
  for (const auto& [alike, rows] : others) {
    const model::Table& table = *dataset.table(context_.header.tables.at(alike.table).table);
    const Masker masker(context_.digests, context_.tombstone_digests, dataset, table, source,
                        context_.header.id);
    const auto bad = not_as_planned(
        [&](const source::Scan& scan, const source::RowSink& sink) { source.scan(scan, sink); },
        masker, {table, alike.mask, alike.columns, rows.keys});
    for (std::size_t i = 0; i < bad.size(); ++i)
      if (bad[i]) begun.erase(rows.people[i]);
  }
  return begun;
}

}  // namespace besa::workflow
