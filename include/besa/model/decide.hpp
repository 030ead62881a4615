// How besa decides: facts, policy, standing and a date in; decisions with their reasons out.
//
// Pure: no file, no SQL, no clock, no randomness. The same facts and date give the same decisions
// next year. The rules are those of besa(7), "How besa decides".
//
// Precedence, for subjects and for records: what is kept anyway is `keep`, and needs neither doubt
// nor hold to stay. What would be due, or is in doubt, is `held` where a hold is in force (a doubt
// does not hide a hold; it stays visible beside it). What would be due but is in doubt is
// `undetermined`. Then, for records, a minimum of our own makes it `retained`. Only the rest is
// `due`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/hold.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

/// An event of a subject: what, when, and in which table it was seen.
struct EventAt {
  Date date;
  std::uint16_t kind = 0;   ///< index into Rulebook::event_kinds()
  std::uint16_t table = 0;  ///< index into Rulebook::tables()
  friend bool operator==(const EventAt&, const EventAt&) = default;
};

/// Why absence of contact proves nothing for a subject.
enum class Silence : std::uint8_t { proven, source_missing, source_stale };

/// All that the subject-scope rules look at, for one subject (one person, all merged identities).
struct SubjectFacts {
  /// Latest counted event that is not in the future. (One that is hides the true one: such a
  /// subject is never due, its doubt is future_time.)
  std::optional<EventAt> last_contact;
  std::optional<EventAt> collected;  ///< earliest collection date
  std::optional<EventAt> future;     ///< latest event after `today`, of any kind: a data error
  std::optional<EventAt> possible_contact;  ///< latest counted event that may be somebody else's
  std::uint32_t unreadable = 0;             ///< event times that are no date of their format
  Silence silence = Silence::proven;
  std::string silent_source;  ///< dataset, where silence is not proven
  /// Concerning this subject; those not in force today are passed over. Also a hold on some tables
  /// only holds the whole person: erasing the rest would leave the held rows nobody's.
  std::vector<const Hold*> holds;
};

enum class Outcome : std::uint8_t { keep, due, retained, held, undetermined };
[[nodiscard]] std::string_view name_of(Outcome outcome);

enum class Doubt : std::uint8_t {
  none,
  no_start,
  unreadable_time,
  possible_contact,
  source_missing,
  source_stale,
  indefinite,
  shared_row,
  link_ambiguous,
  future_time
};
[[nodiscard]] std::string_view name_of(Doubt doubt);

/// The decision about a subject and everything it rests on.
struct SubjectDecision {
  Outcome outcome = Outcome::keep;
  const Rule* rule = nullptr;        ///< the rule that decided, if any
  std::optional<EventAt> start;      ///< the event that started its clock
  bool start_is_collection = false;  ///< no contact ever: started at collection, flagged
  bool future_flagged = false;       ///< an event in the future was ignored
  /// The last day it may be kept; absent without a start, for INDEFINITE and beyond the year 2200.
  std::optional<Date> kept_through;
  /// The day after, if that has come; also where a hold or a doubt stands in the way: read
  /// `outcome`.
  std::optional<Date> due_since;
  Doubt doubt = Doubt::none;
  const Hold* hold = nullptr;  ///< in force, whatever the outcome
};

/// What happens to a column of a row that stays. clear: masked as the dataset says; retain: a
/// minimum names it; cut: a link, set to null or, where the schema forbids that, to a tombstone's
/// fresh key.
enum class ColumnFate : std::uint8_t { keep, clear, retain, cut };
[[nodiscard]] std::string_view name_of(ColumnFate fate);

