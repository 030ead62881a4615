#include "besa/workflow/records.hpp"

#include <algorithm>
#include <tuple>

#include "workflow/closure.hpp"
#include "workflow/record_decisions.hpp"
#include "workflow/row_owners.hpp"

namespace besa::workflow {
namespace {

using model::ColumnFate;
using model::Dataset;
using model::Link;
using model::Outcome;
using model::Table;
using source::KeyIndex;
using source::RowView;
using source::Scan;

using Decisions = std::map<const model::Rule*, model::RecordDecision>;

}  // namespace

struct RecordPlanner::State {
  const model::Rulebook& rules;
  ScanRows scan;
  Date today;
  std::vector<const model::Hold*> holds;
  RecordTally tally;
  std::set<ColumnPlan> plans;  ///< a set's elements stay where they are
  std::vector<Leaving> held;
  IsMask is_mask;
  bool record_rules = true;
  Date waves_from = today;
  bool in_key_order = true;
  std::size_t gather_at_most = 0;  ///< 0: as the closure does

  const ColumnPlan* keep(ColumnPlan plan) { return &*plans.insert(std::move(plan)).first; }
};

/// One run over the tables of one dataset.
class RecordPlanner::Pass {
 public:
  Pass(State& state, const Dataset& dataset, const std::vector<Leaving>& leaving)
      : state_(state),
        dataset_(dataset),
        leaving_(leaving),
        closure_(state.rules, state.scan, dataset, leaving),
        owners_(dataset, leaving, state.held, state.holds, state.waves_from) {
    if (!state.in_key_order) closure_.in_any_order();
    if (state.gather_at_most != 0) closure_.gather_at_most(state.gather_at_most);
  }

  void run(const RecordSink& sink) {
    const std::vector<std::uint32_t> order = model::deletion_order(dataset_);
    // Parents first: which rows stay decides whether a link to them is cut.
    for (auto table = order.rbegin(); table != order.rend(); ++table)
      if (!rules_of(*table).minimums.empty() && has_children(*table)) note_kept(*table);
    for (const std::uint32_t table : order) people_of(table, sink);
  }

  void record_rules(std::uint32_t table, const KeyIndex* only, const KeyIndex* taken,
                    const RecordSink& sink) {
    const std::uint32_t index = index_of(table);
    RowFacts reader(state_.rules, index);
    Scan scan = reader.scan_of_rows();
    const std::size_t width = scan.columns.size();
    if (may_mask(table))
      for (const model::Column& column : dataset_.tables[table].columns)
        scan.columns.push_back(column.name);
    if (only != nullptr) scan.keys = only;
    if (only == nullptr) reader.bound_by_rules(scan, state_.today);
    const model::Hold* hold = owners_.table_hold(rules_of(table).full_name());
    const KeyIndex held = Closure(state_.rules, state_.scan, dataset_, state_.held).keys(table);
    const bool may_be_held = may_be_of_held(table);
    RecordDecisions decisions(state_.rules, rules_of(table), state_.today);
    const auto among = [](const KeyIndex& keys, std::string_view key) {
      return !keys.empty() && keys.find(key) != KeyIndex::none;
    };
    std::string key;
    model::RecordFacts facts;
    facts.table_held = hold != nullptr;
    state_.scan(dataset_.name, scan, [&](RowView row) {
      key.clear();
      for (const source::ValueView& value : reader.key(row)) source::append_key(key, value);
      if (taken != nullptr && among(*taken, key)) return;
      reader.read_into(row, facts);
      facts.owner_held = may_be_held || among(held, key);
      const model::RecordDecision& decision = decisions.about(facts);
      if (!masked_before(table, decision, row.subspan(width))) emit(table, key, {}, decision, sink);
    });
  }

  /// Adds who cannot go because a row of theirs cannot.
  void find_blocked(std::vector<Blocked>& blocked) {
    for (std::uint32_t table = 0; table < dataset_.tables.size(); ++table) {
      const bool may_be_held = !state_.held.empty() && closure_.shares(table);
      if (rules_of(table).minimums.empty() && !may_be_held) continue;
      closure_.each(table, [&](const std::string&, MetRow& met) {
        owners_.each_wave(met, [&](MetRow& wave) { note_blocked(table, wave, blocked); });
      });
    }
  }

 private:
  const model::Rulebook::TableRules& rules_of(std::uint32_t table) const {
    return state_.rules.tables()[index_of(table)];
  }
  std::uint32_t index_of(std::uint32_t table) const {
    return state_.rules.table(dataset_, dataset_.tables[table].name);
  }

