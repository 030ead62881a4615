// Which rows of a subject type are one person: same_person links, followed both ways.
#include <algorithm>
#include <numeric>

#include "workflow/key_forms.hpp"
#include "workflow/population_loader.hpp"

namespace besa::workflow {
namespace {

using model::Dataset;
using source::RowView;
using source::Scan;

Scan merge_scan(const Population::Root& root, const model::Link& link) {
  Scan scan;
  scan.table = root.table->name;
  scan.owner = link.columns;
  scan.columns = root.table->key;
  scan.key_width = static_cast<std::uint32_t>(root.table->key.size());
  return scan;
}

}  // namespace

template <class Each>
void PopulationLoader::each_merge_link(const Each& each) const {
  for (auto& root : people_.roots_)
    for (const model::Link& link : root->table->links)
      if (link.kind == model::LinkKind::same_person && link.by.empty())
        if (Population::Root* target = root_named(*root->dataset, link.target))
          each(*root, link, *target);
}

Population::Root* PopulationLoader::root_named(const Dataset& dataset,
                                               const std::string& target) const {
  for (auto& root : people_.roots_) {
    if (root->dataset == &dataset && root->table->name == target) return root.get();
    if (root->dataset->name + "." + root->table->name == target) return root.get();
  }
  return nullptr;
}

bool PopulationLoader::grow_by_merges() {
  std::uint64_t added = 0;
  each_merge_link([&](Population::Root& root, const model::Link& link, Population::Root& target) {
    added += add_merged(root, link, target);
  });
  if (added == 0) return false;  // whoever is known was looked for before
  keep_existing();
  return people_.size_ > grown_ && (grown_ = people_.size_, true);
}

std::uint64_t PopulationLoader::add_merged(Population::Root& root, const model::Link& link,
                                           Population::Root& target) {
  const std::size_t width = link.columns.size();
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto collect = [&](RowView row) {
    if (!row[0].is_null())
      pairs.emplace_back(source::encode_key(row.subspan(width)),
                         source::encode_key(row.first(width)));
  };
  Scan outward = merge_scan(root, link);
  outward.keys = &root.keys;
  if (!root.keys.empty()) scan_(root.dataset->name, outward, collect);
  const bool abroad = root.dataset != target.dataset;
  const source::KeyIndex forms = abroad ? in_every_form(target.keys) : source::KeyIndex();
  Scan inward = merge_scan(root, link);
  inward.owners = abroad ? &forms : &target.keys;
  if (!target.keys.empty()) scan_(root.dataset->name, inward, collect);
  const std::uint64_t before = std::uint64_t{root.keys.size()} + target.keys.size();
  for (const auto& [from, to] : pairs) {
    root.keys.add(from);
    if (!abroad)
      target.keys.add(to);
    else  // those that no row has are forgotten at once
      for (const std::string& form : key_forms(to)) target.keys.add(form);
  }
  return std::uint64_t{root.keys.size()} + target.keys.size() - before;
}

void PopulationLoader::merge_all() {
  bool any = false;
  each_merge_link([&any](auto&, auto&, auto&) { any = true; });
  if (!any) return;
  people_.parents_.resize(people_.size_);
  std::iota(people_.parents_.begin(), people_.parents_.end(), 0U);
  each_merge_link([&](Population::Root& root, const model::Link& link, Population::Root& target) {
    const std::size_t width = link.columns.size();
    scan_(root.dataset->name, merge_scan(root, link), [&](RowView row) {
      if (row[0].is_null()) return;
      const Ordinal a = people_.by_key(root, row.subspan(width));
      const Ordinal b = root.dataset == target.dataset
                            ? people_.by_key(target, row.first(width))
                            : people_.by_key_abroad(target, row.first(width)).owner;
      if (a != nobody && b != nobody) join(a, b);
    });
  });
  for (Ordinal i = 0; i < people_.size_; ++i) people_.parents_[i] = find(i);
}

Ordinal PopulationLoader::find(Ordinal a) {
  while (people_.parents_[a] != a) a = people_.parents_[a] = people_.parents_[people_.parents_[a]];
  return a;
}

void PopulationLoader::join(Ordinal a, Ordinal b) {
  a = find(a);
  b = find(b);
  people_.parents_[std::max(a, b)] = std::min(a, b);
}

}  // namespace besa::workflow
