#include "besa/model/explain.hpp"

#include "model/explain_words.hpp"

namespace besa::model {

ExplainedEvent words_of(const Rulebook& rules, const EventAt& event) {
  return {rules.event_kinds()[event.kind], rules.tables()[event.table].full_name(), event.date};
}

ExplainedRule words_of(const Rulebook& rules, const Rule& rule, const Period& period) {
  ExplainedRule words;
  words.id = rule.id;
  words.clause = rule.clause;
  words.period = period.str();
  words.statute = rule.statute;
  words.article = rule.article;
  words.obligor = rule.obligor;
  if (const Clause* clause = rules.policy().clause(rule.clause)) {
    words.original = clause->original;
    words.english = clause->english;
  }
  return words;
}

std::string decision_words(Outcome outcome, std::optional<Date> since, std::optional<Date> until,
                           const std::string& hold, Doubt doubt) {
  switch (outcome) {
    case Outcome::keep:
      return until ? "keep through " + until->str() : "keep";
    case Outcome::due:
      return since ? "due since " + since->str() : "due";
    case Outcome::retained:
      return until ? "retained until " + until->str() : "retained";
    case Outcome::held:
      return hold.empty() ? "held" : "held by " + hold;
    case Outcome::undetermined:
      return "undetermined: " + std::string(name_of(doubt));
  }
  return {};
}

std::string rule_words(const ExplainedRule& rule) {
  std::string text = "Rule " + rule.id;
  if (!rule.clause.empty()) text += " (clause " + rule.clause + ")";
  return text;
}

std::string event_words(const ExplainedEvent& event) {
  return event.kind + " of " + event.date.str() + " in " + event.table;
}

namespace {

Period period_of(const Rule& rule, const SubjectFacts& facts) {
  return rule.period_for(facts.collected ? std::optional(facts.collected->date) : std::nullopt);
}

// "a purchase or newsletter_click": what the policy counts as contact.
std::string a_contact(const Rulebook& rules) {
  std::vector<std::string> kinds;
  for (const auto& contact : rules.policy().contact_events)
    if (contact.counts) kinds.push_back(contact.event);
  if (kinds.empty()) return "a contact";
  std::string text = "a " + kinds.front();
  for (std::size_t i = 1; i < kinds.size(); ++i)
    text += (i + 1 == kinds.size() ? " or " : ", ") + kinds[i];
  return text;
}

void tell_start(SubjectExplanation& told, const SubjectDecision& decision) {
  if (!told.start) {
    told.sentences.emplace_back("Nothing tells when the clock started.");
  } else if (decision.start_is_collection) {
    told.sentences.push_back("There never was a contact: the clock started at collection, the " +
                             event_words(*told.start) + ".");
  } else {
    told.sentences.push_back("The clock started at the " + event_words(*told.start) + ".");
  }
  if (told.future)
    told.sentences.push_back("The " + event_words(*told.future) +
                             " lies in the future: an error in the data, ignored.");
  else if (decision.future_flagged)
    told.sentences.emplace_back("An event in the future is an error in the data, ignored.");
}

void tell_period(SubjectExplanation& told) {
  std::string text = rule_words(*told.rule) + " promises " + told.rule->period;
  if (told.kept_through) text += ", through " + told.kept_through->str();
  if (told.due_since) text += "; that is over since " + told.due_since->str();
  told.sentences.push_back(text + ".");
}

std::string subject_doubt(const SubjectFacts& facts, const Rulebook& rules, Doubt doubt) {
  switch (doubt) {
    case Doubt::unreadable_time:
      return std::to_string(facts.unreadable) +
             " event times cannot be read; one may be a contact.";
    case Doubt::possible_contact:
      return "The " + event_words(words_of(rules, *facts.possible_contact)) +
             " may be this person's, and would keep it.";
    case Doubt::source_missing:
      return "Source " + facts.silent_source + " is missing, so silence proves nothing.";
    case Doubt::source_stale:
      return "Source " + facts.silent_source + " is too old, so silence proves nothing.";
    case Doubt::indefinite:
      return "A promise without end can never be kept or broken.";
    case Doubt::no_start:
      return "Without a contact or a collection date no period can be counted.";
    case Doubt::future_time:
      return "The last contact lies in the future and hides the true one.";
    default:
      return {};
  }
}

std::string subject_remedy(const Rulebook& rules, const SubjectFacts& facts,
                           const SubjectDecision& decision) {
  switch (decision.doubt) {
    case Doubt::unreadable_time:
      return "Readable dates in the event columns would decide it.";
    case Doubt::possible_contact:
      return "Knowing whose the row in " +
             rules.tables()[facts.possible_contact->table].full_name() + " is would decide it.";
    case Doubt::source_missing:
      return "Source " + facts.silent_source + " back in place would decide it.";
    case Doubt::source_stale:
      return "A fresh export of " + facts.silent_source + " would decide it.";
    case Doubt::indefinite:
      return "A period with an end in rule " + decision.rule->id + " would decide it.";
    case Doubt::no_start:
      return "A collection date or a contact would decide it.";
    case Doubt::future_time:
      return "A correct date of the event in the future would decide it.";
    default:
      return {};
  }
}

// What contact would do: nothing to a clock that runs from collection.
void tell_contact(SubjectExplanation& told, const Rulebook& rules, const SubjectFacts& facts,
                  const SubjectDecision& decision, Date today) {
  if (decision.rule->from != "last_contact") return;
  const auto until = add(anchored(*decision.rule, today), period_of(*decision.rule, facts));
  if (!until) return;
  std::string text = a_contact(rules);
  text[0] = 'A';
  if (decision.outcome == Outcome::keep)
    text +=
        " before " + decision.kept_through->plus_days(1).str() + " keeps it longer: today, until ";
  else
    text += " today keeps it until ";
  told.otherwise.push_back(text + until->str() + ".");
}

void tell_subject_otherwise(SubjectExplanation& told, const Rulebook& rules,
                            const SubjectFacts& facts, const SubjectDecision& decision,
                            Date today) {
  if (decision.outcome == Outcome::keep && decision.kept_through)
    told.otherwise.push_back(
        "It falls due on " + decision.kept_through->plus_days(1).str() +
        (decision.rule->from == "last_contact" ? " unless there is contact." : "."));
  if (decision.outcome == Outcome::held)
    told.otherwise.push_back(
        "Hold " + told.hold + " released: it is " +
        decision_words(decision.doubt == Doubt::none ? Outcome::due : Outcome::undetermined,
                       decision.due_since, {}, {}, decision.doubt) +
        ".");
  if (decision.doubt != Doubt::none)
    told.otherwise.push_back(subject_remedy(rules, facts, decision));
  if (decision.kept_through) tell_contact(told, rules, facts, decision, today);
}

SubjectExplanation fields_of(const Rulebook& rules, const SubjectFacts& facts,
                             const SubjectDecision& decision) {
  SubjectExplanation told;
  told.outcome = decision.outcome;
  told.doubt = decision.doubt;
  if (decision.rule != nullptr)
    told.rule = words_of(rules, *decision.rule, period_of(*decision.rule, facts));
  if (decision.start) told.start = words_of(rules, *decision.start);
  told.start_is_collection = decision.start_is_collection;
  if (facts.future) told.future = words_of(rules, *facts.future);
  told.kept_through = decision.kept_through;
  told.due_since = decision.due_since;
  if (decision.hold != nullptr) told.hold = decision.hold->id;
  told.decision = decision_words(decision.outcome, decision.due_since, decision.kept_through,
                                 told.hold, decision.doubt);
  return told;
}

}  // namespace

SubjectExplanation explain(const Rulebook& rules, const SubjectFacts& facts,
                           const SubjectDecision& decision, Date today) {
  SubjectExplanation told = fields_of(rules, facts, decision);
  if (decision.rule == nullptr) {
    told.sentences.emplace_back("No rule says how long this may be kept.");
    told.otherwise.emplace_back("A retention rule for this kind of subject would decide it.");
    return told;
  }
  tell_start(told, decision);
  tell_period(told);
  if (decision.doubt != Doubt::none)
    told.sentences.push_back(subject_doubt(facts, rules, decision.doubt));
  if (decision.hold != nullptr)
    told.sentences.push_back("Hold " + told.hold + " forbids to delete.");
  tell_subject_otherwise(told, rules, facts, decision, today);
  return told;
}

}  // namespace besa::model
