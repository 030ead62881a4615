// What was promised: one version of one policy (besa-policy(5)).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/date.hpp"
#include "besa/base/digest.hpp"
#include "besa/base/json.hpp"

namespace besa::model {

enum class PartyRole { controller, processor, recipient, third_party };

struct Party {
  std::string id, name;
  PartyRole role = PartyRole::third_party;
  std::string country;  ///< ISO 3166-1 alpha-2
};

struct Law {
  std::string id, title;
  std::optional<Date> effective_from, effective_until;  ///< until: the last day in force
  std::string replaced_by;
  std::optional<Period>
      erasure_within;  ///< from receipt of a request: by when the data must be gone
};

/// Whether an event of this kind counts as contact by the person, and why.
struct ContactEvent {
  std::string event;
  bool counts = false;
  std::string reason;
};

enum class RuleKind { maximum, minimum };
enum class RuleScope { subject, record };
enum class RuleAction { erase, mask };
enum class Anchor { event, year_end };

/// A retention rule. What is kept or goes, since when, for how long.
///   maximum, subject: everything of a subject, `period` after the subject's start event.
///   maximum, record:  a row (or its columns of `categories`), `period` after its own `from` event.
///   minimum, record:  the columns of a `document`, `period` after its date, where `obligor` is the
///                     policy's controller; a partner's duty protects nothing here.
struct Rule {
  std::string id, clause;
  RuleKind kind = RuleKind::maximum;
  RuleScope scope = RuleScope::subject;
  std::string subject;                  ///< subject type; empty: every
  std::vector<std::string> categories;  ///< Fides keys; a key covers those below it; empty: every
  std::vector<std::string> tables;      ///< "dataset.table" or "table"; empty: every
  std::vector<std::string> purposes;    ///< empty: every
  std::string from;  ///< "last_contact", "collected" or an event kind; minimum: "document"
  Anchor anchor = Anchor::event;
  Period period;
  RuleAction action = RuleAction::erase;
  std::string document, obligor, statute, article;  ///< minimum only
  /// Shorter promises made before: for data collected before `collected_before`, the shorter holds.
  struct Earlier {
    Date collected_before;
    Period period;
  };
  std::vector<Earlier> earlier;

  /// False for a promise about some tables, categories or purposes only.
  [[nodiscard]] bool for_all_data() const {
    return tables.empty() && categories.empty() && purposes.empty();
  }
  /// The period promised to data collected on `collected` (or the shortest ever, where unknown).
  [[nodiscard]] Period period_for(std::optional<Date> collected) const;
};

struct Clause {
  std::string id, document, original, english;
  std::vector<std::string> cites;  ///< laws its words name
  std::vector<std::string>
      carried_by;  ///< rules, rights, settings; "evidence" where nothing executes it
};

struct Policy {
  std::string name, version, title;
  std::string controller;  ///< party
  std::string time_zone;
  std::optional<Date> effective_from;
  std::vector<Party> parties;
  std::vector<Law> laws;
  std::vector<ContactEvent> contact_events;
  std::vector<Rule> rules;
  Period erasure_hold;  ///< between the notice of deletion and the deletion (requests)
  std::string erasure_hold_clause;
  std::vector<Clause> clauses;
  Digest digest;  ///< SHA-256 of the file's bytes
  std::string file;

  [[nodiscard]] const Party* party(std::string_view id) const;
  [[nodiscard]] const Rule* rule(std::string_view id) const;
  [[nodiscard]] const Clause* clause(std::string_view id) const;
  [[nodiscard]] const ContactEvent* event(std::string_view kind) const;
};

[[nodiscard]] Policy read_policy(std::string_view text, const std::string& file,
                                 std::vector<Fault>& faults);

/// How serious a finding is: an error stops the work it concerns, a warning wants a person.
enum class Severity { error, warning, note };
[[nodiscard]] std::string_view name_of(Severity severity);

/// Something a check found; `where` is a file, table or pointer, never a person.
struct Finding {
  Severity severity = Severity::warning;
  std::string code;  ///< stable, "retention.indefinite"
  std::string where;
  std::string message;
  std::string hint;
};

/// What is wrong with a policy that can be read: repealed laws, INDEFINITE periods, rules without a
/// clause, clauses nothing carries, contradictions, unknown obligors, a hold that breaks a
/// deadline.
[[nodiscard]] std::vector<Finding> lint(const Policy& policy, Date today);

/// True if `key` is `covering` or lies below it ("user.contact" covers "user.contact.email").
[[nodiscard]] bool category_covers(std::string_view covering, std::string_view key);

}  // namespace besa::model
