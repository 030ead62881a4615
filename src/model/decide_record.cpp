// Deciding about rows: what is due in one, what must stay, what remains of it.
#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/model/decide.hpp"

namespace besa::model {
namespace {

using TableRules = Rulebook::TableRules;

// What a record maximum says about this row. Where its event is not in the row it says nothing.
struct Expiry {
  enum class State { silent, running, over, doubtful } state = State::silent;
  Date kept_through;
  Doubt doubt = Doubt::none;
};

enum class Due : std::uint8_t { no, clear, erase };

// What is due in a row before anything that stands in the way is looked at.
struct Dues {
  bool whole = false;
  bool shared = false;       // an owner leaves, another stays: only links are cut
  std::vector<Due> columns;  // where not whole; last, the row as such
  const Rule* rule = nullptr;
  std::optional<Date> since;
  Doubt doubt = Doubt::none;
  const Hold* hold = nullptr;  // a promise of this table that is held
  [[nodiscard]] bool any() const {
    return whole || shared || std::ranges::any_of(columns, [](Due due) { return due != Due::no; });
  }
};

void check_complete(const TableRules& table, const RecordFacts& facts) {
  if (facts.starts.size() >= table.record_starts.size() &&
      (table.minimums.empty() || facts.documents.size() >= table.table->documents.size()))
    return;
  throw Error(ErrorKind::failed,
              "the facts of a row of '" + table.full_name() + "' lack a start or a document");
}

void make_due(Dues& dues, const Rule& rule, std::optional<Date> since) {
  if (dues.rule != nullptr && (!since || (dues.since && *dues.since <= *since))) return;
  dues.rule = &rule;
  dues.since = since;
}

Expiry doubtful(Doubt doubt) {
  return {Expiry::State::doubtful, {}, doubt};
}

// The latest start counts, as with contact; one that cannot be read might have been later.
Expiry expiry_of(const TableRules& table, std::size_t maximum, const RecordFacts& facts,
                 Date today) {
  std::optional<Date> start;
  for (const auto entry : table.starts[maximum])
    if (facts.starts[entry])
      start = std::max(start.value_or(*facts.starts[entry]), *facts.starts[entry]);
  if (table.starts[maximum].empty()) return {};
  if (!start) return facts.start_unreadable ? doubtful(Doubt::unreadable_time) : Expiry{};
  if (*start > today) return doubtful(Doubt::future_time);
  const Rule& rule = *table.record_maximums[maximum];
  const Period period = rule.period_for(start);
  if (period.is_indefinite()) return {};  // never the winner
  const auto kept_through = add(anchored(rule, *start), period);
  if (!kept_through || *kept_through >= today) return {Expiry::State::running, {}, Doubt::none};
  if (facts.start_unreadable) return doubtful(Doubt::unreadable_time);
  return {Expiry::State::over, *kept_through, Doubt::none};
}

// The most specific maximums that say anything about a column; among them the earliest that is
// over.
Due column_due(const TableRules& table, const std::vector<TableRules::Claim>& claims,
               const std::vector<Expiry>& expiries, Dues& dues) {
  Due due = Due::no;
  std::optional<std::uint32_t> rank;
  for (const auto& claim : claims) {
    const Expiry& expiry = expiries[claim.maximum];
    if (rank && claim.rank < *rank) break;
    if (expiry.state == Expiry::State::silent) continue;
    rank = claim.rank;
    if (expiry.state == Expiry::State::doubtful) dues.doubt = expiry.doubt;
    if (expiry.state != Expiry::State::over) continue;
    const Rule& rule = *table.record_maximums[claim.maximum];
    due = std::max(due, rule.action == RuleAction::erase ? Due::erase : Due::clear);
    make_due(dues, rule, expiry.kept_through.plus_days(1));
  }
  return due;
}

// What a rule must reach: the personal columns; in a table without any, the row as such.
std::vector<std::size_t> matters(const Table& table) {
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].personal()) indexes.push_back(i);
  if (indexes.empty()) indexes.push_back(table.columns.size());
  return indexes;
}

void add_record_maximums(Dues& dues, const TableRules& table, const RecordFacts& facts,
                         Date today) {
  if (table.record_maximums.empty()) return;
  std::vector<Expiry> expiries;
  for (std::size_t i = 0; i < table.record_maximums.size(); ++i)
    expiries.push_back(expiry_of(table, i, facts, today));
  for (const auto i : matters(*table.table))
    dues.columns[i] = column_due(table, table.claims[i], expiries, dues);
}

