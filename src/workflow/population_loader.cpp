#include "workflow/population_loader.hpp"

#include <utility>

namespace besa::workflow {
namespace {

using model::Dataset;
using model::Table;
using source::KeyIndex;
using source::RowView;
using source::Scan;

/// Which identifier kinds links resolve by; a kind nobody links by is not loaded.
std::set<std::string> linked_kinds(const model::Rulebook& rules, const std::string& type) {
  std::set<std::string> kinds;
  for (const Dataset* dataset : rules.datasets())
    for (const model::Attachment& way : rules.ways(*dataset))
      if (way.subject == type && !way.by.empty()) kinds.insert(way.by);
  for (const auto& table : rules.tables())
    for (const model::Link& link : table.table->links)
      if (link.kind == model::LinkKind::same_person && !link.by.empty()) kinds.insert(link.by);
  return kinds;
}

Scan key_scan(const Population::Root& root, const KeyIndex* only) {
  Scan scan;
  scan.table = root.table->name;
  scan.columns = root.table->key;
  scan.key_width = static_cast<std::uint32_t>(root.table->key.size());
  scan.keys = only;
  return scan;
}

}  // namespace

PopulationLoader::PopulationLoader(Population& people, const model::Rulebook& rules,
                                   const ScanRows& scan, const RootKeys& excluded)
    : people_(people), rules_(rules), scan_(scan), kinds_(linked_kinds(rules, people.type_)) {
  for (const auto& [table, keys] : excluded)
    for (const std::string& key : keys) people_.excluded_[table].add(key);
  for (const Dataset* dataset : rules.datasets())
    for (const Table& table : dataset->tables)
      if (table.subject == people.type_) add_root(*dataset, table);
}

void PopulationLoader::everybody() {
  for (auto& root : people_.roots_) {
    load_keys(*root, nullptr);
    renumber();
  }
  load_all_claims();
  sort_claims();
  merge_all();
}

void PopulationLoader::some(const RootKeys& wanted) {
  for (auto& root : people_.roots_)
    if (const auto keys = wanted.find(root->full_name()); keys != wanted.end())
      for (const std::string& key : keys->second) root->keys.add(key);
  keep_existing();
  while (grow_by_merges()) {
  }
  renumber();
  people_.asked_.assign(people_.size_, true);
  claims_of_asked();
  people_.asked_.resize(people_.size_, false);
  sort_claims();
  merge_all();
}

void PopulationLoader::add_root(const Dataset& dataset, const Table& table) {
  auto root = std::make_unique<Population::Root>();
  root->dataset = &dataset;
  root->table = &table;
  people_.roots_.push_back(std::move(root));
}

void PopulationLoader::renumber() {
  Ordinal next = 0;
  for (auto& root : people_.roots_) {
    root->first = next;
    next += root->keys.size();
  }
  people_.size_ = next;
}

void PopulationLoader::load_keys(Population::Root& root, const KeyIndex* only) {
  scan_(root.dataset->name, key_scan(root, only), [&](RowView row) {
    const std::string key = source::encode_key(row);
    if (!people_.excludes(root, key)) root.keys.add(key);
  });
}

void PopulationLoader::keep_existing() {
  for (auto& root : people_.roots_) {
    if (root->keys.empty()) continue;
    KeyIndex wanted;
    std::swap(wanted, root->keys);
    load_keys(*root, &wanted);
  }
  renumber();
}

}  // namespace besa::workflow
