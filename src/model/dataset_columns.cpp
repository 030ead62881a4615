#include "model/dataset_columns.hpp"

#include <utility>

namespace besa::model {
namespace {

void add_column(Table& table, const std::string& name, const std::string& category,
                const std::string& field) {
  if (!name.empty() && table.column(name) == nullptr) {
    table.columns.push_back({name, category, std::nullopt, table.pointer + "/" + field});
  }
}

void add_time(Table& table, const std::string& name, const std::string& field) {
  if (name.empty()) {
    return;
  }
  add_column(table, name, "user.behavior", field);
  if (table.time(name) == nullptr) {
    table.times.push_back({name, "rfc3339", ""});
  }
}

std::string category_of(const Identifier& identifier) {
  if (identifier.rule == IdentifierRule::email) {
    return "user.contact.email";
  }
  return identifier.rule == IdentifierRule::phone ? "user.contact.phone_number" : "user.unique_id";
}

void add_identifiers(Table& table) {
  for (const Identifier& identifier : table.identifiers) {
    add_column(table, identifier.column, category_of(identifier), "identifiers");
    add_time(table, identifier.from, "identifiers");
    add_time(table, identifier.to, "identifiers");
  }
}

void add_links(Table& table) {
  for (const Link& link : table.links) {
    for (const std::string& column : link.columns) {
      add_column(table, column, "user.unique_id", "links");
    }
    add_time(table, link.from, "links");
    add_time(table, link.to, "links");
    for (const std::string& column : link.mask) {
      add_column(table, column, "user.name", "links");
    }
  }
}

void add_conditions(Table& table, const std::vector<When>& conditions, const std::string& field) {
  for (const When& condition : conditions) {
    add_column(table, condition.column, "user.behavior", field);
  }
}

void add_events(Table& table) {
  for (const EventMapping& event : table.events) {
    add_time(table, event.at, "events");
    add_conditions(table, event.when, "events");
  }
}

void add_documents(Table& table) {
  for (const Document& document : table.documents) {
    add_time(table, document.at, "documents");
    add_conditions(table, document.when, "documents");
    for (const std::string& column : document.columns) {
      add_column(table, column, "user.payment", "documents");
    }
  }
}

}  // namespace

void complete_columns(Table& table) {
  add_identifiers(table);
  for (const std::string& column : table.key) {
    add_column(table, column, "user.unique_id", "key");
  }
  add_links(table);
  add_events(table);
  add_documents(table);
  const auto declared = table.times;
  for (const TimeFormat& time : declared) {
    add_column(table, time.column, "user.behavior", "times");
  }
}

}  // namespace besa::model
