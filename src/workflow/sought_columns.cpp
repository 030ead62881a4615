#include "workflow/sought_columns.hpp"

#include <algorithm>
#include <initializer_list>

#include "besa/model/policy.hpp"

namespace besa::workflow {
namespace {

/// Categories whose values tell who somebody is.
constexpr std::initializer_list<const char*> telling = {
    "user.name",    "user.contact", "user.unique_id",     "user.government_id", "user.financial",
    "user.payment", "user.account", "user.authorization", "user.device"};

bool tells(const model::Column& column) {
  return std::any_of(telling.begin(), telling.end(), [&](const char* category) {
    return model::category_covers(category, column.category);
  });
}

}  // namespace

std::vector<std::string> sought_columns(const model::Table& table) {
  std::vector<std::string> columns;
  for (const model::Column& column : table.columns) {
    const bool identifier =
        std::any_of(table.identifiers.begin(), table.identifiers.end(),
                    [&](const model::Identifier& id) { return id.column == column.name; });
    const bool link =
        std::any_of(table.links.begin(), table.links.end(), [&](const model::Link& each) {
          return std::find(each.columns.begin(), each.columns.end(), column.name) !=
                 each.columns.end();
        });
    const bool row_number = table.is_key(column.name) && table.subject.empty();
    // A date is everybody's; it tells nothing and would be found everywhere.
    const bool time = table.time(column.name) != nullptr;
    if (identifier || (tells(column) && !link && !row_number && !time))
      columns.push_back(column.name);
  }
  return columns;
}

}  // namespace besa::workflow
