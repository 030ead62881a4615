#include "besa/workflow/approve.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/workflow/give_up.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "workflow/run_end.hpp"

namespace besa::workflow {
namespace {

using ledger::ManifestState;
using model::ManifestHeader;

constexpr const char* draft_again = "draft it again with 'besa sweep'";

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw Error(ErrorKind::refused, message, hint);
}

Path manifest_folder(const Session& session, const std::string& id) {
  if (!is_safe_file_name(id))
    refuse("'" + for_terminal(id) + "' names no manifest",
           "'besa manifest list' shows those there are");
  return session.state() / "manifests" / id;
}

/// Remembers that somebody tried what is not allowed. Names that are no codes are left out.
void record_refused_approval(Session& session, const std::string& manifest, const std::string& by,
                             const std::string& reason) {
  Json fields{{"manifest", manifest}, {"reason", reason}};
  if (is_safe_file_name(by)) fields["person"] = by;
  ledger::Change change = session.ledger().begin();
  change.note("approval.refused", fields);
  change.commit();
}

/// The manifest as the ledger drafted it; whatever else lies in the folder is foreign or edited.
ledger::ManifestRow require_ours(Session& session, const ManifestHeader& header,
                                 const Digest& digest) {
  const std::string name = "manifest " + header.id;
  if (header.origin != session.ledger().origin())
    refuse(name + " belongs to another ledger (" + for_terminal(header.origin) + ")",
           "approve it in the workspace that drafted it");
  const auto row = session.ledger().manifest(header.id);
  if (!row) refuse("this ledger never drafted " + name, "'besa manifest list' shows those it did");
  if (row->header != digest) {
    record_refused_approval(session, header.id, "", "header-edited");
    refuse("header.json of " + name + " was changed after it was drafted",
           "reject it with 'besa manifest reject " + header.id + "' and " + draft_again);
  }
  return *row;
}

/// Which file is no longer what it was when the manifest was drafted, in words; empty: none.
std::string changed_file(const Session& session, const ManifestHeader& header) {
  const model::Policy& policy = *session.realm(header.policy).policy;
  const std::string since = " was changed after manifest " + header.id + " was drafted";
  if (policy.digest != header.policy_digest) return policy.file + since;
  for (const ManifestHeader::DatasetRef& known : header.datasets) {
    const model::Dataset* dataset = session.dataset(known.name);
    if (dataset == nullptr)
      return "dataset " + known.name + " of manifest " + header.id + " is no longer in besa.json";
    if (dataset->digest != known.digest) return dataset->file + since;
  }
  return {};
}

std::string state_in_words(const std::string& name, ManifestState state) {
  return name + " is " + std::string(ledger::name_of(state)) + " already";
}

/// An enrolled approver's key that was in use when something was signed with it.
bool was_approvers_key(const ledger::Ledger& ledger, const std::string& name,
                       const std::string& public_key, Instant at) {
  const auto keys = ledger.keys();
  return std::any_of(keys.begin(), keys.end(), [&](const ledger::EnrolledKey& key) {
    return key.name == name && key.approver && key.key.base64() == public_key &&
           (!key.retired_at || *key.retired_at > at);
  });
}

template <class Signed>
bool signed_by_its_key(const Signed& approval) {
  const auto key = PublicKey::parse(approval.public_key);
  const auto signature = Signature::parse(approval.signature);
  return key && signature && verify(*key, as_bytes(approval.statement()), *signature);
}

// --- approval in advance ---

const model::Rule* rule_of(const Realm& realm, const std::string& name) {
  const model::Rule* rule = realm.policy->rule(name);
  return rule != nullptr && rule->kind == model::RuleKind::maximum ? rule : nullptr;
}

[[noreturn]] void refuse_unknown_rule(const Session& session, const std::string& name) {
  std::vector<std::string> known;
  for (const Realm& realm : session.realms())
    for (const model::Rule& rule : realm.policy->rules)
      if (rule.kind == model::RuleKind::maximum) known.push_back(rule.id);
  const auto nearest = nearest_name(name, known);
  throw Error(ErrorKind::failed,
              "no policy has a rule '" + for_terminal(name) + "' that makes data due",
              nearest ? "did you mean '" + *nearest + "'?" : "'besa policy show' lists them");
}

/// The realm whose policy has all the rules: that of the digest, where one is given.
const Realm& realm_of(const Session& session, const model::StandingApproval& approval) {
  const std::vector<std::string>& rules = approval.rules;
  if (rules.empty())
    refuse("an approval in advance names the rules it is for", "name them with --rule");
  const Realm* found = nullptr;
  for (const Realm& realm : session.realms()) {
    const bool all = std::all_of(rules.begin(), rules.end(), [&](const std::string& rule) {
      return rule_of(realm, rule) != nullptr;
    });
    const bool meant =
        approval.policy_digest == Digest{} || approval.policy_digest == realm.policy->digest;
    if (all && meant && found == nullptr) found = &realm;
  }
  if (found != nullptr) return *found;
  for (const std::string& rule : rules) {
    const auto& realms = session.realms();
    const bool known = std::any_of(realms.begin(), realms.end(), [&](const Realm& realm) {
      return rule_of(realm, rule) != nullptr;
    });
    if (!known) refuse_unknown_rule(session, rule);
  }
  refuse("no policy in use has all of these rules",
         "give one approval for each policy, for its present version");
}

void require_bounds(const Session& session, const Realm& realm,
                    const model::StandingApproval& approval) {
  if (approval.most_subjects == 0 || approval.most_records == 0)
    refuse("an approval in advance for nobody approves nothing",
           "say how many people and records it covers at most");
  if (approval.until < session.real_today(*realm.policy))
    refuse("an approval in advance cannot end before today (" + approval.until.str() + ")",
           "name a later day with --until");
}

// --- authority ---

Authority without(std::string why, std::string hint) {
  Authority authority;
  authority.why_not = std::move(why);
  authority.hint = std::move(hint);
  return authority;
}

/// Why nothing can approve the manifest on this day, whoever signed; empty where something can.
Authority barred(Session& session, const ManifestHeader& header, const Digest& digest) {
  const std::string name = "manifest " + header.id;
  if (header.origin != session.ledger().origin())
    return without(name + " belongs to another ledger (" + for_terminal(header.origin) + ")",
                   "apply it in the workspace that drafted it");
  const auto row = session.ledger().manifest(header.id);
  if (!row)
    return without("this ledger never drafted " + name, "'besa manifest list' shows those it did");
  if (row->header != digest)
    return without("header.json of " + name + " was changed after it was drafted",
                   "reject it with 'besa manifest reject " + header.id + "' and " + draft_again);
  if (header.simulated)
    return without(name + " was drafted for a simulated day and can never be applied",
                   "draft one for the real day with 'besa sweep'");
  if (row->state == ManifestState::rejected || row->state == ManifestState::closed)
    return without(name + " is " + std::string(ledger::name_of(row->state)),
                   "draft a new one with 'besa sweep'");
  if (row->state == ManifestState::applying)
    return {};  // begun while it was in time: it is finished
  if (std::string changed = changed_file(session, header); !changed.empty())
    return without(std::move(changed), draft_again);
  const Date today = session.real_today(*session.realm(header.policy).policy);
  if (today < header.not_before)
    return without(name + " may not be applied before " + header.not_before.str(),
                   "apply it then; 'besa night' does so by itself");
  if (today > header.expires)
    return without(name + " expired on " + header.expires.str(), draft_again);
  return {};
}

void add_approvals(Session& session, const ManifestHeader& header, const Digest& digest,
                   Authority& authority) {
  for (const model::Approval& approval : session.ledger().approvals(header.id)) {
    const bool valid =
        approval.header == digest && approval.by != header.drafted_by.name &&
        signed_by_its_key(approval) &&
        was_approvers_key(session.ledger(), approval.by, approval.public_key, approval.at);
    if (!valid) continue;
    authority.by.push_back(approval.by);
    if (authority.override_reason.empty()) authority.override_reason = approval.override_reason;
  }
}

/// When the authority to apply is looked at: now, or when what is unfinished was begun.
Instant moment(Session& session, const ManifestHeader& header) {
  const auto run = session.ledger().run_of(header.id);
  return run && run->outcome.empty() ? run->begun : session.clock().now();
}

std::string refused_by(Session& session, const model::StandingApproval& standing,
                       const ManifestHeader& header) {
  const Instant at = moment(session, header);
  const TimeZone zone = TimeZone::find(session.realm(header.policy).policy->time_zone);
  std::string refusal = standing.refuses(header, zone.local_date(at));
  if (!refusal.empty()) return refusal;
  if (!signed_by_its_key(standing)) return "its signature is not valid";
  // Who left approves nothing that comes after.
  if (!was_approvers_key(session.ledger(), standing.by, standing.public_key, at))
    return "the key of " + standing.by + " was retired";
  return {};
}

/// The first approval in advance that covers the manifest; otherwise why the last one does not.
void add_standing(Session& session, const ManifestHeader& header, Authority& authority) {
  for (const model::StandingApproval& standing : session.ledger().standing_approvals()) {
    const std::string refusal = refused_by(session, standing, header);
    if (refusal.empty()) {
      authority.by = {standing.id};
      authority.why_not.clear();
      return;
    }
    authority.why_not = "; approval in advance " + standing.id + " does not cover it: " + refusal;
  }
}

}  // namespace