/// All that the record-scope rules look at, for one row.
struct RecordFacts {
  std::uint32_t table = 0;  ///< index into Rulebook::tables()
  /// Dates of the row's own events, one for each entry of TableRules::record_starts; nullopt: the
  /// mapping's condition does not hold or there is no date; the flag says that one was unreadable.
  std::vector<std::optional<Date>> starts;
  bool start_unreadable = false;
  /// For each entry of Table::documents: whether its condition holds, and its date.
  struct DocumentFact {
    bool present = false;
    std::optional<Date> date;
  };
  std::vector<DocumentFact> documents;
  std::uint32_t owners = 1;      ///< different subjects the row belongs to
  std::uint32_t owners_due = 0;  ///< of these, how many are due (one alone: see `owner`)
  /// Links (index into Table::links) whose target goes: the leaving owner, or the parent row on the
  /// way to it. Cut wherever the row stays, also where the link is a part of the key (which
  /// otherwise stays): then the caller gives it a tombstone's fresh key. A row shared with somebody
  /// who stays loses these and nothing else; the caller fills this in for each leaving owner, the
  /// decision does not guess.
  std::vector<std::uint32_t> leaving_links;
  bool owner_held = false;     ///< a hold on an owner covers this table
  bool table_held = false;     ///< a hold without a subject covers this table
  const Hold* hold = nullptr;  ///< that hold, for the explanation
  bool ambiguous = false;      ///< attributed only as a candidate: never touched
};

/// The decision about a row and what it rests on.
///   due, remove:       the whole row goes.
///   due, not remove:   the row stays, `columns` says what is cleared or cut. For a row shared with
///                      somebody who stays, all is kept but the leaving links; if the caller named
///                      none, nothing can be cut and `doubt` is shared_row: it must be reported.
///   retained:          a minimum of our own keeps something that was due; `columns` says what it
///                      keeps and what goes all the same. A link that the ground itself names is
///                      retained, not cut: its target must stand as a tombstone.
///   keep, held, undetermined: nothing happens.
struct RecordDecision {
  Outcome outcome = Outcome::keep;
  bool remove = false;              ///< the whole row goes
  std::vector<ColumnFate> columns;  ///< one for each column, where the row stays and changes
  const Rule* rule = nullptr;       ///< the maximum that made it due
  std::optional<Date> due_since;
  const Rule* ground = nullptr;  ///< the minimum that retains (the one that lasts longest)
  std::optional<Date> retained_until;
  const Rule* not_ours =
      nullptr;  ///< a minimum that does not protect: the obligor is not the controller
  const Hold* hold = nullptr;
  Doubt doubt = Doubt::none;  ///< beside `due`: what part of it could not be decided
};

/// The rules of one policy laid out for the tables of the datasets under it: built once, asked
/// often.
class Rulebook {
 public:
  /// Which of a policy's rules speak about one table, most specific first.
  struct TableRules {
    const Dataset* dataset = nullptr;
    const Table* table = nullptr;
    /// Subject-scope rules that name this table, a category or a purpose of it: they reach its rows
    /// besides the rule for the whole subject. The earliest promise of all counts.
    std::vector<const Rule*> subject_maximums;
    std::vector<const Rule*> record_maximums;
    /// A record maximum as it speaks about one column: the higher the rank, the more specific
    /// (table named, then the longer category, then purpose, then subject type).
    struct Claim {
      std::uint32_t maximum;
      std::uint32_t rank;
    };
    /// For each column the maximums that cover it, highest rank first; last, those that cover the
    /// row.
    std::vector<std::vector<Claim>> claims;
    /// For each record maximum the entries of `record_starts` that start it.
    std::vector<std::vector<std::uint32_t>> starts;
    struct Minimum {
      const Rule* rule;
      std::uint32_t document;
      bool ours;
    };
    std::vector<Minimum> minimums;
    /// Event mappings whose date a record rule starts from (index into Table::events).
    std::vector<std::uint32_t> record_starts;
    [[nodiscard]] std::string full_name() const;  ///< "dataset.table"
  };

