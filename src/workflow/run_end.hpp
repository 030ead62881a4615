// How a run ends, whether it was carried out or given up: the look at the bytes, the signed
// certificate, and the forgetting. Private to workflow.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "workflow/apply_dataset.hpp"
#include "workflow/certify.hpp"

namespace besa::workflow {

/// Secrets of a manifest: Error(refused) where the vault does not have its own.
[[nodiscard]] Secret manifest_key(Session& session, const model::ManifestHeader& header);
/// The one of all tombstones; made where there never was one.
[[nodiscard]] Secret tombstone_key(Session& session);

/// Cleans every store in reach, in the order in which they are erased, and looks for whatever was
/// erased anywhere; `each` after each.
[[nodiscard]] std::vector<DatasetLook> clean_and_look(
    const ApplyContext& context, const OpenedSources& sources,
    const std::function<void(const DatasetLook&)>& each);

/// How a hint goes on about a run whose store will never come back.
[[nodiscard]] std::string or_give_up(const std::string& manifest);

/// "done", or "residue".
[[nodiscard]] std::string state_after(const DatasetLook& look);
/// What the ledger keeps of it: figures.
[[nodiscard]] Json figures(const DatasetLook& look);

/// By table of the header: "dataset.table" where it lists people, else nothing.
[[nodiscard]] std::vector<std::string> tables_of_people(const Session& session,
                                                        const model::ManifestHeader& header);
/// Who was dealt with and is there all the same, as was planned: something of theirs was masked, or
/// is kept on a ground.
[[nodiscard]] std::vector<std::uint32_t> people_who_remain(const PlannedPeople& people);

/// What the people of these numbers go by, as far as the sources still tell it.
[[nodiscard]] std::vector<ledger::Suppressed> identifiers_of(
    Session& session, const Realm& realm, const PlannedPeople& people,
    const std::vector<std::uint32_t>& wanted, const Sources& sources);

[[nodiscard]] Path certificate_file(const Session& session, const std::string& id);
/// Signs it and writes it; returns the note.
[[nodiscard]] std::string sign_and_write(Session& session, const model::Certificate& certificate);

/// All that a manifest knows of people; its header stays.
void forget_manifest(Session& session, const Path& folder);

}  // namespace besa::workflow
