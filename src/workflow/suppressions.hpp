// Suppressions: what erased people went by, as keyed digests, so that nobody comes back unseen (a
// restored backup, a second import). Private to workflow.
#pragma once

#include <vector>

#include "workflow/examine.hpp"

namespace besa::workflow {

constexpr const char* suppression_secret = "suppressions";

/// What these people and nobody else go by. A value that somebody else has too suppresses nothing,
/// and neither does a mask of ours: it would tell of a return that never was.
[[nodiscard]] std::vector<ledger::Suppressed> suppressions_of(Session& session, const Realm& realm,
                                                              const Sources& sources,
                                                              const RootKeys& people);

/// How many people in the data have an identifier that is suppressed, in one pass over the columns
/// with identifiers. nullopt where nothing is. Error(refused) where the secret is missing or
/// another one: what cannot be compared is not absent.
[[nodiscard]] std::optional<std::uint64_t> people_reappeared(Session& session, const Realm& realm,
                                                             const Sources& sources);

/// "3 people who were erased are in the data again: …"
[[nodiscard]] std::string erased_again(std::uint64_t people);

/// That Error, if it is one.
void require_suppression_secret(Session& session);

}  // namespace besa::workflow
