// Fills a Population: everybody, or some people with whoever claims the same identifiers. Private
// to workflow; population_merge.cpp says who is one person, population_claims.cpp whose a value is.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "besa/workflow/population.hpp"

namespace besa::workflow {

class PopulationLoader {
 public:
  PopulationLoader(Population& people, const model::Rulebook& rules, const ScanRows& scan,
                   const RootKeys& excluded);

  void everybody();
  /// `wanted` roots, those merged with them, then other claimants of their identifiers.
  void some(const RootKeys& wanted);

 private:
  // --- population_loader.cpp: the rows that list people ---
  void add_root(const model::Dataset& dataset, const model::Table& table);
  void renumber();
  void load_keys(Population::Root& root, const source::KeyIndex* only);
  /// Forgets asked-for keys that no row has: a population is of people who are there.
  void keep_existing();

  // --- population_merge.cpp: which of them are one person ---
  template <class Each>
  void each_merge_link(const Each& each) const;
  Population::Root* root_named(const model::Dataset& dataset, const std::string& target) const;
  /// One round of following same_person links both ways; true if somebody was added.
  bool grow_by_merges();
  std::uint64_t add_merged(Population::Root& root, const model::Link& link,
                           Population::Root& target);
  void merge_all();
  Ordinal find(Ordinal a);
  void join(Ordinal a, Ordinal b);

  // --- population_claims.cpp: whose an identifier is, and when ---
  /// Every (root attachment, identifier) through which a kind becomes known.
  struct Bearer {
    const model::Dataset* dataset = nullptr;
    const model::Table* table = nullptr;
    const model::Identifier* identifier = nullptr;
    model::Attachment way;
  };
  /// A claim of somebody who was not asked for.
  struct Other {
    std::size_t root;
    std::string key;  ///< as the bearer's store wrote it
    bool abroad;      ///< and that is another one than the root's
    std::string kind;
    std::uint32_t value;
    std::int32_t from, to;
  };
  std::vector<Bearer> bearers() const;
  static source::Scan claim_scan(const Bearer& bearer);
  std::size_t index_of_root(const Bearer& bearer) const;
  std::int32_t day(const model::Table& table, const std::string& column,
                   const source::ValueView& value, std::int32_t otherwise) const;
  /// The first and the last day of a claim; `values` are the identifier's and, where it names them,
  /// those of its interval.
  std::pair<std::int32_t, std::int32_t> interval(const Bearer& bearer,
                                                 source::RowView values) const;
  void claim(const Bearer& bearer, Ordinal owner, source::RowView values);
  void load_claims(const Bearer& bearer, const source::KeyIndex* owners);
  void load_all_claims();
  /// Claims of the people asked for; then whoever else bears one of those values joins as a
  /// claimant who is only compared with.
  void claims_of_asked();
  std::vector<Other> other_claimants() const;
  void other_claimants_of(const Bearer& bearer, std::vector<Other>& others) const;
  void add_others(const std::vector<Other>& others);
  /// Those found in another store by a key written otherwise get the key of their own row; who has
  /// none, or more than one, is left out.
  void find_own_keys(std::vector<Other>& others) const;
  void sort_claims();
  /// A person whose history tells when a value was theirs claims it for that time only, although
  /// the person's own row, which knows no dates, names it too.
  void drop_superseded();

  Population& people_;
  const model::Rulebook& rules_;
  const ScanRows& scan_;
  std::set<std::string> kinds_;
  Ordinal grown_ = 0;
};

}  // namespace besa::workflow
