#include "besa/workflow/records.hpp"

#include <algorithm>
#include <deque>

#include "besa/base/error.hpp"
#include "workflow/row_facts.hpp"

namespace besa::workflow {
namespace {

using model::Attachment;
using model::ColumnFate;
using model::Dataset;
using model::Link;
using model::LinkKind;
using model::Outcome;
using model::Table;
using source::KeyIndex;
using source::RowView;
using source::Scan;

/// One person in one of the populations.
struct Who {
  std::size_t leaving = 0;
  Ordinal person = nobody;
  friend auto operator<=>(const Who&, const Who&) = default;
};

/// One owner of a row, and the link by which. `stranger`: the key of somebody outside the
/// population.
struct Owner {
  Who who;
  std::uint32_t link = 0;
  std::string stranger;
  bool due = false;
  std::uint32_t place = 0;  ///< in the manifest, where due
  [[nodiscard]] auto identity() const { return std::tie(who.leaving, who.person, stranger); }
};

/// A row as the closure met it: whose it is, which links lead to people or rows that go.
struct MetRow {
  std::vector<Owner> owners;
  std::vector<std::pair<Who, std::uint32_t>> mentions;
  bool perhaps = false;  ///< met by an ambiguous identifier only
  model::RecordFacts facts;
  std::vector<std::string> parents;  ///< encoded target of each belongs_to link
};

}  // namespace

struct RecordPlanner::State {
  const model::Rulebook& rules;
  ScanRows scan;
  Date today;
  std::vector<const model::Hold*> holds;
  RecordTally tally;
  std::set<ColumnPlan> plans;  ///< a set's elements stay where they are
  std::vector<Leaving> held;
  bool record_rules = true;
  Date waves_from = today;

  const ColumnPlan* keep(ColumnPlan plan) { return &*plans.insert(std::move(plan)).first; }

  const model::Hold* table_hold(std::uint32_t table) const {
    for (const model::Hold* hold : holds)
      if (hold->covers(rules.tables()[table].full_name())) return hold;
    return nullptr;
  }
};

/// One run over the tables of one dataset.
class RecordPlanner::Pass {
 public:
  Pass(State& state, const Dataset& dataset, const std::vector<Leaving>& leaving,
       const RecordSink& sink)
      : state_(state),
        dataset_(dataset),
        leaving_(leaving),
        sink_(sink),
        ways_(model::attachments(dataset)) {
    for (const Leaving& group : leaving) due_roots_.push_back(roots_of(group));
  }

  void run() {
    const std::vector<std::uint32_t> order = model::deletion_order(dataset_);
    // Parents first: which rows stay decides whether a link to them is cut.
    for (auto table = order.rbegin(); table != order.rend(); ++table)
      if (!rules_of(*table).minimums.empty()) note_kept(*table);
    for (const std::uint32_t table : order) people_of(table);
  }

  /// Rows that belong to these people, certainly or perhaps.
  KeyIndex keys_of(std::uint32_t table) {
    KeyIndex keys;
    if (!leaving_.empty())
      for (const auto& [key, met] : meet(table)) keys.add(key);
    return keys;
  }

  void record_rules(std::uint32_t table, const KeyIndex* only, const KeyIndex* taken) {
    const std::uint32_t index = index_of(table);
    RowFacts reader(state_.rules, index);
    Scan scan = reader.scan_of_rows();
    const std::size_t width = scan.columns.size();
    for (const model::Column& column : dataset_.tables[table].columns)
      scan.columns.push_back(column.name);
    if (only != nullptr) scan.keys = only;
    if (only == nullptr) reader.bound_by_rules(scan, state_.today);
    const model::Hold* hold = state_.table_hold(index);
    const KeyIndex held = Pass(state_, dataset_, state_.held, sink_).keys_of(table);
    state_.scan(dataset_.name, scan, [&](RowView row) {
      const std::string key = source::encode_key(reader.key(row));
      if (taken != nullptr && taken->find(key) != KeyIndex::none) return;
      model::RecordFacts facts = reader.read(row);
      facts.owner_held = held.find(key) != KeyIndex::none;
      facts.table_held = hold != nullptr;
      const model::RecordDecision decision =
          model::decide(state_.rules, facts, nullptr, state_.today);
      if (!masked_before(table, decision, row.subspan(width))) emit(table, key, {}, decision);
    });
  }

