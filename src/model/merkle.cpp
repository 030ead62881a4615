#include "besa/model/merkle.hpp"

#include <algorithm>
#include <bit>

namespace besa::model {

namespace {

constexpr std::array<std::uint8_t, 1> leaf_prefix{0};
constexpr std::uint8_t node_prefix = 1;

/// The size of the left subtree of a tree of `size` > 1 leaves (RFC 9162 §2.1.1).
std::uint64_t split_point(std::uint64_t size) {
  return std::bit_floor(size - 1);
}

/// The root over leaves [begin, begin + size). `begin` is a multiple of the largest perfect subtree
/// that fits, as it is for every range that a proof names.
Digest range_root(std::uint64_t begin, std::uint64_t size, const SubtreeHash& subtree) {
  std::optional<Digest> sum;
  std::uint64_t end = begin + size;
  for (std::uint64_t left = size; left > 0; left &= left - 1) {  // smallest subtree first
    const auto level = static_cast<unsigned>(std::countr_zero(left));
    end -= std::uint64_t{1} << level;
    const Digest peak = subtree(level, end >> level);
    sum = sum ? node_hash(peak, *sum) : peak;
  }
  return sum.value_or(empty_root());
}

/// Walks from a leaf or subtree up to the root, telling on which side each sibling stands.
class Climb {
 public:
  Climb(std::uint64_t position, std::uint64_t last) : position_(position), last_(last) {}

  [[nodiscard]] bool at_root() const { return last_ == 0; }
  void skip_right_turns() {
    while ((position_ & 1U) == 1) up();
  }
  /// True if the next sibling is on the left; goes up past the levels without a sibling.
  bool sibling_is_left() {
    const bool left = (position_ & 1U) == 1 || position_ == last_;
    while (left && (position_ & 1U) == 0 && position_ != 0) up();
    up();
    return left;
  }

 private:
  void up() {
    position_ >>= 1U;
    last_ >>= 1U;
  }
  std::uint64_t position_, last_;
};

}  // namespace

Digest leaf_hash(std::string_view leaf) {
  thread_local Sha256 context;  // reused: setting one up costs as much as hashing an entry
  return context.update(leaf_prefix).update(leaf).finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 65> bytes{};
  bytes[0] = node_prefix;
  std::ranges::copy(left.bytes, bytes.begin() + 1);
  std::ranges::copy(right.bytes, bytes.begin() + 33);
  return sha256(ByteView{bytes});
}

Digest empty_root() {
  return sha256(std::string_view{});
}

Digest root(std::uint64_t size, const SubtreeHash& subtree) {
  return range_root(0, size, subtree);
}

std::vector<Digest> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                    const SubtreeHash& subtree) {
  std::vector<Digest> path;  // root's child first
  std::uint64_t begin = 0;
  while (size > 1) {
    const std::uint64_t left = split_point(size);
    if (index - begin < left) {
      path.push_back(range_root(begin + left, size - left, subtree));
      size = left;
    } else {
      path.push_back(range_root(begin, left, subtree));
      begin += left;
      size -= left;
    }
  }
  std::ranges::reverse(path);
  return path;
}

std::vector<Digest> consistency_proof(std::uint64_t first, std::uint64_t second,
                                      const SubtreeHash& subtree) {
  std::vector<Digest> path;  // root's child first
  std::uint64_t begin = 0;
  std::uint64_t size = second;
  while (first - begin < size) {
    const std::uint64_t left = split_point(size);
    if (first - begin <= left) {
      path.push_back(range_root(begin + left, size - left, subtree));
      size = left;
    } else {
      path.push_back(range_root(begin, left, subtree));
      begin += left;
      size -= left;
    }
  }
  if (begin != 0) path.push_back(range_root(begin, size, subtree));
  std::ranges::reverse(path);
  return path;
}

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf,
                      std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  Climb climb(index, size - 1);
  Digest sum = leaf;
  for (const Digest& sibling : proof) {
    if (climb.at_root()) return false;
    sum = climb.sibling_is_left() ? node_hash(sibling, sum) : node_hash(sum, sibling);
  }
  return climb.at_root() && sum == root;
}

bool verify_consistency(std::uint64_t first, std::uint64_t second, std::span<const Digest> proof,
                        const Digest& first_root, const Digest& second_root) {
  if (first == 0 || first > second) return false;
  if (first == second) return proof.empty() && first_root == second_root;
  const bool first_is_perfect = std::has_single_bit(first);
  if (!first_is_perfect && proof.empty()) return false;
  Digest old_sum = first_is_perfect ? first_root : proof.front();
  if (!first_is_perfect) proof = proof.subspan(1);
  Digest new_sum = old_sum;
  Climb climb(first - 1, second - 1);
  climb.skip_right_turns();
  for (const Digest& sibling : proof) {
    if (climb.at_root()) return false;
    if (climb.sibling_is_left()) {
      old_sum = node_hash(sibling, old_sum);
      new_sum = node_hash(sibling, new_sum);
    } else {
      new_sum = node_hash(new_sum, sibling);
    }
  }
  return climb.at_root() && old_sum == first_root && new_sum == second_root;
}

Frontier::Frontier(std::uint64_t size, const SubtreeHash& subtree) : size_(size) {
  std::uint64_t begin = 0;
  for (std::uint64_t left = size; left > 0; left -= std::bit_floor(left)) {
    const auto level = static_cast<unsigned>(std::bit_width(left)) - 1;
    peaks_.push_back(subtree(level, begin >> level));
    begin += std::bit_floor(left);
  }
}

void Frontier::append(
    const Digest& leaf,
    const std::function<void(unsigned level, std::uint64_t index, const Digest&)>& completed) {
  Digest sum = leaf;
  unsigned level = 0;
  completed(level, size_, sum);
  for (std::uint64_t index = size_; (index & 1U) == 1; index >>= 1U) {
    sum = node_hash(peaks_.back(), sum);
    peaks_.pop_back();
    ++level;
    completed(level, index >> 1U, sum);
  }
  peaks_.push_back(sum);
  ++size_;
}

Digest Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Digest sum = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) sum = node_hash(*peak, sum);
  return sum;
}

}  // namespace besa::model
