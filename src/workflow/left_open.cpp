#include "workflow/left_open.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "workflow/certify.hpp"

namespace besa::workflow {
namespace {

using model::Certificate;

/// The words come from a driver: some begin with the dataset, some do not.
std::string without_the_name(const std::string& why, const std::string& dataset) {
  const std::string name = "dataset " + dataset + ": ";
  return why.starts_with(name) ? why.substr(name.size()) : why;
}

bool is_there(const Session& session, const std::string& instruction) {
  return !instruction.empty() && std::filesystem::exists(session.root() / instruction);
}

PartyLeft party_left(const Session& session, const Certificate& certificate,
                     const Certificate::Outstanding& left, Date since) {
  const bool waited_for = is_there(session, left.instruction);
  const std::string next =
      waited_for ? "send it " + left.instruction + ", and destroy that file when it has answered"
                 : "its instruction was destroyed, as is done when it has answered";
  return {left.party + " has its own copy (dataset " + left.dataset + ", " +
              counted(left.records, "record", "records") + ") of what went under manifest " +
              certificate.manifest + ", since " + since.str() + " by certificate " +
              certificate.id + ": " + next,
          certificate.id, waited_for};
}

}  // namespace

std::vector<std::string> stores_left(const Certificate& certificate) {
  std::vector<std::string> stores;
  for (const Certificate::Outstanding& each : certificate.outstanding)
    if (each.party.empty())
      stores.push_back("dataset " + each.dataset +
                       " is outstanding: " + without_the_name(each.why, each.dataset));
  return stores;
}

std::vector<std::string> steps_left(const Certificate& certificate) {
  std::vector<std::string> steps;
  for (const Certificate::Look& look : certificate.looks)
    for (const std::string& step : look.steps)
      if (step.find(": not done") != std::string::npos)
        steps.push_back("dataset " + look.dataset + ": " + step);
  return steps;
}

std::vector<PartyLeft> parties_left(Session& session, const Realm& realm) {
  std::vector<PartyLeft> parties;
  auto rows = session.ledger().manifests();
  std::ranges::reverse(rows);
  const TimeZone zone = TimeZone::find(realm.policy->time_zone);
  for (const ledger::ManifestRow& row : rows) {
    if (row.policy != realm.policy->name) continue;
    const auto run = session.ledger().run_of(row.id);
    if (!run || run->outcome.empty() || run->outcome == name_of(model::RunOutcome::done)) continue;
    const auto last = read_certificate(session, run->certificate);
    if (!last) {
      parties.push_back({"certificate " + run->certificate + " of manifest " + row.id +
                             " is not there as it was signed: who has a copy of what went is not "
                             "known",
                         run->certificate});
      continue;
    }
    for (const Certificate::Outstanding& each : last->certificate.outstanding)
      if (!each.party.empty())
        parties.push_back(party_left(session, last->certificate, each,
                                     zone.local_date(last->certificate.finished)));
  }
  return parties;
}

}  // namespace besa::workflow