 private:
  using Met = std::map<std::string, MetRow>;

  const model::Rulebook::TableRules& rules_of(std::uint32_t table) const {
    return state_.rules.tables()[index_of(table)];
  }
  std::uint32_t index_of(std::uint32_t table) const {
    return state_.rules.table(dataset_, dataset_.tables[table].name);
  }

  /// True where what is to be masked is masked: else every night would do it again. (A pseudonym
  /// is not known again: the key it was made with is gone.)
  bool masked_before(std::uint32_t table, const model::RecordDecision& decision,
                     RowView values) const {
    if (decision.remove || decision.columns.empty()) return false;
    const auto& columns = dataset_.tables[table].columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool goes =
          decision.columns[i] == ColumnFate::clear || decision.columns[i] == ColumnFate::cut;
      const auto& mask = columns[i].mask;
      const bool fixed = mask && mask->kind == model::MaskKind::fixed;
      if (goes && !values[i].is_null() &&
          !(fixed && values[i].type == source::Type::text && values[i].bytes == mask->value))
        return false;
    }
    return true;
  }

  /// Root keys, by root table, of the people of a group who go.
  std::map<const Table*, KeyIndex> roots_of(const Leaving& group) const {
    std::map<const Table*, KeyIndex> keys;
    for (const auto& root : group.population->roots()) {
      KeyIndex& due = keys[root->table];
      for (std::uint32_t i = 0; i < root->keys.size(); ++i)
        if (is_due(group, group.population->person(root->first + i))) due.add(root->keys.key(i));
    }
    return keys;
  }

  static bool is_due(const Leaving& group, Ordinal person) {
    return std::binary_search(group.due.begin(), group.due.end(), person);
  }

  std::vector<const Attachment*> ways_into(std::uint32_t table) const {
    std::vector<const Attachment*> found;
    for (const Attachment& way : ways_)
      if (way.table == table)
        for (const Leaving& group : leaving_)
          if (group.population->subject_type() == way.subject) found.push_back(&way);
    return found;
  }

  std::size_t group_of(const Attachment& way) const {
    for (std::size_t i = 0; i < leaving_.size(); ++i)
      if (leaving_[i].population->subject_type() == way.subject) return i;
    return leaving_.size();
  }

  /// Links by which rows of somebody else name a person who may go.
  std::vector<std::uint32_t> mentions_in(std::uint32_t table) const {
    std::vector<std::uint32_t> found;
    const std::vector<Link>& links = dataset_.tables[table].links;
    for (std::uint32_t i = 0; i < links.size(); ++i)
      if (links[i].kind == LinkKind::mentions && links[i].by.empty()) found.push_back(i);
    return found;
  }

  // --- meeting rows ---

  void people_of(std::uint32_t table) {
    const std::vector<const Attachment*> ways = ways_into(table);
    const bool record_rules_too = state_.record_rules && !rules_of(table).record_maximums.empty();
    KeyIndex taken;
    if (ways.size() == 1 && ways[0]->by.empty() && mentions_in(table).empty() &&
        !record_rules_too) {
      stream(table, *ways[0]);
    } else {
      for (auto& [key, met] : meet(table)) {
        if (record_rules_too) taken.add(key);
        settle(table, key, met);
      }
    }
    if (record_rules_too) record_rules(table, nullptr, &taken);
  }