model::Approval sign_approval(std::string_view header_text, const std::string& name,
                              const SigningKey& key, Instant at,
                              const std::string& override_reason) {
  model::Approval approval;
  approval.manifest = ManifestHeader::parse(header_text).id;
  approval.header = sha256(header_text);
  approval.by = name;
  approval.at = at;
  approval.override_reason = override_reason;
  approval.public_key = key.public_key().base64();
  approval.signature = key.sign(as_bytes(approval.statement())).base64();
  return approval;
}

void approve(Session& session, const model::Approval& approval) {
  const Path folder = manifest_folder(session, approval.manifest);
  Digest digest;
  const ManifestHeader header = read_header(folder, &digest);
  const ledger::ManifestRow row = require_ours(session, header, digest);
  const std::string name = "manifest " + header.id;
  if (row.simulated)
    refuse(name + " was drafted for a simulated day and can never be approved",
           "draft one for the real day with 'besa sweep'");
  if (row.state != ManifestState::drafted)
    refuse(state_in_words(name, row.state), "'besa manifest list' shows what waits for approval");
  if (approval.by == row.drafted_by) {
    record_refused_approval(session, header.id,
                            session.ledger().key(approval.by) ? approval.by : "", "own-draft");
    refuse(for_terminal(approval.by) + " drafted " + name + " and cannot approve it",
           "a second person must look at it");
  }
  if (const std::string changed = changed_file(session, header); !changed.empty())
    refuse(changed, draft_again);
  read_body(folder, header, [](const model::BodyLine&) {});
  ledger::Change change = session.ledger().begin();
  change.approve_manifest(approval);
  change.commit();
}

