#include "besa/workflow/freshness.hpp"

#include "workflow/lengths.hpp"
#include "workflow/shrunk.hpp"

namespace besa::workflow {
namespace {

using model::Severity;

class FreshnessCheck {
 public:
  FreshnessCheck(Session& session, const model::Dataset& dataset, source::Source& source)
      : session_(session),
        realm_(session.realm(dataset.policy)),
        dataset_(dataset),
        source_(source) {}

  std::vector<model::Finding> run() {
    if (const std::string why = why_stale(session_, realm_, dataset_, source_); !why.empty())
      add(Severity::error, "source.stale", dataset_.file, why, "bring a fresh one");
    if (const std::string why = why_shrunk(session_, dataset_, source_); !why.empty())
      add(Severity::error, "source.shorter", dataset_.file, why, when_shrunk(dataset_));
    check_export();
    return std::move(findings_);
  }

 private:
  void add(Severity severity, const char* code, const std::string& where, std::string message,
           std::string hint) {
    findings_.push_back({severity, code, where, std::move(message), std::move(hint)});
  }

  void check_export() {
    const Lengths lengths = lengths_now(session_, realm_, dataset_, source_);
    for (const auto& [table, parts] : lengths)
      if (rows_of(parts) == 0)
        add(Severity::warning, "source.empty", dataset_.name + "." + table,
            "has no row: by its silence people would be decided about",
            "if the export was not written to its end, bring it again");
    if (!lengths.empty() && !dataset_.max_age)
      add(Severity::warning, "source.no_max_age", dataset_.file,
          "is an export that could show contact, and says nowhere how old it may be",
          "add \"max_age\", as in \"P2D\" for one that comes every night: a late one would look "
          "like silence");
  }

  Session& session_;
  const Realm& realm_;
  const model::Dataset& dataset_;
  source::Source& source_;
  std::vector<model::Finding> findings_;
};

}  // namespace

std::vector<model::Finding> check_freshness(Session& session, const model::Dataset& dataset,
                                            source::Source& source) {
  return FreshnessCheck(session, dataset, source).run();
}

std::vector<AcceptedTable> accept_length(Session& session, const model::Dataset& dataset) {
  const Realm& realm = session.realm(dataset.policy);
  if (session.simulated(*realm.policy))
    throw Error(ErrorKind::usage, "what is accepted is accepted today", "leave --today out");
  const auto source = session.open(dataset);
  if (watched_tables(realm, dataset).empty() || source == nullptr)
    throw Error(ErrorKind::failed,
                "nothing in dataset " + dataset.name + " is compared with an earlier day",
                "compared are exports that could show contact, see besa-dataset(5)");
  const auto before = lengths_before(session, realm, dataset);
  const Json lengths = lengths_of(session, realm, dataset, *source);
  ledger::Change change = session.ledger().begin();
  remember_lengths(change, lengths, session.actor().name);
  change.commit();
  std::vector<AcceptedTable> accepted;
  for (const auto& [table, parts] : lengths_now(session, realm, dataset, *source)) {
    const bool known = before && before->lengths.contains(table);
    accepted.push_back({table, known ? rows_of(before->lengths.at(table)) : 0, rows_of(parts)});
  }
  return accepted;
}

}  // namespace besa::workflow
