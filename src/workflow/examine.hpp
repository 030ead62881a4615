// Everybody (or some people) of one subject type with the facts that decide about them: what sweep,
// apply and explain all begin with. Private to workflow.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "besa/workflow/facts.hpp"
#include "besa/workflow/population.hpp"
#include "besa/workflow/records.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// The opened sources of a realm.
class OpenedSources {
 public:
  /// Missing files are left out, exports that shrank and servers that do not answer (their silence
  /// proves nothing); unreadable ones are Errors.
  OpenedSources(Session& session, const Realm& realm, bool for_change = false);
  /// As far as they can be opened: the others are in `lost`, with why. Error where one of them
  /// lists people (nobody could be found), or where none is left.
  [[nodiscard]] static OpenedSources within_reach(Session& session, const Realm& realm,
                                                  bool for_change);
  /// The same for what goes on without any of them: whatever cannot be opened is in `lost`.
  [[nodiscard]] static OpenedSources what_is_there(Session& session, const Realm& realm,
                                                   bool for_change);
  [[nodiscard]] const Sources& all() const { return sources_; }
  [[nodiscard]] source::Source& at(
      const std::string& dataset) const;  ///< Error(failed) where missing
  /// A second reader over the same data for another thread.
  [[nodiscard]] ScanRows another();
  /// From now on as if it had not been there.
  void lose(const std::string& dataset, const std::string& why);
  [[nodiscard]] const std::map<std::string, std::string>& lost() const { return lost_; }
  /// Of the lost ones, those that do not answer now, with the error that said so.
  [[nodiscard]] const std::map<std::string, Error>& out_of_reach() const { return out_of_reach_; }
  /// Throws the first of these errors: for what cannot be known without them.
  void require_all_in_reach() const;

 private:
  OpenedSources() = default;
  void open(Session& session, const model::Dataset& dataset, bool for_change);
  /// The Error of one that cannot be opened; it is lost.
  std::optional<Error> try_to_open(Session& session, const model::Dataset& dataset,
                                   bool for_change);
  void lose_if_shrunk(Session& session, const model::Dataset& dataset);
  std::vector<std::unique_ptr<source::Source>> owned_;
  std::vector<std::unique_ptr<Sources>> others_;
  Sources sources_;
  std::map<std::string, std::string> lost_;  ///< by dataset, why
  std::map<std::string, Error> out_of_reach_;
};

/// True for an error that says that a store cannot be read or changed now: others can go on
/// without it.
[[nodiscard]] bool is_a_store_lost(const Error& error);

/// True for a dataset in which people are listed.
[[nodiscard]] bool lists_people(const model::Dataset& dataset);

/// A dataset whose source is missing although people of this type may have rows there, or be named
/// in some: what would have to go with them cannot be listed. Empty where there is none.
[[nodiscard]] std::string store_away(const Realm& realm, const std::string& subject_type,
                                     const Sources& sources);

/// Subject types a realm's datasets list, in order of appearance.
[[nodiscard]] std::vector<std::string> subject_types(const Realm& realm);

/// Holds in force, and which people the ledger's random numbers stand for.
class HoldsInForce {
 public:
  HoldsInForce(Session& session, const Realm& realm);
  [[nodiscard]] std::vector<const model::Hold*> of(const Population& people, Ordinal person) const;
  [[nodiscard]] std::vector<const model::Hold*> without_subject() const;
  [[nodiscard]] RootKeys held_people() const;

 private:
  struct Held {
    const model::Hold* hold;
    std::string root, key;
  };  ///< "dataset.table", encoded
  /// A hold on a table keeps whoever may have rows there: they would be left nobody's.
  void hold_types(const model::Hold& hold, const Realm& realm);

  std::vector<model::Hold> holds_;
  std::vector<Held> people_;
  std::map<std::string, std::vector<const model::Hold*>, std::less<>> by_type_;
};

/// Fresh keys that earlier manifests gave to tombstones, by "dataset.table": rows that are nobody.
[[nodiscard]] RootKeys tombstones(Session& session, const Realm& realm);

class Examination {
 public:
  /// `readers`, `until`: see gather_facts. `only`: these people; nullopt: everybody.
  Examination(Session& session, const Realm& realm, const std::string& subject_type,
              const Sources& sources, std::span<const ScanRows> readers, const HoldsInForce& holds,
              const std::optional<RootKeys>& only, std::optional<Date> until = {});

  [[nodiscard]] const Population& people() const { return people_; }
  [[nodiscard]] model::SubjectFacts facts(Ordinal person) const;
  /// What is to be done about them: model::decide_first.
  [[nodiscard]] model::SubjectDecision decide(Ordinal person, Date as_of) const;
  /// The same of somebody of whom a manifest has erased something: their last contact may have been
  /// in it, and where no other is left it is the one that the manifest knows.
  [[nodiscard]] model::SubjectDecision decide_again(Ordinal person, Date as_of, Date start) const;
  [[nodiscard]] const std::string& subject_type() const { return people_.subject_type(); }

 private:
  const Realm& realm_;
  const HoldsInForce& holds_;
  Population people_;
  FactTable facts_;
  Freshness freshness_;
};

/// Decisions of the people who go: added in ascending order.
struct DueList {
  std::vector<Ordinal> people;
  std::vector<model::SubjectDecision> decisions;
  std::vector<Ordinal> places;  ///< by person: where in the lists, or nobody
  void add(Ordinal person, model::SubjectDecision decision);
  void remove(const std::vector<Ordinal>& gone);  ///< ascending
  [[nodiscard]] const model::SubjectDecision* decision(Ordinal person) const;
};

[[nodiscard]] Leaving leaving(const Examination& examination, const DueList& due);

/// The people under a hold, whose rows no record rule may reach: for RecordPlanner::protect.
class HeldPeople {
 public:
  HeldPeople(Session& session, const Realm& realm, const Sources& sources, const ScanRows& scan,
             const HoldsInForce& holds);
  [[nodiscard]] std::vector<Leaving> groups() const;

 private:
  std::vector<std::unique_ptr<Examination>> examinations_;
  std::vector<std::unique_ptr<DueList>> held_;
  std::vector<bool> half_known_;  ///< Leaving::half_known
};

}  // namespace besa::workflow
