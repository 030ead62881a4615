// How besa decides: facts, policy, standing and a date in; decisions with their reasons out.
//
// Pure: no file, no SQL, no clock, no randomness. The same facts and date give the same decisions
// next year. The rules are those of besa(7), "How besa decides".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/hold.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

/// An event of a subject: what, when, and in which table it was seen.
struct EventAt {
  Date date;
  std::uint16_t kind = 0;    ///< index into Rulebook::event_kinds()
  std::uint16_t table = 0;   ///< index into Rulebook::tables()
  friend bool operator==(const EventAt&, const EventAt&) = default;
};

/// Why absence of contact proves nothing for a subject.
enum class Silence : std::uint8_t { proven, source_missing, source_stale };

/// All that the subject-scope rules look at, for one subject (one person, all merged identities).
struct SubjectFacts {
  std::optional<EventAt> last_contact;      ///< latest counted event that is not in the future
  std::optional<EventAt> collected;         ///< earliest collection date
  std::optional<EventAt> future;            ///< latest event after `today`, of any kind: a data error
  std::optional<EventAt> possible_contact;  ///< latest counted event that may be somebody else's
  std::uint32_t unreadable = 0;             ///< event times that are no date of their format
  Silence silence = Silence::proven;
  std::string silent_source;                ///< dataset, where silence is not proven
  std::vector<const Hold*> holds;           ///< in force, concerning this subject
};

enum class Outcome : std::uint8_t { keep, due, retained, held, undetermined };
[[nodiscard]] std::string_view name_of(Outcome outcome);

enum class Doubt : std::uint8_t {
  none, no_start, unreadable_time, possible_contact, source_missing, source_stale, indefinite,
  shared_row, link_ambiguous
};
[[nodiscard]] std::string_view name_of(Doubt doubt);

/// The decision about a subject and everything it rests on.
struct SubjectDecision {
  Outcome outcome = Outcome::keep;
  const Rule* rule = nullptr;              ///< the rule that decided, if any
  std::optional<EventAt> start;            ///< the event that started its clock
  bool start_is_collection = false;        ///< no contact ever: started at collection, flagged
  bool future_flagged = false;             ///< an event in the future was ignored
  std::optional<Date> kept_through;        ///< the last day it may be kept
  std::optional<Date> due_since;           ///< the day after, if that has come
  Doubt doubt = Doubt::none;
  const Hold* hold = nullptr;
};

enum class ColumnFate : std::uint8_t { keep, clear, retain, cut };  // cut: a link to somebody who goes

/// All that the record-scope rules look at, for one row.
struct RecordFacts {
  std::uint32_t table = 0;                  ///< index into Rulebook::tables()
  /// Dates of the row's own events, one for each entry of Rulebook::record_starts(table); nullopt:
  /// the mapping's condition does not hold or there is no date; the flag says it was unreadable.
  std::vector<std::optional<Date>> starts;
  bool start_unreadable = false;
  /// For each entry of TableRules::documents: whether its condition holds, and its date.
  struct DocumentFact { bool present = false; std::optional<Date> date; };
  std::vector<DocumentFact> documents;
  std::uint32_t owners = 1;                 ///< different subjects the row belongs to
  std::uint32_t owners_due = 0;             ///< of these, how many are due
  bool owner_held = false;                  ///< a hold on an owner covers this table
  bool table_held = false;                  ///< a hold without a subject covers this table
  bool ambiguous = false;                   ///< attributed only as a candidate
};

struct RecordDecision {
  Outcome outcome = Outcome::keep;
  bool remove = false;                      ///< the whole row goes
  std::vector<ColumnFate> columns;          ///< one for each column of the table, unless remove/keep
  const Rule* rule = nullptr;               ///< the maximum that made it due
  std::optional<Date> due_since;
  const Rule* ground = nullptr;             ///< the minimum that retains
  std::optional<Date> retained_until;
  const Rule* not_ours = nullptr;           ///< a minimum that does not protect: the obligor is not the controller
  const Hold* hold = nullptr;
  Doubt doubt = Doubt::none;
};

/// The rules of one policy laid out for the tables of the datasets under it: built once, asked often.
class Rulebook {
 public:
  /// Which of a policy's rules speak about one table, most specific first.
  struct TableRules {
    const Dataset* dataset = nullptr;
    const Table* table = nullptr;
    std::vector<const Rule*> subject_maximums;
    std::vector<const Rule*> record_maximums;
    struct Minimum { const Rule* rule; std::uint32_t document; bool ours; };
    std::vector<Minimum> minimums;
    /// Event mappings whose date a record rule starts from (index into Table::events).
    std::vector<std::uint32_t> record_starts;
    [[nodiscard]] std::string full_name() const;  ///< "dataset.table"
  };

  Rulebook(const Policy& policy, std::vector<const Dataset*> datasets);

  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] const std::vector<const Dataset*>& datasets() const { return datasets_; }
  [[nodiscard]] const std::vector<TableRules>& tables() const { return tables_; }
  [[nodiscard]] std::uint32_t table(const Dataset& dataset, std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& event_kinds() const { return event_kinds_; }
  [[nodiscard]] std::uint16_t event_kind(std::string_view name) const;  ///< Error(failed) if unknown
  [[nodiscard]] bool counts_as_contact(std::uint16_t kind) const;
  [[nodiscard]] bool is_collection(std::uint16_t kind) const;
  /// The subject-scope maximum for a subject type; nullptr: nothing was promised.
  [[nodiscard]] const Rule* subject_rule(const std::string& subject_type) const;
  /// Every start on or before this day is over on `today` for the subject type, whatever was
  /// promised earlier; a contact after it keeps a subject: what an anti-join may ask for.
  [[nodiscard]] std::optional<Date> contact_cutoff(const std::string& subject_type, Date today) const;

 private:
  const Policy& policy_;
  std::vector<const Dataset*> datasets_;
  std::vector<TableRules> tables_;
  std::vector<std::string> event_kinds_;
  std::vector<bool> counts_;
};

[[nodiscard]] SubjectDecision decide(const Rulebook& rules, const std::string& subject_type,
                                     const SubjectFacts& facts, Date today);

/// `owner` is the decision of the row's owner, or of the leaving one where it has several; nullptr
/// where only a record rule nominated the row.
[[nodiscard]] RecordDecision decide(const Rulebook& rules, const RecordFacts& facts,
                                    const SubjectDecision* owner, Date today);

/// The day on which the subject would become due if nothing else happens: what `--ahead` asks.
[[nodiscard]] std::optional<Date> falls_due(const SubjectDecision& decision);

}  // namespace besa::model
