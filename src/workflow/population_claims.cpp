// Whose an identifier is, and when: the claims of rows that name it, within their intervals.
#include <algorithm>
#include <tuple>

#include "besa/base/error.hpp"
#include "workflow/key_forms.hpp"
#include "workflow/population_loader.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {
namespace {

using model::Dataset;
using model::Identifier;
using model::Table;
using source::KeyIndex;
using source::RowView;
using source::Scan;
using source::ValueView;

std::string normalised(const ValueView& value, IdentifierRule rule) {
  return normalise(source::Value(value).text(), rule);
}

}  // namespace

std::vector<PopulationLoader::Bearer> PopulationLoader::bearers() const {
  std::vector<Bearer> found;
  for (const Dataset* dataset : rules_.datasets())
    for (const model::Attachment& way : rules_.ways(*dataset)) {
      const Table& table = dataset->tables[way.table];
      if (way.subject != people_.type_ || !way.by.empty()) continue;
      for (const Identifier& identifier : table.identifiers)
        if (kinds_.contains(identifier.kind)) found.push_back({dataset, &table, &identifier, way});
    }
  return found;
}

std::size_t PopulationLoader::index_of_root(const Bearer& bearer) const {
  for (std::size_t i = 0; i < people_.roots_.size(); ++i)
    if (people_.roots_[i]->table == &bearer.way.root_table()) return i;
  throw Error(ErrorKind::failed, "table " + bearer.table->name + " belongs to no subject's table");
}

Scan PopulationLoader::claim_scan(const Bearer& bearer) {
  Scan scan = scan_along(*bearer.dataset, bearer.way);
  scan.columns = {bearer.identifier->column};
  if (!bearer.identifier->from.empty()) scan.columns.push_back(bearer.identifier->from);
  if (!bearer.identifier->to.empty()) scan.columns.push_back(bearer.identifier->to);
  return scan;
}

std::int32_t PopulationLoader::day(const Table& table, const std::string& column,
                                   const ValueView& value, std::int32_t otherwise) const {
  if (value.is_null()) return otherwise;
  const model::TimeFormat* format = table.time(column);
  const TimeReader reader(
      format != nullptr ? format->format : "date",
      format != nullptr && !format->zone.empty() ? format->zone : rules_.policy().time_zone,
      TimeZone::find(rules_.policy().time_zone));
  const ParsedTime parsed =
      value.type == source::Type::integer ? reader.read(value.integer) : reader.read(value.bytes);
  return parsed.ok() ? parsed.date.days() : otherwise;
}

std::pair<std::int32_t, std::int32_t> PopulationLoader::interval(const Bearer& bearer,
                                                                 RowView values) const {
  std::size_t next = 1;
  std::int32_t from = Population::Claimed::always_from, to = Population::Claimed::always_to;
  if (!bearer.identifier->from.empty())
    from = day(*bearer.table, bearer.identifier->from, values[next++],
               Population::Claimed::always_from);
  if (!bearer.identifier->to.empty())
    to = day(*bearer.table, bearer.identifier->to, values[next], Population::Claimed::always_to);
  return {from, to};
}

void PopulationLoader::claim(const Bearer& bearer, Ordinal owner, RowView values) {
  if (values[0].is_null()) return;
  Population::Kind& kind = people_.kinds_[bearer.identifier->kind];
  kind.rule = bearer.identifier->rule;
  const std::string comparable = normalised(values[0], kind.rule);
  if (comparable.empty()) return;
  const auto [from, to] = interval(bearer, values);
  kind.add(kind.values.add(comparable), {owner, from, to});
}

void PopulationLoader::load_claims(const Bearer& bearer, const KeyIndex* owners) {
  const Population::Root& root = *people_.roots_[index_of_root(bearer)];
  const bool abroad = bearer.way.leads_out(*bearer.dataset);
  const KeyIndex forms = abroad && owners != nullptr ? in_every_form(*owners) : KeyIndex();
  Scan scan = claim_scan(bearer);
  scan.owners = abroad && owners != nullptr ? &forms : owners;
  const std::size_t width = scan.owner.size();
  scan_(bearer.dataset->name, scan, [&](RowView row) {
    const Ordinal owner = abroad ? people_.by_key_abroad(root, row.first(width)).owner
                                 : people_.by_key(root, row.first(width));
    if (owner != nobody) claim(bearer, owner, row.subspan(width));
  });
}

void PopulationLoader::load_all_claims() {
  for (const Bearer& bearer : bearers()) load_claims(bearer, nullptr);
}

void PopulationLoader::claims_of_asked() {
  for (const Bearer& bearer : bearers()) {
    const KeyIndex& keys = people_.roots_[index_of_root(bearer)]->keys;
    if (!keys.empty()) load_claims(bearer, &keys);
  }
  std::vector<Other> others = other_claimants();
  find_own_keys(others);
  add_others(others);
}

