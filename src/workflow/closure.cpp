#include "workflow/closure.hpp"

#include <algorithm>

#include "workflow/key_forms.hpp"

namespace besa::workflow {

using model::Attachment;
using model::Link;
using model::LinkKind;
using model::Table;
using source::KeyIndex;
using source::RowView;
using source::Scan;

namespace {

/// True for somebody who is listed and leaves with all their data. (Those under a hold are listed
/// without a rule.)
bool leaves(const Leaving& group, Ordinal person) {
  if (!listed(group, person)) return false;
  const model::Rule* rule = group.decision(person)->rule;
  return rule == nullptr || rule->for_all_data();
}

bool any_masks(const model::Policy& policy) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [](const model::Rule& rule) {
    return rule.scope == model::RuleScope::subject && rule.action == model::RuleAction::mask;
  });
}

void add_owner(MetRow& met, RowOwner owner) {
  for (const RowOwner& known : met.owners)
    if (known.identity() == owner.identity() && known.link == owner.link) return;
  met.owners.push_back(std::move(owner));
}

}  // namespace

bool listed(const Leaving& group, Ordinal person) {
  return std::binary_search(group.due.begin(), group.due.end(), person);
}

namespace {

/// The person of a group with this key, however another store writes it; nobody where there is
/// none.
Ordinal person_with(const Population::Root& root, const Population& people, std::string_view key) {
  const std::string own =
      root.keys.find(key) != KeyIndex::none ? std::string(key) : form_in(root.keys, key);
  return own.empty() ? nobody : people.person(root.first + root.keys.find(own));
}

const model::Hold* hold_covering(const Leaving& group, Ordinal person, const std::string& table) {
  const model::SubjectFacts facts = group.facts(person);
  const auto hold = std::ranges::find_if(
      facts.holds, [&](const model::Hold* each) { return each->covers(table); });
  return hold == facts.holds.end() ? nullptr : *hold;
}

}  // namespace

const model::Hold* hold_on(const std::vector<Leaving>& held, const std::string& root,
                           std::string_view key, const std::string& table) {
  for (const Leaving& group : held) {
    for (const auto& each : group.population->roots()) {
      if (each->full_name() != root) continue;
      const Ordinal person = person_with(*each, *group.population, key);
      if (person == nobody || !listed(group, person)) continue;
      if (const model::Hold* hold = hold_covering(group, person, table)) return hold;
    }
  }
  return nullptr;
}

Closure::Closure(const model::Rulebook& rules, const ScanRows& scan, const model::Dataset& dataset,
                 const std::vector<Leaving>& leaving)
    : rules_(rules),
      scan_(scan),
      dataset_(dataset),
      leaving_(leaving),
      ways_(rules.ways(dataset)),
      masks_(any_masks(rules.policy())) {
  for (const Leaving& group : leaving) {
    leaving_roots_.push_back(roots_of(group, false));
    promised_roots_.push_back(rules.part_rules(group.population->subject_type()).empty()
                                  ? Roots()
                                  : roots_of(group, true));
  }
}

void Closure::each(std::uint32_t table, const Visit& visit) {
  if (straight(table)) {
    stream(table, *ways_into(table).front(), visit);
  } else if (!leaving_.empty()) {
    std::string after;
    for (bool more = true; more;) {
      Met met(after, most_);
      meet(table, met);
      for (auto& [key, row] : met.rows()) visit(key, row);
      more = met.more();
      if (more) after = met.rows().rbegin()->first;
    }
  }
}

MetRow* Closure::Met::add(const std::string& key, bool& fresh) {
  if (!takes(key)) return nullptr;
  const auto found = rows_.try_emplace(key);
  fresh = found.second;
  if (rows_.size() <= most_) return &found.first->second;
  const bool last = std::next(found.first) == rows_.end();
  rows_.erase(std::prev(rows_.end()));
  more_ = true;
  return last ? nullptr : &found.first->second;
}

