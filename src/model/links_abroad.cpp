#include "model/links_abroad.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "model/dataset_links.hpp"
#include "model/reading.hpp"

namespace besa::model {
namespace {

class LinkAbroad {
 public:
  LinkAbroad(const Dataset& dataset, const Table& table, const Link& link, Datasets others,
             std::vector<Finding>& findings)
      : dataset_(dataset), table_(table), link_(link), others_(others), findings_(findings) {}

  void check() const {
    const LinkTarget target = target_of(dataset_, link_, others_);
    if (target.table == nullptr) {
      return add_unknown();
    }
    if (target.table->subject.empty()) {
      return add("link.nobodys",
                 "leads to " + link_.target +
                     ", which lists no people: from one dataset into "
                     "another a link leads straight to a subject's own table",
                 "link to the table that lists the people, or describe both tables in one dataset");
    }
    if (link_.by.empty()) {
      check_columns(*target.table);
    } else {
      check_identifier(*target.dataset, *target.table);
    }
  }

 private:
  void add_unknown() const {
    const std::size_t dot = link_.target.find('.');
    const std::string name = link_.target.substr(0, dot);
    const auto dataset = std::ranges::find(others_, name, &Dataset::name);
    if (dataset != others_.end()) {
      std::vector<std::string> tables;
      for (const Table& table : (*dataset)->tables) {
        tables.push_back(table.name);
      }
      return add("link.table_unknown", "leads to " + link_.target + ", which that dataset has not",
                 did_you_mean(link_.target.substr(dot + 1), tables));
    }
    std::vector<std::string> names;
    for (const Dataset* other : others_) {
      names.push_back(other->name);
    }
    add("link.dataset_unknown",
        "leads to dataset '" + name + "', which is not under the same policy here",
        did_you_mean(name, names));
  }

  void check_columns(const Table& target) const {
    const auto& met = columns_met(link_, target);
    if (met.size() != link_.columns.size()) {
      return add("link.columns",
                 "meets " + link_.target + " by " + std::to_string(link_.columns.size()) + " of " +
                     std::to_string(met.size()) + " columns",
                 "name as many, or say 'by' which identifier they meet");
    }
    const bool identifier = std::ranges::any_of(target.identifiers, [&](const Identifier& each) {
      return met.size() == 1 && each.column == met.front();
    });
    if (met != target.key && !identifier) {
      add("link.columns",
          "meets columns of " + link_.target + " that are neither its key nor an identifier",
          "link to its key, or say 'by' which identifier they meet");
    }
  }

  void check_identifier(const Dataset& home, const Table& target) const {
    std::set<std::string> kinds;
    for (const Dataset* other : others_) {
      kinds.merge(identifier_kinds(*other, target.subject, others_));
    }
    kinds.merge(identifier_kinds(home, target.subject, others_));
    if (!kinds.contains(link_.by)) {
      add("link.kind_unknown",
          "'" + target.subject + "' has no identifier of kind '" + link_.by + "'",
          did_you_mean(link_.by, {kinds.begin(), kinds.end()}));
    }
  }

  void add(const char* code, std::string message, std::string hint) const {
    findings_.push_back({Severity::error, code, dataset_.name + "." + table_.name,
                         "the link of " + join(link_.columns, ", ") + " " + std::move(message),
                         std::move(hint)});
  }

  const Dataset& dataset_;
  const Table& table_;
  const Link& link_;
  Datasets others_;
  std::vector<Finding>& findings_;
};

void check_circle(const Dataset& dataset, Datasets others, std::vector<Finding>& findings) {
  for (const Dataset* other : others) {
    if (leads_into(dataset, *other, others) && leads_into(*other, dataset, others)) {
      findings.push_back(
          {Severity::error, "link.circle", dataset.name,
           "and dataset '" + other->name +
               "' lead into one another: whichever is erased first, "
               "rows of the other would be nobody's",
           "keep the links of one direction, or describe the tables in one dataset"});
    }
  }
}

}  // namespace

void check_links_abroad(const Dataset& dataset, Datasets others, std::vector<Finding>& findings) {
  for (const Table& table : dataset.tables) {
    for (const Link& link : table.links) {
      if (leads_out(dataset, link)) {
        LinkAbroad(dataset, table, link, others, findings).check();
      }
    }
  }
  check_circle(dataset, others, findings);
}

}  // namespace besa::model
