// A drafted manifest as approvals and runs look at it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "besa/ledger/ledger.hpp"
#include "ledger/database.hpp"

namespace besa::ledger {

/// `header` holds what the ledger remembers of it: names and digests, totals, limits, dates.
struct DraftedManifest {
  model::ManifestHeader header;
  Digest digest;
  std::string state;
};

[[nodiscard]] std::optional<DraftedManifest> find_manifest(const Database& database,
                                                           const std::string& id);
/// Error(refused) if there is none.
[[nodiscard]] DraftedManifest require_manifest(const Database& database, const std::string& id);
void set_manifest_state(const Database& database, const std::string& id, ManifestState state);

/// {name: hexadecimal digest, …}
[[nodiscard]] std::map<std::string, Digest> read_digests(const Json& json);

/// The approval in advance of that id, if there is one.
[[nodiscard]] std::optional<model::StandingApproval> find_standing(const Database& database,
                                                                   const std::string& id);

}  // namespace besa::ledger
