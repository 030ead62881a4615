// The facts that decide about people: last contact, collection, future and unreadable events, over
// every table and source of a realm, in one pass each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "besa/model/decide.hpp"
#include "besa/workflow/population.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// One event, packed: day, table and kind (of Rulebook).
struct PackedEvent {
  static constexpr std::int32_t never = INT32_MIN;
  std::int32_t day = never;
  std::uint16_t table = 0, kind = 0;
  [[nodiscard]] bool any() const { return day != never; }
  friend auto operator<=>(const PackedEvent&, const PackedEvent&) = default;
};

/// Facts of everybody in a population, by ordinal: plain arrays, 17 bytes a person; what is seen of
/// few is kept apart. Later events win; of two on one day the one of the later table, so that the
/// order of reading changes nothing.
class FactTable {
 public:
  FactTable(Ordinal size, Date today);
  /// Says that something about the person comes soon, so that memory is asked for ahead.
  void expect(Ordinal person) const;
  void contact(Ordinal person, PackedEvent event);
  void possible(Ordinal person, PackedEvent event);
  void collected(Ordinal person, PackedEvent event);
  void unreadable(Ordinal person);
  /// Joins what another reader saw.
  void merge(const FactTable& other);
  /// Moves what was seen of a person's further roots to the person.
  void fold(const Population& population);
  [[nodiscard]] model::SubjectFacts facts(Ordinal person) const;

 private:
  using Few = std::unordered_map<Ordinal, PackedEvent>;
  void join(Ordinal into, const FactTable& other, Ordinal from);
  void fold_few(Few& few, const Population& population);
  std::int32_t today_;
  std::vector<PackedEvent> contact_, collected_;
  Few possible_, future_;
  std::vector<std::uint8_t> unreadable_;
};

/// Whether silence proves anything about a subject type: a source that could show contact and is
/// missing, or older than its max_age, makes it prove nothing.
struct Freshness {
  model::Silence silence = model::Silence::proven;
  std::string dataset;
};
[[nodiscard]] Freshness freshness(const Session& session, const Realm& realm,
                                  const std::string& subject_type, const Sources& sources);

/// Reads the events of a population, folded to persons. Each of `readers` works on its own thread
/// (pass one where the caller holds a transaction). `only_asked`: asks the sources for the events
/// of these people alone, so that a driver may seek. `until`: the one day on which will be decided;
/// of people whom a contact certainly keeps then, a driver may leave out the others.
[[nodiscard]] FactTable gather_facts(const model::Rulebook& rules, const Population& population,
                                     std::span<const ScanRows> readers, Date today, bool only_asked,
                                     std::optional<Date> until);

/// People who may be due.
struct Nomination {
  std::vector<std::string> keys;           ///< encoded
  std::optional<std::uint64_t> everybody;  ///< how many people there are, where that was counted
};

/// People for whom no source shows a contact that certainly keeps them: a
/// superset of those who are due. nullopt where the sources cannot tell that faster than one pass
/// over everything. By one look at each owner, a time that nobody can read keeps nobody from being
/// nominated; by the source's own anti-join it keeps its person here as one of a recent contact
/// does: not nominated, not erased, and only the full pass also counts them as undetermined
/// ('dataset check' lists the values).
[[nodiscard]] std::optional<Nomination> nominate_silent(const model::Rulebook& rules,
                                                        const std::string& subject_type,
                                                        const Sources& sources, Date today,
                                                        Date as_of);

}  // namespace besa::workflow
