#include "besa/model/dataset_lint.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "model/key_masks.hpp"
#include "model/links_abroad.hpp"
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
  Comparison(const Dataset& dataset, const Policy& policy, Datasets others)
      : dataset_(dataset),
        policy_(policy),
        others_(others),
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
    check_links_abroad(dataset_, others_, findings_);
    check_key_masks(dataset_, policy_, others_, findings_);
    for (const Table& table : dataset_.tables) {
      check_owners(table);
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

  /// What is nobody's is found for nobody, and left when everything of somebody's is to go.
  void check_owners(const Table& table) {
    const auto ways = attachments(dataset_, others_);
    const bool owned = std::any_of(ways.begin(), ways.end(), [&](const Attachment& way) {
      return &dataset_.tables[way.table] == &table;
    });
    std::vector<std::string> left;
    for (const Column& column : table.columns) {
      if (column.personal() && !goes_by_itself(table, column)) {
        left.push_back(column.name);
      }
    }
    // A link that is wrong was told, and is what would lead to them.
    const bool told = std::any_of(findings_.begin(), findings_.end(), [&](const Finding& finding) {
      return finding.code.starts_with("link.") && finding.where.starts_with(full_name(table));
    });
    if (!owned && !told && !left.empty()) {
      add(Severity::warning, "table.nobodys", full_name(table),
          "has personal data (" + join(left, ", ") +
              "), but no link says whose: no request finds it, and no rule ends it",
          "add the link that leads to its people, or a maximum of scope 'record'");
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
      check_end(table, document);
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

  /// Once the row's link to the person is cut, no rule for people reaches it: what a duty of our
  /// own keeps in it goes by a rule for records, or never.
  void check_end(const Table& table, const Document& document) {
    if (!kept_by_us(document) || !comes_apart(table, document)) {
      return;
    }
    std::vector<std::string> endless;
    for (const std::string& name : document.columns) {
      const Column* column = table.column(name);
      if (column != nullptr && column->personal() && !goes_by_itself(table, *column)) {
        endless.push_back(name);
      }
    }
    if (!endless.empty()) {
      add(Severity::warning, "document.never_ends", full_name(table),
          "what is kept of the document '" + document.document + "' (" + join(endless, ", ") +
              ") stays for ever once its link to the person is cut: no rule for records ends it",
          "add a maximum of scope 'record' for '" + table.name +
              "', from an event the table maps, as long as the duty lasts");
    }
  }

  [[nodiscard]] bool kept_by_us(const Document& document) const {
    return document.obligor == policy_.controller &&
           std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
             return rule.kind == RuleKind::minimum && rule.document == document.document &&
                    rule.obligor == policy_.controller;
           });
  }

  /// True where the rows hang on their owner by a link that the document does not itself keep.
  static bool comes_apart(const Table& table, const Document& document) {
    return std::any_of(table.links.begin(), table.links.end(), [&](const Link& link) {
      return link.kind == LinkKind::belongs_to &&
             std::any_of(link.columns.begin(), link.columns.end(), [&](const std::string& column) {
               return !contains(document.columns, column);
             });
    });
  }

  [[nodiscard]] bool goes_by_itself(const Table& table, const Column& column) const {
    return std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
      return rule.kind == RuleKind::maximum && rule.scope == RuleScope::record &&
             !rule.period.is_indefinite() && names(rule, table) && covers(rule, column) &&
             concerns_people_of(rule, table) &&
             std::any_of(table.events.begin(), table.events.end(),
                         [&](const EventMapping& event) { return event.event == rule.from; });
    });
  }

  [[nodiscard]] bool names(const Rule& rule, const Table& table) const {
    return rule.tables.empty() || contains(rule.tables, table.name) ||
           contains(rule.tables, full_name(table));
  }

  [[nodiscard]] bool concerns_people_of(const Rule& rule, const Table& table) const {
    if (rule.subject.empty() || rule.subject == table.subject) {
      return true;
    }
    const auto ways = attachments(dataset_, others_);
    return std::any_of(ways.begin(), ways.end(), [&](const Attachment& way) {
      return way.subject == rule.subject && dataset_.tables[way.table].name == table.name;
    });
  }

  static bool covers(const Rule& rule, const Column& column) {
    return rule.categories.empty() ||
           std::any_of(rule.categories.begin(), rule.categories.end(), [&](const std::string& key) {
             return category_covers(key, column.category);
           });
  }

  const Dataset& dataset_;
  const Policy& policy_;
  Datasets others_;
  std::vector<std::string> parties_, events_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(const Dataset& dataset, const Policy& policy, Datasets others) {
  return Comparison(dataset, policy, others).run();
}

}  // namespace besa::model
