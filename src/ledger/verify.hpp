// The parts of `audit verify`: each looks at one thing the ledger could lie about, and locates it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "besa/ledger/ledger.hpp"
#include "besa/model/merkle.hpp"
#include "ledger/database.hpp"
#include "ledger/fold.hpp"

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
  explicit StoredTree(Findings& findings) : findings_(findings) {}
  /// `nodes`: what the entry holds besides its leaf.
  void append(const Digest& leaf, std::string_view nodes);
  [[nodiscard]] Digest root() const;

 private:
  [[nodiscard]] Digest stored(unsigned level, std::string_view nodes, const Digest& expected);

  Findings& findings_;
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
  std::string last_at_, last_kind_;
  const Fold* last_fold_ = nullptr;  ///< of the last kind: most entries are like the one before
};

/// What SQLite finds wrong with the file: pages, indexes, types.
[[nodiscard]] std::vector<std::string> faults_of_file(const Database& stored);
void check_schema(const Database& stored, const Database& fresh, Findings& findings);
/// Row by row; the first row that differs in each table.
void compare_folds(const Database& stored, const Database& rebuilt, Findings& findings);
/// Every stored note: its signature, and that it speaks about this tree. `roots` are those of the
/// tree at the sizes the checkpoints claim.
void check_checkpoints(const Database& stored, const Database& rebuilt,
                       const std::map<std::uint64_t, Digest>& roots, Findings& findings);

}  // namespace besa::ledger
