// The passes that read events: which tables, along which way of ownership, by which time column.
// Private to workflow: facts and nomination read the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "besa/workflow/population.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {

/// One mapping of rows to an event that matters to the clock: a contact or the collection.
struct MappedEvent {
  std::uint16_t kind = 0;
  bool counts = false;
  std::vector<BoundWhen> when;
};

/// One pass over one table, for one time column, along one way of ownership.
struct EventScan {
  const model::Dataset* dataset = nullptr;
  const model::Attachment* way = nullptr;
  const Population::Root* root = nullptr;
  std::uint16_t table = 0;
  TimeReader reader;
  std::size_t at = 0;
  std::vector<MappedEvent> events;
  source::Scan scan;
  [[nodiscard]] bool abroad() const { return way->leads_out(*dataset); }
};

/// The ways of a realm's datasets, kept where EventScan may point to them.
using Ways = std::vector<std::vector<model::Attachment>>;
[[nodiscard]] Ways ways_of(const model::Rulebook& rules);

/// Every pass for people of this type.
[[nodiscard]] std::vector<EventScan> event_scans(const model::Rulebook& rules,
                                                 const std::string& type, const Ways& ways);

/// The times that are certainly a contact later than the cutoff and no later than today: what sorts
/// after every value of the cutoff day and before any of tomorrow. nullopt where the stored form
/// does not tell.
[[nodiscard]] std::optional<source::Bound> certain_contact(const EventScan& pass, Date cutoff,
                                                           Date today);

}  // namespace besa::workflow