void approve_in_advance(Session& session, model::StandingApproval approval, const SigningKey& key) {
  const Realm& realm = realm_of(session, approval);
  require_bounds(session, realm, approval);
  ledger::Change change = session.ledger().begin();
  approval.id = change.next_standing_id();
  approval.origin = session.ledger().origin();
  approval.policy_digest = realm.policy->digest;
  approval.datasets.clear();
  for (const model::Dataset* dataset : realm.datasets)
    approval.datasets[dataset->name] = dataset->digest;
  approval.at = session.clock().now();
  approval.public_key = key.public_key().base64();
  approval.signature = key.sign(as_bytes(approval.statement())).base64();
  change.approve_in_advance(approval);
  change.commit();
}

void reject(Session& session, const std::string& manifest, const std::string& reason_code) {
  const Path folder = manifest_folder(session, manifest);
  if (begun_run(session, manifest))
    refuse("manifest " + manifest + " was begun", or_give_up(manifest));
  // A crash may have come between the rejection and the forgetting.
  const auto row = session.ledger().manifest(manifest);
  if (row && row->state == ManifestState::rejected) forget_manifest(session, folder);
  ledger::Change change = session.ledger().begin();
  change.reject_manifest(manifest, reason_code, session.actor().name);
  change.commit();
  // Nothing of it will be done: the keys of people in its body have no purpose any more.
  forget_manifest(session, folder);
}

Authority authority(Session& session, const ManifestHeader& header, const Digest& header_digest) {
  Authority found = barred(session, header, header_digest);
  if (!found.why_not.empty()) return found;
  add_approvals(session, header, header_digest, found);
  if (found.by.empty()) add_standing(session, header, found);
  if (found.by.empty())
    return without("manifest " + header.id + " is not approved" + found.why_not,
                   "besa manifest approve " + header.id);
  if (!header.exceeded.empty() && found.override_reason.empty())
    return without(
        "manifest " + header.id + " exceeds a limit: " + header.exceeded.front(),
        "approve it with a reason: besa manifest approve " + header.id + " --override CODE");
  return found;
}

}  // namespace besa::workflow
