// Holds: orders not to delete. The person's key goes to the vault; the ledger gets a random number.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "besa/workflow/session.hpp"

namespace besa::workflow {

struct HoldOrder {
  std::string identifier;           ///< of one person; empty: nobody in particular
  std::vector<std::string> tables;  ///< "dataset.table"; empty: every table
  std::string matter;               ///< a code, not a person
  std::optional<Date> review;
};

/// Records the hold and returns its id. Error: failed (nobody has the identifier, no such table),
/// refused (several people have it, a review before today, nobody and no table named).
std::string place_hold(Session& session, const HoldOrder& order);

/// Ends the hold today and forgets in the vault whom it was about. Error(failed) if there is none.
void release_hold(Session& session, const std::string& id);

}  // namespace besa::workflow
