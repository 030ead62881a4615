#include "model/dataset_links.hpp"

#include <algorithm>

namespace besa::model {
namespace {

std::string_view local_name(const Dataset& dataset, std::string_view target) {
  const std::size_t length = dataset.name.size();
  const bool own = target.size() > length + 1 && target[length] == '.' &&
                   target.substr(0, length) == dataset.name;
  return own && dataset.table(target) == nullptr ? target.substr(length + 1) : target;
}

/// True if the table lists other identities of people whose own table is `subject`'s.
bool same_person_as(const Dataset& dataset, const Table& table, const std::string& subject) {
  return std::any_of(table.links.begin(), table.links.end(), [&](const Link& link) {
    const auto target = target_of(dataset, link);
    return link.kind == LinkKind::same_person && target &&
           dataset.tables[*target].subject == subject;
  });
}

void add_kinds(const Table& table, std::set<std::string>& kinds) {
  for (const Identifier& identifier : table.identifiers) {
    kinds.insert(identifier.kind);
  }
}

}  // namespace

std::optional<std::uint32_t> target_of(const Dataset& dataset, const Link& link) {
  const Table* table = dataset.table(local_name(dataset, link.target));
  if (table == nullptr) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(table - dataset.tables.data());
}

bool leads_out(const Dataset& dataset, const Link& link) {
  const auto dot = link.target.find('.');
  return !target_of(dataset, link) && dot != std::string::npos && dot != 0 &&
         dot + 1 != link.target.size() && link.target.substr(0, dot) != dataset.name;
}

const std::vector<std::string>& columns_met(const Link& link, const Table& target) {
  return link.target_columns.empty() ? target.key : link.target_columns;
}

bool owns(const Link& link) {
  return link.kind == LinkKind::belongs_to || link.kind == LinkKind::copy_of ||
         link.kind == LinkKind::derived_from;
}

std::set<std::string> identifier_kinds(const Dataset& dataset, const std::string& subject) {
  std::set<std::string> kinds;
  for (const Table& table : dataset.tables) {
    if (same_person_as(dataset, table, subject)) {
      add_kinds(table, kinds);
    }
  }
  for (const Attachment& attachment : attachments(dataset)) {
    if (attachment.subject == subject) {
      add_kinds(dataset.tables[attachment.table], kinds);
    }
  }
  return kinds;
}

}  // namespace besa::model
