// The tree of RFC 6962 / RFC 9162 §2.1 over SHA-256: leaf and node hashes, roots, proofs. Pure; the
// ledger stores what `Frontier` needs so that appending costs O(log n).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "besa/base/digest.hpp"

namespace besa::model {

[[nodiscard]] Digest leaf_hash(std::string_view leaf);  ///< SHA-256(0x00 ‖ leaf)
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);  ///< SHA-256(0x01 ‖ l ‖ r)
[[nodiscard]] Digest empty_root();                                        ///< SHA-256("")

/// The hash of the perfect subtree of 2^level leaves that is number `index` on its level.
using SubtreeHash = std::function<Digest(unsigned level, std::uint64_t index)>;

[[nodiscard]] Digest root(std::uint64_t size, const SubtreeHash& subtree);
/// Audit path of leaf `index` in the tree of `size`, leaf to root. Requires index < size.
[[nodiscard]] std::vector<Digest> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                  const SubtreeHash& subtree);
/// Proof that the tree of `first` leaves is a prefix of that of `second`. Requires 0 < first <=
/// second.
[[nodiscard]] std::vector<Digest> consistency_proof(std::uint64_t first, std::uint64_t second,
                                                    const SubtreeHash& subtree);

[[nodiscard]] bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf,
                                    std::span<const Digest> proof, const Digest& root);
/// Follows transparency-dev/merkle: an empty proof for 0 → 0 is rejected.
[[nodiscard]] bool verify_consistency(std::uint64_t first, std::uint64_t second,
                                      std::span<const Digest> proof, const Digest& first_root,
                                      const Digest& second_root);

/// The right edge of a growing tree. `append` tells every perfect subtree that the leaf completes
/// (level 0 first), which is what the ledger stores.
class Frontier {
 public:
  Frontier() = default;
  Frontier(std::uint64_t size, const SubtreeHash& subtree);
  void append(
      const Digest& leaf,
      const std::function<void(unsigned level, std::uint64_t index, const Digest&)>& completed);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Digest root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> peaks_;  ///< perfect subtrees, largest first
};

}  // namespace besa::model
