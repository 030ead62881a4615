// Why something is decided, and what would have to happen for it to be decided otherwise.
//
// Pure rendering of a decision and the facts it rests on into fields, for json, and sentences, for
// people. It decides nothing, and it names tables, events, rules and dates only, never a value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "besa/model/decide.hpp"

namespace besa::model {

/// An event with its words: "purchase", 2021-06-01, "loyalty.purchases".
struct ExplainedEvent {
  std::string kind, table;
  Date date;
};

/// A rule with the clause that made it; for a minimum also its law.
struct ExplainedRule {
  std::string id, clause, original, english;
  std::string period;  ///< as it applied to this data: an earlier promise, where one holds
  std::string statute, article, obligor;
};

struct ExplainedColumn {
  std::string column;
  ColumnFate fate = ColumnFate::keep;
};

/// The reasoning about one subject. Fields that played no part are empty.
struct SubjectExplanation {
  Outcome outcome = Outcome::keep;
  Doubt doubt = Doubt::none;
  std::string decision;                  ///< "due since 2026-06-02"
  std::optional<ExplainedEvent> start;   ///< what started the clock
  bool start_is_collection = false;      ///< there never was a contact
  std::optional<ExplainedEvent> future;  ///< what was ignored: it has not happened yet
  std::optional<ExplainedRule> rule;
  std::optional<Date> kept_through, due_since;
  std::string hold;                    ///< its id
  std::vector<std::string> sentences;  ///< the reasoning, in order
  std::vector<std::string> otherwise;  ///< what would change it, each a sentence
};

/// The reasoning about one record. Fields that played no part are empty.
struct RecordExplanation {
  Outcome outcome = Outcome::keep;
  Doubt doubt = Doubt::none;
  std::string decision;  ///< "retained until 2026-12-31"
  std::string table;     ///< "dataset.table"
  std::optional<ExplainedEvent>
      start;  ///< the row's own event, or the one its owner's clock started at
  std::optional<ExplainedRule> rule;      ///< the maximum that makes it due
  std::optional<ExplainedRule> ground;    ///< the minimum that retains
  std::optional<ExplainedRule> not_ours;  ///< a duty of somebody else, which protects nothing
  std::optional<Date> due_since, retained_until;
  std::optional<Date> falls_due;         ///< kept: the day on which a rule of its own makes it due
  std::string hold;                      ///< its id
  bool removes = false;                  ///< the whole row goes
  std::vector<ExplainedColumn> columns;  ///< where the row stays and changes
  std::vector<std::string> sentences;    ///< the reasoning, in order
  std::vector<std::string> otherwise;    ///< what would change it, each a sentence
};

[[nodiscard]] SubjectExplanation explain(const Rulebook& rules, const SubjectFacts& facts,
                                         const SubjectDecision& decision, Date today);

/// `owner` and `decision` as they went into and came out of `decide`.
[[nodiscard]] RecordExplanation explain(const Rulebook& rules, const RecordFacts& facts,
                                        const SubjectDecision* owner,
                                        const RecordDecision& decision, Date today);

}  // namespace besa::model
