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

/// A row as the closure met it: whose it is, which links lead to people or rows that go.
struct MetRow {
  std::vector<std::pair<Who, std::uint32_t>> owners;  ///< and the link by which
  std::vector<std::pair<Who, std::uint32_t>> mentions;
  bool perhaps = false;                               ///< met by an ambiguous identifier only
  model::RecordFacts facts;
  std::vector<std::string> parents;                   ///< encoded target of each belongs_to link
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void once(std::vector<std::string>& names, const std::string& name) {
  if (!contains(names, name)) names.push_back(name);
}

}  // namespace

struct RecordPlanner::State {
  const model::Rulebook& rules;
  ScanRows scan;
  Date today;
  std::vector<const model::Hold*> holds;
  RecordTally tally;
  std::set<ColumnPlan> plans;   ///< a set's elements stay where they are

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
  Pass(State& state, const Dataset& dataset, const std::vector<Leaving>& leaving, const RecordSink& sink)
      : state_(state), dataset_(dataset), leaving_(leaving), sink_(sink), ways_(model::attachments(dataset)) {
    for (const Leaving& group : leaving) due_roots_.push_back(roots_of(group));
  }

  void run() {
    const std::vector<std::uint32_t> order = model::deletion_order(dataset_);
    // Parents first: which rows stay decides whether a link to them is cut.
    for (auto table = order.rbegin(); table != order.rend(); ++table)
      if (!rules_of(*table).minimums.empty()) note_kept(*table);
    for (const std::uint32_t table : order) people_of(table);
  }

