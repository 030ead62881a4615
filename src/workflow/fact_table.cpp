// FactTable: what was seen of everybody, joined and told.
#include <algorithm>

#include "besa/workflow/facts.hpp"

namespace besa::workflow {
namespace {

constexpr std::uint8_t many = 255;

}  // namespace

FactTable::FactTable(Ordinal size, Date today)
    : today_(today.days()),
      contact_(size),
      possible_(size),
      collected_(size),
      future_(size),
      unreadable_(size) {}

void FactTable::expect(Ordinal person) const {
  __builtin_prefetch(contact_.data() + person, 1);
}

void FactTable::contact(Ordinal person, PackedEvent event) {
  PackedEvent& slot = event.day > today_ ? future_[person] : contact_[person];
  slot = std::max(slot, event);
}

void FactTable::possible(Ordinal person, PackedEvent event) {
  if (event.day <= today_) possible_[person] = std::max(possible_[person], event);
}

void FactTable::collected(Ordinal person, PackedEvent event) {
  if (event.day > today_)
    future_[person] = std::max(future_[person], event);
  else if (!collected_[person].any() || event < collected_[person])
    collected_[person] = event;
}

void FactTable::unreadable(Ordinal person) {
  if (unreadable_[person] < many) ++unreadable_[person];
}

void FactTable::join(Ordinal into, const FactTable& other, Ordinal from) {
  contact_[into] = std::max(contact_[into], other.contact_[from]);
  possible_[into] = std::max(possible_[into], other.possible_[from]);
  future_[into] = std::max(future_[into], other.future_[from]);
  if (other.collected_[from].any()) collected(into, other.collected_[from]);
  unreadable_[into] =
      static_cast<std::uint8_t>(std::min<int>(many, unreadable_[into] + other.unreadable_[from]));
}

void FactTable::merge(const FactTable& other) {
  for (Ordinal i = 0; i < contact_.size(); ++i) join(i, other, i);
}

void FactTable::fold(const Population& population) {
  for (Ordinal i = 0; i < contact_.size(); ++i)
    if (const Ordinal person = population.person(i); person != i) join(person, *this, i);
}

model::SubjectFacts FactTable::facts(Ordinal person) const {
  const auto event = [](const PackedEvent& packed) -> std::optional<model::EventAt> {
    if (!packed.any()) return std::nullopt;
    return model::EventAt{Date::from_days(packed.day), packed.kind, packed.table};
  };
  model::SubjectFacts facts;
  facts.last_contact = event(contact_[person]);
  facts.possible_contact = event(possible_[person]);
  facts.collected = event(collected_[person]);
  facts.future = event(future_[person]);
  facts.unreadable = unreadable_[person];
  return facts;
}

}  // namespace besa::workflow
