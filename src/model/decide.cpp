// Deciding about people: subject-scope maximums.
#include "besa/model/decide.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

namespace besa::model {
namespace {

const Hold* hold_in_force(const SubjectFacts& facts, Date today) {
  const auto found = std::ranges::find_if(
      facts.holds, [&](const Hold* hold) { return hold != nullptr && hold->in_force(today); });
  return found == facts.holds.end() ? nullptr : *found;
}

bool past(const std::optional<EventAt>& event, Date today) {
  return event && event->date <= today;
}

bool ahead(const std::optional<EventAt>& event, Date today) {
  return event && event->date > today;
}

void start_clock(SubjectDecision& decision, const SubjectFacts& facts, Date today) {
  const bool from_contact = decision.rule->from == "last_contact";
  decision.future_flagged =
      facts.future || ahead(facts.last_contact, today) || ahead(facts.collected, today);
  if (from_contact && ahead(facts.last_contact, today)) {
    decision.doubt = Doubt::future_time;
  } else if (from_contact && facts.last_contact) {
    decision.start = facts.last_contact;
  } else if ((from_contact || decision.rule->from == "collected") && past(facts.collected, today)) {
    decision.start = facts.collected;
    decision.start_is_collection = from_contact;
  } else {
    decision.doubt = Doubt::no_start;
  }
}

Period promised(const Rule& rule, const SubjectFacts& facts) {
  return rule.period_for(facts.collected ? std::optional(facts.collected->date) : std::nullopt);
}

bool might_keep(const Rule& rule, const std::optional<EventAt>& contact, const Period& period,
                Date today) {
  if (!past(contact, today)) return false;
  const auto end = add(anchored(rule, contact->date), period);
  return !end || *end >= today;
}

// What stands in the way of a subject whose time is over.
Doubt doubt_about(const Rule& rule, const SubjectFacts& facts, const Period& period, Date today) {
  if (facts.unreadable > 0) return Doubt::unreadable_time;
  if (rule.from != "last_contact") return Doubt::none;  // contact would change nothing
  if (might_keep(rule, facts.possible_contact, period, today)) return Doubt::possible_contact;
  if (facts.silence == Silence::source_missing) return Doubt::source_missing;
  if (facts.silence == Silence::source_stale) return Doubt::source_stale;
  return Doubt::none;
}

void run_clock(SubjectDecision& decision, const SubjectFacts& facts, Date today) {
  const Period period = promised(*decision.rule, facts);
  if (period.is_indefinite()) {
    decision.doubt = Doubt::indefinite;
    return;
  }
  decision.kept_through = add(anchored(*decision.rule, decision.start->date), period);
  if (!decision.kept_through || *decision.kept_through >= today) return;
  decision.due_since = decision.kept_through->plus_days(1);
  decision.doubt = doubt_about(*decision.rule, facts, period, today);
}

SubjectDecision decide_by(const Rule& rule, const SubjectFacts& facts, Date today) {
  SubjectDecision decision;
  decision.rule = &rule;
  decision.hold = hold_in_force(facts, today);
  start_clock(decision, facts, today);
  if (decision.start) run_clock(decision, facts, today);
  const bool kept = !decision.due_since && decision.doubt == Doubt::none;
  if (kept)
    decision.outcome = Outcome::keep;
  else if (decision.hold != nullptr)
    decision.outcome = Outcome::held;
  else if (decision.doubt != Doubt::none)
    decision.outcome = Outcome::undetermined;
  else
    decision.outcome = Outcome::due;
  return decision;
}

// Of equal promises the earliest that has run out counts; one in doubt only while no other has, and
// one to mask only until the one to erase has run out too.
bool earlier(const SubjectDecision& left, const SubjectDecision& right) {
  const auto order = [](const SubjectDecision& decision) {
    const bool masks = decision.rule->action == RuleAction::mask;
    const bool kept = decision.outcome == Outcome::keep;
    constexpr auto never = std::numeric_limits<std::int32_t>::max();
    return std::tuple(kept, decision.doubt != Doubt::none, !kept && masks,
                      decision.kept_through ? decision.kept_through->days() : never);
  };
  return order(left) < order(right);
}

}  // namespace

Date anchored(const Rule& rule, Date date) {
  return rule.anchor == Anchor::year_end ? end_of_year(date) : date;
}

std::string_view name_of(Outcome outcome) {
  constexpr std::array<std::string_view, 5> names{"keep", "due", "retained", "held",
                                                  "undetermined"};
  return names.at(static_cast<std::size_t>(outcome));
}

std::string_view name_of(ColumnFate fate) {
  constexpr std::array<std::string_view, 4> names{"keep", "clear", "retain", "cut"};
  return names.at(static_cast<std::size_t>(fate));
}

std::string_view name_of(Doubt doubt) {
  constexpr std::array<std::string_view, 10> names{
      "none",         "no_start",   "unreadable_time", "possible_contact", "source_missing",
      "source_stale", "indefinite", "shared_row",      "link_ambiguous",   "future_time"};
  return names.at(static_cast<std::size_t>(doubt));
}

SubjectDecision decide(const Rulebook& rules, const std::string& subject_type,
                       const SubjectFacts& facts, Date today) {
  const auto& promises = rules.subject_rules(subject_type);
  if (promises.empty()) {
    SubjectDecision nothing_promised;
    nothing_promised.hold = hold_in_force(facts, today);
    nothing_promised.future_flagged = facts.future.has_value();
    return nothing_promised;
  }
  SubjectDecision decision = decide_by(*promises.front(), facts, today);
  for (std::size_t i = 1; i < promises.size(); ++i) {
    SubjectDecision other = decide_by(*promises[i], facts, today);
    if (earlier(other, decision)) decision = other;
  }
  return decision;
}

SubjectDecision decide_first(const Rulebook& rules, const std::string& subject_type,
                             const SubjectFacts& facts, Date today) {
  SubjectDecision first = decide(rules, subject_type, facts, today);
  for (const Rule* rule : rules.part_rules(subject_type)) {
    if (first.outcome == Outcome::due && first.rule->for_all_data()) break;
    const SubjectDecision part = decide_by(*rule, facts, today);
    const bool sooner = part.outcome == Outcome::due &&
                        (first.outcome != Outcome::due || *part.due_since < *first.due_since);
    if (sooner || (first.outcome == Outcome::keep && part.outcome != Outcome::keep)) first = part;
  }
  return first;
}

std::vector<SubjectDecision> table_promises(const Rulebook& rules, std::uint32_t table,
                                            const std::string& subject_type,
                                            const SubjectFacts& facts, Date today) {
  const auto& parts = rules.part_rules(subject_type);
  std::vector<SubjectDecision> decisions;
  for (const Rule* rule : rules.tables()[table].subject_maximums)
    if (std::ranges::find(parts, rule) != parts.end())
      decisions.push_back(decide_by(*rule, facts, today));
  return decisions;
}

std::optional<Date> falls_due(const SubjectDecision& decision) {
  if (decision.outcome == Outcome::due) return decision.due_since;
  if (decision.outcome != Outcome::keep || !decision.kept_through) return std::nullopt;
  return decision.kept_through->plus_days(1);
}

}  // namespace besa::model
