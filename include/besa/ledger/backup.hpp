// A copy of besa's own memory, to restore from: the ledger, its signing key, the vault and what was
// certified. It holds keys and personal data: keep it as the workspace itself.
//
// What is forgotten later lives on in a backup until the backup goes, keys and all: that is why a
// backup has an expiry, and why restoring one means forgetting again (`besa restore replay`).
#pragma once

#include <string>
#include <vector>

#include "besa/base/file.hpp"

namespace besa::ledger {

/// Copies the ledger first, then the vault, so that nothing the ledger names is missing. `target`
/// appears complete or not at all, 0700 with files of 0600; Error(refused) if it exists.
/// Returns the files, relative to `target`, in order.
std::vector<std::string> back_up(const Path& state_folder, const Path& target_folder);

}  // namespace besa::ledger
