#include "besa/workflow/population.hpp"

#include <algorithm>
#include <utility>

#include "workflow/key_forms.hpp"
#include "workflow/population_loader.hpp"

namespace besa::workflow {

using model::Dataset;
using source::KeyIndex;
using source::RowView;
using source::ValueView;

ScanRows scan_sources(const Sources& sources) {
  return [&sources](const std::string& dataset, const source::Scan& scan,
                    const source::RowSink& sink) {
    const auto found = sources.find(dataset);
    if (found != sources.end() && found->second != nullptr) found->second->scan(scan, sink);
  };
}

Population Population::everybody(const model::Rulebook& rules, const std::string& subject_type,
                                 const ScanRows& scan, const RootKeys& excluded) {
  Population people;
  people.type_ = subject_type;
  PopulationLoader(people, rules, scan, excluded).everybody();
  return people;
}

Population Population::some(const model::Rulebook& rules, const std::string& subject_type,
                            const ScanRows& scan, const RootKeys& root_keys,
                            const RootKeys& excluded) {
  Population people;
  people.type_ = subject_type;
  PopulationLoader(people, rules, scan, excluded).some(root_keys);
  return people;
}

bool Population::excludes(const Root& root, std::string_view key) const {
  if (excluded_.empty()) return false;
  const auto found = excluded_.find(root.full_name());
  return found != excluded_.end() && found->second.find(key) != KeyIndex::none;
}

Ordinal Population::person(Ordinal root) const {
  return parents_.empty() ? root : parents_[root];
}

const Population::Root& Population::root_of(Ordinal ordinal) const {
  std::size_t at = roots_.size() - 1;
  while (at > 0 && roots_[at]->first > ordinal) --at;
  return *roots_[at];
}

std::string_view Population::key_of(Ordinal ordinal) const {
  const Root& root = root_of(ordinal);
  return root.keys.key(ordinal - root.first);
}

Ordinal Population::by_key(const Root& root, RowView columns) const {
  const std::uint32_t number = columns.size() == 1 ? root.keys.find(columns[0])
                                                   : root.keys.find(source::encode_key(columns));
  return number == KeyIndex::none ? nobody : root.first + number;
}

Claim Population::by_key_abroad(const Root& root, RowView columns) const {
  Claim claim;
  for (const std::string& form : key_forms(columns)) {
    const std::uint32_t number = root.keys.find(form);
    if (number == KeyIndex::none) continue;
    const Ordinal found = person(root.first + number);
    if (std::ranges::find(claim.candidates, found) == claim.candidates.end())
      claim.candidates.push_back(found);
  }
  if (claim.candidates.size() == 1) {
    claim.owner = claim.candidates.front();
    claim.candidates.clear();
  }
  return claim;
}

const Population::Root* Population::root(const model::Attachment& way) const {
  return root(*way.home, way.root_table().name);
}

const Population::Root* Population::root(const Dataset& dataset, const std::string& table) const {
  for (const auto& root : roots_)
    if (root->dataset == &dataset && root->table->name == table) return root.get();
  return nullptr;
}

/// Without the room that doubling would leave: there are as many as people.
void Population::Kind::add(std::uint32_t value, const Claimed& claim) {
  const bool first = value == lasting.size();
  if (first) {
    if (lasting.size() == lasting.capacity()) lasting.reserve(value + value / 8 + 16);
    lasting.emplace_back();
  }
  Lasting& alone = lasting[value];
  if (first && claim.to == Claimed::always_to) {
    alone = {claim.ordinal, claim.from};
    return;
  }
  if (alone.ordinal != nobody) others.emplace_back(value, Claimed{alone.ordinal, alone.from});
  alone = {};
  others.emplace_back(value, claim);
}

Claim Population::by_identifier(const std::string& kind_name, const ValueView& value,
                                std::optional<Date> on) const {
  Claim result;
  const auto found = kinds_.find(kind_name);
  if (found == kinds_.end() || value.is_null()) return result;
  const Kind& kind = found->second;
  const std::uint32_t number = kind.values.find(normalise(source::Value(value).text(), kind.rule));
  if (number == DigestIndex::none) return result;
  std::vector<Ordinal> then, ever;
  const auto weigh = [&](const Claimed& claim) {
    ever.push_back(person(claim.ordinal));
    if (on && claim.holds_on(*on)) then.push_back(ever.back());
  };
  if (const Kind::Lasting& alone = kind.lasting[number]; alone.ordinal != nobody) {
    weigh({alone.ordinal, alone.from});
  } else {
    const auto by_value = [](const auto& a, const auto& b) { return a.first < b.first; };
    const auto [begin, end] = std::equal_range(kind.others.begin(), kind.others.end(),
                                               std::pair(number, Claimed{}), by_value);
    for (auto it = begin; it != end; ++it) weigh(it->second);
  }
  const auto unique = [](std::vector<Ordinal>& people) {
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
  };
  unique(then);
  unique(ever);
  if (then.size() == 1)
    result.owner = then[0];
  else if (!on && ever.size() == 1)
    result.owner = ever[0];
  else
    result.candidates = then.empty() ? ever : then;
  return result;
}

}  // namespace besa::workflow
