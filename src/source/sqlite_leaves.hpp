// One pass over an ordinary table by the pages of its b-tree, without SQLite's machine for every
// row: it takes about a third of the time, which is what a pass over a large table costs.
//
// SQLite keeps the lock and says where the tree begins; the pages come through its own file while a
// read transaction lasts, so that they are one committed state. What asks for more (another table
// form or encoding, a change in hand, a log beside the file, values made on reading) is left to
// SQLite. Damage is an Error as SQLite's own: every offset is checked, no page is visited twice.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/owner_runs.hpp"
#include "source/sqlite_schema.hpp"

namespace besa::source {

/// Rowids that are looked for in a pass over rows in the order of their rowids.
class RowidMerge {
 public:
  /// Of keys of one column; what is no integer is no rowid.
  explicit RowidMerge(const KeyIndex& keys);
  enum class Found { yes, no, out_of_order };
  [[nodiscard]] Found find(std::int64_t rowid) {
    if (seen_ && rowid <= last_) return Found::out_of_order;
    seen_ = true;
    last_ = rowid;
    while (next_ < rowids_.size() && rowids_[next_] < rowid) ++next_;
    return next_ < rowids_.size() && rowids_[next_] == rowid ? Found::yes : Found::no;
  }

 private:
  std::vector<std::int64_t> rowids_;  ///< ascending
  std::size_t next_ = 0;
  bool seen_ = false;
  std::int64_t last_ = 0;
};

/// The rowids among keys of one column, ascending; what is no integer is no rowid.
[[nodiscard]] std::vector<std::int64_t> rowids_of(const KeyIndex& keys);

/// Rows in the order of rowids, or of the index; of each the columns asked for.
class TableLeaves {
 public:
  /// What is to be read: `columns` are places in the table, and one may be asked for twice.
  /// `index`, if not null, holds them all.
  struct Choice {
    std::string table;
    std::vector<std::size_t> columns;
    const SqliteIndex* index = nullptr;
  };
  /// The index that holds all of `columns`: one led by `first` if there is one; nullptr without
  /// any.
  [[nodiscard]] static const SqliteIndex* index_for(const SqliteTable& table,
                                                    std::span<const std::size_t> columns,
                                                    const std::vector<std::size_t>& first);
  /// True where the rows can be read so, as far as the schema tells.
  [[nodiscard]] static bool readable(const Catalogue& catalogue, const Choice& choice);
  /// The same as far as the file tells, inside a read transaction that lasts as long as this.
  [[nodiscard]] static std::optional<TableLeaves> open(const Connection& connection,
                                                       const Catalogue& catalogue,
                                                       const Choice& choice);
  /// True where rows that a scan of owners or keys does not ask for show as such before they are
  /// taken apart: in an index of the owner, in a table whose key is the rowid.
  [[nodiscard]] static bool passes_over(const Choice& choice, const Scan& scan,
                                        const Catalogue& catalogue);
  /// True where owners lie in the order of their bytes, and the rows of one in that of `enough`.
  [[nodiscard]] static bool strides(const Choice& choice, const Scan& scan,
                                    const Catalogue& catalogue);
  /// Passes over these, and over what Scan::enough leaves out.
  void pass_over(const Scan& scan, const Catalogue& catalogue);
  /// `met`: where rows go whose owner, or key, is known to be one of those that are asked for.
  void each_row(const RowSink& sink, const RowSink& met);

 private:
  static constexpr std::size_t deepest = 20;  ///< levels of a tree; SQLite allows as many
  TableLeaves(const Connection& connection, const SqliteTable& table, const Choice& choice);
  [[nodiscard]] static std::optional<std::uint32_t> find_root(const Connection& connection,
                                                              const SqliteTable& known,
                                                              const Choice& choice);

  [[nodiscard]] bool read_head();
  void read(std::uint32_t first, std::uint32_t count, std::string& pages) const;
  /// `parent`: the interior page of an index, whose own entries lie between those of its children.
  void visit(std::span<const std::uint32_t> pages, std::size_t depth, std::string_view parent,
             const RowSink& sink);
  void visit_page(std::string_view page, std::size_t depth, const RowSink& sink);
  void visit_entries(std::string_view page, std::size_t cells, const RowSink& sink);
  void visit_children(std::string_view page, std::size_t depth, const RowSink& sink);
  void offer(std::string_view page, std::size_t at, const RowSink& sink);
  void deliver(std::string_view page, std::size_t at, const RowSink& sink);
  /// Of a record that `runs_` hands on.
  void hand_on(std::string_view record);
  [[nodiscard]] bool is_sought(std::int64_t rowid);
  [[nodiscard]] bool read_record(std::string_view here, std::uint64_t size);
  [[nodiscard]] bool read_short_head(std::string_view here);
  void join_overflow(std::string_view local, std::uint64_t size, std::uint32_t next);
  [[noreturn]] void damaged() const;

  const Connection& connection_;
  bool index_ = false;
  sqlite3_file* file_ = nullptr;
  std::uint32_t page_size_ = 0, usable_ = 0, pages_ = 0, visited_ = 0, root_ = 0;
  std::vector<int> outputs_;         ///< by place in the record: which place of the row, or -1
  std::vector<std::size_t> rowids_;  ///< places of the row that get the rowid
  std::vector<std::pair<std::size_t, std::size_t>> copies_;  ///< columns asked for twice: to, from
  std::vector<ValueView> row_;
  const RowSink* met_ = nullptr;      ///< while rows are read
  std::vector<std::string> buffers_;  ///< by depth
  std::string overflow_page_, joined_;
  Choice choice_;
  std::optional<OwnerRuns> runs_;
  std::optional<RowidMerge> only_;
};

}  // namespace besa::source
