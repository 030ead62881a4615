// The one closure: which rows of a dataset concern people who go, by which links, and whose else
// they are. It reads and attributes; what follows is decided by others (records.hpp).
//
// A row with one owner, found by key, is passed on as it is read. Rows with several owners, with
// owners known by another identifier, or that mention people are gathered by key first: of those
// only the rows that concern somebody who goes are kept in memory, and only so many at a time.
// Private to workflow.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "besa/workflow/records.hpp"
#include "workflow/row_facts.hpp"

namespace besa::workflow {

/// One person in one of the populations.
struct Who {
  std::size_t leaving = 0;
  Ordinal person = nobody;
  friend auto operator<=>(const Who&, const Who&) = default;
};

/// The link of somebody's own row, which leads nowhere.
constexpr std::uint32_t no_link = 0xFFFFFFFF;

/// One owner of a row, and the link by which. `stranger`: the key of somebody outside the
/// population.
struct RowOwner {
  Who who;
  std::uint32_t link = no_link;
  std::string stranger;
  std::string root;         ///< "dataset.table" of a stranger's own row
  bool due = false;         ///< leaves, with all their data
  bool partly = false;      ///< stays, but a promise about this table has run out
  std::uint32_t place = 0;  ///< in the manifest, where due or partly
  [[nodiscard]] auto identity() const { return std::tie(who.leaving, who.person, stranger); }
};

/// A row as the closure met it: whose it is, which links lead to people or rows that go.
struct MetRow {
  std::vector<RowOwner> owners;
  std::vector<std::pair<Who, std::uint32_t>> mentions;
  bool perhaps = false;  ///< met by an ambiguous identifier only
  model::RecordFacts facts;
  std::vector<std::string> parents;   ///< encoded target of each belongs_to link
  std::vector<source::Value> values;  ///< all columns, where some may be masked already; else none
};

class Closure {
 public:
  using Visit = std::function<void(const std::string& key, MetRow& row)>;

  Closure(const model::Rulebook& rules, const ScanRows& scan, const model::Dataset& dataset,
          const std::vector<Leaving>& leaving);

  /// Rows of one owner, found by key, may come as they lie.
  void in_any_order() { in_key_order_ = false; }
  /// How many rows are gathered at a time: more are met in several rounds, each with passes of its
  /// own.
  void gather_at_most(std::size_t rows) { most_ = std::max<std::size_t>(rows, 1); }
  /// Every row of a table (index into Dataset::tables) that concerns somebody who goes, in key
  /// order. The row may be changed; it is gone when `visit` returns.
  void each(std::uint32_t table, const Visit& visit);
  /// True where every row has one owner, found by key, and names nobody else.
  [[nodiscard]] bool straight(std::uint32_t table) const;
  /// True where a row may have several owners.
  [[nodiscard]] bool shares(std::uint32_t table) const { return ways_into(table).size() > 1; }
  /// Keys of the rows that belong to these people, certainly or perhaps.
  [[nodiscard]] source::KeyIndex keys(std::uint32_t table);

 private:
  /// Rows gathered by key: those behind `after`, as many of the first as there is room for.
  class Met {
   public:
    Met(std::string after, std::size_t most) : after_(std::move(after)), most_(most) {}
    /// False for a row that belongs to another round.
    [[nodiscard]] bool takes(std::string_view key) const {
      return key > after_ && (!more_ || key <= rows_.rbegin()->first);
    }
    /// nullptr where the row is left to another round. `fresh`: it was not met before.
    MetRow* add(const std::string& key, bool& fresh);
    [[nodiscard]] MetRow* find(const std::string& key);
    [[nodiscard]] std::map<std::string, MetRow>& rows() { return rows_; }
    /// Some were left to the next round: those behind the last.
    [[nodiscard]] bool more() const { return more_; }

   private:
    std::map<std::string, MetRow> rows_;
    std::string after_;
    std::size_t most_;
    bool more_ = false;
  };

  [[nodiscard]] std::uint32_t index_of(std::uint32_t table) const;
  using Roots = std::map<const model::Table*, source::KeyIndex>;
  [[nodiscard]] Roots roots_of(const Leaving& group, bool partly) const;
  [[nodiscard]] bool promised_apart(std::uint32_t table) const;
  [[nodiscard]] const source::KeyIndex& roots(std::uint32_t table, std::size_t group,
                                              const model::Table* root) const;
  [[nodiscard]] RowOwner owner(const model::Attachment& way, std::size_t group,
                               Ordinal person) const;
  [[nodiscard]] std::vector<const model::Attachment*> ways_into(std::uint32_t table) const;
  [[nodiscard]] std::size_t group_of(const model::Attachment& way) const;
  [[nodiscard]] std::vector<std::uint32_t> mentions_in(std::uint32_t table) const;

  void stream(std::uint32_t table, const model::Attachment& way, const Visit& visit);
  void meet(std::uint32_t table, Met& rows);
  void meet_owned(const model::Attachment& way, RowFacts& reader, Met& rows,
                  const source::KeyIndex* keys);
  void meet_mentions(std::uint32_t table, std::uint32_t link, RowFacts& reader, Met& rows);
  [[nodiscard]] Claim by_key(const model::Attachment& way, const Population& people,
                             const Population::Root& root, source::RowView key) const;
  void note_owner(const model::Attachment& way, std::size_t group, const Claim& claim,
                  source::RowView rest, RowFacts& reader, Met& rows, bool known_only);
  void note_stranger(const model::Attachment& way, std::size_t group, const Population::Root& root,
                     source::RowView owner, source::RowView rest, RowFacts& reader, Met& rows);
  MetRow* row_of(std::uint32_t table, source::RowView rest, RowFacts& reader, Met& rows,
                 bool known_only) const;
  void add_values(std::uint32_t table, source::Scan& scan) const;
  void read_values(std::uint32_t table, source::RowView rest, MetRow& met) const;

  const model::Rulebook& rules_;
  const ScanRows& scan_;
  const model::Dataset& dataset_;
  const std::vector<Leaving>& leaving_;
  std::vector<model::Attachment> ways_;
  bool in_key_order_ = true;
  std::size_t most_ = 250'000;  ///< about a hundred megabytes
  bool masks_ = false;          ///< some promise masks: what it masked stays and is met again
  std::vector<Roots> leaving_roots_, promised_roots_;  ///< by group; with those partly due
};

/// The hold on a person, given by a row of their own (root "dataset.table", encoded key), that
/// covers a table; nullptr where none does. `held` lists the people under holds.
[[nodiscard]] const model::Hold* hold_on(const std::vector<Leaving>& held, const std::string& root,
                                         std::string_view key, const std::string& table);

/// True for a person of the group's list.
[[nodiscard]] bool listed(const Leaving& group, Ordinal person);

}  // namespace besa::workflow
