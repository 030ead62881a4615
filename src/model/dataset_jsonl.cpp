#include "model/dataset_jsonl.hpp"

#include <algorithm>
#include <set>

#include "besa/base/json_place.hpp"

namespace besa::model {
namespace {

using Steps = std::vector<std::string>;

/// Columns of `table` that links of any table meet.
void add_met(const Dataset& dataset, const Table& table, std::set<std::string>& columns) {
  for (const Table& other : dataset.tables)
    for (const Link& link : other.links)
      if (link.target == table.name || link.target == dataset.name + "." + table.name)
        columns.insert(link.target_columns.begin(), link.target_columns.end());
}

void add_conditions(const std::vector<When>& conditions, std::set<std::string>& columns) {
  for (const When& when : conditions) columns.insert(when.column);
}

/// Columns that must have one value in each row.
std::set<std::string> single_columns(const Dataset& dataset, const Table& table) {
  std::set<std::string> columns(table.key.begin(), table.key.end());
  for (const Identifier& identifier : table.identifiers) columns.insert(identifier.column);
  for (const TimeFormat& time : table.times) columns.insert(time.column);
  for (const Link& link : table.links) columns.insert(link.columns.begin(), link.columns.end());
  for (const EventMapping& event : table.events) add_conditions(event.when, columns);
  for (const Document& document : table.documents) add_conditions(document.when, columns);
  add_met(dataset, table, columns);
  return columns;
}

class TableCheck {
 public:
  TableCheck(const Dataset& dataset, const Table& table, std::vector<Fault>& faults)
      : table_(table), single_(single_columns(dataset, table)), faults_(faults) {}

  void run() {
    for (const Column& column : table_.columns) {
      const auto steps = json_steps(column.name);
      if (!steps) {
        fault(column, "is no place in a JSON object",
              "write a member's name, or a JSON pointer as in /address/city");
        continue;
      }
      if (means_every_element(*steps)) check_elements(column);
      check_apart(column, *steps);
    }
  }

 private:
  void check_elements(const Column& column) const {
    if (single_.contains(column.name))
      fault(column, "names every element of an array, where one value is needed",
            "name one element by its number, as in /items/0/id");
    else if (column.mask && column.mask->kind != MaskKind::null_value)
      fault(column, "names every element of an array: its mask can only be null", {});
  }

  void check_apart(const Column& column, const Steps& steps) {
    for (const auto& [other, place] : known_)
      if (places_clash(place, steps))
        fault(column, "and '" + other->name + "' lie in one another",
              "name the inner places only, or the outer one");
    known_.emplace_back(&column, steps);
  }

  void fault(const Column& column, const std::string& what, std::string hint) const {
    faults_.push_back({column.pointer, "'" + column.name + "' " + what, std::move(hint)});
  }

  const Table& table_;
  std::set<std::string> single_;
  std::vector<std::pair<const Column*, Steps>> known_;
  std::vector<Fault>& faults_;
};

}  // namespace

void check_jsonl_columns(const Dataset& dataset, std::vector<Fault>& faults) {
  if (!dataset.source.starts_with("jsonl:")) return;
  for (const Table& table : dataset.tables) TableCheck(dataset, table, faults).run();
}

}  // namespace besa::model
