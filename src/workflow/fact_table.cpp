// FactTable: what was seen of everybody, joined and told.
#include <algorithm>

#include "besa/workflow/facts.hpp"

namespace besa::workflow {
namespace {

constexpr std::uint8_t many = 255;

using Few = std::unordered_map<Ordinal, PackedEvent>;

PackedEvent of(const Few& few, Ordinal person) {
  const auto found = few.find(person);
  return found == few.end() ? PackedEvent{} : found->second;
}

void put_later(Few& few, Ordinal person, PackedEvent event) {
  PackedEvent& slot = few[person];
  slot = std::max(slot, event);
}

}  // namespace

FactTable::FactTable(Ordinal size, Date today)
    : today_(today.days()), contact_(size), collected_(size), unreadable_(size) {}

void FactTable::expect(Ordinal person) const {
  __builtin_prefetch(contact_.data() + person, 1);
}

void FactTable::contact(Ordinal person, PackedEvent event) {
  if (event.day > today_) return put_later(future_, person, event);
  PackedEvent& slot = contact_[person];
  slot = std::max(slot, event);
}

void FactTable::possible(Ordinal person, PackedEvent event) {
  if (event.day <= today_) put_later(possible_, person, event);
}

void FactTable::collected(Ordinal person, PackedEvent event) {
  if (event.day > today_)
    put_later(future_, person, event);
  else if (!collected_[person].any() || event < collected_[person])
    collected_[person] = event;
}

void FactTable::unreadable(Ordinal person) {
  if (unreadable_[person] < many) ++unreadable_[person];
}

void FactTable::join(Ordinal into, const FactTable& other, Ordinal from) {
  contact_[into] = std::max(contact_[into], other.contact_[from]);
  if (other.collected_[from].any()) collected(into, other.collected_[from]);
  unreadable_[into] =
      static_cast<std::uint8_t>(std::min<int>(many, unreadable_[into] + other.unreadable_[from]));
}

void FactTable::merge(const FactTable& other) {
  for (Ordinal i = 0; i < contact_.size(); ++i) join(i, other, i);
  for (const auto& [person, event] : other.possible_) put_later(possible_, person, event);
  for (const auto& [person, event] : other.future_) put_later(future_, person, event);
}

void FactTable::fold(const Population& population) {
  for (Ordinal i = 0; i < contact_.size(); ++i)
    if (const Ordinal person = population.person(i); person != i) join(person, *this, i);
  fold_few(possible_, population);
  fold_few(future_, population);
}

void FactTable::fold_few(Few& few, const Population& population) {
  Few folded;
  for (const auto& [person, event] : few) put_later(folded, population.person(person), event);
  few = std::move(folded);
}

model::SubjectFacts FactTable::facts(Ordinal person) const {
  const auto event = [](const PackedEvent& packed) -> std::optional<model::EventAt> {
    if (!packed.any()) return std::nullopt;
    return model::EventAt{Date::from_days(packed.day), packed.kind, packed.table};
  };
  model::SubjectFacts facts;
  facts.last_contact = event(contact_[person]);
  facts.possible_contact = event(of(possible_, person));
  facts.collected = event(collected_[person]);
  facts.future = event(of(future_, person));
  facts.unreadable = unreadable_[person];
  return facts;
}

}  // namespace besa::workflow