  Rulebook(const Policy& policy, std::vector<const Dataset*> datasets);

  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] const std::vector<const Dataset*>& datasets() const { return datasets_; }
  /// Every way into the tables of one of them, also from people listed in another.
  [[nodiscard]] std::vector<Attachment> ways(const Dataset& dataset) const {
    return attachments(dataset, datasets_);
  }
  [[nodiscard]] const std::vector<TableRules>& tables() const { return tables_; }
  [[nodiscard]] std::uint32_t table(const Dataset& dataset, std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& event_kinds() const { return event_kinds_; }
  [[nodiscard]] std::uint16_t event_kind(
      std::string_view name) const;  ///< Error(failed) if unknown
  [[nodiscard]] bool counts_as_contact(std::uint16_t kind) const;
  [[nodiscard]] bool is_collection(std::uint16_t kind) const;
  /// The subject-scope maximum for all data of a subject type; nullptr: nothing was promised. One
  /// that names the type beats one that does not; among equals the shorter. INDEFINITE only if
  /// there is nothing else.
  [[nodiscard]] const Rule* subject_rule(const std::string& subject_type) const;
  /// That rule and its equals (same specificity), shortest first: the earliest promise counts, but
  /// one to mask only until one to erase has run out too (masked after P3Y, erased after P5Y).
  [[nodiscard]] const std::vector<const Rule*>& subject_rules(
      const std::string& subject_type) const;
  /// Subject-scope maximums about a part of a subject's data: those of its tables that reach the
  /// type, each once. An INDEFINITE one only if nothing finite was promised about the whole.
  [[nodiscard]] const std::vector<const Rule*>& part_rules(const std::string& subject_type) const;
  /// A contact strictly after this day keeps all of the subject on `today` under every period that
  /// may apply to it, promises about parts and earlier shorter ones included: what an anti-join may
  /// ask for. The day is therefore the latest of all: a subject nominated in vain costs one exact
  /// decision (which knows when it was collected), one overlooked would be kept too long. Contact
  /// on or before it decides nothing by itself. nullopt: contact alone keeps nobody (no rule,
  /// INDEFINITE, a clock that runs from collection); every subject must then be decided.
  [[nodiscard]] std::optional<Date> contact_cutoff(const std::string& subject_type,
                                                   Date today) const;
  /// The same for one rule.
  [[nodiscard]] static std::optional<Date> contact_cutoff(const Rule& rule, Date today);

 private:
  const Policy& policy_;
  std::vector<const Dataset*> datasets_;
  std::vector<TableRules> tables_;
  std::vector<std::string> event_kinds_;
  std::vector<bool> counts_;
  struct SubjectRules {
    std::string type;
    std::vector<const Rule*> rules, parts;
  };
  std::vector<SubjectRules> subject_rules_;  // the last one, without type, is everybody else's

  [[nodiscard]] TableRules lay_out(const Dataset& dataset, const Table& table) const;
  void learn_events();
  void learn_subjects();
  void learn_parts();
  [[nodiscard]] const SubjectRules& rules_for(const std::string& subject_type) const;
};

/// About a whole subject. The clock starts at the last contact, without any at collection
/// (flagged); a contact before the collection date starts it all the same. It may be kept through
/// add(start, period) and is due from the day after.
[[nodiscard]] SubjectDecision decide(const Rulebook& rules, const std::string& subject_type,
                                     const SubjectFacts& facts, Date today);

/// What is to be done about a subject: the decision about all of its data where that is due, else
/// the promise about a part of it that ran out first, else the decision about all, unless only a
/// part is held or undetermined. `rule->for_all_data()` tells which of them it is.
[[nodiscard]] SubjectDecision decide_first(const Rulebook& rules, const std::string& subject_type,
                                           const SubjectFacts& facts, Date today);

/// About a subject's rows in one table by the promises made for that table alone, one decision for
/// each of TableRules::subject_maximums that speaks about the type; mostly none.
[[nodiscard]] std::vector<SubjectDecision> table_promises(const Rulebook& rules,
                                                          std::uint32_t table,
                                                          const std::string& subject_type,
                                                          const SubjectFacts& facts, Date today);

/// About one row. `owner` is the decision of the row's owner, or of the leaving one where it has
/// several; nullptr where only a record rule nominated the row. `promises` are that owner's
/// `table_promises`; in a row shared with somebody who is not due they are a doubt (shared_row).
/// Error(failed) where `facts` lacks an entry for a start or a document of the table.
[[nodiscard]] RecordDecision decide(const Rulebook& rules, const RecordFacts& facts,
                                    const SubjectDecision* owner, Date today,
                                    std::span<const SubjectDecision> promises = {});

/// The day from which a rule's period is counted: the event's, or the 31 December after it.
[[nodiscard]] Date anchored(const Rule& rule, Date date);

/// The day on which the subject becomes due if nothing else happens: what `--ahead` asks. nullopt
/// where it will not by itself: held, undetermined, nothing promised. Doubts are looked at only in
/// what is due: decide again as of that day before acting on it.
[[nodiscard]] std::optional<Date> falls_due(const SubjectDecision& decision);

}  // namespace besa::model
