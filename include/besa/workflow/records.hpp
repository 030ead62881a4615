// Every record of people who are due, and what happens to each: the one closure and, for each row,
// the one decision. Sweep writes what comes out of it into a manifest; apply runs it again inside
// its transaction and compares.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "besa/model/decide.hpp"
#include "besa/workflow/population.hpp"

namespace besa::workflow {

/// Columns of a table to be masked (`clear`) and links to be cut (`cut`), shared by many rows.
struct ColumnPlan {
  std::vector<std::string> clear, cut;
  friend auto operator<=>(const ColumnPlan&, const ColumnPlan&) = default;
};

/// What happens to one row.
struct RecordPlan {
  std::uint32_t table = 0;             ///< index into Rulebook::tables()
  std::string_view key;                ///< encoded key columns; valid until the sink returns
  Ordinal person = nobody;             ///< whose departure does it; nobody: a record rule
  bool remove = false;
  const ColumnPlan* columns = nullptr; ///< where it is masked
  const model::Rule* rule = nullptr;   ///< record rules: which
  std::optional<Date> due_since;       ///< record rules: since when
  const model::Rule* ground = nullptr; ///< the minimum that retains the rest
  std::optional<Date> retained_until;
};

/// Rows that were met but stay untouched, and why: counted, never listed by person.
struct RecordTally {
  std::uint64_t candidates = 0;    ///< attributed to a due person only perhaps
  std::uint64_t undetermined = 0;  ///< their dates cannot be read
  std::uint64_t held = 0;
  std::uint64_t retained = 0;      ///< rows of which something stays on a ground
  std::uint64_t not_ours = 0;      ///< rows a partner's duty does not protect
};

/// Why and since when a person goes; nullptr: the person stays.
using DueDecision = std::function<const model::SubjectDecision*(Ordinal person)>;
using RecordSink = std::function<void(const RecordPlan&)>;

class RecordPlanner {
 public:
  /// `holds` in force that name no subject; column plans live as long as the planner.
  RecordPlanner(const model::Rulebook& rules, const ScanRows& scan, Date today,
                std::vector<const model::Hold*> table_holds);
  ~RecordPlanner();

  /// Streams, table by table in deletion order and by key within each, every record that goes or is
  /// masked because these people (of one population) leave. Mentions of them are cut.
  void of_people(const Population& population, const std::vector<Ordinal>& due, const DueDecision& decision,
                 const RecordSink& sink, const std::vector<std::string>& only_datasets = {});
  /// Streams the records of one table (index into Rulebook::tables()) that a record-scope maximum
  /// makes due, whoever owns them, except those whose owner `is_due` already takes.
  void of_record_rules(std::uint32_t table, const RecordSink& sink, const source::KeyIndex* only_keys = nullptr);

  [[nodiscard]] const RecordTally& tally() const { return tally_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  RecordTally tally_;
};

}  // namespace besa::workflow