  /// True where nobody can say whether a row is of somebody under a hold.
  bool may_be_of_held(std::uint32_t table) const {
    const auto ways = state_.rules.ways(dataset_);
    return std::ranges::any_of(state_.held, [&](const Leaving& held) {
      return held.half_known && std::ranges::any_of(ways, [&](const model::Attachment& way) {
               return way.table == table && !way.by.empty() &&
                      way.subject == held.population->subject_type();
             });
    });
  }

  bool has_children(std::uint32_t table) const {
    const auto leads_here = [&](const Link& link) {
      return link.kind == model::LinkKind::belongs_to && link.by.empty() &&
             link.target == dataset_.tables[table].name;
    };
    return std::any_of(dataset_.tables.begin(), dataset_.tables.end(), [&](const Table& child) {
      return std::any_of(child.links.begin(), child.links.end(), leads_here);
    });
  }

  /// True where what is to be masked is masked: else every night would do it again.
  bool masked_before(std::uint32_t table, const model::RecordDecision& decision,
                     RowView values) const {
    if (decision.remove || decision.columns.empty()) return false;
    const auto& columns = dataset_.tables[table].columns;
    if (values.size() != columns.size()) return false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool goes =
          decision.columns[i] == ColumnFate::clear || decision.columns[i] == ColumnFate::cut;
      if (!goes || values[i].is_null()) continue;
      if (!state_.is_mask ||
          !state_.is_mask(dataset_, dataset_.tables[table], columns[i].name, values[i]))
        return false;
    }
    return true;
  }

  /// False where whole rows go or stay, so that what is in their columns does not matter.
  bool may_mask(std::uint32_t table) const {
    const auto& rules = rules_of(table);
    return !rules.minimums.empty() ||
           !std::ranges::all_of(rules.record_maximums, [](const model::Rule* rule) {
             return rule->action == model::RuleAction::erase && rule->categories.empty() &&
                    rule->purposes.empty();
           });
  }

  // --- rows of people ---

  void people_of(std::uint32_t table, const RecordSink& sink) {
    const bool record_rules_too = state_.record_rules && !rules_of(table).record_maximums.empty();
    KeyIndex taken;
    Decisions known;
    closure_.each(table, [&](const std::string& key, MetRow& met) {
      if (record_rules_too) taken.add(key);
      settle(table, key, met, known, sink);
    });
    if (record_rules_too) record_rules(table, nullptr, &taken, sink);
  }

  void settle(std::uint32_t table, const std::string& key, MetRow& met, Decisions& known,
              const RecordSink& sink) {
    owners_.each_wave(met, [&](MetRow& wave) {
      const Who who = owners_.weigh(table, wave);
      if (wave.facts.ambiguous) ++state_.tally.candidates;
      if (who.person == nobody) return;
      const model::RecordDecision& decision = decide(table, who, wave, known);
      if (wave.values.empty() || !masked_before(table, decision, views(wave.values)))
        emit(table, key, who, decision, sink);
    });
    for (const auto& [mentioned, link] : met.mentions)
      cut_mention(table, key, mentioned, link, sink);
  }

  static std::vector<source::ValueView> views(const std::vector<source::Value>& values) {
    std::vector<source::ValueView> views;
    for (const source::Value& value : values) views.push_back(value.view());
    return views;
  }

  // --- deciding ---

  /// Where nothing in a row itself matters, all rows that one rule makes due are decided alike:
  /// once.
  const model::RecordDecision& decide(std::uint32_t table, const Who& who, const MetRow& met,
                                      Decisions& known) const {
    const model::SubjectDecision* owner = leaving_[who.leaving].decision(who.person);
    const auto& rules = rules_of(table);
    const bool alike =
        met.owners.size() == 1 && rules.minimums.empty() && rules.subject_maximums.empty() &&
        owner->rule->for_all_data() &&
        (rules.record_maximums.empty() || owner->rule->action == model::RuleAction::erase);
    const auto [found, fresh] = known.try_emplace(alike ? owner->rule : nullptr);
    if (fresh || !alike) found->second = decide(table, who, met);
    if (alike) found->second.due_since = owner->due_since;
    return found->second;
  }

  model::RecordDecision decide(std::uint32_t table, const Who& who, const MetRow& met) const {
    const Leaving& group = leaving_[who.leaving];
    const model::SubjectDecision* owner = group.decision(who.person);
    std::vector<model::SubjectDecision> promises;
    if (!rules_of(table).subject_maximums.empty())
      promises =
          model::table_promises(state_.rules, index_of(table), group.population->subject_type(),
                                group.facts(who.person), state_.today);
    const bool whole = owner->rule->for_all_data();
    return model::decide(state_.rules, met.facts, whole ? owner : nullptr, state_.today, promises);
  }

