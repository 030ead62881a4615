#include "besa/model/merkle.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "besa/base/bytes.hpp"

namespace {

using besa::Digest;
using namespace besa::model;

// The test tree of certificate-transparency (RFC 6962): its leaves, the root of each of its
// prefixes, and proofs in it.
const std::vector<std::string> reference_leaves{"",
                                                "00",
                                                "10",
                                                "2021",
                                                "3031",
                                                "40414243",
                                                "5051525354555657",
                                                "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> reference_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Digest digest(std::string_view hex) {
  return besa::Digest::parse(hex).value();
}

/// A growing tree that keeps every perfect subtree, as the ledger does.
class Tree {
 public:
  void add(std::string_view leaf) {
    leaves_.push_back(leaf_hash(leaf));
    frontier_.append(leaves_.back(), [&](unsigned level, std::uint64_t index, const Digest& hash) {
      EXPECT_TRUE(nodes_.emplace(std::pair{level, index}, hash).second);
    });
  }
  [[nodiscard]] SubtreeHash subtree() const {
    return [this](unsigned level, std::uint64_t index) { return nodes_.at({level, index}); };
  }
  [[nodiscard]] const Frontier& frontier() const { return frontier_; }
  [[nodiscard]] const std::vector<Digest>& leaves() const { return leaves_; }

