// What a row's owners mean for it: who answers for it, whose links go, and which hold on one of
// them holds it for all. Private to workflow.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "workflow/closure.hpp"

namespace besa::workflow {

class RowOwners {
 public:
  /// `held`: people under a hold; `table_holds`: holds without a person; `waves_from`: the day of
  /// the sweep. All live longer than this.
  RowOwners(const model::Dataset& dataset, const std::vector<Leaving>& leaving,
            const std::vector<Leaving>& held, const std::vector<const model::Hold*>& table_holds,
            Date waves_from);

  /// Fills in what the row's owners mean for it; returns the leaving owner who answers for the row
  /// (without one, an owner who is promised something about it), or nobody where none leaves or
  /// another part of the manifest has it.
  Who weigh(std::uint32_t table, MetRow& met) const;
  /// The row as it is met on each day on which one of its owners falls due: who left before is cut
  /// from it, who leaves later stays yet.
  void each_wave(MetRow& met, const std::function<void(MetRow&)>& each) const;
  /// Says that the row of a table stays, masked, on a ground of its own: links to it are not cut.
  void stays(std::uint32_t table, std::string_view key);
  [[nodiscard]] const model::Hold* table_hold(const std::string& table) const;

 private:
  void count(MetRow& met) const;
  void hold_by_owner(std::uint32_t table, MetRow& met) const;
  void add_leaving_links(std::uint32_t table, MetRow& met) const;
  [[nodiscard]] bool stays_masked(const RowOwner& owner) const;
  [[nodiscard]] bool parent_stays(std::uint32_t table, std::uint32_t link, const MetRow& met) const;
  [[nodiscard]] Date wave_of(const RowOwner& owner) const;
  [[nodiscard]] std::string full_name(std::uint32_t table) const;

  const model::Dataset& dataset_;
  const std::vector<Leaving>& leaving_;
  const std::vector<Leaving>& held_;
  const std::vector<const model::Hold*>& table_holds_;
  Date waves_from_;
  std::map<const model::Table*, source::KeyIndex> kept_;
};

}  // namespace besa::workflow
