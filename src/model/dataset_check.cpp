#include "model/dataset_check.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "besa/base/error.hpp"
#include "model/dataset_links.hpp"
#include "model/reading.hpp"

namespace besa::model {
namespace {

std::vector<std::string> table_names(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const Table& table : dataset.tables) {
    names.push_back(table.name);
  }
  return names;
}

std::vector<std::string> column_names(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    names.push_back(column.name);
  }
  return names;
}

std::string lowered(const std::string& name) {
  std::string result;
  for (const char letter : name) {
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return result;
}

/// Databases compare names without case: "Members" and "members" are one table there (P6).
void check_names(const Dataset& dataset, std::vector<Fault>& faults) {
  std::map<std::string, std::string> seen;
  for (const Table& table : dataset.tables) {
    const auto [first, added] = seen.emplace(lowered(table.name), table.name);
    if (!added) {
      faults.push_back(
          {table.pointer, "differs from table '" + first->second + "' only in case", {}});
    }
  }
  if (dataset.name.find_first_of("./") != std::string::npos) {
    faults.push_back({"/dataset", "a dataset's name has no '.' and no '/'", {}});
  }
}

class LinkCheck {
 public:
  LinkCheck(const Dataset& dataset, const Table& table, std::size_t index,
            std::vector<Fault>& faults)
      : dataset_(dataset),
        link_(table.links[index]),
        pointer_(table.pointer + "/links/" + std::to_string(index)),
        faults_(faults) {}

  void run() const {
    if (link_.target.empty() || leads_out(dataset_, link_)) {
      return;  // said already, or another file's table
    }
    const auto target = target_of(dataset_, link_);
    if (!target) {
      fault(std::string(name_of(link_.kind)), "unknown table '" + link_.target + "'",
            did_you_mean(link_.target, table_names(dataset_)));
    } else if (link_.by.empty()) {
      check_columns(dataset_.tables[*target]);
    } else {
      check_identifier(dataset_.tables[*target]);
    }
  }

 private:
  void check_columns(const Table& target) const {
    const auto& met = columns_met(link_, target);
    if (!link_.columns.empty() && !met.empty() && met.size() != link_.columns.size()) {
      fault("columns",
            std::to_string(link_.columns.size()) + " here for " + std::to_string(met.size()) +
                " of '" + target.name + "'",
            "name as many, or say 'by' which identifier they meet");
    }
    for (const std::string& column : link_.target_columns) {
      if (target.column(column) == nullptr) {
        fault("target_columns", "'" + target.name + "' has no column '" + column + "'",
              did_you_mean(column, column_names(target)));
      }
    }
  }

  void check_identifier(const Table& target) const {
    if (target.subject.empty()) {
      fault("by", "'" + target.name + "' lists no people, so that it has no identifiers",
            "link to the subject's own table, or leave 'by' out");
      return;
    }
    const auto kinds = identifier_kinds(dataset_, target.subject);
    if (kinds.count(link_.by) == 0) {
      fault("by", "'" + target.subject + "' has no identifier of kind '" + link_.by + "'",
            did_you_mean(link_.by, {kinds.begin(), kinds.end()}));
    }
  }

  void fault(const std::string& field, std::string message, std::string hint) const {
    faults_.push_back({pointer_ + "/" + field, std::move(message), std::move(hint)});
  }

  const Dataset& dataset_;
  const Link& link_;
  std::string pointer_;
  std::vector<Fault>& faults_;
};

/// Identifiers of a table that is nobody's identify nobody.
void check_identified(const Table& table, std::vector<Fault>& faults) {
  const bool somebodys = !table.subject.empty() ||
                         std::any_of(table.links.begin(), table.links.end(), [](const Link& link) {
                           return owns(link) || link.kind == LinkKind::same_person;
                         });
  if (!table.identifiers.empty() && !somebodys) {
    faults.push_back({table.pointer + "/identifiers", "whose they are is not said",
                      "give the table a 'subject', or a link that says whom it belongs to"});
  }
}

void check_circles(const Dataset& dataset, std::vector<Fault>& faults) {
  try {
    (void)deletion_order(dataset);
  } catch (const Error& error) {
    faults.push_back({"/tables", error.message(), error.hint()});
  }
}

}  // namespace

void check_tables(const Dataset& dataset, std::vector<Fault>& faults) {
  check_names(dataset, faults);
  for (const Table& table : dataset.tables) {
    check_identified(table, faults);
    for (std::size_t i = 0; i < table.links.size(); ++i) {
      LinkCheck(dataset, table, i, faults).run();
    }
  }
  check_circles(dataset, faults);
}

}  // namespace besa::model
