#include "workflow/row_owners.hpp"

#include <algorithm>
#include <set>

namespace besa::workflow {

using source::KeyIndex;

RowOwners::RowOwners(const model::Dataset& dataset, const std::vector<Leaving>& leaving,
                     const std::vector<Leaving>& held,
                     const std::vector<const model::Hold*>& table_holds, Date waves_from)
    : dataset_(dataset),
      leaving_(leaving),
      held_(held),
      table_holds_(table_holds),
      waves_from_(waves_from) {}

Who RowOwners::weigh(std::uint32_t table, MetRow& met) const {
  const RowOwner* first = nullptr;
  for (const RowOwner& owner : met.owners) {
    if (!owner.due && !owner.partly) continue;
    const auto order = [](const RowOwner& each) { return std::pair(!each.due, each.place); };
    if (first == nullptr || order(owner) < order(*first)) first = &owner;
  }
  count(met);
  met.facts.hold = table_holds_.empty() ? nullptr : table_hold(full_name(table));
  met.facts.table_held = met.facts.hold != nullptr;
  hold_by_owner(table, met);
  add_leaving_links(table, met);
  return first != nullptr ? first->who : Who{};
}

void RowOwners::count(MetRow& met) const {
  std::uint32_t due = 0, partly = 0;
  met.facts.owners = 0;
  for (auto owner = met.owners.begin(); owner != met.owners.end(); ++owner) {
    const bool again = std::any_of(met.owners.begin(), owner, [&](const RowOwner& earlier) {
      return earlier.identity() == owner->identity();
    });
    if (again) continue;
    ++met.facts.owners;
    due += owner->due ? 1U : 0U;
    partly += owner->partly ? 1U : 0U;
  }
  met.facts.owners = std::max(met.facts.owners, 1U);
  met.facts.owners_due = due > 0 ? due : partly;
  met.facts.ambiguous = met.perhaps && due + partly == 0;
}

/// A hold on one owner holds the row for all: cut from it, the others would be lost to the matter.
void RowOwners::hold_by_owner(std::uint32_t table, MetRow& met) const {
  met.facts.owner_held = false;
  if (held_.empty() || met.owners.size() < 2) return;
  for (const RowOwner& owner : met.owners) {
    const bool stranger = owner.who.person == nobody;
    const Population& people = *leaving_[owner.who.leaving].population;
    const model::Hold* hold =
        hold_on(held_, stranger ? owner.root : people.root_of(owner.who.person).full_name(),
                stranger ? std::string_view(owner.stranger) : people.key_of(owner.who.person),
                full_name(table));
    if (hold == nullptr) continue;
    met.facts.owner_held = true;
    met.facts.hold = hold;
  }
}

void RowOwners::add_leaving_links(std::uint32_t table, MetRow& met) const {
  std::vector<std::uint32_t>& links = met.facts.leaving_links;
  links.clear();
  for (const RowOwner& owner : met.owners) {
    const bool also_of_somebody_who_stays =
        std::any_of(met.owners.begin(), met.owners.end(),
                    [&](const RowOwner& other) { return other.link == owner.link && !other.due; });
    if (owner.due && owner.link != no_link && !stays_masked(owner) && !also_of_somebody_who_stays &&
        !parent_stays(table, owner.link, met))
      links.push_back(owner.link);
  }
  std::ranges::sort(links);
  links.erase(std::unique(links.begin(), links.end()), links.end());
}

/// True for an owner whose own row is to be masked: a link to it leads to nobody any more.
bool RowOwners::stays_masked(const RowOwner& owner) const {
  if (owner.who.person == nobody) return false;
  const model::SubjectDecision* decision = leaving_[owner.who.leaving].decision(owner.who.person);
  return decision->rule->action == model::RuleAction::mask;
}

/// True where the row that a belongs_to link leads to stays, masked, on a ground of its own.
bool RowOwners::parent_stays(std::uint32_t table, std::uint32_t link, const MetRow& met) const {
  const model::Link& belongs = dataset_.tables[table].links[link];
  if (!belongs.by.empty() || link >= met.parents.size()) return false;
  const auto kept = kept_.find(dataset_.table(belongs.target));
  return kept != kept_.end() && kept->second.find(met.parents[link]) != KeyIndex::none;
}

void RowOwners::each_wave(MetRow& met, const std::function<void(MetRow&)>& each) const {
  std::set<Date> days;
  if (met.owners.size() > 1)
    for (const RowOwner& owner : met.owners)
      if (owner.due) days.insert(wave_of(owner));
  if (days.size() <= 1) return each(met);
  for (const Date day : days) {
    MetRow row = met;
    std::erase_if(row.owners,
                  [&](const RowOwner& owner) { return owner.due && wave_of(owner) < day; });
    for (RowOwner& owner : row.owners) owner.due = owner.due && wave_of(owner) == day;
    each(row);
  }
}

Date RowOwners::wave_of(const RowOwner& owner) const {
  if (owner.who.person == nobody) return waves_from_;
  const model::SubjectDecision* decision = leaving_[owner.who.leaving].decision(owner.who.person);
  return std::max(waves_from_, decision->due_since.value_or(waves_from_));
}

void RowOwners::stays(std::uint32_t table, std::string_view key) {
  kept_[&dataset_.tables[table]].add(key);
}

const model::Hold* RowOwners::table_hold(const std::string& table) const {
  for (const model::Hold* hold : table_holds_)
    if (hold->covers(table)) return hold;
  return nullptr;
}

std::string RowOwners::full_name(std::uint32_t table) const {
  return dataset_.name + "." + dataset_.tables[table].name;
}

}  // namespace besa::workflow
