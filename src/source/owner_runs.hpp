// Rows of an index that come owner by owner, of which only those of some owners are handed on, and
// only so many as Scan::enough asks for: the rest is passed over without being taken apart.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/source/source.hpp"

namespace besa::source {

/// A short entry of an index that begins with the owner, a text; `bounded` is the next column,
/// where that is a text too.
struct OwnerEntry {
  std::string_view record, owner;
  std::optional<std::string_view> bounded;
};

/// A text and its first bytes as a number that sorts as they do: nearly always enough to compare.
class SortedText {
 public:
  explicit SortedText(std::string_view text) : text_(text), first_(first_of(text)) {}
  [[nodiscard]] bool after(std::string_view other) const {
    const std::uint64_t first = first_of(other);
    return first != first_ ? first < first_ : other < text_;
  }

 private:
  static std::uint64_t first_of(std::string_view text) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), std::min(text.size(), sizeof bytes));
    return std::endian::native == std::endian::little ? __builtin_bswap64(bytes) : bytes;
  }
  std::string text_;
  std::uint64_t first_;
};

class OwnerRuns {
 public:
  /// Of rows of these `owners` alone, if not null; `enough` of two texts leaves out what it says.
  OwnerRuns(const KeyIndex* owners, const std::optional<Bound>& enough);
  /// False where everything is handed on.
  [[nodiscard]] bool leaves_out() const { return owners_ != nullptr || enough_; }

  /// Calls `deliver` with the record of each entry that is to be handed on, perhaps later: what
  /// lies before the bound waits for a row of the same owner inside it.
  template <class Deliver>
  void offer(const OwnerEntry& entry, Deliver deliver) {
    if (!is_owner(entry.owner)) begin(entry.owner, deliver);
    if (!wanted_) return;
    if (!enough_ || !entry.bounded || !enough_->below.after(*entry.bounded))
      return deliver(entry.record);
    if (settled_) return;
    if (enough_->at_least.after(*entry.bounded)) return hold(entry.record);
    settled_ = true;
    held_.clear();
    ends_.clear();
    deliver(entry.record);
  }

  /// Hands on what still waits; what comes next is of another owner.
  template <class Deliver>
  void finish(Deliver deliver) {
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      deliver(std::string_view(held_).substr(begin, end - begin));
      begin = end;
    }
    held_.clear();
    ends_.clear();
    any_ = false;
  }

 private:
  struct Enough {
    SortedText at_least, below;
  };

  template <class Deliver>
  void begin(std::string_view owner, Deliver deliver) {
    finish(deliver);
    any_ = true;
    settled_ = false;
    owner_.assign(owner);
    wanted_ = owners_ == nullptr || owners_->find(ValueView::of(owner)) != KeyIndex::none;
  }

  /// Keys are short: their first and last eight bytes are all of them.
  [[nodiscard]] bool is_owner(std::string_view owner) const {
    constexpr std::size_t half = 8;
    if (!any_ || owner.size() != owner_.size()) return false;
    if (owner.size() < half || owner.size() > 2 * half) return owner == owner_;
    const auto same = [&](std::size_t at) {
      return std::memcmp(owner.data() + at, owner_.data() + at, half) == 0;
    };
    return same(owner.size() - half) && same(0);
  }
  void hold(std::string_view record) {
    held_ += record;
    ends_.push_back(held_.size());
  }

  const KeyIndex* owners_;
  std::optional<Enough> enough_;
  bool any_ = false;  ///< there was an owner
  std::string owner_;
  bool wanted_ = false;
  bool settled_ = false;  ///< a row of this owner inside the bound was handed on
  std::string held_;      ///< the records that wait, one behind the other
  std::vector<std::size_t> ends_;
};

}  // namespace besa::source
