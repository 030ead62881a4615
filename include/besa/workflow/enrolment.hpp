// Who may sign: people's public keys enrolled and retired by entries that an enrolled approver
// signs.
#pragma once

#include "besa/ledger/keyring.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// Enrols `newcomer`, signed by an enrolled approver. Error(refused) where the signer is none, or
/// the name is enrolled already.
void enrol(Session& session, const ledger::NamedKey& newcomer, bool approver,
           const ledger::PersonalKey& signer);

/// Retires a person's key, signed by an approver or by the person. Error: failed (nobody of that
/// name), refused (the signer may not; the last approver would go).
void retire(Session& session, const std::string& name, const ledger::PersonalKey& signer);

}  // namespace besa::workflow
