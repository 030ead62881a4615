// The entries and their tree, as the database stores them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "besa/model/merkle.hpp"
#include "ledger/database.hpp"

namespace besa::ledger {

[[nodiscard]] std::uint64_t count_entries(const Database& database);
/// How many entries there are, and the bytes of the last: one look for what each change asks.
struct LogEnd {
  std::uint64_t size = 0;
  std::string last_bytes;
};
[[nodiscard]] LogEnd read_end(const Database& database);

/// The entry that completes a perfect subtree of 2^level leaves, and holds its hash.
[[nodiscard]] std::uint64_t last_leaf_of(unsigned level, std::uint64_t number);
/// The hash for a level from 1 up in what such an entry holds; nullopt where it ends before.
[[nodiscard]] std::optional<Digest> node_in(std::string_view nodes, unsigned level);
/// Reads stored hashes; valid as long as the database.
[[nodiscard]] model::SubtreeHash stored_subtrees(const Database& database);

/// Adds entries within one transaction: the leaf, and the hash of
/// every perfect subtree it completes.
class Appender {
 public:
  /// `size`: the entries there are. `known`: the tree's right edge as it was last seen; used where
  /// the log still ends there.
  Appender(const Database& database, std::uint64_t size, const model::Frontier& known);
  [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }
  [[nodiscard]] const model::Frontier& frontier() const { return frontier_; }
  /// Of the last entry it added, if any.
  [[nodiscard]] const std::optional<Digest>& last_leaf() const { return last_leaf_; }
  void append(std::string_view bytes);

 private:
  Query insert_;
  model::Frontier frontier_;
  std::string nodes_;  ///< those that the entry in hand completes
  std::optional<Digest> last_leaf_;
};

}  // namespace besa::ledger
