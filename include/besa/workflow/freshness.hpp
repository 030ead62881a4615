// How old and how long a source is, for `dataset check`, and the word of a person that one that has
// become shorter is right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// Errors for a source that is late, of a day to come or shorter than before; warnings for an
/// export that could prove contact and has no row, or no max_age. Throws what a scan throws.
[[nodiscard]] std::vector<model::Finding> check_freshness(Session& session,
                                                          const model::Dataset& dataset,
                                                          source::Source& source);

/// A table that is compared.
struct AcceptedTable {
  std::string table;
  std::uint64_t before = 0, now = 0;  ///< rows; before: none where it was never read
};

/// From now on the source is compared with what it is today; the ledger notes who said so. Error:
/// usage (a simulated day), failed (no source, or nothing in it is compared).
std::vector<AcceptedTable> accept_length(Session& session, const model::Dataset& dataset);

}  // namespace besa::workflow
