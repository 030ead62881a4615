// From a row to its owners, over the hops of a scan: keys of the tables on the way, each with the
// numbers of the owners it leads to.
#pragma once

#include <vector>

#include "source/table_scan.hpp"

namespace besa::source {

class OwnerJoin {
 public:
  /// Reads the tables of the hops, the last one first. With `scan.owners` only ways that end at one
  /// of them are kept.
  OwnerJoin(const Schema& schema, const TableReader& reader, const Scan& scan);

  /// Calls `found(owner)` for each way from the row, in stored order; once with KeyIndex::none
  /// where a way ends nowhere and no set of owners was asked for.
  template <class Found>
  void each(StoredRow& row, Found&& found) {
    const std::uint32_t key = number(levels_.front(), row);
    if (key == KeyIndex::none) {
      if (keep_lost_) found(KeyIndex::none);
      return;
    }
    for (std::uint32_t at = levels_.front().first[key]; at != KeyIndex::none;
         at = levels_.front().links[at].next)
      found(levels_.front().links[at].owner);
  }
  /// The columns of an owner; of KeyIndex::none NULLs. Valid until the next call.
  void append_owner(std::uint32_t owner, std::vector<ValueView>& views);

 private:
  struct Link {
    std::uint32_t owner, next;
  };
  /// One hop: from `near` columns to the owners behind the rows of its target.
  struct Level {
    std::vector<std::size_t> near;
    KeyIndex keys;
    std::vector<std::uint32_t> first, last;  ///< by key: its first and last link
    std::vector<Link> links;
  };
  void read_last(const TableSchema& target, const TableReader& reader, const Scan& scan,
                 Level& level);
  void read_before(const TableSchema& target, const TableReader& reader, const Hop& hop,
                   Level& level, Level& next);
  /// The number of the key to which the row's near columns point, or none.
  [[nodiscard]] std::uint32_t number(const Level& level, StoredRow& row);
  static void link(Level& level, std::string_view key, std::uint32_t owner);
  /// False where one of them is NULL, which points nowhere.
  bool encode(StoredRow& row, const std::vector<std::size_t>& columns);

  std::vector<Level> levels_;
  std::size_t owner_width_;
  bool keep_lost_;
  KeyIndex owners_;
  std::string encoded_, target_key_;
  Key owner_;
};

}  // namespace besa::source
