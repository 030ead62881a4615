// Giving up: an approver ends a run that has begun and cannot go on, because a store of it is gone
// for good, or shall not. Nothing more is erased, and nothing that was is undone: what was done is
// looked at, certified, and the manifest is rejected. Killed at any instruction it leaves the run
// open, to be applied or given up again, or given up.
#pragma once

#include <optional>
#include <string>

#include "besa/base/crypto.hpp"
#include "besa/model/certificate.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// The run that only an approver can end: the latest of a manifest that was begun and is not closed
/// or rejected.
[[nodiscard]] std::optional<ledger::Run> begun_run(Session& session, const std::string& manifest);

/// Error(refused) where this person is no approver; the attempt is remembered.
void require_approver(Session& session, const std::string& manifest, const std::string& name);

/// Makes the signed statement; needs nothing but header.json and a key (any machine).
[[nodiscard]] model::Rejection sign_rejection(std::string_view header_text, const std::string& name,
                                              const SigningKey& key, Instant at,
                                              const std::string& reason);

struct GivenUp {
  model::Certificate certificate;
  Path certificate_file;
};

/// Error: refused (not begun, closed or rejected before, not signed by an approver, manifest not as
/// it was drafted), busy (a run or a program), failed.
[[nodiscard]] GivenUp give_up(Session& session, const model::Rejection& rejection);

}  // namespace besa::workflow
