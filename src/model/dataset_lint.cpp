#include "besa/model/dataset_lint.hpp"

#include <algorithm>

#include "model/reading.hpp"

namespace besa::model {
namespace {

std::vector<std::string> parties_of(const Policy& policy) {
  std::vector<std::string> ids;
  for (const Party& party : policy.parties) {
    ids.push_back(party.id);
  }
  return ids;
}

std::vector<std::string> events_of(const Policy& policy) {
  std::vector<std::string> kinds = {"collected"};
  for (const ContactEvent& event : policy.contact_events) {
    kinds.push_back(event.event);
  }
  return kinds;
}

class Comparison {
 public:
  Comparison(const Dataset& dataset, const Policy& policy)
      : dataset_(dataset),
        policy_(policy),
        parties_(parties_of(policy)),
        events_(events_of(policy)) {}

  std::vector<Finding> run() {
    if (dataset_.policy != policy_.name) {
      add(Severity::error, "dataset.other_policy", dataset_.name,
          "falls under policy '" + dataset_.policy + "', not under '" + policy_.name + "'", "");
    }
    if (!contains(parties_, dataset_.held_by)) {
      add(Severity::error, "dataset.holder_unknown", dataset_.name,
          "is held by '" + dataset_.held_by + "', who is no party of the policy",
          did_you_mean(dataset_.held_by, parties_));
    }
    for (const Table& table : dataset_.tables) {
      check_subject(table);
      check_events(table);
      check_documents(table);
    }
    return findings_;
  }

 private:
  [[nodiscard]] std::string full_name(const Table& table) const {
    return dataset_.name + "." + table.name;
  }

  void add(Severity severity, const std::string& code, const std::string& where,
           const std::string& message, const std::string& hint) {
    findings_.push_back({severity, code, where, message, hint});
  }

  void check_subject(const Table& table) {
    const bool promised =
        std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
          return rule.kind == RuleKind::maximum &&
                 (rule.subject.empty() || rule.subject == table.subject);
        });
    if (!table.subject.empty() && !promised) {
      add(Severity::warning, "subject.no_rule", full_name(table),
          "no rule promises anything to a '" + table.subject + "': nothing of theirs is ever due",
          "add a maximum for them");
    }
  }

  void check_events(const Table& table) {
    for (const EventMapping& mapping : table.events) {
      if (!contains(events_, mapping.event)) {
        add(Severity::error, "event.unknown", full_name(table),
            "the policy does not say whether '" + mapping.event + "' counts as contact",
            did_you_mean(mapping.event, events_));
      }
    }
  }

  void check_documents(const Table& table) {
    for (const Document& document : table.documents) {
      if (!contains(parties_, document.obligor)) {
        add(Severity::error, "document.obligor_unknown", full_name(table),
            "'" + document.obligor + "', who must keep a '" + document.document +
                "', is no party of the policy",
            did_you_mean(document.obligor, parties_));
      }
      check_duty(table, document);
    }
  }

  void check_duty(const Table& table, const Document& document) {
    std::vector<std::string> known;
    for (const Rule& rule : policy_.rules) {
      if (rule.kind == RuleKind::minimum) {
        known.push_back(rule.document);
      }
    }
    if (!contains(known, document.document)) {
      add(Severity::warning, "document.no_rule", full_name(table),
          "no minimum says how long a '" + document.document + "' is kept: it protects nothing",
          did_you_mean(document.document, known));
    }
  }

  const Dataset& dataset_;
  const Policy& policy_;
  std::vector<std::string> parties_, events_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(const Dataset& dataset, const Policy& policy) {
  return Comparison(dataset, policy).run();
}

}  // namespace besa::model