bool reaches(const Rule& rule, const Column& column) {
  return rule.categories.empty() || std::ranges::any_of(rule.categories, [&](const auto& category) {
           return column.personal() && category_covers(category, column.category);
         });
}

void add_promise(Dues& dues, const Table& table, const SubjectDecision& promise) {
  const Rule& rule = *promise.rule;
  const Due due = rule.action == RuleAction::erase ? Due::erase : Due::clear;
  for (const auto i : matters(table))
    if (i == table.columns.size() ? rule.categories.empty() : reaches(rule, table.columns[i]))
      dues.columns[i] = std::max(dues.columns[i], due);
  make_due(dues, rule, promise.due_since);
}

void add_promises(Dues& dues, const TableRules& table, const RecordFacts& facts,
                  std::span<const SubjectDecision> promises) {
  const bool shared = facts.owners > 1 && facts.owners_due < facts.owners;
  for (const auto& promise : promises) {
    if (promise.outcome == Outcome::held) dues.hold = promise.hold;
    if (promise.outcome == Outcome::undetermined) dues.doubt = promise.doubt;
    if (promise.outcome != Outcome::due) continue;
    if (shared)
      dues.doubt = Doubt::shared_row;
    else
      add_promise(dues, *table.table, promise);
  }
}

// A row goes when everything in it that matters is to be erased.
bool erases_all(const Dues& dues, const Table& table) {
  return std::ranges::all_of(matters(table),
                             [&](std::size_t i) { return dues.columns[i] == Due::erase; });
}

Dues find_dues(const TableRules& table, const RecordFacts& facts, const SubjectDecision* owner,
               std::span<const SubjectDecision> promises, Date today) {
  Dues dues;
  const bool leaves = owner != nullptr && owner->outcome == Outcome::due;
  const bool all_leave = leaves && (facts.owners <= 1 || facts.owners_due >= facts.owners);
  const bool masks = leaves && owner->rule != nullptr && owner->rule->action == RuleAction::mask;
  dues.whole = all_leave && !masks;
  dues.shared = leaves && !all_leave;
  if (!dues.whole) {
    dues.columns.resize(table.table->columns.size() + 1, Due::no);
    add_record_maximums(dues, table, facts, today);
    add_promises(dues, table, facts, promises);
    if (all_leave) add_promise(dues, *table.table, *owner);
    dues.whole = erases_all(dues, *table.table);
    dues.columns.pop_back();  // a row without personal columns goes, or has nothing to mask
  }
  if (dues.rule == nullptr && leaves) {
    dues.rule = owner->rule;
    dues.since = owner->due_since;
  }
  if (dues.whole) dues.shared = false;
  return dues;
}

// The hold that covers rows of this table, by whichever way it became known.
bool is_held(const TableRules& table, const RecordFacts& facts, const SubjectDecision* owner,
             Date today, const Hold*& hold) {
  hold = facts.hold;
  if (owner != nullptr && owner->hold != nullptr && owner->hold->in_force(today) &&
      owner->hold->covers(table.full_name()))
    hold = owner->hold;
  return facts.owner_held || facts.table_held || hold != nullptr;
}

// Nothing is due in the row: why it stays.
void leave_alone(RecordDecision& decision, const Dues& dues, const SubjectDecision* owner) {
  if (dues.doubt != Doubt::none) {
    decision.outcome = Outcome::undetermined;
    decision.doubt = dues.doubt;
  }
  if (owner != nullptr && owner->outcome == Outcome::undetermined) {
    decision.outcome = Outcome::undetermined;
    decision.doubt = owner->doubt;
  }
  const Hold* hold = owner != nullptr && owner->outcome == Outcome::held ? owner->hold : dues.hold;
  if (hold != nullptr) {
    decision.outcome = Outcome::held;
    decision.hold = hold;
  }
}

// The columns that minimums of our own name today; notes the ground, or the doubt about one.
struct Protection {
  std::vector<bool> columns;
  const Rule* ground = nullptr;
  std::optional<Date> until;
  const Rule* not_ours = nullptr;
  Doubt doubt = Doubt::none;
};

void protect(Protection& protection, const TableRules& table, const TableRules::Minimum& minimum,
             Date until) {
  const Document& document = table.table->documents[minimum.document];
  const auto& columns = table.table->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool named =
        std::ranges::find(document.columns, columns[i].name) != document.columns.end();
    if (named && reaches(*minimum.rule, columns[i])) protection.columns[i] = true;
  }
  if (protection.until && *protection.until >= until) return;
  protection.ground = minimum.rule;
  protection.until = until;
}

