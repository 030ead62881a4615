// An order not to delete: whose or which data, why, until it is reviewed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/date.hpp"

namespace besa::model {

struct Hold {
  std::string id;                   ///< "H-2026-0001"
  std::string matter;               ///< a code, not a person
  std::uint64_t subject = 0;        ///< the ledger's random number of a person; 0: not one person
  std::vector<std::string> tables;  ///< "dataset.table"; empty: all
  Date placed;
  std::optional<Date> review;
  std::optional<Date> released;
  [[nodiscard]] bool in_force(Date today) const { return !released || *released > today; }
  /// True if it covers rows of that table ("dataset.table") at all.
  [[nodiscard]] bool covers(const std::string& table) const;
};

}  // namespace besa::model
