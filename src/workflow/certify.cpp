#include "workflow/certify.hpp"

#include <algorithm>
#include <set>

namespace besa::workflow {
namespace {

using model::Certificate;

std::string where(const source::Residue::Hit& hit) {
  const std::string count = ": " + std::to_string(hit.count);
  switch (hit.where) {
    case source::Residue::Where::live_cell:
      return "live rows of " + hit.table + count;
    case source::Residue::Where::free_bytes:
      return "unused bytes of " + hit.file + count;
    case source::Residue::Where::side_file:
      break;
  }
  return hit.file + count;
}

Certificate::Look look(const DatasetLook& seen) {
  Certificate::Look look;
  look.dataset = seen.dataset;
  look.bytes_read = seen.cleaning.residue.bytes_read;
  look.values_sought = seen.cleaning.residue.values_sought;
  look.too_short = seen.cleaning.residue.values_too_short;
  look.excused = seen.cleaning.residue.values_excused;
  for (const auto& hit : seen.cleaning.residue.hits) look.found.push_back(where(hit));
  for (const auto& step : seen.cleaning.steps)
    look.steps.push_back(step.name + ": " + (step.done ? "done" : "not done") +
                         (step.detail.empty() ? "" : " (" + step.detail + ")"));
  for (const auto& hit : seen.catalogue)
    look.steps.push_back("words shared with a table about nobody: " + where(hit));
  look.clean = seen.cleaning.complete();
  look.of_files = seen.cleaning.of_files;
  return look;
}

std::vector<Certificate::TableResult> tables(const CertificateFacts& facts) {
  std::vector<Certificate::TableResult> results;
  for (const auto& [place, seen] : facts.seen.tables) {
    const auto& table = facts.header.tables.at(place);
    results.push_back({.dataset = table.dataset,
                       .table = table.table,
                       .erased = seen.absent,
                       .masked = seen.masked,
                       .retained = seen.retained,
                       .skipped = seen.skipped,
                       .verified_absent = seen.absent,
                       .still_there = seen.still_there,
                       .given_up = seen.given_up});
  }
  return results;
}

std::vector<Certificate::Count> skipped(const PlannedPeople& people) {
  std::map<std::string, std::uint64_t> counts;
  for (std::uint32_t number = 1; number <= people.size(); ++number)
    if (people.at(number).fate == Planned::Fate::skipped) ++counts[people.at(number).why];
  std::vector<Certificate::Count> result;
  for (const auto& [why, count] : counts) result.push_back({why, count});
  return result;
}

std::vector<Certificate::Count> retained(const CertificateFacts& facts) {
  std::vector<Certificate::Count> result;
  for (const auto& [ground, count] : facts.seen.grounds) {
    const model::Rule* rule = facts.realm.policy->rule(ground);
    result.push_back({ground + (rule != nullptr ? " (" + rule->clause + ")" : ""), count});
  }
  return result;
}

/// What no look at this source can reach: said each time.
std::vector<std::string> not_covered(const CertificateFacts& facts) {
  std::vector<std::string> list;
  for (const ledger::BackupRow& backup : facts.session.ledger().backups())
    if (backup.expires >= facts.session.real_today(*facts.realm.policy))
      list.push_back("backup of " + backup.at.str() + ", kept until " + backup.expires.str());
  list.push_back(
      "earlier copies and backups besa does not know of, replicas and file-system snapshots");
  list.push_back(
      "disk blocks not yet overwritten (full-disk encryption, discard, or media sanitisation per "
      "NIST SP 800-88)");
  return list;
}

model::RunOutcome outcome(const CertificateFacts& facts) {
  if (facts.given_up != nullptr) return model::RunOutcome::given_up;
  const bool residue =
      std::any_of(facts.looks.begin(), facts.looks.end(),
                  [](const DatasetLook& each) { return !each.cleaning.complete(); });
  if (residue) return model::RunOutcome::residue_pending;
  for (const auto& [place, seen] : facts.seen.tables)
    if (seen.still_there + seen.skipped > 0) return model::RunOutcome::partly_done;
  return skipped(facts.people).empty() && facts.outstanding.empty()
             ? model::RunOutcome::done
             : model::RunOutcome::partly_done;
}

bool about_nobody(const model::Dataset& dataset, const std::string& name) {
  const model::Table* table = dataset.table(name);
  return table != nullptr && table->subject.empty() && table->links.empty() &&
         std::none_of(table->columns.begin(), table->columns.end(),
                      [](const model::Column& column) { return column.personal(); });
}

std::uint32_t eyes(const CertificateFacts& facts) {
  std::set<std::string> people(facts.authority.by.begin(), facts.authority.by.end());
  people.insert(facts.header.drafted_by.name);
  return static_cast<std::uint32_t>(people.size());
}

/// Without what differs from one look to the next though nothing has changed.
Json what_was_seen(Certificate certificate) {
  for (Certificate::Look& look : certificate.looks) {
    look.bytes_read = 0;
    std::erase_if(look.steps, [](const std::string& step) {
      return step.find(": not done") == std::string::npos;
    });
  }
  const Json all = certificate.to_json();
  Json seen;
  for (const char* field : {"outcome", "tables", "skipped", "retained", "looks", "outstanding"})
    seen[field] = all.at(field);
  return seen;
}

}  // namespace

void set_catalogue_apart(DatasetLook& look, const model::Dataset& dataset) {
  auto& hits = look.cleaning.residue.hits;
  const auto apart = std::stable_partition(hits.begin(), hits.end(), [&](const auto& hit) {
    return hit.where != source::Residue::Where::live_cell || !hit.words ||
           !about_nobody(dataset, hit.table);
  });
  look.catalogue.assign(apart, hits.end());
  hits.erase(apart, hits.end());
}

std::optional<SignedCertificate> read_certificate(Session& session, const std::string& id) {
  const Path file = session.state() / "certificates" / (id + ".note");
  if (id.empty() || !std::filesystem::exists(file)) return std::nullopt;
  std::string note = read_file(file);
  const auto text = model::open_note(note, session.ledger().verifier_key());
  if (!text) return std::nullopt;
  return SignedCertificate{Certificate::parse(*text), std::move(note)};
}

bool says_the_same(const Certificate& a, const Certificate& b) {
  return a.manifest == b.manifest && what_was_seen(a) == what_was_seen(b);
}

Certificate certificate(const CertificateFacts& facts, const std::string& id) {
  Certificate result;
  result.id = id;
  result.origin = facts.header.origin;
  result.manifest = facts.header.id;
  result.run = facts.run;
  result.header = facts.header_digest;
  result.policy = facts.header.policy;
  result.policy_version = facts.header.policy_version;
  result.policy_digest = facts.header.policy_digest;
  result.begun = facts.begun;
  result.finished = facts.session.clock().now();
  result.outcome = outcome(facts);
  result.drafted_by = facts.header.drafted_by;
  result.approved_by = facts.authority.by;
  result.override_reason = facts.authority.override_reason;
  result.eyes = eyes(facts);
  if (facts.given_up != nullptr) {
    result.given_up_by = facts.given_up->by;
    result.given_up_reason = facts.given_up->reason;
  }
  result.tables = tables(facts);
  result.skipped = skipped(facts.people);
  result.retained = retained(facts);
  for (const DatasetLook& each : facts.looks) result.looks.push_back(look(each));
  result.outstanding = facts.outstanding;
  result.not_covered = not_covered(facts);
  result.ledger_size = facts.session.ledger().size();
  result.ledger_root = facts.session.ledger().root();
  return result;
}

}  // namespace besa::workflow