  /// The straight case: every row has one owner, found by key; rows go out as they come in.
  void stream(std::uint32_t table, const Attachment& way) {
    const std::size_t group = group_of(way);
    const Population& people = *leaving_[group].population;
    const Population::Root& root = *people.root(dataset_, dataset_.tables[way.root].name);
    RowFacts reader(state_.rules, index_of(table));
    Scan scan = reader.scan_along(way);
    scan.owners = &due_roots_[group].at(root.table);
    scan.in_key_order = true;
    if (scan.owners->empty()) return;
    const std::size_t width = way.columns.size();
    MetRow met;
    met.owners.push_back({.who = {}, .link = way.link, .stranger = {}, .due = true, .place = 0});
    met.facts.owners_due = 1;
    met.facts.hold = state_.table_hold(index_of(table));
    met.facts.table_held = met.facts.hold != nullptr;
    std::string key;
    std::map<const model::Rule*, model::RecordDecision> known;
    const bool plain = rules_of(table).minimums.empty() && rules_of(table).subject_maximums.empty();
    state_.scan(dataset_.name, scan, [&](RowView row) {
      const Who owner{group, people.person(people.by_key(root, row.first(width)))};
      const RowView rest = row.subspan(width);
      reader.read_into(rest, met.facts);
      if (reader.needs_parents()) {
        met.parents = reader.parents(rest);
        met.facts.leaving_links = leaving_links(table, met);
      }
      key.clear();
      for (const source::ValueView& value : reader.key(rest)) source::append_key(key, value);
      if (!plain)
        emit(table, key, owner, decide(table, owner, met));
      else
        emit(table, key, owner, decide_plain(table, owner, met, known));
    });
  }

  /// Where nothing in a row itself matters, all rows that one rule makes due are decided alike:
  /// once.
  const model::RecordDecision& decide_plain(
      std::uint32_t table, const Who& who, const MetRow& met,
      std::map<const model::Rule*, model::RecordDecision>& known) const {
    const model::SubjectDecision* owner = leaving_[who.leaving].decision(who.person);
    const auto [found, fresh] = known.try_emplace(owner->rule);
    if (fresh) found->second = decide(table, who, met);
    found->second.due_since = owner->due_since;
    return found->second;
  }

  /// Rows with several owners, with owners known by an identifier, or that mention people: gathered
  /// by key first. Only rows that concern somebody who goes are kept in memory.
  Met meet(std::uint32_t table) {
    Met rows;
    RowFacts reader(state_.rules, index_of(table));
    const auto ways = ways_into(table);
    for (const Attachment* way : ways) meet_owned(*way, reader, rows, nullptr);
    if (ways.size() > 1) {
      KeyIndex keys;
      for (const auto& [key, met] : rows) keys.add(key);
      for (const Attachment* way : ways) meet_owned(*way, reader, rows, &keys);
    }
    for (const std::uint32_t link : mentions_in(table)) meet_mentions(table, link, reader, rows);
    return rows;
  }

  /// With `keys`: adds the owners who stay to rows that are known already.
  void meet_owned(const Attachment& way, RowFacts& reader, Met& rows, const KeyIndex* keys) {
    const std::size_t group = group_of(way);
    const Population& people = *leaving_[group].population;
    const Population::Root* root = people.root(dataset_, dataset_.tables[way.root].name);
    Scan scan = reader.scan_along(way);
    scan.keys = keys;
    if (keys == nullptr && way.by.empty()) scan.owners = &due_roots_[group].at(root->table);
    const std::size_t width = way.columns.size();
    state_.scan(dataset_.name, scan, [&](RowView row) {
      const RowView rest = row.subspan(width);
      Claim claim;
      if (way.by.empty()) {
        const Ordinal owner = people.by_key(*root, row.first(width));
        if (owner == nobody && keys != nullptr)
          note_stranger(way, group, *root, row.first(width), rest, reader, rows);
        if (owner != nobody) claim.owner = people.person(owner);
      } else {
        claim = people.by_identifier(way.by, row[0], reader.own_date(rest));
      }
      note_owner(way, group, claim, rest, reader, rows, keys != nullptr);
    });
  }

