// What a kill, or a full disk, left of something that the ledger never came to know. Private to
// workflow.
#pragma once

#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// Folders of manifests, and unfinished ones, that the ledger does not know. While a manifest is
/// being drafted its own is among them.
[[nodiscard]] std::vector<Path> unrecorded_drafts(Session& session);

/// The lock under which manifests are drafted.
[[nodiscard]] FileLock lock_drafting(const Session& session);

/// Destroys those folders, with people's keys in them, and the keys of manifests that the ledger
/// does not know. Only for who holds the lock on drafting: under it, what is not recorded yet never
/// will be.
void destroy_unrecorded_drafts(Session& session);

/// Under which name the vault keeps whom a hold protects.
[[nodiscard]] std::string vault_name(std::uint64_t subject);

/// People in the vault whom no hold in force names, by their names there: of a hold that was not
/// placed after all, or that was released. While a hold is being placed its own is among them.
[[nodiscard]] std::vector<std::string> unheld_people(Session& session);

/// Forgets them, and what is unfinished in the vault. Takes the lock of the ledger, which whoever
/// places a hold has from before the vault knows the person until the ledger knows the hold.
void forget_unheld_people(Session& session);

}  // namespace besa::workflow
