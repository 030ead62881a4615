// Backups of besa's own memory: what a new machine needs to go on, in one new folder.
//
//   <folder>/besa-<day>-<entries>/   0700
//     ledger.db         a consistent copy, made while others may write
//     log.key           the log's signing key: keep the folder as private as the workspace
//     vault/ manifests/ certificates/ checkpoints/
//     besa.json policies/ datasets/
//
// It holds what the vault holds: forgetting is complete only when backups from before have expired.
#pragma once

#include "besa/workflow/session.hpp"

namespace besa::workflow {

struct BackupReport {
  Path folder;
  std::uint64_t files = 0, bytes = 0;
  Date expires;
};

/// Error(refused) where the folder is inside the workspace's own .besa, or there is one of that
/// name.
BackupReport back_up(Session& session, const Path& folder, const Period& kept_for);

}  // namespace besa::workflow
