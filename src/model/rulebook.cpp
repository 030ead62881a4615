// Which rules speak about which table and which subject, worked out once.
#include <algorithm>
#include <limits>
#include <tuple>

#include "besa/base/error.hpp"
#include "besa/model/decide.hpp"

namespace besa::model {
namespace {

constexpr std::string_view collection_event = "collected";

// Periods of different units are compared where months are 31 and 30 days long alternately enough;
// one fixed day makes the order total and the same next year.
std::int32_t length(const Period& period) {
  const auto end = add(Date::from_days(0), period);
  return end ? end->days() : std::numeric_limits<std::int32_t>::max();
}

bool shorter(const Rule* left, const Rule* right) {
  return std::tuple(length(left->period), left->id) < std::tuple(length(right->period), right->id);
}

bool names_table(const Rule& rule, const Dataset& dataset, const Table& table) {
  const std::string full = dataset.name + "." + table.name;
  return std::ranges::any_of(rule.tables,
                             [&](const auto& name) { return name == table.name || name == full; });
}

// How many letters of a column's category the rule names; nullopt where it does not cover it.
std::optional<std::uint32_t> category_depth(const Rule& rule, const Column& column) {
  if (rule.categories.empty()) return 0;
  std::optional<std::uint32_t> depth;
  for (const auto& category : rule.categories)
    if (column.personal() && category_covers(category, column.category))
      depth = std::max(depth.value_or(0), static_cast<std::uint32_t>(category.size()));
  return depth;
}

bool shares_purpose(const Rule& rule, const Table& table) {
  if (rule.purposes.empty() || table.purposes.empty()) return true;
  return std::ranges::any_of(rule.purposes, [&](const auto& purpose) {
    return std::ranges::find(table.purposes, purpose) != table.purposes.end();
  });
}

bool belongs_to_type(const std::string& type, const Dataset& dataset, const Table& table,
                     Datasets all) {
  if (type.empty() || table.subject == type) return true;
  const auto index = dataset.table_index(table.name);
  return std::ranges::any_of(attachments(dataset, all), [&](const Attachment& attachment) {
    return attachment.table == index && attachment.subject == type;
  });
}

bool speaks_about(const Rule& rule, const Dataset& dataset, const Table& table) {
  if (!rule.tables.empty() && !names_table(rule, dataset, table)) return false;
  if (!shares_purpose(rule, table)) return false;
  if (rule.categories.empty()) return true;
  return std::ranges::any_of(table.columns, [&](const Column& column) {
    return category_depth(rule, column).has_value();
  });
}

// Table named, then the longer category, then purpose, then subject type.
std::uint32_t rank(const Rule& rule, std::uint32_t depth) {
  return (rule.tables.empty() ? 0U : 1U << 20U) + (std::min(depth, 0xFFFFU) << 2U) +
         (rule.purposes.empty() ? 0U : 2U) + (rule.subject.empty() ? 0U : 1U);
}

std::uint32_t rank(const Rule& rule) {
  std::size_t depth = 0;
  for (const auto& category : rule.categories) depth = std::max(depth, category.size());
  return rank(rule, static_cast<std::uint32_t>(depth));
}

void sort_by_specificity(std::vector<const Rule*>& rules) {
  std::ranges::sort(rules, [](const Rule* left, const Rule* right) {
    return rank(*left) != rank(*right) ? rank(*left) > rank(*right) : shorter(left, right);
  });
}

// One entry for each column and one for the row as such.
void lay_claims(Rulebook::TableRules& rules) {
  rules.claims.resize(rules.table->columns.size() + 1);
  for (std::uint32_t i = 0; i < rules.record_maximums.size(); ++i) {
    const Rule& rule = *rules.record_maximums[i];
    for (std::size_t column = 0; column < rules.table->columns.size(); ++column)
      if (const auto depth = category_depth(rule, rules.table->columns[column]))
        rules.claims[column].push_back({i, rank(rule, *depth)});
    if (rule.categories.empty()) rules.claims.back().push_back({i, rank(rule, 0)});
  }
  for (auto& claims : rules.claims)
    std::ranges::stable_sort(claims, std::greater<>{}, &Rulebook::TableRules::Claim::rank);
}

void find_starts(Rulebook::TableRules& rules) {
  rules.starts.resize(rules.record_maximums.size());
  const auto& events = rules.table->events;
  for (std::uint32_t event = 0; event < events.size(); ++event) {
    const auto entry = static_cast<std::uint32_t>(rules.record_starts.size());
    bool used = false;
    for (std::size_t i = 0; i < rules.record_maximums.size(); ++i) {
      if (rules.record_maximums[i]->from != events[event].event) continue;
      rules.starts[i].push_back(entry);
      used = true;
    }
    if (used) rules.record_starts.push_back(event);
  }
}

// A duty concerns a document unless both say whose it is and it is two different others: the
// statute of one partner says nothing about the document of another, nor about ours.
bool concerns(const Rule& rule, const Document& document, const std::string& controller) {
  if (rule.document != document.document) return false;
  if (rule.obligor.empty() || document.obligor.empty() || rule.obligor == document.obligor)
    return true;
  return rule.obligor == controller;
}

bool is_ours(const Rule& rule, const Document& document, const std::string& controller) {
  const auto& obligor = document.obligor.empty() ? rule.obligor : document.obligor;
  return !obligor.empty() && obligor == controller &&
         (rule.obligor.empty() || rule.obligor == controller);
}

void add_minimums(Rulebook::TableRules& rules, const Rule& rule, const std::string& controller) {
  const auto& documents = rules.table->documents;
  for (std::uint32_t i = 0; i < documents.size(); ++i)
    if (concerns(rule, documents[i], controller))
      rules.minimums.push_back({&rule, i, is_ours(rule, documents[i], controller)});
}

// The finite ones that name the type, else the finite ones for everybody, else the INDEFINITE ones.
std::vector<const Rule*> promised_to(const Policy& policy, const std::string& type) {
  for (const bool indefinite : {false, true}) {
    for (const std::string& named : {type, std::string()}) {
      std::vector<const Rule*> found;
      for (const Rule& rule : policy.rules)
        if (rule.kind == RuleKind::maximum && rule.scope == RuleScope::subject &&
            rule.for_all_data() && rule.subject == named &&
            rule.period.is_indefinite() == indefinite)
          found.push_back(&rule);
      std::ranges::sort(found, shorter);
      if (!found.empty()) return found;
    }
  }
  return {};
}

}  // namespace

std::string Rulebook::TableRules::full_name() const {
  return dataset->name + "." + table->name;
}

Rulebook::Rulebook(const Policy& policy, std::vector<const Dataset*> datasets)
    : policy_(policy), datasets_(std::move(datasets)) {
  learn_events();
  learn_subjects();
  for (const Dataset* dataset : datasets_)
    for (const Table& table : dataset->tables) tables_.push_back(lay_out(*dataset, table));
  learn_parts();
}

void Rulebook::learn_events() {
  const auto learn = [&](const std::string& kind) {
    if (std::ranges::find(event_kinds_, kind) == event_kinds_.end()) event_kinds_.push_back(kind);
  };
  learn(std::string(collection_event));
  for (const auto& contact : policy_.contact_events) learn(contact.event);
  for (const Dataset* dataset : datasets_)
    for (const Table& table : dataset->tables)
      for (const auto& mapping : table.events) learn(mapping.event);
  for (const auto& kind : event_kinds_) {
    const auto contact = std::ranges::find(policy_.contact_events, kind, &ContactEvent::event);
    counts_.push_back(contact != policy_.contact_events.end() && contact->counts);
  }
}

void Rulebook::learn_subjects() {
  std::vector<std::string> types;
  for (const Rule& rule : policy_.rules)
    if (!rule.subject.empty() && std::ranges::find(types, rule.subject) == types.end())
      types.push_back(rule.subject);
  types.emplace_back();
  for (auto& type : types) subject_rules_.push_back({type, promised_to(policy_, type), {}});
}

void Rulebook::learn_parts() {
  for (SubjectRules& about : subject_rules_) {
    const bool finite_whole = !about.rules.empty() && !about.rules.front()->period.is_indefinite();
    for (const TableRules& table : tables_)
      for (const Rule* rule : table.subject_maximums) {
        if (!rule->subject.empty() && rule->subject != about.type) continue;
        if (finite_whole && rule->period.is_indefinite()) continue;  // never the winner
        if (std::ranges::find(about.parts, rule) == about.parts.end()) about.parts.push_back(rule);
      }
  }
}

Rulebook::TableRules Rulebook::lay_out(const Dataset& dataset, const Table& table) const {
  TableRules rules;
  rules.dataset = &dataset;
  rules.table = &table;
  for (const Rule& rule : policy_.rules) {
    if (!speaks_about(rule, dataset, table)) continue;
    const bool subject_scope = rule.kind == RuleKind::maximum && rule.scope == RuleScope::subject;
    if (subject_scope) {
      if (!rule.for_all_data()) rules.subject_maximums.push_back(&rule);
    } else if (belongs_to_type(rule.subject, dataset, table, datasets_)) {
      if (rule.kind == RuleKind::minimum)
        add_minimums(rules, rule, policy_.controller);
      else
        rules.record_maximums.push_back(&rule);
    }
  }
  sort_by_specificity(rules.subject_maximums);
  sort_by_specificity(rules.record_maximums);
  lay_claims(rules);
  find_starts(rules);
  return rules;
}

std::uint32_t Rulebook::table(const Dataset& dataset, std::string_view name) const {
  for (std::uint32_t i = 0; i < tables_.size(); ++i)
    if (tables_[i].dataset->name == dataset.name && tables_[i].table->name == name) return i;
  throw Error(ErrorKind::failed, "no table '" + dataset.name + "." + std::string(name) +
                                     "' under policy '" + policy_.name + "'");
}

std::uint16_t Rulebook::event_kind(std::string_view name) const {
  const auto found = std::ranges::find(event_kinds_, name);
  if (found == event_kinds_.end())
    throw Error(ErrorKind::failed, "no event '" + std::string(name) + "' in policy '" +
                                       policy_.name + "' or its datasets");
  return static_cast<std::uint16_t>(found - event_kinds_.begin());
}

bool Rulebook::counts_as_contact(std::uint16_t kind) const {
  return counts_[kind];
}

bool Rulebook::is_collection(std::uint16_t kind) const {
  return event_kinds_[kind] == collection_event;
}

const Rule* Rulebook::subject_rule(const std::string& subject_type) const {
  const auto& rules = subject_rules(subject_type);
  return rules.empty() ? nullptr : rules.front();
}

const Rulebook::SubjectRules& Rulebook::rules_for(const std::string& subject_type) const {
  const auto named = std::ranges::find(subject_rules_, subject_type, &SubjectRules::type);
  return named == subject_rules_.end() ? subject_rules_.back() : *named;
}

const std::vector<const Rule*>& Rulebook::subject_rules(const std::string& subject_type) const {
  return rules_for(subject_type).rules;
}

std::optional<Date> Rulebook::contact_cutoff(const Rule& rule, Date today) {
  if (rule.from != "last_contact") return std::nullopt;
  auto cutoff = latest_expired_start(today, rule.period);
  for (const auto& earlier : rule.earlier)
    if (cutoff) {
      const auto other = latest_expired_start(today, earlier.period);
      cutoff = other ? std::max(*cutoff, *other) : *cutoff;
    }
  return cutoff;
}

const std::vector<const Rule*>& Rulebook::part_rules(const std::string& subject_type) const {
  return rules_for(subject_type).parts;
}

// Any one of the rules that is over makes something due, so contact must be later than for all.
std::optional<Date> Rulebook::contact_cutoff(const std::string& subject_type, Date today) const {
  std::vector<const Rule*> rules = subject_rules(subject_type);
  rules.insert(rules.end(), part_rules(subject_type).begin(), part_rules(subject_type).end());
  std::optional<Date> cutoff;
  for (const Rule* rule : rules) {
    const auto other = contact_cutoff(*rule, today);
    if (!other) return std::nullopt;
    cutoff = cutoff ? std::max(*cutoff, *other) : *other;
  }
  return cutoff;
}

}  // namespace besa::model
