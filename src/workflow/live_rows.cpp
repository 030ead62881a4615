#include "workflow/live_rows.hpp"

#include <algorithm>
#include <memory>

#include "workflow/row_facts.hpp"

namespace besa::workflow {
namespace {

/// Everybody there is now, by subject type; read when the first is asked for.
class People {
 public:
  People(const model::Rulebook& rules, const Sources& sources) : rules_(rules), sources_(sources) {}

  const Population& of(const std::string& type) {
    auto& known = known_[type];
    if (!known)
      known =
          std::make_unique<Population>(Population::everybody(rules_, type, scan_sources(sources_)));
    return *known;
  }

  /// True for the key of somebody who is there.
  bool knows(const model::Attachment& way, bool abroad, source::RowView key) {
    if (std::ranges::any_of(key, &source::ValueView::is_null)) return false;
    const Population& people = of(way.subject);
    const Population::Root& root = *people.root(way);
    return abroad ? people.by_key_abroad(root, key).owner != nobody
                  : people.by_key(root, key) != nobody;
  }

 private:
  const model::Rulebook& rules_;
  Sources sources_;
  std::map<std::string, std::unique_ptr<Population>> known_;
};

std::vector<std::string> personal_columns(const model::Table& table) {
  std::vector<std::string> columns;
  for (const model::Column& column : table.columns)
    if (column.personal()) columns.push_back(column.name);
  return columns;
}

/// True for a row that holds a document which the controller must keep, whomever it was about: its
/// link may have been cut, its owner be gone.
bool is_kept(const model::Rulebook::TableRules& rules, const model::RecordFacts& facts) {
  return std::ranges::any_of(rules.minimums, [&](const auto& minimum) {
    return minimum.ours && facts.documents[minimum.document].present;
  });
}

source::LiveRows rows_along(const model::Attachment& way, const model::Rulebook& rules,
                            const model::Dataset& dataset, const std::shared_ptr<People>& people) {
  const model::Table& table = dataset.tables[way.table];
  const std::uint32_t index = rules.table(dataset, table.name);
  const auto& laid_out = rules.tables()[index];
  const auto facts = std::make_shared<RowFacts>(rules, index);
  const bool by_key_alone = way.by.empty() && laid_out.minimums.empty();
  source::LiveRows rows;
  rows.scan = by_key_alone ? scan_along(dataset, way) : facts->scan_along(way);
  const auto personal = personal_columns(table);
  rows.scan.columns.insert(rows.scan.columns.end(), personal.begin(), personal.end());
  rows.values = personal.size();
  rows.stays = [&laid_out, people, facts, way,
                abroad = way.leads_out(dataset)](source::RowView row) {
    const std::size_t width = way.columns.size();
    const source::RowView rest = row.subspan(width);
    if (!laid_out.minimums.empty() && is_kept(laid_out, facts->read(rest))) return true;
    if (way.by.empty()) return people->knows(way, abroad, row.first(width));
    const auto on = facts->own_date(rest);
    return people->of(way.subject).by_identifier(way.by, row[0], on).owner != nobody;
  };
  return rows;
}

/// Of a table whose rows are nobody's.
source::LiveRows nobodys_rows(const model::Table& table) {
  source::LiveRows rows;
  rows.scan.table = table.name;
  rows.scan.columns = personal_columns(table);
  rows.values = rows.scan.columns.size();
  rows.stays = [](source::RowView) { return false; };
  return rows;
}

}  // namespace

std::vector<source::LiveRows> live_rows(const Realm& realm, const Sources& sources,
                                        const model::Dataset& dataset) {
  const model::Rulebook& rules = *realm.rules;
  const auto people = std::make_shared<People>(rules, sources);
  const auto ways = rules.ways(dataset);
  std::vector<source::LiveRows> live;
  for (std::uint32_t table = 0; table < dataset.tables.size(); ++table) {
    if (personal_columns(dataset.tables[table]).empty()) continue;
    const std::size_t before = live.size();
    for (const model::Attachment& way : ways)
      if (way.table == table) live.push_back(rows_along(way, rules, dataset, people));
    if (live.size() == before) live.push_back(nobodys_rows(dataset.tables[table]));
  }
  return live;
}

}  // namespace besa::workflow