std::vector<PopulationLoader::Other> PopulationLoader::other_claimants() const {
  std::vector<Other> others;
  for (const Bearer& bearer : bearers()) other_claimants_of(bearer, others);
  return others;
}

void PopulationLoader::other_claimants_of(const Bearer& bearer, std::vector<Other>& others) const {
  const auto found = people_.kinds_.find(bearer.identifier->kind);
  if (found == people_.kinds_.end() || found->second.values.empty()) return;
  const Population::Kind& kind = found->second;
  const std::size_t at = index_of_root(bearer);
  const Population::Root& root = *people_.roots_[at];
  const bool abroad = bearer.way.leads_out(*bearer.dataset);
  const Scan scan = claim_scan(bearer);
  const std::size_t width = scan.owner.size();
  const auto known = [&](RowView owner) {
    if (!abroad) return people_.by_key(root, owner) != nobody;
    const Claim claim = people_.by_key_abroad(root, owner);
    return claim.owner != nobody || !claim.candidates.empty();
  };
  scan_(bearer.dataset->name, scan, [&](RowView row) {
    if (row[width].is_null() || row[0].is_null()) return;
    const std::uint32_t number = kind.values.find(normalised(row[width], kind.rule));
    if (number == DigestIndex::none || known(row.first(width))) return;
    const auto [from, to] = interval(bearer, row.subspan(width));
    others.push_back({at, source::encode_key(row.first(width)), abroad, bearer.identifier->kind,
                      number, from, to});
  });
}

void PopulationLoader::find_own_keys(std::vector<Other>& others) const {
  for (std::size_t at = 0; at < people_.roots_.size(); ++at) {
    KeyIndex sought, own;
    for (const Other& other : others)
      if (other.abroad && other.root == at)
        for (const std::string& form : key_forms(other.key)) sought.add(form);
    if (sought.empty()) continue;
    const Population::Root& root = *people_.roots_[at];
    Scan scan;
    scan.table = root.table->name;
    scan.columns = root.table->key;
    scan.key_width = static_cast<std::uint32_t>(scan.columns.size());
    scan.keys = &sought;
    scan_(root.dataset->name, scan, [&own](RowView row) { own.add(source::encode_key(row)); });
    for (Other& other : others)
      if (other.abroad && other.root == at) other.key = form_in(own, other.key);
  }
  std::erase_if(others, [](const Other& other) { return other.key.empty(); });
}

void PopulationLoader::add_others(const std::vector<Other>& others) {
  // Roots after the first would be renumbered by additions: claims are moved along.
  std::vector<Ordinal> before;
  for (auto& root : people_.roots_) before.push_back(root->first);
  for (const auto& other : others) people_.roots_[other.root]->keys.add(other.key);
  const std::vector<bool> asked = people_.asked_;
  const Ordinal old_size = people_.size_;
  renumber();
  const auto moved = [&](Ordinal old) {
    for (std::size_t i = people_.roots_.size(); i-- > 0;)
      if (old >= before[i]) return old - before[i] + people_.roots_[i]->first;
    return old;
  };
  for (auto& [name, kind] : people_.kinds_) {
    for (auto& [value, claim] : kind.others) claim.ordinal = moved(claim.ordinal);
    for (auto& alone : kind.lasting)
      if (alone.ordinal != nobody) alone.ordinal = moved(alone.ordinal);
  }
  people_.asked_.assign(people_.size_, false);
  for (Ordinal old = 0; old < old_size; ++old)
    if (asked[old]) people_.asked_[moved(old)] = true;
  for (const auto& other : others) {
    const Population::Root& root = *people_.roots_[other.root];
    people_.kinds_[other.kind].add(other.value,
                                   {root.first + root.keys.find(other.key), other.from, other.to});
  }
}

void PopulationLoader::sort_claims() {
  for (auto& [name, kind] : people_.kinds_) std::ranges::sort(kind.others);
  drop_superseded();
}

void PopulationLoader::drop_superseded() {
  for (auto& [name, kind] : people_.kinds_) {
    auto& claims = kind.others;
    const auto same = [&](std::size_t a, std::size_t b) {
      return claims[a].first == claims[b].first &&
             claims[a].second.ordinal == claims[b].second.ordinal;
    };
    std::size_t kept = 0;
    for (std::size_t i = 0; i < claims.size();) {
      std::size_t end = i;
      bool dated = false;
      for (; end < claims.size() && same(end, i); ++end) dated |= !claims[end].second.is_open();
      for (; i < end; ++i)
        if (!dated || !claims[i].second.is_open()) claims[kept++] = claims[i];
    }
    claims.resize(kept);
    claims.shrink_to_fit();
  }
}

}  // namespace besa::workflow