  void note_blocked(std::uint32_t table, MetRow& met, std::vector<Blocked>& blocked) const {
    const Who who = owners_.weigh(table, met);
    const bool leaves = std::any_of(met.owners.begin(), met.owners.end(),
                                    [](const RowOwner& owner) { return owner.due; });
    if (!leaves || who.person == nobody) return;
    const model::RecordDecision decision = decide(table, who, met);
    if (decision.outcome != Outcome::held && decision.outcome != Outcome::undetermined) return;
    for (const RowOwner& owner : met.owners)
      if (owner.due && owner.who.person != nobody)
        blocked.push_back({owner.who.leaving, owner.who.person, index_of(table), decision.outcome,
                           decision.doubt, decision.hold});
  }

  /// A row that names somebody who goes: the link and its columns are masked, whoever has the row.
  void cut_mention(std::uint32_t table, const std::string& key, const Who& who, std::uint32_t link,
                   const RecordSink& sink) {
    const Link& mention = dataset_.tables[table].links[link];
    const model::SubjectDecision* why = leaving_[who.leaving].decision(who.person);
    sink({.table = index_of(table),
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
            const model::RecordDecision& decision, const RecordSink& sink) {
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
    sink({.table = index_of(table),
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
    closure_.each(table, [&](const std::string& key, MetRow& met) {
      bool stays = false;
      owners_.each_wave(met, [&](MetRow& wave) {  // the last wave says
        const Who who = owners_.weigh(table, wave);
        stays = who.person != nobody && !wave.facts.ambiguous && !decide(table, who, wave).remove;
      });
      if (stays) owners_.stays(table, key);
    });
  }

  State& state_;
  const Dataset& dataset_;
  const std::vector<Leaving>& leaving_;
  Closure closure_;
  RowOwners owners_;
};

RecordPlanner::RecordPlanner(const model::Rulebook& rules, ScanRows scan, Date today,
                             std::vector<const model::Hold*> table_holds)
    : state_(new State{
          rules, std::move(scan), today, std::move(table_holds), {}, {}, {}, {}, true, today}) {}

RecordPlanner::RecordPlanner(RecordPlanner&&) noexcept = default;
RecordPlanner::~RecordPlanner() = default;

void RecordPlanner::protect(std::vector<Leaving> held) {
  state_->held = std::move(held);
}

void RecordPlanner::waves_from(Date as_of) {
  state_->waves_from = as_of;
}

void RecordPlanner::in_any_order() {
  state_->in_key_order = false;
}

void RecordPlanner::gather_at_most(std::size_t rows) {
  state_->gather_at_most = rows;
}

void RecordPlanner::recognise(IsMask is_mask) {
  state_->is_mask = std::move(is_mask);
}

void RecordPlanner::plan(const std::vector<Leaving>& leaving, const RecordSink& sink,
                         const std::set<std::string>& only, bool record_rules) {
  state_->record_rules = record_rules;
  for (const Dataset* dataset : state_->rules.datasets())
    if ((only.empty() || only.contains(dataset->name)) && !dataset->source.empty())
      Pass(*state_, *dataset, leaving).run(sink);
}

void RecordPlanner::plan_rows(std::uint32_t table, const KeyIndex& keys, const RecordSink& sink) {
  const auto& rules = state_->rules.tables()[table];
  const std::vector<Leaving> nobody_leaves;
  Pass(*state_, *rules.dataset, nobody_leaves)
      .record_rules(rules.dataset->table_index(rules.table->name), &keys, nullptr, sink);
}

std::vector<Blocked> RecordPlanner::blocked(const std::vector<Leaving>& leaving) const {
  std::vector<Blocked> blocked;
  for (const Dataset* dataset : state_->rules.datasets())
    if (!dataset->source.empty()) Pass(*state_, *dataset, leaving).find_blocked(blocked);
  const auto order = [](const Blocked& each) { return std::tie(each.leaving, each.person); };
  std::ranges::stable_sort(blocked, {}, order);
  const auto same = [&](const Blocked& a, const Blocked& b) { return order(a) == order(b); };
  blocked.erase(std::unique(blocked.begin(), blocked.end(), same), blocked.end());
  return blocked;
}

const RecordTally& RecordPlanner::tally() const {
  return state_->tally;
}

}  // namespace besa::workflow
