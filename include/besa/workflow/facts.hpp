// The facts that decide about people: last contact, collection, future and unreadable events, over
// every table and source of a realm, in one pass each.
#pragma once

#include <cstdint>
#include <vector>

#include "besa/model/decide.hpp"
#include "besa/workflow/population.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// One event, packed: day, kind and table.
struct PackedEvent {
  std::int32_t day = INT32_MIN;
  std::uint16_t kind = 0, table = 0;
  [[nodiscard]] bool any() const { return day != INT32_MIN; }
};

/// Facts of everybody in a population, by person ordinal: plain arrays, 29 bytes a person.
class FactTable {
 public:
  explicit FactTable(Ordinal size);
  void contact(Ordinal person, PackedEvent event, std::int32_t today);
  void possible(Ordinal person, PackedEvent event, std::int32_t today);
  void collected(Ordinal person, PackedEvent event, std::int32_t today);
  void unreadable(Ordinal person);
  /// Takes the later (or, for collection, earlier) of each: joins what two threads saw.
  void merge(const FactTable& other);
  /// Moves what was seen of roots to the persons they are.
  void fold(const Population& population);
  [[nodiscard]] model::SubjectFacts facts(Ordinal person) const;

 private:
  std::vector<PackedEvent> contact_, possible_, collected_, future_;
  std::vector<std::uint8_t> unreadable_;
};

/// Whether silence proves anything, by subject type: sources missing or older than their max_age.
struct Freshness {
  model::Silence silence = model::Silence::proven;
  std::string dataset;
};
[[nodiscard]] Freshness freshness(const Session& session, const Realm& realm, const std::string& subject_type,
                                  const Sources& sources);

/// Reads the events of the population. With `owners`, only of these people (by root keys, so that
/// a driver may seek). `readers` beyond the first run on their own threads.
[[nodiscard]] FactTable gather_facts(const model::Rulebook& rules, const Population& population,
                                     const ScanRows& scan, Date today, bool only_asked);

}  // namespace besa::workflow
