// Keyed digests of what was decided: of a person's facts, and of the set of records that goes with
// them. Sweep stores them; apply computes them again and acts only where they agree. Private to
// workflow.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "besa/base/digest.hpp"
#include "besa/workflow/records.hpp"
#include "workflow/key_text.hpp"

namespace besa::workflow {

/// One record and what happens to it.
class RecordDigester {
 public:
  RecordDigester(const KeyedDigest& key, const model::Rulebook& rules) : key_(key), rules_(rules) {}
  [[nodiscard]] Digest of(const RecordPlan& plan);

 private:
  const KeyedDigest& key_;
  const model::Rulebook& rules_;
  std::string text_;
};

/// Sums of record digests, one for each person and dataset: the same set in any order gives the
/// same sum, and a record more, less or twice another one.
class RecordSets {
 public:
  RecordSets(const std::vector<Ordinal>& people, std::size_t datasets);
  [[nodiscard]] std::size_t place(Ordinal person) const;  ///< in the list of people
  void add(std::size_t place, std::size_t dataset, const Digest& record);
  [[nodiscard]] std::vector<Digest> digests(std::size_t place) const;

 private:
  using Sum = std::array<std::uint64_t, 4>;
  const std::vector<Ordinal>& people_;
  std::size_t datasets_;
  std::vector<Sum> sums_;
};

[[nodiscard]] Digest facts_digest(const KeyedDigest& key, const model::Rulebook& rules,
                                  const Population& people, Ordinal person,
                                  const model::SubjectDecision& decision);

}  // namespace besa::workflow
