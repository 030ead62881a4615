// The cases beside a policy: facts somebody wrote down and the decision expected of them
// (`<name>.cases.json`, besa-policy(5)). A policy that is edited must still decide its cases alike.
//
//   [ { "name": "five years to the day", "clause": "ON-RET-2", "today": "2026-11-22",
//       "subject": { "type": "member", "events": [ { "event": "purchase", "at": "2021-11-22" } ] },
//       "expect": { "outcome": "keep", "kept_through": "2026-11-22", "rule": "last-contact" } } ]
//
// With "record" the decision is about one row of the subject's: its documents, its own event. What
// "expect" does not name is not compared.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/json.hpp"
#include "besa/model/decide.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

/// A row of the case's subject: `columns` of the duties (field `documents`) and one other.
struct CaseRecord {
  struct Paper {
    std::string document, obligor;
    std::optional<Date> date;
  };
  std::string table = "records";                            ///< as rules may name it
  std::string category = "user.behavior.purchase_history";  ///< of the column no duty names
  std::string event;                                        ///< of a record rule; empty: none
  std::optional<Date> at;
  std::vector<Paper> documents;
};

struct PolicyCase {
  std::string name, clause;
  Date today;
  std::string subject_type;
  struct Event {
    std::string kind;
    Date date;
  };
  std::vector<Event> events;  ///< of the subject, in any order; the policy says which count
  std::optional<Date> possible_contact;  ///< that may be somebody else's
  std::uint32_t unreadable = 0;          ///< event times that are no date
  Silence silence = Silence::proven;
  bool held = false;
  std::optional<CaseRecord> record;
  /// What is expected, by name: outcome, rule, kept_through, due_since, doubt; of a record besides
  /// ground, retained_until, not_ours, documents and others (what becomes of these columns: keep,
  /// clear, retain, cut or removed). "none" where there is none.
  std::map<std::string, std::string> expected;
};

/// Dates are civil dates, or RFC 3339 times that are turned into dates of the policy's zone.
[[nodiscard]] std::vector<PolicyCase> read_policy_cases(std::string_view text,
                                                        const std::string& file,
                                                        const Policy& policy,
                                                        std::vector<Fault>& faults);

/// A case that is decided otherwise than expected, in one of its fields.
struct CaseMismatch {
  std::string name, clause, field, expected, decided;
};

/// Decides every case under the policy; empty if all are decided as expected.
[[nodiscard]] std::vector<CaseMismatch> mismatches(const Policy& policy,
                                                   const std::vector<PolicyCase>& cases);

}  // namespace besa::model
