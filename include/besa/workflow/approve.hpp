// Approval: a second person's signature over a manifest's header, made here or elsewhere.
#pragma once

#include <string>
#include <vector>

#include "besa/base/crypto.hpp"
#include "besa/model/manifest.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// Makes the signed statement; needs nothing but header.json and a key (any machine).
[[nodiscard]] model::Approval sign_approval(std::string_view header_text, const std::string& name,
                                            const SigningKey& key, Instant at,
                                            const std::string& override_reason);

/// Records an approval in the ledger after checking all of it: signature, enrolled and not the
/// drafter, header unchanged and still on disk, body complete, not simulated, not expired, limits
/// or an override. Error(refused) says which.
void approve(Session& session, const model::Approval& approval);

void approve_in_advance(Session& session, model::StandingApproval approval, const SigningKey& key);

/// Says no to a manifest of which nothing was begun, for good, and destroys what it listed.
/// Error(refused) where it was begun: see give_up.
void reject(Session& session, const std::string& manifest, const std::string& reason_code);

/// What approves a manifest today: the names of its approvers, or a standing approval's id; empty
/// with `why_not` in words where nothing does. `not_yet`/`expired` are checked too.
struct Authority {
  std::vector<std::string> by;
  std::string override_reason;
  std::string why_not;
  std::string hint;
};
[[nodiscard]] Authority authority(Session& session, const model::ManifestHeader& header,
                                  const Digest& header_digest);

}  // namespace besa::workflow
