// Looking again: is every record of a manifest as planned? By query, chunk by chunk, after the
// deed. Private to workflow.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "workflow/apply_dataset.hpp"

namespace besa::workflow {

/// What the looking found in one table.
struct TableSeen {
  std::uint64_t absent = 0;       ///< to be erased, and gone
  std::uint64_t masked = 0;       ///< to be masked, and as planned (or gone)
  std::uint64_t retained = 0;     ///< of these, on a ground
  std::uint64_t still_there = 0;  ///< neither, though their person was dealt with
  std::uint64_t skipped = 0;      ///< of people who were skipped
  std::uint64_t given_up = 0;     ///< neither, when the run was given up
};

/// Of a run that is given up: what was seen of the rows of one person.
struct SeenOf {
  bool as_planned = false, still_there = false;
};

struct Verification {
  std::map<std::uint32_t, TableSeen> tables;     ///< by index into header.tables
  std::map<std::string, std::uint64_t> grounds;  ///< rule → rows retained
  /// Stores that could not be looked at again, by dataset, and why; their tables are left out.
  std::map<std::string, std::string> lost = {};
  /// Of a run that is given up, by number; in stores of other parties also which rows are still
  /// there, by index into header.tables.
  std::vector<SeenOf> people = {};
  std::map<std::uint32_t, source::KeyIndex> still_there = {};

  /// Of those who were dealt with nothing is there that was to go.
  [[nodiscard]] bool all_as_planned() const {
    return std::ranges::all_of(tables, [](const auto& t) { return t.second.still_there == 0; });
  }
};

/// Reads the body once and asks the sources for every record in it. People who were skipped, but
/// all of whose records are as planned, were dealt with by an earlier run: they count as done.
/// A store that is lost meanwhile ends nothing. Of a run that is given up each row counts for
/// itself: nobody was dealt with, and nobody is waited for.
[[nodiscard]] Verification verify_records(ApplyContext& context, OpenedSources& sources);

}  // namespace besa::workflow
