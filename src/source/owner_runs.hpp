// Rows of an index that come owner by owner, of which only those of some owners are handed on, and
// only so many as Scan::enough asks for: the rest is passed over without being taken apart. Where
// the index sorts by bytes, it is passed over in strides that double: what lies between two entries
// of one owner is that owner's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/mix_hash.hpp"
#include "besa/source/source.hpp"
#include "source/sqlite_entries.hpp"

namespace besa::source {

/// A text and its first bytes as a number that sorts as they do: nearly always enough to compare.
class SortedText {
 public:
  explicit SortedText(std::string_view text) : text_(text), first_(sorting_word(text)) {}
  [[nodiscard]] bool after(std::string_view other) const {
    const std::uint64_t first = sorting_word(other);
    return first != first_ ? first < first_ : other < text_;
  }

 private:
  std::string text_;
  std::uint64_t first_;
};

/// The texts of a set of owners, ascending by their bytes, met along with an index that sorts so.
class OwnersInOrder {
 public:
  explicit OwnersInOrder(const KeyIndex& owners);
  /// Leaves behind what is before `owner`; true if it is one of them.
  bool meet(std::string_view owner) {
    while (next_ < texts_.size() && texts_[next_] < owner) ++next_;
    return next_ < texts_.size() && texts_[next_] == owner;
  }
  /// True where nobody up to `owner` is still to be met.
  [[nodiscard]] bool none_up_to(std::string_view owner) const {
    return next_ == texts_.size() || owner < texts_[next_];
  }

 private:
  std::list<std::string> unescaped_;  ///< texts that do not lie in their keys as they are
  std::vector<std::string_view> texts_;
  std::size_t next_ = 0;
};

class OwnerRuns {
 public:
  /// Of rows of these `owners` alone, if not null; `enough` of two texts leaves out what it says.
  /// `by_bytes`: the entries are sorted by their owners' bytes and then by those of the next
  /// column.
  OwnerRuns(const KeyIndex* owners, const std::optional<Bound>& enough, bool by_bytes);
  /// False where everything is handed on.
  [[nodiscard]] bool leaves_out() const { return owners_ != nullptr || enough_; }
  [[nodiscard]] bool by_bytes() const { return by_bytes_; }
  /// True where whatever is handed on is of one of `owners`.
  [[nodiscard]] bool only_wanted() const { return owners_ != nullptr; }
  /// An owner came whose bytes are before those of the one before: the index is damaged.
  [[nodiscard]] bool out_of_order() const { return out_of_order_; }

  /// Calls `deliver` with the record of each entry that is to be handed on, perhaps later: what
  /// lies before the bound waits for a row of the same owner inside it.
  template <class Deliver>
  void offer(const OwnerEntry& entry, Deliver deliver) {
    if (!is_owner(entry.owner())) begin(entry.owner(), deliver);
    if (!wanted_) return;
    if (!is_before_end(entry)) return deliver(entry.record());
    if (settled_) return;
    if (enough_->at_least.after(entry.bounded())) return hold(entry.record());
    settle();
    deliver(entry.record());
  }

  /// The same for the entry at this place of a page and those behind it that go with it; the place
  /// of the next that is to be offered. Only where the entries are sorted by bytes.
  template <class Deliver>
  std::size_t offer(const IndexEntries& page, std::size_t at, const OwnerEntry& entry,
                    Deliver deliver) {
    if (!is_owner(entry.owner())) begin(entry.owner(), deliver);
    if (!wanted_) return page.last_while(at, [&](const OwnerEntry& e) { return unwanted(e); }) + 1;
    if (!is_before_end(entry)) {
      deliver(entry.record());
      return at + 1;
    }
    if (!settled_) return offer_run(page, at, entry, deliver);
    return page.last_while(at, [&](const OwnerEntry& e) {
      return is_owner(e.owner()) && is_before_end(e);
    }) + 1;
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
    out_of_order_ = out_of_order_ || (by_bytes_ && owner < owner_);
    any_ = true;
    settled_ = false;
    owner_.assign(owner);
    if (in_order_)
      wanted_ = in_order_->meet(owner);
    else
      wanted_ = owners_ == nullptr || owners_->find(ValueView::of(owner)) != KeyIndex::none;
  }

  /// The entries of an owner of whom none inside the bound was handed on yet, the first before its
  /// end: the last of them in this page tells whether one is.
  template <class Deliver>
  std::size_t offer_run(const IndexEntries& page, std::size_t at, const OwnerEntry& first,
                        Deliver deliver) {
    std::size_t end = page.last_while(at, [&](const OwnerEntry& e) { return is_owner(e.owner()); });
    OwnerEntry last = end == at ? first : page.entry(end);
    if (!last || !is_before_end(last)) {
      last = first;  // what is beyond the bound is told one by one
      end = at;
    }
    if (!enough_->at_least.after(last.bounded())) {
      settle();
      deliver(last.record());
      return end + 1;
    }
    for (; at < end; ++at) {
      const OwnerEntry entry = page.entry(at);
      if (!entry) return at;
      hold(entry.record());
    }
    hold(last.record());
    return end + 1;
  }

  [[nodiscard]] bool unwanted(const OwnerEntry& entry) const {
    return in_order_ ? in_order_->none_up_to(entry.owner()) : is_owner(entry.owner());
  }
  /// It has a bound, and is before the end of it.
  [[nodiscard]] bool is_before_end(const OwnerEntry& entry) const {
    return enough_ && entry.is_bounded() && enough_->below.after(entry.bounded());
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
  void settle() {
    settled_ = true;
    held_.clear();
    ends_.clear();
  }

  const KeyIndex* owners_;
  bool by_bytes_;
  std::optional<OwnersInOrder> in_order_;
  std::optional<Enough> enough_;
  bool any_ = false;  ///< there was an owner
  bool out_of_order_ = false;
  std::string owner_;
  bool wanted_ = false;
  bool settled_ = false;  ///< a row of this owner inside the bound was handed on
  std::string held_;      ///< the records that wait, one behind the other
  std::vector<std::size_t> ends_;
};

}  // namespace besa::source
