// Decisions about the rows of one table by the rules for rows alone. Private to workflow.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "besa/base/digest.hpp"
#include "besa/base/mix_hash.hpp"
#include "besa/model/decide.hpp"

namespace besa::workflow {

/// Where no duty to keep looks into a row, rows of one date are decided alike: once.
class RecordDecisions {
 public:
  RecordDecisions(const model::Rulebook& rules, const model::Rulebook::TableRules& table,
                  Date today)
      : rules_(rules), alike_(table.minimums.empty()), today_(today) {}

  /// Valid until the next call.
  const model::RecordDecision& about(const model::RecordFacts& facts) {
    constexpr std::size_t many = 4096;
    if (!alike_ || known_.size() >= many) known_.clear();
    told_.starts = facts.starts;
    told_.unreadable = facts.start_unreadable;
    told_.held = facts.owner_held;
    const auto found = known_.find(told_);
    if (found != known_.end()) return found->second;
    return known_[told_] = model::decide(rules_, facts, nullptr, today_);
  }

 private:
  struct Told {
    std::vector<std::optional<Date>> starts;
    bool unreadable = false, held = false;
    friend bool operator==(const Told&, const Told&) = default;
  };
  struct Hash {
    std::size_t operator()(const Told& told) const {
      std::uint64_t days = told.unreadable ? 1 : 0;
      for (const std::optional<Date>& start : told.starts)
        days = mix_hash(days ^ (start ? static_cast<std::uint32_t>(start->days()) : ~0U));
      return days;
    }
  };
  const model::Rulebook& rules_;
  bool alike_;
  Date today_;
  Told told_;
  std::unordered_map<Told, model::RecordDecision, Hash> known_;
};

}  // namespace besa::workflow