  void record_rules(std::uint32_t table, const KeyIndex* only, const KeyIndex* taken) {
    const std::uint32_t index = index_of(table);
    RowFacts reader(state_.rules, index);
    Scan scan = reader.scan_of_rows();
    if (only != nullptr) scan.keys = only;
    if (only == nullptr) reader.bound_by_rules(scan, state_.today);
    const model::Hold* hold = state_.table_hold(index);
    state_.scan(dataset_.name, scan, [&](RowView row) {
      const std::string key = source::encode_key(reader.key(row));
      if (taken != nullptr && taken->find(key) != KeyIndex::none) return;
      model::RecordFacts facts = reader.read(row);
      facts.owners = 1;
      facts.table_held = hold != nullptr;
      emit(table, key, {}, model::decide(state_.rules, facts, nullptr, state_.today));
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

  // --- meeting rows -------------------------------------------------------------------------------

  void people_of(std::uint32_t table) {
    const std::vector<const Attachment*> ways = ways_into(table);
    const bool record_rules_too = !rules_of(table).record_maximums.empty();
    KeyIndex taken;
    if (ways.size() == 1 && ways[0]->by.empty() && mentions_in(table).empty() && !record_rules_too) {
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
    std::string key;
    state_.scan(dataset_.name, scan, [&](RowView row) {
      const Who owner{group, people.person(people.by_key(root, row.first(width)))};
      const RowView rest = row.subspan(width);
      met.owners.assign(1, {owner, way.link});
      reader.read_into(rest, met.facts);
      if (reader.needs_parents()) met.parents = reader.parents(rest);
      key.clear();
      for (const source::ValueView& value : reader.key(rest)) source::append_key(key, value);
      settle(table, key, met);
    });
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
        if (owner != nobody) claim.owner = people.person(owner);
      } else {
        claim = people.by_identifier(way.by, row[0], reader.own_date(rest));
      }
      note_owner(way, group, claim, rest, reader, rows, keys != nullptr);
    });
  }

  void note_owner(const Attachment& way, std::size_t group, const Claim& claim, RowView rest, RowFacts& reader,
                  Met& rows, bool known_only) {
    const Leaving& people = leaving_[group];
    const bool due = claim.owner != nobody && is_due(people, claim.owner);
    const bool perhaps = std::any_of(claim.candidates.begin(), claim.candidates.end(),
                                     [&](Ordinal candidate) { return is_due(people, candidate); });
    if (claim.owner == nobody && !perhaps) return;
    if (!known_only && !due && !perhaps) return;
    const std::string key = source::encode_key(reader.key(rest));
    const auto [found, fresh] = known_only ? std::pair(rows.find(key), false) : rows.try_emplace(key);
    if (found == rows.end()) return;
    MetRow& met = found->second;
    if (fresh) {
      reader.read_into(rest, met.facts);
      met.parents = reader.parents(rest);
    }
    if (perhaps) met.perhaps = true;
    const std::pair<Who, std::uint32_t> owner{{group, claim.owner}, way.link};
    if (claim.owner != nobody && std::find(met.owners.begin(), met.owners.end(), owner) == met.owners.end())
      met.owners.push_back(owner);
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
        const auto [found, fresh] = rows.try_emplace(source::encode_key(reader.key(rest)));
        MetRow& met = found->second;
        if (fresh) reader.read_into(rest, met.facts);
        met.mentions.push_back({{group, people.person(people.by_key(*root, row.first(width)))}, link_index});
      });
    }
  }

  // --- deciding -----------------------------------------------------------------------------------

  /// Fills in what the row's owners mean for it; returns the person who leaves, if one does.
  Who weigh(std::uint32_t table, MetRow& met) {
    std::vector<Who> all, due;
    for (const auto& [who, link] : met.owners) {
      all.push_back(who);
      if (is_due(leaving_[who.leaving], who.person)) due.push_back(who);
    }
    for (auto* people : {&all, &due}) {
      std::sort(people->begin(), people->end());
      people->erase(std::unique(people->begin(), people->end()), people->end());
    }
    met.facts.owners = static_cast<std::uint32_t>(std::max<std::size_t>(all.size(), 1));
    met.facts.owners_due = static_cast<std::uint32_t>(due.size());
    met.facts.ambiguous = met.perhaps && due.empty();
    met.facts.hold = state_.table_hold(index_of(table));
    met.facts.table_held = met.facts.hold != nullptr;
    met.facts.leaving_links = leaving_links(table, met, due);
    return due.empty() ? Who{} : due.front();
  }

  std::vector<std::uint32_t> leaving_links(std::uint32_t table, const MetRow& met, const std::vector<Who>& due) const {
    std::vector<std::uint32_t> links;
    for (const auto& [who, link] : met.owners) {
      const bool shared_way = std::any_of(met.owners.begin(), met.owners.end(), [&](const auto& other) {
        return other.second == link && !std::binary_search(due.begin(), due.end(), other.first);
      });
      if (std::binary_search(due.begin(), due.end(), who) && !shared_way && !parent_stays(table, link, met))
        links.push_back(link);
    }
    std::sort(links.begin(), links.end());
    links.erase(std::unique(links.begin(), links.end()), links.end());
    return links;
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
    const Who who = weigh(table, met);
    if (met.facts.ambiguous) {
      ++state_.tally.candidates;
      return;
    }
    if (who.person == nobody) {
      cut_mentions(table, key, met);
      return;
    }
    const model::RecordDecision decision = decide(table, who, met);
    if (!emit(table, key, who, decision, &met) && !met.mentions.empty()) cut_mentions(table, key, met);
  }

  model::RecordDecision decide(std::uint32_t table, const Who& who, const MetRow& met) const {
    const Leaving& group = leaving_[who.leaving];
    std::vector<model::SubjectDecision> promises;
    if (!rules_of(table).subject_maximums.empty())
      promises = model::table_promises(state_.rules, index_of(table), group.population->subject_type(),
                                       group.facts(who.person), state_.today);
    return model::decide(state_.rules, met.facts, group.decision(who.person), state_.today, promises);
  }

  /// A row of somebody who stays that names people who go: the link and its columns are masked.
  void cut_mentions(std::uint32_t table, const std::string& key, const MetRow& met) {
    if (met.mentions.empty()) return;
    ColumnPlan columns;
    add_mentions(table, met, columns);
    const Who& who = met.mentions.front().first;
    const model::SubjectDecision* why = leaving_[who.leaving].decision(who.person);
    sink_({.table = index_of(table), .key = key, .leaving = who.leaving, .person = who.person, .remove = false,
           .columns = state_.keep(std::move(columns)), .rule = why->rule, .due_since = why->due_since,
           .ground = nullptr, .retained_until = std::nullopt});
  }

  void add_mentions(std::uint32_t table, const MetRow& met, ColumnPlan& columns) const {
    for (const auto& [who, link] : met.mentions) {
      const Link& mention = dataset_.tables[table].links[link];
      for (const std::string& column : mention.columns) once(columns.cut, column);
      for (const std::string& column : mention.mask) once(columns.clear, column);
    }
  }

  /// True if something happens to the row.
  bool emit(std::uint32_t table, const std::string& key, const Who& who, const model::RecordDecision& decision,
            const MetRow* met = nullptr) {
    RecordTally& tally = state_.tally;
    if (decision.outcome == Outcome::held) ++tally.held;
    if (decision.outcome == Outcome::undetermined || decision.doubt != model::Doubt::none) ++tally.undetermined;
    if (decision.outcome != Outcome::due && decision.outcome != Outcome::retained) return false;
    if (decision.outcome == Outcome::retained) ++tally.retained;
    if (decision.not_ours != nullptr) ++tally.not_ours;
    ColumnPlan columns;
    if (!decision.remove) {
      columns = columns_of(dataset_.tables[table], decision);
      if (met != nullptr) add_mentions(table, *met, columns);
      if (columns.clear.empty() && columns.cut.empty()) return false;
    }
    sink_({.table = index_of(table), .key = key, .leaving = who.leaving, .person = who.person,
           .remove = decision.remove, .columns = decision.remove ? nullptr : state_.keep(std::move(columns)),
           .rule = decision.rule, .due_since = decision.due_since, .ground = decision.ground,
           .retained_until = decision.retained_until});
    return true;
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
      const Who who = weigh(table, met);
      if (who.person == nobody || met.facts.ambiguous) continue;
      if (!decide(table, who, met).remove) kept.add(key);
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
    : state_(new State{rules, std::move(scan), today, std::move(table_holds), {}, {}}) {}

RecordPlanner::~RecordPlanner() = default;

void RecordPlanner::plan(const std::vector<Leaving>& leaving, const RecordSink& sink, const std::set<std::string>& only) {
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

const RecordTally& RecordPlanner::tally() const { return state_->tally; }

}  // namespace besa::workflow
