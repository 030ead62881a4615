#include "model/dataset_links.hpp"

#include <algorithm>

namespace besa::model {
namespace {

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
  const Table* table = dataset.table(link.target);
  if (table == nullptr) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(table - dataset.tables.data());
}

LinkTarget target_of(const Dataset& dataset, const Link& link, Datasets others) {
  if (const auto own = target_of(dataset, link)) {
    return {&dataset, &dataset.tables[*own]};
  }
  for (const Dataset* other : others) {
    const std::string beginning = other->name + ".";
    if (other == &dataset || !link.target.starts_with(beginning)) {
      continue;
    }
    if (const Table* table = other->table(link.target.substr(beginning.size()))) {
      return {other, table};
    }
  }
  return {};
}

bool leads_into(const Dataset& from, const Dataset& to, Datasets others) {
  return &from != &to && std::ranges::any_of(from.tables, [&](const Table& table) {
    return std::ranges::any_of(table.links, [&](const Link& link) {
      return owns(link) && target_of(from, link, others).dataset == &to;
    });
  });
}

std::vector<const Dataset*> owners_first(Datasets datasets) {
  std::vector<const Dataset*> waiting(datasets.begin(), datasets.end());
  std::vector<const Dataset*> order;
  while (!waiting.empty()) {
    const auto free = std::ranges::find_if(waiting, [&](const Dataset* dataset) {
      return std::ranges::none_of(
          waiting, [&](const Dataset* other) { return leads_into(*dataset, *other, datasets); });
    });
    const auto next = free != waiting.end() ? free : waiting.begin();
    order.push_back(*next);
    waiting.erase(next);
  }
  return order;
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

std::set<std::string> identifier_kinds(const Dataset& dataset, const std::string& subject,
                                       Datasets others) {
  std::set<std::string> kinds;
  for (const Table& table : dataset.tables) {
    if (same_person_as(dataset, table, subject)) {
      add_kinds(table, kinds);
    }
  }
  for (const Attachment& attachment : attachments(dataset, others)) {
    if (attachment.subject == subject) {
      add_kinds(dataset.tables[attachment.table], kinds);
    }
  }
  return kinds;
}

}  // namespace besa::model