  void note_owner(const Attachment& way, std::size_t group, const Claim& claim, RowView rest,
                  RowFacts& reader, Met& rows, bool known_only) {
    const Leaving& people = leaving_[group];
    const bool due = claim.owner != nobody && is_due(people, claim.owner);
    const bool perhaps = std::any_of(claim.candidates.begin(), claim.candidates.end(),
                                     [&](Ordinal candidate) { return is_due(people, candidate); });
    if (claim.owner == nobody && !perhaps) return;
    if (!known_only && !due && !perhaps) return;
    MetRow* met = row_of(source::encode_key(reader.key(rest)), rest, reader, rows, known_only);
    if (met == nullptr) return;
    if (perhaps) met->perhaps = true;
    if (claim.owner != nobody)
      add_owner(*met, {.who = {group, claim.owner},
                       .link = way.link,
                       .stranger = {},
                       .due = due,
                       .place = due ? people.place(claim.owner) : 0});
  }

  static void add_owner(MetRow& met, Owner owner) {
    for (const Owner& known : met.owners)
      if (known.identity() == owner.identity() && known.link == owner.link) return;
    met.owners.push_back(std::move(owner));
  }

  MetRow* row_of(const std::string& key, RowView rest, RowFacts& reader, Met& rows,
                 bool known_only) const {
    if (known_only) {
      const auto known = rows.find(key);
      return known == rows.end() ? nullptr : &known->second;
    }
    const auto [found, fresh] = rows.try_emplace(key);
    if (fresh) {
      reader.read_into(rest, found->second.facts);
      found->second.parents = reader.parents(rest);
    }
    return &found->second;
  }

  /// A second owner whom the population does not know: leaves by another part of the same manifest,
  /// or stays. A key that leads nowhere counts as somebody who stays, a tombstone's as nobody.
  void note_stranger(const Attachment& way, std::size_t group, const Population::Root& root,
                     RowView owner, RowView rest, RowFacts& reader, Met& rows) {
    if (owner[0].is_null() || leaving_[group].population->excludes(root, source::encode_key(owner)))
      return;
    MetRow* met = row_of(source::encode_key(reader.key(rest)), rest, reader, rows, true);
    if (met == nullptr) return;
    Owner stranger{.who = {group, nobody},
                   .link = way.link,
                   .stranger = source::encode_key(owner),
                   .due = false,
                   .place = 0};
    const Leaving& people = leaving_[group];
    if (const auto place = people.elsewhere ? people.elsewhere(root.full_name(), stranger.stranger)
                                            : std::nullopt) {
      stranger.due = true;
      stranger.place = *place;
    }
    add_owner(*met, std::move(stranger));
  }

  void meet_mentions(std::uint32_t table, std::uint32_t link_index, RowFacts& reader, Met& rows) {
    const Link& link = dataset_.tables[table].links[link_index];
    for (std::size_t group = 0; group < leaving_.size(); ++group) {
      const Population& people = *leaving_[group].population;
      const Population::Root* root = people.root(dataset_, link.target);
      if (root == nullptr || due_roots_[group].at(root->table).empty()) continue;
      Scan scan = reader.scan_of_rows();
      scan.owner = link.columns;
      scan.owners = &due_roots_[group].at(root->table);
      const std::size_t width = link.columns.size();
      state_.scan(dataset_.name, scan, [&](RowView row) {
        const RowView rest = row.subspan(width);
        MetRow& met = *row_of(source::encode_key(reader.key(rest)), rest, reader, rows, false);
        met.mentions.push_back(
            {{group, people.person(people.by_key(*root, row.first(width)))}, link_index});
      });
    }
  }

  // --- deciding ---

  /// Fills in what the row's owners mean for it; returns the leaving owner who answers for the row,
  /// or nobody where none leaves or another part of the manifest has it.
  Who weigh(std::uint32_t table, MetRow& met) {
    std::set<std::tuple<std::size_t, Ordinal, std::string>> all, due;
    const Owner* first = nullptr;
    for (const Owner& owner : met.owners) {
      all.insert(owner.identity());
      if (!owner.due) continue;
      due.insert(owner.identity());
      if (first == nullptr || owner.place < first->place) first = &owner;
    }
    met.facts.owners = static_cast<std::uint32_t>(std::max<std::size_t>(all.size(), 1));
    met.facts.owners_due = static_cast<std::uint32_t>(due.size());
    met.facts.ambiguous = met.perhaps && due.empty();
    met.facts.hold = state_.table_hold(index_of(table));
    met.facts.table_held = met.facts.hold != nullptr;
    met.facts.leaving_links = leaving_links(table, met);
    return first != nullptr ? first->who : Who{};
  }

