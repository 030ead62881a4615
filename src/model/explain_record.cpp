#include <algorithm>

#include "besa/model/explain.hpp"
#include "model/explain_words.hpp"

namespace besa::model {
namespace {

std::string record_doubt(const RecordFacts& facts, Doubt doubt) {
  switch (doubt) {
    case Doubt::unreadable_time:
      return "A date the decision needs cannot be read.";
    case Doubt::future_time:
      return "The row's event lies in the future: an error in the data.";
    case Doubt::link_ambiguous:
      return "Whose the row is, is not certain; what is not certain is not erased.";
    case Doubt::shared_row:
      return "The row belongs to " + std::to_string(facts.owners) +
             " people, not all of whom leave.";
    case Doubt::indefinite:
      return "A duty without end can neither be kept nor ended.";
    default:
      return "The decision about its owner is in doubt.";
  }
}

// The columns whose dates a row's rules and documents need: "at", "issued_on".
std::string date_columns(const Rulebook::TableRules& rules) {
  std::vector<std::string> names;
  for (const auto event : rules.record_starts) names.push_back(rules.table->events[event].at);
  for (const auto& minimum : rules.minimums)
    names.push_back(rules.table->documents[minimum.document].at);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const auto& name : names)
    text += (text.empty() ? "" : " and ") + rules.table->name + "." + name;
  return text.empty() ? "the event columns" : text;
}

std::string record_remedy(const Rulebook::TableRules& rules, Doubt doubt) {
  switch (doubt) {
    case Doubt::unreadable_time:
      return "A readable date in " + date_columns(rules) + " would decide it.";
    case Doubt::future_time:
      return "A correct date in " + date_columns(rules) + " would decide it.";
    case Doubt::link_ambiguous:
      return "Knowing whose the row is would decide it.";
    case Doubt::shared_row:
      return "Naming which columns are the leaving person's would decide it.";
    case Doubt::indefinite:
      return "A period with an end in the minimum would decide it.";
    default:
      return "What decides about its owner decides about it.";
  }
}

std::string list_of(const std::vector<ExplainedColumn>& columns, ColumnFate fate) {
  std::string text;
  for (const auto& column : columns)
    if (column.fate == fate) text += (text.empty() ? "" : ", ") + column.column;
  return text;
}

void tell_columns(RecordExplanation& told) {
  if (told.removes) {
    told.sentences.emplace_back("Nothing in the row must stay: the row goes.");
    return;
  }
  const auto tell = [&](ColumnFate fate, const std::string& verb) {
    const auto names = list_of(told.columns, fate);
    if (!names.empty()) told.sentences.push_back(verb + " " + names + ".");
  };
  tell(ColumnFate::retain, "Retained:");
  tell(ColumnFate::clear, "Cleared:");
  tell(ColumnFate::cut, "Link cut:");
}

void tell_duties(RecordExplanation& told) {
  if (told.ground) {
    std::string text = rule_words(*told.ground) + " keeps the document";
    if (told.retained_until) text += " until " + told.retained_until->str();
    if (!told.ground->statute.empty())
      text += ", as " + told.ground->statute +
              (told.ground->article.empty() ? "" : " " + told.ground->article) + " demands";
    told.sentences.push_back(text + ".");
  }
  if (told.not_ours)
    told.sentences.push_back(rule_words(*told.not_ours) +
                             " does not protect the row: the duty is not the controller's.");
}

void tell_record_otherwise(RecordExplanation& told, const Rulebook::TableRules& rules,
                           const RecordDecision& decision) {
  if (decision.outcome == Outcome::retained && decision.retained_until)
    told.otherwise.push_back("From " + decision.retained_until->plus_days(1).str() +
                             " nothing keeps it any more.");
  if (decision.outcome == Outcome::held)
    told.otherwise.push_back("The hold" + (told.hold.empty() ? "" : " " + told.hold) +
                             " released: it is decided as if there had been none.");
  if (decision.doubt != Doubt::none) told.otherwise.push_back(record_remedy(rules, decision.doubt));
  if (decision.outcome == Outcome::due && decision.not_ours != nullptr)
    told.otherwise.emplace_back(
        "A duty of the controller's own to keep the document would retain it.");
}

std::optional<ExplainedRule> optional_rule(const Rulebook& rules, const Rule* rule) {
  if (rule == nullptr) return std::nullopt;
  return words_of(rules, *rule, rule->period);
}

// The latest event of the row that starts a maximum: what `decide` counts from.
std::optional<EventAt> own_start(const Rulebook& rules, const RecordFacts& facts,
                                 std::size_t maximum) {
  const auto& table = rules.tables()[facts.table];
  std::optional<EventAt> start;
  for (const auto entry : table.starts[maximum]) {
    if (!facts.starts[entry] || (start && *facts.starts[entry] <= start->date)) continue;
    const auto& mapping = table.table->events[table.record_starts[entry]];
    start = EventAt{*facts.starts[entry], rules.event_kind(mapping.event),
                    static_cast<std::uint16_t>(facts.table)};
  }
  return start;
}

std::optional<EventAt> start_of(const Rulebook& rules, const RecordFacts& facts,
                                const SubjectDecision* owner, const RecordDecision& decision) {
  const auto& maximums = rules.tables()[facts.table].record_maximums;
  for (std::size_t i = 0; i < maximums.size(); ++i)
    if (maximums[i] == decision.rule) return own_start(rules, facts, i);
  return owner != nullptr ? owner->start : std::nullopt;
}

// The first day on which a maximum that governs one of its columns is over.
std::optional<Date> own_due_day(const Rulebook& rules, const RecordFacts& facts) {
  const auto& table = rules.tables()[facts.table];
  std::optional<Date> first;
  for (const auto& claims : table.claims) {
    for (const auto& claim : claims) {
      const Rule& rule = *table.record_maximums[claim.maximum];
      const auto start = own_start(rules, facts, claim.maximum);
      if (!start || rule.period.is_indefinite()) continue;
      const auto end = add(anchored(rule, start->date), rule.period_for(start->date));
      if (end) first = std::min(first.value_or(end->plus_days(1)), end->plus_days(1));
      break;
    }
  }
  return first;
}

RecordExplanation fields_of(const Rulebook& rules, const RecordFacts& facts,
                            const SubjectDecision* owner, const RecordDecision& decision,
                            Date today) {
  const auto& table = rules.tables()[facts.table];
  RecordExplanation told;
  told.outcome = decision.outcome;
  told.doubt = decision.doubt;
  told.table = table.full_name();
  if (const auto start = start_of(rules, facts, owner, decision))
    told.start = words_of(rules, *start);
  told.rule = optional_rule(rules, decision.rule);
  told.ground = optional_rule(rules, decision.ground);
  told.not_ours = optional_rule(rules, decision.not_ours);
  told.due_since = decision.due_since;
  told.retained_until = decision.retained_until;
  if (decision.outcome == Outcome::keep) told.falls_due = own_due_day(rules, facts);
  if (told.falls_due && *told.falls_due <= today) told.falls_due.reset();
  if (decision.hold != nullptr) told.hold = decision.hold->id;
  told.removes = decision.remove;
  for (std::size_t i = 0; i < decision.columns.size(); ++i)
    told.columns.push_back({table.table->columns[i].name, decision.columns[i]});
  told.decision = decision_words(decision.outcome, decision.due_since, decision.retained_until,
                                 told.hold, decision.doubt);
  return told;
}

void tell_maximum(RecordExplanation& told, const SubjectDecision* owner) {
  if (owner != nullptr && owner->outcome == Outcome::due)
    told.sentences.emplace_back("Its owner is due to be erased.");
  if (told.start && told.rule)
    told.sentences.push_back("The clock started at the " + event_words(*told.start) + ".");
  if (told.rule)
    told.sentences.push_back(
        rule_words(*told.rule) + " promises " + told.rule->period +
        (told.due_since ? "; that is over since " + told.due_since->str() : "") + ".");
  if (told.outcome == Outcome::keep && owner != nullptr)
    told.sentences.emplace_back("It stays with its owner, and no rule of its own makes it due.");
  else if (told.outcome == Outcome::keep)
    told.sentences.emplace_back("No rule of its own makes it due.");
}

}  // namespace

RecordExplanation explain(const Rulebook& rules, const RecordFacts& facts,
                          const SubjectDecision* owner, const RecordDecision& decision,
                          Date today) {
  RecordExplanation told = fields_of(rules, facts, owner, decision, today);
  tell_maximum(told, owner);
  tell_duties(told);
  if (decision.doubt != Doubt::none) told.sentences.push_back(record_doubt(facts, decision.doubt));
  if (decision.outcome == Outcome::held)
    told.sentences.push_back("A hold" + (told.hold.empty() ? "" : ", " + told.hold + ",") +
                             " forbids to delete.");
  tell_columns(told);
  if (told.falls_due)
    told.otherwise.push_back("It falls due on " + told.falls_due->str() + " by a rule of its own.");
  if (told.outcome == Outcome::keep && owner != nullptr)
    told.otherwise.emplace_back("It goes when its owner goes.");
  tell_record_otherwise(told, rules.tables()[facts.table], decision);
  return told;
}

}  // namespace besa::model
