#include "workflow/verify_records.hpp"

#include <algorithm>

#include "workflow/outstanding.hpp"
#include "workflow/planned_rows.hpp"

namespace besa::workflow {
namespace {

using Fate = Planned::Fate;
using source::KeyIndex;

constexpr std::size_t keys_at_a_time = 200'000;

/// Lines of one table with one plan, waiting to be looked for.
struct Pending {
  KeyIndex keys;
  std::vector<std::uint32_t> people;  ///< by place in keys
  std::vector<bool> retained;
};

struct PlanKey {
  std::uint32_t table = 0;  ///< in header.tables
  bool mask = false;
  ColumnPlan columns;
  std::string ground;
  friend auto operator<=>(const PlanKey&, const PlanKey&) = default;
};

class Verifier {
 public:
  Verifier(ApplyContext& context, OpenedSources& sources) : context_(context), sources_(sources) {
    if (context.given_up) result_.people.resize(context.people.size() + 1);
  }

  Verification run() {
    read_body(context_.folder, context_.header, [this](const model::BodyLine& line) {
      if (line.record) take(*line.record);
    });
    for (auto& [key, pending] : pending_) look(key, pending);
    leave_out_the_lost();
    settle();
    return std::move(result_);
  }

 private:
  /// Lines of a skipped person, counted when all of them have been looked at.
  struct Tally {
    std::uint64_t good = 0, bad = 0;
  };

  void take(const model::RecordLine& line) {
    if (!context_.given_up && line.subject != 0 && context_.people.at(line.subject).later()) return;
    const std::string& dataset = context_.header.tables.at(line.table).dataset;
    if (sources_.lost().contains(dataset) || result_.lost.contains(dataset)) return;
    const PlanKey key{
        line.table, line.deed == model::Deed::mask, {line.clear, line.cut}, line.ground};
    Pending& pending = pending_[key];
    pending.keys.add(key_from_json(line.key));
    pending.people.resize(pending.keys.size());
    pending.people.back() = line.subject;
    if (pending.keys.size() >= keys_at_a_time) look(key, pending);
  }

  void look(const PlanKey& plan, Pending& pending) {
    const std::string& dataset = context_.header.tables.at(plan.table).dataset;
    if (result_.lost.contains(dataset)) return;
    try {
      ask(plan, pending);
    } catch (const Error& error) {
      if (!is_a_store_lost(error)) throw;
      result_.lost[dataset] =
          "dataset " + dataset + " could not be looked at again: " + error.message();
    }
    pending = Pending{};
  }

  void ask(const PlanKey& plan, const Pending& pending) {
    const auto& place = context_.header.tables.at(plan.table);
    const model::Dataset& dataset = *context_.session.dataset(place.dataset);
    const model::Table& table = *dataset.table(place.table);
    source::Source& source = sources_.at(place.dataset);
    const Masker masker(context_.digests, context_.tombstone_digests, dataset, table, source,
                        context_.header.id);
    const std::vector<bool> bad = not_as_planned(
        [&](const source::Scan& scan, const source::RowSink& sink) { source.scan(scan, sink); },
        masker, {table, plan.mask, plan.columns, pending.keys});
    for (std::uint32_t i = 0; i < pending.keys.size(); ++i)
      if (context_.given_up)
        note_of_given_up(plan, pending, i, bad[i]);
      else
        note(plan, pending.people[i], bad[i]);
  }

  void note_of_given_up(const PlanKey& plan, const Pending& pending, std::uint32_t row, bool bad) {
    SeenOf& person = result_.people[pending.people[row]];
    (bad ? person.still_there : person.as_planned) = true;
    if (!bad) return count_good(plan, 1);
    ++result_.tables[plan.table].given_up;
    const model::Dataset& dataset =
        *context_.session.dataset(context_.header.tables.at(plan.table).dataset);
    if (is_a_party(context_, dataset)) result_.still_there[plan.table].add(pending.keys.key(row));
  }

  void note(const PlanKey& plan, std::uint32_t person, bool bad) {
    if (person != 0 && context_.people.at(person).fate == Fate::skipped) {
      Tally& tally = skipped_[person][plan];
      ++(bad ? tally.bad : tally.good);
    } else if (!bad) {
      count_good(plan, 1);
    } else if (person == 0) {
      ++result_.tables[plan.table].skipped;  // changed since: decided again the next night
    } else if (context_.people.at(person).fate == Fate::gone) {
      context_.people.skip(person, context_.people.at(person).begun
                                       ? "not erased, or only in part, by an earlier run"
                                       : "partly gone before it was this manifest's turn");
      ++result_.tables[plan.table].skipped;
    } else {
      ++result_.tables[plan.table].still_there;
    }
  }

  void count_good(const PlanKey& plan, std::uint64_t rows) {
    TableSeen& seen = result_.tables[plan.table];
    (plan.mask ? seen.masked : seen.absent) += rows;
    if (plan.ground.empty()) return;
    seen.retained += rows;
    grounds_[plan.table][plan.ground] += rows;
  }

  [[nodiscard]] bool lost(std::uint32_t table) const {
    return result_.lost.contains(context_.header.tables.at(table).dataset);
  }

  /// Of a store that was lost, also what had been seen of it until then proves nothing.
  void leave_out_the_lost() {
    std::erase_if(result_.tables, [&](const auto& table) { return lost(table.first); });
    for (auto& [person, plans] : skipped_)
      std::erase_if(plans, [&](const auto& plan) { return lost(plan.first.table); });
    std::erase_if(grounds_, [&](const auto& table) { return lost(table.first); });
  }

  [[nodiscard]] bool has_records_in_the_lost(std::uint32_t person) const {
    for (std::uint32_t place = 0; place < context_.header.datasets.size(); ++place)
      if (result_.lost.contains(context_.header.datasets[place].name) &&
          context_.people.at(person).records.at(place) != Digest{})
        return true;
    return false;
  }

  /// Skipped people with nothing left to do were dealt with by an earlier run; of others a part may
  /// have been done before it was seen that they stay.
  void settle() {
    for (const auto& [person, plans] : skipped_) {
      const bool done = !has_records_in_the_lost(person) &&
                        std::all_of(plans.begin(), plans.end(),
                                    [](const auto& plan) { return plan.second.bad == 0; });
      if (done)
        context_.people.at(person).fate = Fate::gone;
      else if (context_.people.at(person).begun &&
               std::any_of(plans.begin(), plans.end(),
                           [](const auto& plan) { return plan.second.good > 0; }))
        context_.people.at(person).why += "; erased in part before that";
      for (const auto& [plan, tally] : plans) {
        const std::uint64_t good = done || context_.people.at(person).begun ? tally.good : 0;
        if (good > 0) count_good(plan, good);
        result_.tables[plan.table].skipped += tally.good + tally.bad - good;
      }
    }
    for (const auto& [table, grounds] : grounds_)
      for (const auto& [ground, rows] : grounds) result_.grounds[ground] += rows;
  }

  ApplyContext& context_;
  OpenedSources& sources_;
  std::map<PlanKey, Pending> pending_;
  std::map<std::uint32_t, std::map<PlanKey, Tally>> skipped_;              ///< by person
  std::map<std::uint32_t, std::map<std::string, std::uint64_t>> grounds_;  ///< by table, by rule
  Verification result_;
};

}  // namespace

Verification verify_records(ApplyContext& context, OpenedSources& sources) {
  return Verifier(context, sources).run();
}

}  // namespace besa::workflow
