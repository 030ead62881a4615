#include "besa/model/dataset.hpp"

#include <algorithm>

#include "model/dataset_check.hpp"
#include "model/dataset_csv.hpp"
#include "model/dataset_jsonl.hpp"
#include "model/dataset_table.hpp"
#include "model/reading.hpp"

namespace besa::model {
namespace {

const std::vector<std::string>& schemes() {
  static const std::vector<std::string> names = {"sqlite", "csv", "jsonl", "postgresql"};
  return names;
}

void check_postgresql(ObjectReader& reader, const std::string& address) {
  if (address.find("password") != std::string::npos || address.find("://") != std::string::npos) {
    reader.fault("source", "a password does not belong into this file",
                 "postgresql:service=NAME, with the rest in pg_service.conf");
  }
}

/// `sqlite:data/loyalty.db`: a known scheme, and a path that stays below the workspace (P6).
void check_source(ObjectReader& reader, const std::string& source) {
  const auto colon = source.find(':');
  const std::string scheme = source.substr(0, colon);
  if (colon == std::string::npos || !contains(schemes(), scheme)) {
    reader.fault("source", "must begin with what it is, as in sqlite:data/loyalty.db",
                 did_you_mean(scheme, schemes()));
    return;
  }
  const std::string address = source.substr(colon + 1);
  if (scheme == "postgresql") {
    check_postgresql(reader, address);
  } else if (const auto wrong = path_fault(address)) {
    reader.fault("source", *wrong);
  }
}

std::optional<Period> read_max_age(ObjectReader& reader) {
  const auto age = reader.optional_period("max_age");
  if (age && age->is_indefinite()) {
    reader.fault("max_age", "must end some day", "leave it out if the source is never stale");
  }
  return age;
}

std::vector<Table> read_tables(ObjectReader& reader) {
  std::vector<Table> tables;
  reader.entries(
      "tables",
      [&](const std::string& name, const Json& value, const std::string& pointer) {
        if (name.empty()) {
          reader.faults().push_back({pointer, "a table needs a name", {}});
        }
        tables.push_back(read_table(name, value, pointer, reader.faults()));
      },
      true);
  if (tables.empty() && reader.has("tables")) {
    reader.fault("tables", "must name at least one table");
  }
  return tables;
}

/// A link that names its own dataset too means the table.
void shorten_own_targets(Dataset& dataset) {
  const std::string beginning = dataset.name + ".";
  for (Table& table : dataset.tables) {
    for (Link& link : table.links) {
      if (link.target.starts_with(beginning) && dataset.table(link.target) == nullptr) {
        link.target.erase(0, beginning.size());
      }
    }
  }
}

}  // namespace

std::string_view name_of(LinkKind kind) {
  switch (kind) {
    case LinkKind::belongs_to:
      return "belongs_to";
    case LinkKind::mentions:
      return "mentions";
    case LinkKind::same_person:
      return "same_person";
    case LinkKind::copy_of:
      return "copy_of";
    case LinkKind::derived_from:
      return "derived_from";
  }
  return "";
}

const Column* Table::column(std::string_view wanted) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& each) { return each.name == wanted; });
  return found == columns.end() ? nullptr : &*found;
}

const TimeFormat* Table::time(std::string_view column) const {
  const auto found = std::find_if(times.begin(), times.end(),
                                  [&](const TimeFormat& each) { return each.column == column; });
  return found == times.end() ? nullptr : &*found;
}

bool Table::is_key(std::string_view column) const {
  return std::find(key.begin(), key.end(), column) != key.end();
}

const Table* Dataset::table(std::string_view wanted) const {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const Table& each) { return each.name == wanted; });
  return found == tables.end() ? nullptr : &*found;
}

std::uint32_t Dataset::table_index(std::string_view wanted) const {
  const Table* found = table(wanted);
  if (found == nullptr) {
    std::vector<std::string> known;
    for (const Table& each : tables) {
      known.push_back(each.name);
    }
    throw Error(ErrorKind::failed,
                "dataset '" + name + "' has no table '" + std::string(wanted) + "'",
                did_you_mean(wanted, known));
  }
  return static_cast<std::uint32_t>(found - tables.data());
}

Dataset read_dataset(std::string_view text, const std::string& file, std::vector<Fault>& faults) {
  const Json json = parse_written(text, file);
  ObjectReader reader(json, "", faults);
  Dataset dataset;
  dataset.file = file;
  dataset.digest = sha256(text);
  read_format(reader);
  dataset.name = reader.text("dataset");
  dataset.policy = reader.text("policy");
  dataset.held_by = reader.text("held_by");
  dataset.source = reader.text_or("source", "");
  if (reader.has("source")) {
    check_source(reader, dataset.source);
  }
  dataset.max_age = read_max_age(reader);
  dataset.rolling = reader.boolean_or("rolling", false);
  dataset.other_files = reader.texts_or_empty("other_files");
  dataset.tables = read_tables(reader);
  read_csv_format(reader, dataset);
  reader.done();
  shorten_own_targets(dataset);
  check_tables(dataset, faults);
  check_jsonl_columns(dataset, faults);
  return dataset;
}

}  // namespace besa::model
