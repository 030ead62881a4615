#include "besa/workflow/enrolment.hpp"

#include <algorithm>

#include "besa/base/error.hpp"

namespace besa::workflow {
namespace {

using ledger::EnrolledKey;

/// The signer as the ledger knows them. Error(refused) where it does not, or by another key.
EnrolledKey known_signer(Session& session, const ledger::PersonalKey& signer) {
  const auto enrolled = session.ledger().key(signer.name);
  if (!enrolled) {
    throw Error(ErrorKind::refused, signer.name + " is not enrolled in this ledger",
                "'besa key list' shows who is");
  }
  if (enrolled->key != signer.key.public_key()) {
    throw Error(ErrorKind::refused,
                "the key of " + signer.name + " is not the one that was enrolled",
                "use the key with fingerprint " + enrolled->key.fingerprint());
  }
  return *enrolled;
}

void require_other_approver(Session& session, const std::string& leaving) {
  const auto keys = session.ledger().keys();
  const bool other = std::any_of(keys.begin(), keys.end(), [&](const EnrolledKey& key) {
    return key.approver && !key.retired_at && key.name != leaving;
  });
  if (!other) {
    throw Error(ErrorKind::refused,
                leaving + " is the last approver; nobody could approve or enrol anybody after",
                "enrol another approver first");
  }
}

}  // namespace

void enrol(Session& session, const ledger::NamedKey& newcomer, bool approver,
           const ledger::PersonalKey& signer) {
  if (!known_signer(session, signer).approver) {
    throw Error(ErrorKind::refused, signer.name + " is enrolled, but not as an approver",
                "an approver has to enrol others");
  }
  if (session.ledger().key(newcomer.name)) {
    throw Error(ErrorKind::refused, newcomer.name + " is enrolled already",
                "retire that key first: 'besa key retire " + newcomer.name + "'");
  }
  const std::string statement =
      ledger::enrolment_statement(session.ledger().origin(), newcomer.name, newcomer.key, approver);
  ledger::Change change = session.ledger().begin();
  change.enrol_key(newcomer.name, newcomer.key, approver, signer.name,
                   signer.key.sign(as_bytes(statement)).base64());
  change.commit();
}

void retire(Session& session, const std::string& name, const ledger::PersonalKey& signer) {
  const auto leaving = session.ledger().key(name);
  if (!leaving) {
    throw Error(ErrorKind::failed, "nobody called " + name + " is enrolled",
                "'besa key list' shows who is");
  }
  if (!known_signer(session, signer).approver && signer.name != name) {
    throw Error(ErrorKind::refused, signer.name + " may retire only the own key",
                "an approver may retire others");
  }
  if (leaving->approver) {
    require_other_approver(session, name);
  }
  const std::string statement =
      ledger::retirement_statement(session.ledger().origin(), name, leaving->key);
  ledger::Change change = session.ledger().begin();
  change.retire_key(name, signer.name, signer.key.sign(as_bytes(statement)).base64());
  change.commit();
}

}  // namespace besa::workflow