  std::vector<std::uint32_t> leaving_links(std::uint32_t table, const MetRow& met) const {
    std::set<std::uint32_t> links;
    for (const Owner& owner : met.owners) {
      const bool also_of_somebody_who_stays =
          std::any_of(met.owners.begin(), met.owners.end(),
                      [&](const Owner& other) { return other.link == owner.link && !other.due; });
      if (owner.due && !also_of_somebody_who_stays && !parent_stays(table, owner.link, met))
        links.insert(owner.link);
    }
    return {links.begin(), links.end()};
  }

  /// True where the row that a belongs_to link leads to stays, masked, on a ground of its own.
  bool parent_stays(std::uint32_t table, std::uint32_t link, const MetRow& met) const {
    const Link& belongs = dataset_.tables[table].links[link];
    if (!belongs.by.empty() || link >= met.parents.size()) return false;
    const Table* target = dataset_.table(belongs.target);
    const auto kept = kept_.find(target);
    return kept != kept_.end() && kept->second.find(met.parents[link]) != KeyIndex::none;
  }

  void settle(std::uint32_t table, const std::string& key, MetRow& met) {
    for (MetRow& wave : waves(met)) {
      const Who who = weigh(table, wave);
      if (wave.facts.ambiguous) ++state_.tally.candidates;
      if (who.person != nobody) emit(table, key, who, decide(table, who, wave));
    }
    for (const auto& [mentioned, link] : met.mentions) cut_mention(table, key, mentioned, link);
  }

  /// The row as it is met on each day on which one of its owners falls due: who left before is cut
  /// from it, who leaves later stays yet.
  std::vector<MetRow> waves(const MetRow& met) const {
    std::set<Date> days;
    for (const Owner& owner : met.owners)
      if (owner.due) days.insert(wave_of(owner));
    if (days.size() <= 1) return {met};
    std::vector<MetRow> rows;
    for (const Date day : days) {
      MetRow& row = rows.emplace_back(met);
      std::erase_if(row.owners,
                    [&](const Owner& owner) { return owner.due && wave_of(owner) < day; });
      for (Owner& owner : row.owners) owner.due = owner.due && wave_of(owner) == day;
    }
    return rows;
  }

  Date wave_of(const Owner& owner) const {
    if (owner.who.person == nobody) return state_.waves_from;
    const model::SubjectDecision* decision = leaving_[owner.who.leaving].decision(owner.who.person);
    return std::max(state_.waves_from, decision->due_since.value_or(state_.waves_from));
  }

  model::RecordDecision decide(std::uint32_t table, const Who& who, const MetRow& met) const {
    const Leaving& group = leaving_[who.leaving];
    std::vector<model::SubjectDecision> promises;
    if (!rules_of(table).subject_maximums.empty())
      promises =
          model::table_promises(state_.rules, index_of(table), group.population->subject_type(),
                                group.facts(who.person), state_.today);
    return model::decide(state_.rules, met.facts, group.decision(who.person), state_.today,
                         promises);
  }

  /// A row that names somebody who goes: the link and its columns are masked, whoever has the row.
  void cut_mention(std::uint32_t table, const std::string& key, const Who& who,
                   std::uint32_t link) {
    const Link& mention = dataset_.tables[table].links[link];
    const model::SubjectDecision* why = leaving_[who.leaving].decision(who.person);
    sink_({.table = index_of(table),
           .key = key,
           .leaving = who.leaving,
           .person = who.person,
           .remove = false,
           .columns = state_.keep({mention.mask, mention.columns}),
           .rule = why->rule,
           .due_since = why->due_since,
           .ground = nullptr,
           .retained_until = std::nullopt});
  }

