// What is wrong with a policy that can be read. Every check has one stable code.
#include <algorithm>
#include <set>

#include "besa/base/text.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {
namespace {

using Findings = std::vector<Finding>;

constexpr int last_year = 2200;  // of a Date

std::string quoted(const std::string& name) {
  return "'" + name + "'";
}

std::string at_rule(const Rule& rule) {
  return "retention/" + rule.id;
}

bool ours(const Policy& policy, const Rule& rule) {
  return rule.kind == RuleKind::minimum && rule.obligor == policy.controller;
}

void check_any_rule(const Policy& policy, Findings& findings) {
  const bool promised = std::any_of(policy.rules.begin(), policy.rules.end(), [](const Rule& rule) {
    return rule.kind == RuleKind::maximum;
  });
  if (!promised) {
    findings.push_back({Severity::error, "retention.none", "retention",
                        "no rule says when data goes: nothing would ever be due", "add a maximum"});
  }
}

void check_indefinite(const Policy& policy, Findings& findings) {
  for (const Rule& rule : policy.rules) {
    if (rule.period.is_indefinite()) {
      findings.push_back({Severity::error, "retention.indefinite", at_rule(rule),
                          "the period is INDEFINITE: data under it is undetermined, never due",
                          "promise a period that ends"});
    }
  }
}

bool cited(const Policy& policy, const Law& law) {
  return std::any_of(policy.rules.begin(), policy.rules.end(),
                     [&](const Rule& rule) { return rule.statute == law.id; }) ||
         std::any_of(policy.clauses.begin(), policy.clauses.end(), [&](const Clause& clause) {
           return std::find(clause.cites.begin(), clause.cites.end(), law.id) != clause.cites.end();
         });
}

void check_laws(const Policy& policy, Date today, Findings& findings) {
  for (const Law& law : policy.laws) {
    if (law.effective_until && *law.effective_until < today && cited(policy, law)) {
      findings.push_back(
          {Severity::warning, "law.repealed", "laws/" + law.id,
           quoted(law.title) + " is not in force since " + law.effective_until->plus_days(1).str() +
               " and is still cited",
           law.replaced_by.empty() ? "cite the law in force" : "cite " + quoted(law.replaced_by)});
    }
  }
}

void check_clauses_of_rules(const Policy& policy, Findings& findings) {
  for (const Rule& rule : policy.rules) {
    if (rule.clause.empty()) {
      findings.push_back({Severity::warning, "rule.without_clause", at_rule(rule),
                          "no clause of the published policy promises this",
                          "name the clause it carries out"});
    }
  }
}

/// What a clause can be carried by: rules, the settings of the file, or the people's own evidence.
bool carries(const Policy& policy, const std::string& carrier) {
  static const std::set<std::string> settings = {"contact_events", "erasure_hold", "evidence",
                                                 "laws",           "parties",      "retention"};
  return settings.count(carrier) != 0 || policy.rule(carrier) != nullptr;
}

void check_carriers(const Policy& policy, Findings& findings) {
  for (const Clause& clause : policy.clauses) {
    if (clause.carried_by.empty()) {
      findings.push_back({Severity::warning, "clause.not_carried", "clauses/" + clause.id,
                          "nothing carries out this clause",
                          "name a rule or a setting, or 'evidence' where people do it"});
    }
    for (const std::string& carrier : clause.carried_by) {
      if (!carries(policy, carrier)) {
        findings.push_back({Severity::warning, "clause.not_carried", "clauses/" + clause.id,
                            quoted(carrier) + ", named to carry it out, is not in this policy",
                            "name a rule or a setting that is"});
      }
    }
  }
}

void check_obligors(const Policy& policy, Findings& findings) {
  for (const Rule& rule : policy.rules) {
    if (rule.kind != RuleKind::minimum) {
      continue;
    }
    if (policy.party(rule.obligor) == nullptr) {
      findings.push_back({Severity::error, "rule.obligor_unknown", at_rule(rule),
                          "the obligor " + quoted(rule.obligor) + " is no party of this policy",
                          "add the party, or correct the name"});
    } else if (!ours(policy, rule)) {
      findings.push_back({Severity::warning, "minimum.not_ours", at_rule(rule),
                          "the duty is that of " + quoted(rule.obligor) +
                              ", not the controller's: it protects nothing here, and a copy kept "
                              "for its sake is kept too long",
                          "leave the data to the maximum, or ask counsel whose duty it is"});
    }
  }
}

std::set<std::string> as_set(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

/// True where no rule of specificity can choose between the two. To mask sooner and erase later is
/// one promise in two steps.
bool same_reach(const Rule& a, const Rule& b) {
  return a.kind == RuleKind::maximum && b.kind == RuleKind::maximum && a.scope == b.scope &&
         a.action == b.action && a.subject == b.subject &&
         as_set(a.categories) == as_set(b.categories) && as_set(a.tables) == as_set(b.tables) &&
         as_set(a.purposes) == as_set(b.purposes);
}

void check_contradictions(const Policy& policy, Findings& findings) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    for (std::size_t j = i + 1; j < policy.rules.size(); ++j) {
      const Rule& a = policy.rules[i];
      const Rule& b = policy.rules[j];
      if (same_reach(a, b) && a.from == b.from && a.period != b.period) {
        findings.push_back({Severity::error, "rules.contradict", at_rule(b),
                            "promises " + b.period.str() + " for what " + quoted(a.id) +
                                " promises " + a.period.str(),
                            "keep one of them, or narrow one down"});
      }
    }
  }
}

