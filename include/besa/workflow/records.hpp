// Every record of people who are due, and what happens to each: the one closure and, for each row,
// the one decision. Sweep writes what comes out of it into a manifest; apply runs it again inside
// its transaction and compares.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
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

/// People of one population who go, and why; `decision(person)` is never null for them. One whose
/// decision is about a part of their data (its rule is not for_all_data) stays, without that part.
struct Leaving {
  const Population* population = nullptr;
  std::vector<Ordinal> due;                                               ///< persons, ascending
  std::function<const model::SubjectDecision*(Ordinal person)> decision;  ///< nullptr: stays
  std::function<model::SubjectFacts(Ordinal person)> facts;  ///< for promises of single tables
  /// Where the population is not everybody: the place, in the same manifest, of somebody outside it
  /// who leaves too (root "dataset.table", encoded key); nullopt: stays. May be empty.
  std::function<std::optional<std::uint32_t>(const std::string& root, std::string_view key)>
      elsewhere;
  /// The place of a person in the manifest: of a row's leaving owners the first answers for it.
  std::function<std::uint32_t(Ordinal person)> place;
  /// A store is away in which identifiers of theirs may lie: not all of their rows are known.
  bool half_known = false;
};

/// What happens to one row.
struct RecordPlan {
  std::uint32_t table = 0;  ///< index into Rulebook::tables()
  std::string_view key;     ///< encoded key columns; valid until the sink returns
  std::size_t leaving = 0;  ///< index of the Leaving whose departure does it
  Ordinal person = nobody;  ///< who; nobody: a record rule
  bool remove = false;
  const ColumnPlan* columns = nullptr;  ///< where it is masked
  const model::Rule* rule = nullptr;    ///< the maximum
  std::optional<Date> due_since;
  const model::Rule* ground = nullptr;  ///< the minimum that retains the rest
  std::optional<Date> retained_until;
};

/// Rows that were met but stay as they are, and why: counted, never listed by person.
struct RecordTally {
  std::uint64_t candidates = 0;    ///< attributed to a due person only perhaps
  std::uint64_t undetermined = 0;  ///< their own dates cannot be read, or they cannot be divided
  std::uint64_t held = 0;
  std::uint64_t retained = 0;  ///< rows of which something stays on a ground
  std::uint64_t not_ours = 0;  ///< rows that go although a partner is obliged to keep its copy
};

using RecordSink = std::function<void(const RecordPlan&)>;

/// Somebody due who cannot go yet: a row that is theirs is held, because it is also somebody's who
/// is under a hold, or cannot be decided, because the date of a document in it cannot be read. Gone
/// without it, they would leave it nobody's.
struct Blocked {
  std::size_t leaving = 0;
  Ordinal person = nobody;
  std::uint32_t table = 0;                        ///< index into Rulebook::tables()
  model::Outcome outcome = model::Outcome::held;  ///< or undetermined
  model::Doubt doubt = model::Doubt::none;
  const model::Hold* hold = nullptr;
};

/// True for a value that an earlier mask of besa's left in that column.
using IsMask = std::function<bool(const model::Dataset&, const model::Table&,
                                  const std::string& column, const source::ValueView&)>;

class RecordPlanner {
 public:
  /// `table_holds`: holds in force that name no subject. Column plans live as long as the planner.
  RecordPlanner(const model::Rulebook& rules, ScanRows scan, Date today,
                std::vector<const model::Hold*> table_holds);
  RecordPlanner(RecordPlanner&&) noexcept;
  RecordPlanner& operator=(RecordPlanner&&) noexcept = delete;
  ~RecordPlanner();

  /// Streams, by dataset, deletion order and key, every record that goes or is masked because these
  /// people leave, then in each table those that a record-scope rule makes due. A row that names
  /// somebody who leaves comes once more for each such mention. Without `record_rules`: only
  /// people's. Empty `only`: every dataset.
  void plan(const std::vector<Leaving>& leaving, const RecordSink& sink,
            const std::set<std::string>& only = {}, bool record_rules = true);
  /// Who of these cannot go, each once, in order. With them gone from the lists others may be
  /// blocked: ask until nobody is.
  [[nodiscard]] std::vector<Blocked> blocked(const std::vector<Leaving>& leaving) const;
  /// People under a hold (`due` lists them): no rule reaches their rows, nor those they share.
  void protect(std::vector<Leaving> held);
  /// The day of the sweep: of a row of several people who fall due on different days after it, each
  /// is cut on the day it is due and the last takes the row along. Without: `today`.
  void waves_from(Date as_of);
  /// Rows may come in any order, not by key: what asks for nothing else need not wait for a sort.
  void in_any_order();
  /// How many rows with several owners are gathered in memory at a time; what is planned does not
  /// depend on it.
  void gather_at_most(std::size_t rows);
  /// How to know what was masked before, and need not be again; without, only NULL is known.
  void recognise(IsMask is_mask);
  /// Streams what record-scope rules make due among these rows of one table.
  void plan_rows(std::uint32_t table, const source::KeyIndex& keys, const RecordSink& sink);

  [[nodiscard]] const RecordTally& tally() const;

 private:
  class Pass;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace besa::workflow
