// Explain: for one person, every record with its event, rule, clause, dates and decision, and what
// would have to happen for it to be decided otherwise.
#pragma once

#include <string>
#include <vector>

#include "besa/model/decide.hpp"
#include "besa/model/explain.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

struct ExplainedRecord {
  std::string dataset, table;
  std::string key;  ///< as people read it
  model::RecordExplanation why;
};

struct Explained {
  std::string policy;
  std::string subject;  ///< type
  std::string key;
  Date as_of;
  model::SubjectExplanation why;
  std::string stays;  ///< "a row of … is held …": due, but cannot go yet; else empty
  std::vector<ExplainedRecord> records;  ///< by table in deletion order
  std::vector<std::string> candidates;   ///< "newsletter_events: 3 rows may be theirs: …"
};

/// `identifier` is a key or any identifier of the person ("HM-0000017", an e-mail). Error(failed)
/// if nobody has it, Error(refused) listing how many if several have.
[[nodiscard]] std::vector<Explained> explain(Session& session, const std::string& identifier);

}  // namespace besa::workflow