MetRow* Closure::Met::find(const std::string& key) {
  const auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

bool Closure::straight(std::uint32_t table) const {
  const auto ways = ways_into(table);
  return ways.size() == 1 && ways.front()->by.empty() && !ways.front()->leads_out(dataset_) &&
         mentions_in(table).empty();
}

KeyIndex Closure::keys(std::uint32_t table) {
  KeyIndex keys;
  each(table, [&keys](const std::string& key, const MetRow&) { keys.add(key); });
  return keys;
}

std::uint32_t Closure::index_of(std::uint32_t table) const {
  return rules_.table(dataset_, dataset_.tables[table].name);
}

/// Root keys, by root table, of the people of a group who leave, or also of those partly due.
Closure::Roots Closure::roots_of(const Leaving& group, bool partly) const {
  Roots keys;
  for (const auto& root : group.population->roots()) {
    KeyIndex& due = keys[root->table];
    for (std::uint32_t i = 0; i < root->keys.size(); ++i) {
      const Ordinal person = group.population->person(root->first + i);
      if (partly ? listed(group, person) : leaves(group, person)) due.add(root->keys.key(i));
    }
  }
  return keys;
}

/// True where promises are made about this table alone, which may be over while its owners stay.
bool Closure::promised_apart(std::uint32_t table) const {
  return !rules_.tables()[index_of(table)].subject_maximums.empty();
}

const KeyIndex& Closure::roots(std::uint32_t table, std::size_t group, const Table* root) const {
  const Roots& with_partly = promised_roots_[group];
  return (promised_apart(table) && !with_partly.empty() ? with_partly : leaving_roots_[group])
      .at(root);
}

RowOwner Closure::owner(const Attachment& way, std::size_t group, Ordinal person) const {
  RowOwner owner;
  owner.who = {group, person};
  if (!way.root_itself) owner.link = way.link;
  owner.due = leaves(leaving_[group], person);
  owner.partly = !owner.due && promised_apart(way.table) && listed(leaving_[group], person);
  if (owner.due || owner.partly) owner.place = leaving_[group].place(person);
  return owner;
}

std::vector<const Attachment*> Closure::ways_into(std::uint32_t table) const {
  std::vector<const Attachment*> found;
  for (const Attachment& way : ways_)
    if (way.table == table && group_of(way) < leaving_.size()) found.push_back(&way);
  return found;
}

std::size_t Closure::group_of(const Attachment& way) const {
  for (std::size_t i = 0; i < leaving_.size(); ++i)
    if (leaving_[i].population->subject_type() == way.subject) return i;
  return leaving_.size();
}

/// Links by which rows of somebody else name a person who may go.
std::vector<std::uint32_t> Closure::mentions_in(std::uint32_t table) const {
  std::vector<std::uint32_t> found;
  const std::vector<Link>& links = dataset_.tables[table].links;
  for (std::uint32_t i = 0; i < links.size(); ++i)
    if (links[i].kind == LinkKind::mentions && links[i].by.empty()) found.push_back(i);
  return found;
}

/// Rows go out as they come in, through one MetRow used again and again.
void Closure::stream(std::uint32_t table, const Attachment& way, const Visit& visit) {
  const std::size_t group = group_of(way);
  const Population& people = *leaving_[group].population;
  const Population::Root& root = *people.root(way);
  RowFacts reader(rules_, index_of(table));
  Scan scan = reader.scan_along(way);
  add_values(table, scan);
  scan.owners = &roots(table, group, root.table);
  scan.in_key_order = in_key_order_;
  if (scan.owners->empty()) return;
  const std::size_t width = way.columns.size();
  MetRow met;
  std::string key, last;
  RowOwner known;  // rows that follow one another in an index have one owner
  scan_(dataset_.name, scan, [&](RowView row) {
    const bool text = width == 1 && row[0].type == source::Type::text;
    if (!text || last.empty() || row[0].bytes != last) {
      known = owner(way, group, people.person(people.by_key(root, row.first(width))));
      last.assign(text ? row[0].bytes : std::string_view());
    }
    const RowView rest = row.subspan(width);
    met.owners.assign(1, known);
    read_values(table, rest, met);
    reader.read_into(rest, met.facts);
    if (reader.needs_parents()) met.parents = reader.parents(rest);
    key.clear();
    for (const source::ValueView& value : reader.key(rest)) source::append_key(key, value);
    visit(key, met);
  });
}

void Closure::meet(std::uint32_t table, Met& rows) {
  RowFacts reader(rules_, index_of(table));
  const auto ways = ways_into(table);
  for (const Attachment* way : ways) meet_owned(*way, reader, rows, nullptr);
  if (ways.size() > 1) {
    KeyIndex keys;
    for (const auto& [key, met] : rows.rows()) keys.add(key);
    for (const Attachment* way : ways) meet_owned(*way, reader, rows, &keys);
  }
  for (const std::uint32_t link : mentions_in(table)) meet_mentions(table, link, reader, rows);
}

/// With `keys`: adds the owners who stay to rows that are known already.
void Closure::meet_owned(const Attachment& way, RowFacts& reader, Met& rows, const KeyIndex* keys) {
  const std::size_t group = group_of(way);
  const Population& people = *leaving_[group].population;
  const Population::Root* root = people.root(way);
  Scan scan = reader.scan_along(way);
  add_values(way.table, scan);
  scan.keys = keys;
  KeyIndex forms;
  if (keys == nullptr && way.by.empty()) {
    scan.owners = &roots(way.table, group, root->table);
    if (way.leads_out(dataset_)) {
      forms = in_every_form(*scan.owners);
      scan.owners = &forms;
    }
  }
  const std::size_t width = way.columns.size();
  std::string key;
  scan_(dataset_.name, scan, [&](RowView row) {
    const RowView rest = row.subspan(width);
    key.clear();
    for (const source::ValueView& value : reader.key(rest)) source::append_key(key, value);
    if (!rows.takes(key)) return;  // before it is asked whose it is, which may take longer
    Claim claim;
    if (!way.by.empty()) {
      claim = people.by_identifier(way.by, row[0], reader.own_date(rest));
    } else {
      claim = by_key(way, people, *root, row.first(width));
      if (claim.owner == nobody && claim.candidates.empty() && keys != nullptr)
        note_stranger(way, group, *root, row.first(width), rest, reader, rows);
    }
    note_owner(way, group, claim, rest, reader, rows, keys != nullptr);
  });
}

Claim Closure::by_key(const Attachment& way, const Population& people, const Population::Root& root,
                      RowView key) const {
  if (way.leads_out(dataset_)) return people.by_key_abroad(root, key);
  Claim claim;
  const Ordinal owner = people.by_key(root, key);
  if (owner != nobody) claim.owner = people.person(owner);
  return claim;
}

void Closure::note_owner(const Attachment& way, std::size_t group, const Claim& claim, RowView rest,
                         RowFacts& reader, Met& rows, bool known_only) {
  const Leaving& people = leaving_[group];
  RowOwner found;
  if (claim.owner != nobody) found = owner(way, group, claim.owner);
  const bool perhaps = std::any_of(claim.candidates.begin(), claim.candidates.end(),
                                   [&](Ordinal candidate) { return leaves(people, candidate); });
  if (claim.owner == nobody && !perhaps) return;
  if (!known_only && !found.due && !found.partly && !perhaps) return;
  MetRow* met = row_of(way.table, rest, reader, rows, known_only);
  if (met == nullptr) return;
  if (perhaps) met->perhaps = true;
  if (claim.owner != nobody) add_owner(*met, std::move(found));
}

MetRow* Closure::row_of(std::uint32_t table, RowView rest, RowFacts& reader, Met& rows,
                        bool known_only) const {
  const std::string key = source::encode_key(reader.key(rest));
  if (known_only) return rows.find(key);
  bool fresh = false;
  MetRow* const met = rows.add(key, fresh);
  if (met == nullptr || !fresh) return met;
  reader.read_into(rest, met->facts);
  met->parents = reader.parents(rest);
  read_values(table, rest, *met);
  return met;
}

/// Also reads every column where rows that stay may have been masked before.
void Closure::add_values(std::uint32_t table, Scan& scan) const {
  if (!masks_ && !promised_apart(table)) return;
  for (const model::Column& column : dataset_.tables[table].columns)
    scan.columns.push_back(column.name);
}

void Closure::read_values(std::uint32_t table, RowView rest, MetRow& met) const {
  if (!masks_ && !promised_apart(table)) return;
  const RowView values = rest.last(dataset_.tables[table].columns.size());
  met.values.clear();
  for (const source::ValueView& value : values) met.values.emplace_back(value);
}

/// A second owner whom the population does not know: leaves by another part of the same manifest,
/// or stays. A key that leads nowhere counts as somebody who stays, a tombstone's as nobody.
void Closure::note_stranger(const Attachment& way, std::size_t group, const Population::Root& root,
                            RowView owner, RowView rest, RowFacts& reader, Met& rows) {
  if (owner[0].is_null()) return;
  const auto forms = way.leads_out(dataset_) ? key_forms(owner)
                                             : std::vector<std::string>{source::encode_key(owner)};
  const Leaving& people = leaving_[group];
  if (std::ranges::any_of(
          forms, [&](const std::string& form) { return people.population->excludes(root, form); }))
    return;
  MetRow* met = row_of(way.table, rest, reader, rows, true);
  if (met == nullptr) return;
  RowOwner stranger;
  stranger.who = {group, nobody};
  stranger.link = way.link;
  stranger.stranger = forms.front();
  stranger.root = root.full_name();
  for (const std::string& form : forms) {
    const auto place = people.elsewhere ? people.elsewhere(root.full_name(), form) : std::nullopt;
    if (!place) continue;
    stranger.due = true;
    stranger.place = *place;
    stranger.stranger = form;
  }
  add_owner(*met, std::move(stranger));
}

void Closure::meet_mentions(std::uint32_t table, std::uint32_t link_index, RowFacts& reader,
                            Met& rows) {
  const Link& link = dataset_.tables[table].links[link_index];
  for (std::size_t group = 0; group < leaving_.size(); ++group) {
    const Population& people = *leaving_[group].population;
    const model::LinkTarget target = model::target_of(dataset_, link, rules_.datasets());
    if (target.table == nullptr) continue;
    const Population::Root* root = people.root(*target.dataset, target.table->name);
    if (root == nullptr || leaving_roots_[group].at(root->table).empty()) continue;
    Scan scan = reader.scan_of_rows();
    add_values(table, scan);
    scan.owner = link.columns;
    const bool abroad = target.dataset != &dataset_;
    const KeyIndex& own = leaving_roots_[group].at(root->table);
    const KeyIndex forms = abroad ? in_every_form(own) : KeyIndex();
    scan.owners = abroad ? &forms : &own;
    const std::size_t width = link.columns.size();
    scan_(dataset_.name, scan, [&](RowView row) {
      const RowView rest = row.subspan(width);
      const Ordinal who = abroad ? people.by_key_abroad(*root, row.first(width)).owner
                                 : people.person(people.by_key(*root, row.first(width)));
      if (who == nobody) return;  // one of two whom the other store writes alike
      if (MetRow* const met = row_of(table, rest, reader, rows, false); met != nullptr)
        met->mentions.push_back({{group, who}, link_index});
    });
  }
}

}  // namespace besa::workflow