 private:
  std::vector<Digest> leaves_;
  std::map<std::pair<unsigned, std::uint64_t>, Digest> nodes_;
  Frontier frontier_;
};

Tree reference_tree() {
  Tree tree;
  for (const auto& hex : reference_leaves) {
    const auto bytes = besa::from_hex(hex).value();
    tree.add(besa::as_text(bytes));
  }
  return tree;
}

// RFC 6962 §2.1, word for word and slow.
using Leaves = std::vector<Digest>;
Leaves part(const Leaves& d, std::size_t from, std::size_t to) {
  return {d.begin() + static_cast<std::ptrdiff_t>(from),
          d.begin() + static_cast<std::ptrdiff_t>(to)};
}
std::size_t largest_power_below(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
Digest naive_root(const Leaves& d) {
  if (d.empty()) return besa::sha256("");
  if (d.size() == 1) return d[0];
  const auto k = largest_power_below(d.size());
  const Digest left = naive_root(part(d, 0, k));
  const Digest right = naive_root(part(d, k, d.size()));
  std::string bytes = "\x01";
  bytes += besa::as_text(left.bytes);
  bytes += besa::as_text(right.bytes);
  return besa::sha256(bytes);
}
Leaves naive_path(std::size_t m, const Leaves& d) {
  if (d.size() <= 1) return {};
  const auto k = largest_power_below(d.size());
  Leaves path = m < k ? naive_path(m, part(d, 0, k)) : naive_path(m - k, part(d, k, d.size()));
  path.push_back(naive_root(m < k ? part(d, k, d.size()) : part(d, 0, k)));
  return path;
}
Leaves naive_subproof(std::size_t m, const Leaves& d, bool whole) {
  if (m == d.size()) return whole ? Leaves{} : Leaves{naive_root(d)};
  const auto k = largest_power_below(d.size());
  Leaves proof = m <= k ? naive_subproof(m, part(d, 0, k), whole)
                        : naive_subproof(m - k, part(d, k, d.size()), false);
  proof.push_back(naive_root(m <= k ? part(d, k, d.size()) : part(d, 0, k)));
  return proof;
}

constexpr std::size_t largest = 130;
/// All small trees, and those around a large perfect one.
std::vector<std::size_t> tree_sizes() {
  std::vector<std::size_t> sizes(40);
  std::iota(sizes.begin(), sizes.end(), std::size_t{1});
  for (const unsigned size : {63U, 64U, 65U, 96U, 100U, 127U, 128U, 129U, 130U})
    sizes.push_back(size);
  return sizes;
}
Tree numbered_tree(std::size_t size) {
  Tree tree;
  for (std::size_t i = 0; i < size; ++i) tree.add("leaf " + std::to_string(i));
  return tree;
}

TEST(Merkle, roots_are_those_of_the_reference_tree) {
  Tree tree;
  EXPECT_EQ(empty_root(), digest(reference_roots[0]));
  EXPECT_EQ(tree.frontier().root(), digest(reference_roots[0]));
  for (std::size_t i = 0; i < reference_leaves.size(); ++i) {
    const auto bytes = besa::from_hex(reference_leaves[i]).value();
    tree.add(besa::as_text(bytes));
    EXPECT_EQ(tree.frontier().root(), digest(reference_roots[i + 1]));
    EXPECT_EQ(root(i + 1, tree.subtree()), digest(reference_roots[i + 1]));
  }
}

TEST(Merkle, inclusion_proofs_are_those_of_the_reference_tree) {
  const Tree tree = reference_tree();
  EXPECT_EQ(inclusion_proof(0, 1, tree.subtree()), Leaves{});
  EXPECT_EQ(inclusion_proof(0, 8, tree.subtree()),
            (Leaves{digest("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
                    digest("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                    digest("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")}));
  EXPECT_EQ(inclusion_proof(5, 7, tree.subtree()),
            (Leaves{digest("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
                    digest("b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"),
                    digest("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")}));
}

TEST(Merkle, consistency_proofs_are_those_of_the_reference_tree) {
  const Tree tree = reference_tree();
  EXPECT_EQ(consistency_proof(2, 5, tree.subtree()),
            (Leaves{digest("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                    digest("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")}));
  const Leaves from_six = consistency_proof(6, 8, tree.subtree());
  ASSERT_EQ(from_six.size(), 3u);
  EXPECT_EQ(from_six[2], digest(reference_roots[4]));
  EXPECT_TRUE(
      verify_consistency(6, 8, from_six, digest(reference_roots[6]), digest(reference_roots[8])));
}

TEST(Merkle, every_inclusion_proof_is_the_recursive_one_and_verifies) {
  const Tree tree = numbered_tree(largest);
  for (const std::size_t size : tree_sizes()) {
    const Leaves leaves = part(tree.leaves(), 0, size);
    const Digest head = naive_root(leaves);
    ASSERT_EQ(root(size, tree.subtree()), head);
    ASSERT_EQ(Frontier(size, tree.subtree()).root(), head);
    for (std::size_t index = 0; index < size; ++index) {
      const Leaves proof = inclusion_proof(index, size, tree.subtree());
      ASSERT_EQ(proof, naive_path(index, leaves)) << index << " of " << size;
      ASSERT_TRUE(verify_inclusion(index, size, leaves[index], proof, head));
    }
  }
}

TEST(Merkle, every_consistency_proof_is_the_recursive_one_and_verifies) {
  const Tree tree = numbered_tree(largest);
  for (const std::size_t second : tree_sizes()) {
    const Leaves leaves = part(tree.leaves(), 0, second);
    const Digest head = root(second, tree.subtree());
    for (std::size_t first = 1; first <= second; ++first) {
      const Leaves proof = consistency_proof(first, second, tree.subtree());
      ASSERT_EQ(proof, naive_subproof(first, leaves, true)) << first << " of " << second;
      ASSERT_TRUE(verify_consistency(first, second, proof, root(first, tree.subtree()), head));
    }
  }
}

TEST(Merkle, an_inclusion_proof_proves_one_place_one_leaf_and_one_root) {
  const Tree tree = numbered_tree(37);
  for (std::uint64_t index = 0; index < 37; ++index) {
    const Digest head = root(37, tree.subtree());
    const Digest leaf = tree.leaves()[index];
    Leaves proof = inclusion_proof(index, 37, tree.subtree());
    EXPECT_FALSE(verify_inclusion(index, 37, tree.leaves()[(index + 1) % 37], proof, head));
    EXPECT_FALSE(verify_inclusion((index + 1) % 37, 37, leaf, proof, head));
    EXPECT_FALSE(verify_inclusion(37, 37, leaf, proof, head));
    EXPECT_FALSE(verify_inclusion(index, index, leaf, proof, head));
    EXPECT_FALSE(verify_inclusion(index, 37, leaf, proof, leaf));
    EXPECT_FALSE(verify_inclusion(index, 37, leaf, std::span(proof).subspan(1), head));
    for (auto& hash : proof) {
      hash.bytes[7] ^= 1U;
      EXPECT_FALSE(verify_inclusion(index, 37, leaf, proof, head));
      hash.bytes[7] ^= 1U;
    }
    proof.push_back(head);
    EXPECT_FALSE(verify_inclusion(index, 37, leaf, proof, head));
  }
}

TEST(Merkle, a_consistency_proof_proves_two_sizes_and_two_roots) {
  const Tree tree = numbered_tree(29);
  const Digest head = root(29, tree.subtree());
  for (std::uint64_t first = 1; first < 29; ++first) {
    const Digest old = root(first, tree.subtree());
    Leaves proof = consistency_proof(first, 29, tree.subtree());
    EXPECT_FALSE(verify_consistency(first, 29, proof, head, head));
    EXPECT_FALSE(verify_consistency(first, 29, proof, old, old));
    EXPECT_FALSE(verify_consistency(first + 1, 29, proof, old, head));
    EXPECT_FALSE(verify_consistency(29, first, proof, head, old));
    EXPECT_FALSE(verify_consistency(first, 29, std::span(proof).subspan(1), old, head));
    EXPECT_FALSE(verify_consistency(first, 29, {}, old, head));
    for (auto& hash : proof) {
      hash.bytes[31] ^= 0x80U;
      EXPECT_FALSE(verify_consistency(first, 29, proof, old, head));
      hash.bytes[31] ^= 0x80U;
    }
    proof.push_back(head);
    EXPECT_FALSE(verify_consistency(first, 29, proof, old, head));
  }
}

TEST(Merkle, an_empty_tree_proves_nothing_about_later_ones) {
  EXPECT_FALSE(verify_consistency(0, 0, {}, empty_root(), empty_root()));
  EXPECT_FALSE(verify_consistency(0, 3, {}, empty_root(), digest(reference_roots[3])));
}

TEST(Merkle, the_same_tree_is_consistent_with_itself_by_an_empty_proof) {
  const Digest head = digest(reference_roots[5]);
  EXPECT_TRUE(verify_consistency(5, 5, {}, head, head));
  EXPECT_FALSE(verify_consistency(5, 5, {}, head, digest(reference_roots[4])));
  EXPECT_FALSE(verify_consistency(5, 5, std::vector{head}, head, head));
}

}  // namespace
