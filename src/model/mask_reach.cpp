#include "besa/model/mask_reach.hpp"

#include <algorithm>

#include "model/reading.hpp"

namespace besa::model {
namespace {

bool covers(const Rule& rule, const Column& column) {
  return column.personal() &&
         (rule.categories.empty() || std::ranges::any_of(rule.categories, [&](const auto& key) {
            return category_covers(key, column.category);
          }));
}

/// A rule that erases a category masks it in rows that have other data too.
bool masks_in_rows_that_stay(const Rule& rule, const Table& table) {
  if (rule.kind != RuleKind::maximum || rule.period.is_indefinite()) {
    return false;
  }
  return rule.action == RuleAction::mask ||
         std::ranges::any_of(table.columns, [&](const Column& column) {
           return column.personal() && !covers(rule, column);
         });
}

bool shares_a_purpose(const Rule& rule, const Table& table) {
  return rule.purposes.empty() || table.purposes.empty() ||
         std::ranges::any_of(rule.purposes, [&](const std::string& purpose) {
           return contains(table.purposes, purpose);
         });
}

}  // namespace

MaskReach::MaskReach(const Dataset& dataset, const Policy& policy, Datasets others)
    : dataset_(dataset), policy_(policy), ways_(attachments(dataset, others)) {}

std::vector<const Rule*> MaskReach::rules(const Table& table, const Column& column) const {
  std::vector<const Rule*> found;
  for (const Rule& rule : policy_.rules) {
    if (masks_in_rows_that_stay(rule, table) && covers(rule, column) && speaks_of(rule, table) &&
        finds_rows(rule, table)) {
      found.push_back(&rule);
    }
  }
  return found;
}

const Document* MaskReach::document_without(const Table& table, const Column& column) const {
  const auto found = std::ranges::find_if(table.documents, [&](const Document& document) {
    return is_kept_by_us(document) && !contains(document.columns, column.name);
  });
  return found != table.documents.end() && column.personal() ? &*found : nullptr;
}

bool MaskReach::may_mask(const Table& table, const Column& column) const {
  return std::ranges::any_of(table.links,
                             [&](const Link& link) { return contains(link.mask, column.name); }) ||
         document_without(table, column) != nullptr || !rules(table, column).empty();
}

bool MaskReach::speaks_of(const Rule& rule, const Table& table) const {
  const bool named = rule.tables.empty() || contains(rule.tables, table.name) ||
                     contains(rule.tables, dataset_.name + "." + table.name);
  return named && shares_a_purpose(rule, table);
}

/// By a person to whom its rows belong, or by an event that is in the rows themselves.
bool MaskReach::finds_rows(const Rule& rule, const Table& table) const {
  const bool is_somebodys = std::ranges::any_of(ways_, [&](const Attachment& way) {
    return dataset_.tables[way.table].name == table.name &&
           (rule.subject.empty() || rule.subject == way.subject);
  });
  if (rule.scope == RuleScope::subject) {
    return is_somebodys;
  }
  return (rule.subject.empty() || is_somebodys) &&
         std::ranges::any_of(table.events,
                             [&](const EventMapping& each) { return each.event == rule.from; });
}

bool MaskReach::is_kept_by_us(const Document& document) const {
  return document.obligor == policy_.controller &&
         std::ranges::any_of(policy_.rules, [&](const Rule& rule) {
           return rule.kind == RuleKind::minimum && rule.document == document.document &&
                  rule.obligor == policy_.controller;
         });
}

}  // namespace besa::model
