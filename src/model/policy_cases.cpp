#include "besa/model/policy_cases.hpp"

#include <algorithm>

namespace besa::model {
namespace {

using Decided = std::map<std::string, std::string>;

constexpr std::uint32_t root_table = 0;
constexpr std::uint32_t record_table = 1;

const std::string paper_column = "document";
const std::string other_column = "other";

std::string text_of(const std::optional<Date>& date) {
  return date ? date->str() : "none";
}

std::string text_of(const Rule* rule) {
  return rule != nullptr ? rule->id : "none";
}

/// The people of the case: a table of its own type of subject.
Table people(const PolicyCase& each) {
  Table table;
  table.name = "people";
  table.key = {"id"};
  table.subject = each.subject_type;
  table.columns = {{"id", "user.unique_id", std::nullopt, ""}};
  return table;
}

std::vector<Document> documents_of(const CaseRecord& record) {
  std::vector<Document> documents;
  for (const auto& paper : record.documents) {
    Document document;
    document.document = paper.document;
    document.obligor = paper.obligor;
    document.at = paper_column;
    document.columns = {paper_column};
    documents.push_back(std::move(document));
  }
  return documents;
}

/// The table of the case's row: its owner, a column that documents name, one that none does.
Table records(const CaseRecord& record) {
  Table table;
  table.name = record.table.substr(record.table.find('.') + 1);
  table.key = {"id"};
  Link owner;
  owner.columns = {"person"};
  owner.target = "people";
  table.links = {owner};
  table.columns = {{"id", "none", std::nullopt, ""},
                   {"person", "user.unique_id", std::nullopt, ""},
                   {paper_column, "user.payment", std::nullopt, ""},
                   {other_column, record.category, std::nullopt, ""}};
  table.documents = documents_of(record);
  if (!record.event.empty()) {
    table.events = {{"at", {}, record.event}};
  }
  return table;
}

Dataset dataset_of(const PolicyCase& each) {
  Dataset dataset;
  dataset.name = "cases";
  dataset.tables = {people(each)};
  if (each.record) {
    const auto dot = each.record->table.find('.');
    dataset.name = dot == std::string::npos ? "cases" : each.record->table.substr(0, dot);
    dataset.tables.push_back(records(*each.record));
  }
  return dataset;
}

void keep_latest(std::optional<EventAt>& kept, const EventAt& event) {
  if (!kept || kept->date < event.date) {
    kept = event;
  }
}

SubjectFacts facts_of(const PolicyCase& each, const Rulebook& rules, const Hold& hold) {
  SubjectFacts facts;
  for (const auto& [kind, date] : each.events) {
    const EventAt event{date, rules.event_kind(kind), root_table};
    if (date > each.today) {
      keep_latest(facts.future, event);
    } else if (rules.counts_as_contact(event.kind)) {
      keep_latest(facts.last_contact, event);
    }
    const bool earlier = !facts.collected || date < facts.collected->date;
    if (rules.is_collection(event.kind) && date <= each.today && earlier) {
      facts.collected = event;
    }
  }
  if (each.possible_contact) {
    facts.possible_contact = EventAt{*each.possible_contact, 0, root_table};
  }
  facts.unreadable = each.unreadable;
  facts.silence = each.silence;
  if (each.held) {
    facts.holds = {&hold};
  }
  return facts;
}

RecordFacts facts_of(const PolicyCase& each, const Rulebook& rules, const SubjectDecision& owner) {
  RecordFacts facts;
  facts.table = record_table;
  facts.starts.assign(rules.tables()[record_table].record_starts.size(), each.record->at);
  for (const auto& paper : each.record->documents) {
    facts.documents.push_back({true, paper.date});
  }
  if (owner.outcome == Outcome::due) {
    facts.owners_due = 1;
    facts.leaving_links = {0};
  }
  facts.owner_held = each.held;
  return facts;
}

std::string fate_of(const RecordDecision& decision, const Table& table, const std::string& column) {
  if (decision.remove) {
    return "removed";
  }
  const auto index = static_cast<std::size_t>(table.column(column) - table.columns.data());
  return std::string(
      name_of(decision.columns.empty() ? ColumnFate::keep : decision.columns[index]));
}

Decided about_subject(const SubjectDecision& decision) {
  return {{"outcome", std::string(name_of(decision.outcome))},
          {"rule", text_of(decision.rule)},
          {"kept_through", text_of(decision.kept_through)},
          {"due_since", text_of(decision.due_since)},
          {"doubt", std::string(name_of(decision.doubt))}};
}

Decided about_record(const PolicyCase& each, const Rulebook& rules, const SubjectFacts& subject,
                     const SubjectDecision& owner) {
  const auto promises = table_promises(rules, record_table, each.subject_type, subject, each.today);
  const auto decision = decide(rules, facts_of(each, rules, owner), &owner, each.today, promises);
  const Table& table = *rules.tables()[record_table].table;
  return {{"outcome", std::string(name_of(decision.outcome))},
          {"rule", text_of(decision.rule)},
          {"kept_through", text_of(owner.kept_through)},
          {"due_since", text_of(decision.due_since)},
          {"doubt", std::string(name_of(decision.doubt))},
          {"ground", text_of(decision.ground)},
          {"retained_until", text_of(decision.retained_until)},
          {"not_ours", text_of(decision.not_ours)},
          {"documents", fate_of(decision, table, paper_column)},
          {"others", fate_of(decision, table, other_column)}};
}

Decided decided(const Policy& policy, const PolicyCase& each) {
  const Dataset dataset = dataset_of(each);
  const Rulebook rules(policy, {&dataset});
  Hold hold;
  hold.id = "H";
  hold.placed = each.today;
  const auto facts = facts_of(each, rules, hold);
  const auto owner = decide(rules, each.subject_type, facts, each.today);
  return each.record ? about_record(each, rules, facts, owner) : about_subject(owner);
}

}  // namespace

std::vector<CaseMismatch> mismatches(const Policy& policy, const std::vector<PolicyCase>& cases) {
  std::vector<CaseMismatch> found;
  for (const PolicyCase& each : cases) {
    Decided now = decided(policy, each);
    for (const auto& [field, expected] : each.expected) {
      const auto& value = now.try_emplace(field, "none").first->second;
      if (value != expected) {
        found.push_back({each.name, each.clause, field, expected, value});
      }
    }
  }
  return found;
}

}  // namespace besa::model
