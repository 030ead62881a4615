// The parts of `audit verify`: each looks at one thing the ledger could lie about, and locates it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "besa/ledger/ledger.hpp"
#include "besa/model/merkle.hpp"
#include "ledger/database.hpp"

namespace besa::ledger {

/// What was found; beyond a thousand it only counts.
class Findings {
 public:
  void add(std::string where, std::string what);
  [[nodiscard]] std::vector<Tampering> take();

 private:
  std::vector<Tampering> list_;
  std::uint64_t more_ = 0;
};

/// The stored nodes, followed while the leaves stream by. Each is compared with the hash of its two
/// children as stored, so that one changed node is found once or twice, not in all its ancestors.
class StoredTree {
 public:
  StoredTree(const Database& database, Findings& findings);
  void append(const Digest& leaf);
  [[nodiscard]] Digest root() const;
  /// Reports the nodes that belong to no tree of this size.
  void finish();

 private:
  struct Level {
    Query rows;
    bool has_row;
  };
  [[nodiscard]] Digest stored(unsigned level, std::uint64_t number, const Digest& expected);

  const Database& database_;
  Findings& findings_;
  std::vector<Level> levels_;  ///< from level 1
  std::vector<Digest> peaks_;
  std::uint64_t size_ = 0;
};

/// Rebuilds the folds in memory, entry by entry.
class Replay {
 public:
  explicit Replay(Findings& findings);
  void entry(std::uint64_t number, std::string_view bytes);
  [[nodiscard]] const Database& database() const { return memory_; }

 private:
  Findings& findings_;
  Database memory_;
  std::string last_at_;
};

void check_file(const Database& stored, Findings& findings);
void check_schema(const Database& stored, const Database& fresh, Findings& findings);
/// Row by row; the first row that differs in each table.
void compare_folds(const Database& stored, const Database& rebuilt, Findings& findings);
/// Every stored note: its signature, and that it speaks about this tree. `roots` are those of the
/// tree at the sizes the checkpoints claim.
void check_checkpoints(const Database& stored, const Database& rebuilt,
                       const std::map<std::uint64_t, Digest>& roots, Findings& findings);

}  // namespace besa::ledger