Protection protection_of(const TableRules& table, const RecordFacts& facts, Date today) {
  Protection protection;
  protection.columns.resize(table.table->columns.size());
  for (const auto& minimum : table.minimums) {
    const auto& document = facts.documents[minimum.document];
    if (!document.present) continue;
    const Rule& rule = *minimum.rule;
    const auto until =
        document.date ? add(anchored(rule, *document.date), rule.period) : std::nullopt;
    if (until && *until < today) continue;
    if (!minimum.ours)
      protection.not_ours = &rule;
    else if (!document.date)
      protection.doubt = Doubt::unreadable_time;
    else if (!until)
      protection.doubt = Doubt::indefinite;
    else
      protect(protection, table, minimum, *until);
  }
  return protection;
}

std::vector<bool> columns_of_links(const Table& table, const std::vector<std::uint32_t>* which) {
  std::vector<bool> linked(table.columns.size());
  for (std::uint32_t i = 0; i < table.links.size(); ++i) {
    if (which != nullptr && std::ranges::find(*which, i) == which->end()) continue;
    for (std::size_t column = 0; column < table.columns.size(); ++column)
      if (std::ranges::find(table.links[i].columns, table.columns[column].name) !=
          table.links[i].columns.end())
        linked[column] = true;
  }
  return linked;
}

std::vector<ColumnFate> fates_of(const TableRules& rules, const RecordFacts& facts,
                                 const Dues& dues, const Protection& protection) {
  const Table& table = *rules.table;
  const auto leaving = columns_of_links(table, &facts.leaving_links);
  const auto linked = columns_of_links(table, nullptr);
  std::vector<ColumnFate> fates(table.columns.size(), ColumnFate::keep);
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const Column& column = table.columns[i];
    const bool due = dues.whole || leaving[i] || dues.columns[i] != Due::no;
    if (!due) continue;
    if (protection.columns[i])
      fates[i] = ColumnFate::retain;
    else if (leaving[i])
      fates[i] = ColumnFate::cut;
    else if (column.personal() && !table.is_key(column.name))
      fates[i] = linked[i] ? ColumnFate::cut : ColumnFate::clear;
  }
  return fates;
}

// The row stays, and something in it goes, or would have gone but for a ground.
void keep_part(RecordDecision& decision, const TableRules& table, const RecordFacts& facts,
               const Dues& dues, const Protection& protection) {
  decision.columns = fates_of(table, facts, dues, protection);
  const bool retains = protection.ground != nullptr &&
                       (dues.whole || std::ranges::find(decision.columns, ColumnFate::retain) !=
                                          decision.columns.end());
  decision.outcome = retains ? Outcome::retained : Outcome::due;
  if (retains) {
    decision.ground = protection.ground;
    decision.retained_until = protection.until;
  }
  decision.doubt = dues.doubt;
  if (dues.shared && std::ranges::find(decision.columns, ColumnFate::cut) == decision.columns.end())
    decision.doubt = Doubt::shared_row;
}

void take_what_is_due(RecordDecision& decision, const TableRules& table, const RecordFacts& facts,
                      const Dues& dues, Date today) {
  const Protection protection = protection_of(table, facts, today);
  decision.not_ours = protection.not_ours;
  if (protection.doubt != Doubt::none) {
    decision.outcome = Outcome::undetermined;
    decision.doubt = protection.doubt;
  } else if (dues.whole && protection.ground == nullptr) {
    decision.outcome = Outcome::due;
    decision.remove = true;
  } else {
    keep_part(decision, table, facts, dues, protection);
  }
}

RecordDecision held_by(const Hold* hold, Doubt doubt) {
  RecordDecision decision;
  decision.outcome = Outcome::held;
  decision.hold = hold;
  decision.doubt = doubt;
  return decision;
}

}  // namespace

RecordDecision decide(const Rulebook& rules, const RecordFacts& facts, const SubjectDecision* owner,
                      Date today, std::span<const SubjectDecision> promises) {
  const TableRules& table = rules.tables()[facts.table];
  check_complete(table, facts);
  const Dues dues = find_dues(table, facts, owner, promises, today);
  RecordDecision decision;
  if (!dues.any()) {
    leave_alone(decision, dues, owner);
  } else if (facts.ambiguous) {
    decision.outcome = Outcome::undetermined;
    decision.doubt = Doubt::link_ambiguous;
  } else {
    take_what_is_due(decision, table, facts, dues, today);
  }
  if (decision.outcome == Outcome::keep) return decision;
  const Hold* hold = nullptr;
  if (is_held(table, facts, owner, today, hold)) decision = held_by(hold, decision.doubt);
  decision.rule = dues.rule;
  decision.due_since = dues.since;
  return decision;
}

}  // namespace besa::model