/// The last day kept by a rule whose clock started on that day.
std::optional<Date> kept_from(const Rule& rule, Date start) {
  return add(rule.anchor == Anchor::year_end ? end_of_year(start) : start, rule.period);
}

/// True if the minimum keeps something longer than the maximum, both starting on the same day;
/// 1 January is the day from which a year's end is furthest.
bool outlasts(const Rule& minimum, const Rule& maximum) {
  const Date start = *Date::from_ymd(2001, 1, 1);
  const auto least = kept_from(minimum, start);
  const auto most = kept_from(maximum, start);
  return most && (!least || *least > *most);
}

void check_precedence(const Policy& policy, Findings& findings) {
  for (const Rule& minimum : policy.rules) {
    if (!ours(policy, minimum)) {
      continue;
    }
    std::vector<std::string> beaten;
    for (const Rule& maximum : policy.rules) {
      if (maximum.kind == RuleKind::maximum && outlasts(minimum, maximum)) {
        beaten.push_back(quoted(maximum.id));
      }
    }
    if (!beaten.empty()) {
      findings.push_back({Severity::note, "minimum.outlasts_maximum", at_rule(minimum),
                          "may end after " + join(beaten, " and ") + ": what the document " +
                              quoted(minimum.document) + " needs stays until then, the rest goes",
                          ""});
    }
  }
}

bool starts_from_contact(const Rule& rule) {
  return rule.kind == RuleKind::maximum && rule.from == "last_contact";
}

void check_contact(const Policy& policy, Findings& findings) {
  const bool defined = std::any_of(policy.contact_events.begin(), policy.contact_events.end(),
                                   [](const ContactEvent& event) { return event.counts; });
  for (const Rule& rule : policy.rules) {
    if (starts_from_contact(rule) && !defined) {
      findings.push_back({Severity::error, "contact.undefined", at_rule(rule),
                          "starts from last_contact, and no event counts as contact",
                          "say under contact_events what does"});
    }
  }
}

/// CNIL SAN-2020-008: three years of a loyalty member's silence were accepted, four were not.
void check_benchmark(const Policy& policy, Findings& findings) {
  const Date start = *Date::from_ymd(2001, 1, 1);
  const Date accepted = *add(start, Period(3, 0, 0));
  for (const Rule& rule : policy.rules) {
    const auto end = add(start, rule.period);
    if (starts_from_contact(rule) && end && *end > accepted) {
      findings.push_back({Severity::warning, "retention.above_benchmark", at_rule(rule),
                          rule.period.str() + " since the last contact is longer than the three "
                                              "years regulators have accepted",
                          "record why it is necessary, or promise less"});
    }
  }
}

/// Of the 365 or 366 days of a year, those on which a request received and answered with the notice
/// of deletion at once could not be carried out in time, because the hold ends too late.
int broken_days(const Period& hold, const Period& deadline, int year) {
  int broken = 0;
  const Date last = *Date::from_ymd(year, 12, 31);
  for (Date day = *Date::from_ymd(year, 1, 1); day <= last; day = day.plus_days(1)) {
    const auto held = add(day, hold);
    const auto due = add(day, deadline);
    if (held && due && held->plus_days(1) > *due) {
      ++broken;
    }
  }
  return broken;
}

void check_hold(const Policy& policy, Date today, Findings& findings) {
  if (policy.erasure_hold == Period()) {
    return;
  }
  for (const Law& law : policy.laws) {
    const bool in_force = !law.effective_until || *law.effective_until >= today;
    if (!law.erasure_within || !in_force) {
      continue;
    }
    const int year = std::min(today.year() + 1, last_year);
    const int broken = broken_days(policy.erasure_hold, *law.erasure_within, year);
    if (broken > 0) {
      findings.push_back({Severity::warning, "hold.breaks_deadline", "erasure_hold",
                          "a hold of " + policy.erasure_hold.str() + " ends too late for the " +
                              law.erasure_within->str() + " of " + quoted(law.title) + " on " +
                              std::to_string(broken) + " days of " + std::to_string(year) +
                              ", even with the notice sent at once",
                          "ask counsel which of the two gives way, and record it"});
    }
  }
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "";
}

std::vector<Finding> lint(const Policy& policy, Date today) {
  Findings findings;
  check_any_rule(policy, findings);
  check_indefinite(policy, findings);
  check_laws(policy, today, findings);
  check_clauses_of_rules(policy, findings);
  check_carriers(policy, findings);
  check_obligors(policy, findings);
  check_contradictions(policy, findings);
  check_precedence(policy, findings);
  check_contact(policy, findings);
  check_benchmark(policy, findings);
  check_hold(policy, today, findings);
  return findings;
}

}  // namespace besa::model
