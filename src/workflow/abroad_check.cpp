#include "workflow/abroad_check.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "workflow/key_forms.hpp"

namespace besa::workflow {
namespace {

using model::Finding;
using model::Severity;
using source::KeyIndex;
using source::RowView;

bool all_given(RowView values) {
  return std::ranges::none_of(values, [](const auto& value) { return value.is_null(); });
}

KeyIndex keys_of(source::Source& source, const model::Table& table) {
  KeyIndex keys;
  source::Scan scan;
  scan.table = table.name;
  scan.columns = table.key;
  source.scan(scan, [&keys](RowView row) {
    if (all_given(row)) keys.add(source::encode_key(row));
  });
  return keys;
}

enum class Leads { nowhere, to_one, to_several };

Leads follow(const KeyIndex& keys, RowView link) {
  const auto forms = key_forms(link);
  const auto met = std::ranges::count_if(
      forms, [&keys](const std::string& form) { return keys.find(form) != KeyIndex::none; });
  return met == 0 ? Leads::nowhere : met == 1 ? Leads::to_one : Leads::to_several;
}

class LinkCheck {
 public:
  LinkCheck(const model::Dataset& dataset, const model::Table& table, const model::Link& link,
            std::vector<Finding>& findings)
      : dataset_(dataset), table_(table), link_(link), findings_(findings) {}

  void run(source::Source& source, const KeyIndex& keys) {
    source::Scan scan;
    scan.table = table_.name;
    scan.columns = link_.columns;
    std::uint64_t dangling = 0, several = 0;
    source.scan(scan, [&](RowView row) {
      if (!all_given(row)) return;
      const Leads leads = follow(keys, row);
      dangling += leads == Leads::nowhere ? 1U : 0U;
      several += leads == Leads::to_several ? 1U : 0U;
    });
    const std::string target = "'" + for_terminal(link_.target) + "'";
    if (dangling != 0)
      add(Severity::warning, "data.dangling",
          counted(dangling, "row refers", "rows refer") + " to no row of " + target,
          "nobody owns them, so that no promise about a person reaches them: correct or remove "
          "them");
    if (several != 0)
      add(Severity::warning, "data.link_ambiguous",
          counted(several, "row refers", "rows refer") + " to several rows of " + target,
          "whose they are cannot be told, and nothing is done with them: give each person there a "
          "key of their own, written in one way");
  }

  void not_compared(const std::string& other) {
    add(Severity::note, "data.not_compared",
        "the source of dataset " + for_terminal(other) +
            " cannot be opened: where this link leads was not looked at",
        "");
  }

 private:
  void add(Severity severity, const char* code, std::string message, std::string hint) {
    findings_.push_back(
        {severity, code,
         for_terminal(dataset_.name + "." + table_.name + "." + join(link_.columns, "+")),
         std::move(message), std::move(hint)});
  }

  const model::Dataset& dataset_;
  const model::Table& table_;
  const model::Link& link_;
  std::vector<Finding>& findings_;
};

}  // namespace

void check_links_abroad(const model::Dataset& dataset, const model::Table& table,
                        source::Source& source, model::Datasets datasets, const Sources& sources,
                        std::vector<Finding>& findings) {
  for (const model::Link& link : table.links) {
    const model::LinkTarget target = model::target_of(dataset, link, datasets);
    const bool by_key =
        link.by.empty() && (link.target_columns.empty() || target.table == nullptr ||
                            link.target_columns == target.table->key);
    if (target.table == nullptr || target.dataset == &dataset || !by_key ||
        target.dataset->source.empty())
      continue;
    LinkCheck check(dataset, table, link, findings);
    const auto other = sources.find(target.dataset->name);
    if (other == sources.end() || other->second == nullptr) {
      check.not_compared(target.dataset->name);
      continue;
    }
    const source::TableSchema* live = other->second->schema().table(target.table->name);
    const bool readable =
        live != nullptr && std::ranges::all_of(target.table->key, [&](const std::string& column) {
          return live->column(column) != nullptr;
        });
    if (readable)  // otherwise the check of that dataset says so
      check.run(source, keys_of(*other->second, *target.table));
  }
}

}  // namespace besa::workflow
