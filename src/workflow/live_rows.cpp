#include "workflow/live_rows.hpp"

#include <algorithm>
#include <memory>

#include "workflow/key_forms.hpp"
#include "workflow/row_facts.hpp"

namespace besa::workflow {
namespace {

/// Everybody there is now, by subject type; read when the first is asked for.
class People {
 public:
  People(const ApplyContext& context, const Sources& sources)
      : context_(context), sources_(sources) {}

  const Population& of(const std::string& type) {
    auto& known = known_[type];
    if (!known)
      known = std::make_unique<Population>(
          Population::everybody(*context_.realm.rules, type, scan_sources(sources_)));
    return *known;
  }

  /// True for the key of somebody who is there, or whom this run took out: what is left of theirs
  /// was left by a rule.
  bool knows(const model::Attachment& way, bool abroad, source::RowView key) {
    if (std::ranges::any_of(key, &source::ValueView::is_null)) return false;
    const std::string name = way.root_name();
    for (const std::string& form : forms_of(abroad, key))
      if (const std::uint32_t number = context_.people.number_of(name, form);
          number != 0 && is_out(context_.people.at(number)))
        return true;
    const Population& people = of(way.subject);
    const Population::Root& root = *people.root(way);
    return abroad ? people.by_key_abroad(root, key).owner != nobody
                  : people.by_key(root, key) != nobody;
  }

 private:
  static bool is_out(const Planned& person) {
    return person.fate == Planned::Fate::acted || person.fate == Planned::Fate::gone;
  }
  static std::vector<std::string> forms_of(bool abroad, source::RowView key) {
    return abroad ? key_forms(key) : std::vector{source::encode_key(key)};
  }

  const ApplyContext& context_;
  Sources sources_;
  std::map<std::string, std::unique_ptr<Population>> known_;
};

std::vector<std::string> personal_columns(const model::Table& table) {
  std::vector<std::string> columns;
  for (const model::Column& column : table.columns)
    if (column.personal()) columns.push_back(column.name);
  return columns;
}

source::LiveRows rows_along(const model::Attachment& way, const model::Rulebook& rules,
                            const model::Dataset& dataset, const std::shared_ptr<People>& people) {
  const model::Table& table = dataset.tables[way.table];
  const auto facts = std::make_shared<RowFacts>(rules, rules.table(dataset, table.name));
  source::LiveRows rows;
  rows.scan = way.by.empty() ? scan_along(dataset, way) : facts->scan_along(way);
  const auto personal = personal_columns(table);
  rows.scan.columns.insert(rows.scan.columns.end(), personal.begin(), personal.end());
  rows.values = personal.size();
  rows.stays = [people, facts, way, abroad = way.leads_out(dataset)](source::RowView row) {
    const std::size_t width = way.columns.size();
    if (way.by.empty()) return people->knows(way, abroad, row.first(width));
    const auto on = facts->own_date(row.subspan(width));
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

std::vector<source::LiveRows> live_rows(const ApplyContext& context, const Sources& sources,
                                        const model::Dataset& dataset) {
  const auto people = std::make_shared<People>(context, sources);
  const model::Rulebook& rules = *context.realm.rules;
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
