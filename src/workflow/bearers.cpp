#include "workflow/bearers.hpp"

namespace besa::workflow {

std::vector<Bearer> bearers(const Realm& realm, const Sources& sources) {
  std::vector<Bearer> found;
  for (const model::Dataset* dataset : realm.datasets) {
    if (sources.at(dataset->name) == nullptr) continue;
    for (const model::Attachment& way : realm.rules->ways(*dataset))
      if (way.by.empty() && !dataset->tables[way.table].identifiers.empty())
        found.push_back({dataset, way});
  }
  return found;
}

}  // namespace besa::workflow