  void emit(std::uint32_t table, const std::string& key, const Who& who,
            const model::RecordDecision& decision) {
    RecordTally& tally = state_.tally;
    if (decision.outcome == Outcome::held) ++tally.held;
    if (decision.outcome == Outcome::undetermined || decision.doubt != model::Doubt::none)
      ++tally.undetermined;
    if (decision.outcome != Outcome::due && decision.outcome != Outcome::retained) return;
    if (decision.outcome == Outcome::retained) ++tally.retained;
    if (decision.not_ours != nullptr) ++tally.not_ours;
    ColumnPlan columns;
    if (!decision.remove) {
      columns = columns_of(dataset_.tables[table], decision);
      if (columns.clear.empty() && columns.cut.empty()) return;
    }
    sink_({.table = index_of(table),
           .key = key,
           .leaving = who.leaving,
           .person = who.person,
           .remove = decision.remove,
           .columns = decision.remove ? nullptr : state_.keep(std::move(columns)),
           .rule = decision.rule,
           .due_since = decision.due_since,
           .ground = decision.ground,
           .retained_until = decision.retained_until});
  }

  static ColumnPlan columns_of(const Table& table, const model::RecordDecision& decision) {
    ColumnPlan plan;
    for (std::size_t i = 0; i < decision.columns.size() && i < table.columns.size(); ++i) {
      if (decision.columns[i] == ColumnFate::clear) plan.clear.push_back(table.columns[i].name);
      if (decision.columns[i] == ColumnFate::cut) plan.cut.push_back(table.columns[i].name);
    }
    return plan;
  }

  /// Remembers which rows of a table with minimums stay, before anything below them is decided.
  void note_kept(std::uint32_t table) {
    const RecordTally before = state_.tally;
    KeyIndex& kept = kept_[&dataset_.tables[table]];
    for (auto& [key, met] : meet(table)) {
      MetRow last = waves(met).back();
      const Who who = weigh(table, last);
      if (who.person == nobody || last.facts.ambiguous) continue;
      if (!decide(table, who, last).remove) kept.add(key);
    }
    state_.tally = before;
  }

  State& state_;
  const Dataset& dataset_;
  const std::vector<Leaving>& leaving_;
  const RecordSink& sink_;
  std::vector<Attachment> ways_;
  std::vector<std::map<const Table*, KeyIndex>> due_roots_;
  std::map<const Table*, KeyIndex> kept_;
};

RecordPlanner::RecordPlanner(const model::Rulebook& rules, ScanRows scan, Date today,
                             std::vector<const model::Hold*> table_holds)
    : state_(new State{
          rules, std::move(scan), today, std::move(table_holds), {}, {}, {}, true, today}) {}

RecordPlanner::~RecordPlanner() = default;

void RecordPlanner::protect(std::vector<Leaving> held) {
  state_->held = std::move(held);
}

void RecordPlanner::waves_from(Date as_of) {
  state_->waves_from = as_of;
}

void RecordPlanner::plan(const std::vector<Leaving>& leaving, const RecordSink& sink,
                         const std::set<std::string>& only, bool record_rules) {
  state_->record_rules = record_rules;
  for (const Dataset* dataset : state_->rules.datasets())
    if ((only.empty() || only.contains(dataset->name)) && !dataset->source.empty())
      Pass(*state_, *dataset, leaving, sink).run();
}

void RecordPlanner::plan_rows(std::uint32_t table, const KeyIndex& keys, const RecordSink& sink) {
  const auto& rules = state_->rules.tables()[table];
  const std::vector<Leaving> nobody_leaves;
  Pass(*state_, *rules.dataset, nobody_leaves, sink)
      .record_rules(rules.dataset->table_index(rules.table->name), &keys, nullptr);
}

const RecordTally& RecordPlanner::tally() const {
  return state_->tally;
}

}  // namespace besa::workflow
