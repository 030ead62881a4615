#include "model/dataset_table.hpp"

#include <array>
#include <utility>

#include "besa/base/time.hpp"
#include "model/dataset_columns.hpp"
#include "model/dataset_mask.hpp"
#include "model/reading.hpp"

namespace besa::model {
namespace {

constexpr std::array link_kinds = {LinkKind::belongs_to, LinkKind::mentions, LinkKind::same_person,
                                   LinkKind::copy_of, LinkKind::derived_from};

IdentifierRule usual_rule(const std::string& kind) {
  if (kind == "email") {
    return IdentifierRule::email;
  }
  return kind == "phone" ? IdentifierRule::phone : IdentifierRule::exact;
}

IdentifierRule rule_of(const std::string& word) {
  if (word == "folded") {
    return IdentifierRule::folded;
  }
  if (word == "email") {
    return IdentifierRule::email;
  }
  return word == "phone" ? IdentifierRule::phone : IdentifierRule::exact;
}

Identifier read_identifier_object(const std::string& kind, const Json& json,
                                  const std::string& pointer, std::vector<Fault>& faults) {
  ObjectReader reader(json, pointer, faults);
  Identifier identifier;
  identifier.kind = kind;
  identifier.column = reader.text("column");
  identifier.from = reader.text_or("from", "");
  identifier.to = reader.text_or("to", "");
  const auto word = reader.word_or("rule", {"exact", "folded", "email", "phone"}, "");
  identifier.rule = word.empty() ? usual_rule(kind) : rule_of(word);
  reader.done();
  return identifier;
}

/// `"email": "mail"`, or an object where the identifier has an interval or a rule of its own.
Identifier read_identifier(const std::string& kind, const Json& json, const std::string& pointer,
                           std::vector<Fault>& faults) {
  if (!json.is_string()) {
    return read_identifier_object(kind, json, pointer, faults);
  }
  Identifier identifier;
  identifier.kind = kind;
  identifier.column = json.get<std::string>();
  identifier.rule = usual_rule(kind);
  if (identifier.column.empty()) {
    faults.push_back({pointer, "must name a column", {}});
  }
  return identifier;
}

/// One form, or a list of them where several columns hold identifiers of one kind.
std::vector<Identifier> read_identifiers(ObjectReader& reader) {
  std::vector<Identifier> identifiers;
  reader.entries(
      "identifiers", [&](const std::string& kind, const Json& value, const std::string& pointer) {
        if (!value.is_array()) {
          identifiers.push_back(read_identifier(kind, value, pointer, reader.faults()));
          return;
        }
        for (std::size_t i = 0; i < value.size(); ++i) {
          identifiers.push_back(
              read_identifier(kind, value[i], pointer + "/" + std::to_string(i), reader.faults()));
        }
      });
  return identifiers;
}

/// A value of a condition as it is compared: text as it is, integers in decimal, null apart.
void add_value(When& condition, const Json& value, const std::string& pointer,
               std::vector<Fault>& faults) {
  if (value.is_null()) {
    condition.or_null = true;
  } else if (value.is_string()) {
    condition.any_of.push_back(value.get<std::string>());
  } else if (value.is_number_integer()) {
    condition.any_of.push_back(value.dump());
  } else {
    faults.push_back({pointer, "must be text, a whole number, null, or a list of these",
                      "write the value as it is stored"});
  }
}

When read_condition(const std::string& column, const Json& value, const std::string& pointer,
                    std::vector<Fault>& faults) {
  When condition;
  condition.column = column;
  if (!value.is_array()) {
    add_value(condition, value, pointer, faults);
    return condition;
  }
  if (value.empty()) {
    faults.push_back({pointer, "an empty list is never met", {}});
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    add_value(condition, value[i], pointer + "/" + std::to_string(i), faults);
  }
  return condition;
}

std::vector<When> read_conditions(ObjectReader& reader) {
  std::vector<When> conditions;
  reader.entries("when",
                 [&](const std::string& column, const Json& value, const std::string& pointer) {
                   conditions.push_back(read_condition(column, value, pointer, reader.faults()));
                 });
  return conditions;
}

std::vector<std::string> read_names(ObjectReader& reader, const char* field) {
  auto names = reader.texts(field);
  if (names.empty() && reader.has(field)) {
    reader.fault(field, "must name at least one column");
  }
  if (const auto twice = repeated(names)) {
    reader.fault(field, "names '" + *twice + "' twice");
  }
  return names;
}

/// The one word that says what the link means, and its target.
void read_meaning(ObjectReader& reader, Link& link) {
  std::vector<std::string> said;
  for (const LinkKind kind : link_kinds) {
    const std::string word{name_of(kind)};
    if (const auto target = reader.optional_text(word.c_str())) {
      said.push_back(word);
      link.kind = kind;
      link.target = *target;
    }
  }
  if (said.empty()) {
    reader.fault("", "must say what the link means and to which table",
                 "one of belongs_to, mentions, same_person, copy_of, derived_from");
  } else if (said.size() > 1) {
    reader.fault("", "means both " + said[0] + " and " + said[1], "make two links of it");
  }
}

Link read_link(ObjectReader& reader) {
  Link link;
  link.columns = read_names(reader, "columns");
  read_meaning(reader, link);
  link.by = reader.text_or("by", "");
  link.target_columns = reader.texts_or_empty("target_columns");
  link.from = reader.text_or("from", "");
  link.to = reader.text_or("to", "");
  link.mask = reader.texts_or_empty("mask");
  reader.done();
  if (!link.mask.empty() && link.kind != LinkKind::mentions) {
    reader.fault("mask", "only a link that mentions masks columns with it",
                 "give the columns their masks under 'columns'");
  }
  if (!link.by.empty() && (link.columns.size() != 1 || !link.target_columns.empty())) {
    reader.fault("by", "an identifier is one column of this table, and needs no target_columns");
  }
  return link;
}

EventMapping read_event(ObjectReader& reader) {
  EventMapping event;
  event.at = reader.text("at");
  event.when = read_conditions(reader);
  event.event = reader.text("event");
  reader.done();
  return event;
}

TimeFormat read_time(const std::string& column, const Json& json, const std::string& pointer,
                     std::vector<Fault>& faults) {
  ObjectReader reader(json, pointer, faults);
  TimeFormat time;
  time.column = column;
  time.format = reader.text("format");
  time.zone = reader.text_or("zone", "");
  if (!time.format.empty() && !TimeReader::known_format(time.format)) {
    reader.fault("format", "unknown format '" + time.format + "'", "besa-dataset(5) lists them");
  }
  reader.done();
  return time;
}

std::vector<TimeFormat> read_times(ObjectReader& reader) {
  std::vector<TimeFormat> times;
  reader.entries("times",
                 [&](const std::string& column, const Json& value, const std::string& pointer) {
                   times.push_back(read_time(column, value, pointer, reader.faults()));
                 });
  return times;
}

Document read_document(ObjectReader& reader) {
  Document document;
  document.document = reader.text("document");
  document.at = reader.text("at");
  document.columns = read_names(reader, "columns");
  document.when = read_conditions(reader);
  document.obligor = reader.text("obligor");
  reader.done();
  return document;
}

/// `"city": "user.contact.address.city"`, or an object where the column has a mask of its own.
Column read_column(const std::string& name, const Json& json, const std::string& pointer,
                   std::vector<Fault>& faults) {
  Column column{name, "none", std::nullopt, pointer};
  if (json.is_string()) {
    column.category = json.get<std::string>();
  } else {
    ObjectReader reader(json, pointer, faults);
    column.category = reader.text("category");
    column.mask = read_mask(reader);
    reader.done();
  }
  if (const auto wrong = category_fault(column.category, pointer)) {
    faults.push_back(*wrong);
  }
  return column;
}

std::vector<Column> read_columns(ObjectReader& reader) {
  std::vector<Column> columns;
  reader.entries("columns",
                 [&](const std::string& name, const Json& value, const std::string& pointer) {
                   if (name.empty()) {
                     reader.faults().push_back({pointer, "a column needs a name", {}});
                   }
                   columns.push_back(read_column(name, value, pointer, reader.faults()));
                 });
  return columns;
}

/// An identifier that the file calls impersonal would never be erased.
void check_identifiers(ObjectReader& reader, const Table& table) {
  for (const Identifier& identifier : table.identifiers) {
    const Column* column = table.column(identifier.column);
    if (column != nullptr && !column->personal()) {
      reader.fault("columns", "'" + identifier.column + "' identifies people and cannot be none",
                   "leave it out, or give it a category");
    }
  }
}

void read_parts(ObjectReader& reader, Table& table) {
  table.identifiers = read_identifiers(reader);
  table.columns = read_columns(reader);
  reader.objects("links",
                 [&](ObjectReader& each, std::size_t) { table.links.push_back(read_link(each)); });
  reader.objects(
      "events", [&](ObjectReader& each, std::size_t) { table.events.push_back(read_event(each)); });
  table.times = read_times(reader);
  reader.objects("documents", [&](ObjectReader& each, std::size_t) {
    table.documents.push_back(read_document(each));
  });
}

}  // namespace

Table read_table(const std::string& name, const Json& json, const std::string& pointer,
                 std::vector<Fault>& faults) {
  Table table;
  table.name = name;
  table.pointer = pointer;
  ObjectReader reader(json, pointer, faults);
  table.key = read_names(reader, "key");
  table.subject = reader.text_or("subject", "");
  read_parts(reader, table);
  table.purposes = reader.texts_or_empty("purposes");
  table.allow_triggers = reader.word_or("triggers", {"allow"}, "") == "allow";
  reader.done();
  check_identifiers(reader, table);
  complete_columns(table);
  check_masks(table, faults);
  return table;
}

}  // namespace besa::model
