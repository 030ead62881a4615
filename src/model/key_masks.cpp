#include "model/key_masks.hpp"

#include <algorithm>

#include "besa/model/mask_reach.hpp"

namespace besa::model {
namespace {

constexpr const char* row_number = "user.unique_id";
constexpr const char* key_stays = ": a row that stays keeps its key";
constexpr const char* instead =
    "let the rule erase whole rows, or give the table a key that says nothing about anybody";

class KeyMasks {
 public:
  KeyMasks(const Dataset& dataset, const Policy& policy, Datasets others,
           std::vector<Finding>& findings)
      : dataset_(dataset), reach_(dataset, policy, others), found_(findings) {}

  void check() {
    for (const Table& table : dataset_.tables) {
      for (const std::string& name : table.key) {
        if (const Column* column = table.column(name); column != nullptr && column->personal()) {
          check(table, *column);
        }
      }
    }
  }

 private:
  void check(const Table& table, const Column& column) {
    const bool may_stay = category_covers(row_number, column.category);
    const auto rules = reach_.rules(table, column);
    const auto rule = std::ranges::find_if(
        rules, [may_stay](const Rule* each) { return !may_stay || !each->categories.empty(); });
    const Document* document = reach_.document_without(table, column);
    if (column.mask) {
      add("mask.on_key", table, column,
          "has a mask, but is part of the table's key" + std::string(key_stays), instead);
    } else if (rule != rules.end()) {
      add("mask.of_key", table, column,
          "is to be masked by rule '" + (*rule)->id + "', but is part of the table's key" +
              key_stays,
          instead);
    } else if (document != nullptr && !may_stay) {
      add("document.keeps_key", table, column,
          "is not needed for the document '" + document->document +
              "', but is part of the table's key" + key_stays,
          "name it among the document's columns if the duty needs it, or give the table a key "
          "that says nothing about anybody");
    }
  }

  void add(const std::string& code, const Table& table, const Column& column,
           const std::string& message, const std::string& hint) {
    found_.push_back({Severity::error, code, dataset_.name + "." + table.name + "." + column.name,
                      message, hint});
  }

  const Dataset& dataset_;
  const MaskReach reach_;
  std::vector<Finding>& found_;
};

}  // namespace

void check_key_masks(const Dataset& dataset, const Policy& policy, Datasets others,
                     std::vector<Finding>& findings) {
  KeyMasks(dataset, policy, others, findings).check();
}

}  // namespace besa::model
