// What a manifest that was carried out leaves open, as its last certificate says, in words for
// status and for the night. Private to workflow.
#pragma once

#include <string>
#include <vector>

#include "besa/model/certificate.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// "dataset shop is outstanding: why": what besa itself has still to do, store by store.
[[nodiscard]] std::vector<std::string> stores_left(const model::Certificate& certificate);

/// "dataset shop: vacuum orders: not done (why)": the steps after the erasure that did not succeed.
[[nodiscard]] std::vector<std::string> steps_left(const model::Certificate& certificate);

/// A party that still has its own copy of what was erased here.
struct PartyLeft {
  std::string message;
  std::string certificate;  ///< that says so: its id
  /// Its instruction is still here. That is destroyed when the party has answered: nothing else
  /// tells that it has.
  bool waited_for = true;
};
/// Under one policy, oldest manifest first, by the certificates; one that is not as it was signed
/// is named in its place.
[[nodiscard]] std::vector<PartyLeft> parties_left(Session& session, const Realm& realm);

}  // namespace besa::workflow
