// The entries of a leaf of an index that begin with a text, found by their place, for whoever looks
// at some of them only. Format: https://sqlite.org/fileformat2.html
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace besa::source {

/// A short entry of an index that begins with the owner, a text; `bounded` is the next column,
/// where that is a text too.
struct OwnerEntry {
  std::string_view record, owner;
  std::optional<std::string_view> bounded;
};

/// The entry at this offset of a page, where it is short and begins with a text.
[[nodiscard, gnu::always_inline]] inline std::optional<OwnerEntry> owner_entry(
    std::string_view page, std::size_t at) {
  const auto text_size = [](std::size_t type) -> std::optional<std::size_t> {
    if (type < 13 || type >= 0x80 || type % 2 == 0) return std::nullopt;
    return (type - 13) / 2;
  };
  if (at + 4 > page.size()) return std::nullopt;
  const auto* const cell = reinterpret_cast<const std::uint8_t*>(page.data()) + at;
  const std::size_t size = cell[0], head = cell[1];
  const auto owner = text_size(cell[2]);
  // Longer ones may go on in another page.
  const bool here = size < 0x80 && size <= (page.size() - 12) * 64 / 255 - 23;
  if (!here || !owner || head < 2 || size >= page.size() - at || head + *owner > size)
    return std::nullopt;
  const std::string_view record = page.substr(at + 1, size);
  OwnerEntry entry{record, record.substr(head, *owner), std::nullopt};
  const auto next = head > 2 ? text_size(cell[3]) : std::nullopt;
  if (next && head + *owner + *next <= size) entry.bounded = record.substr(head + *owner, *next);
  return entry;
}

/// The usable part of a leaf of an index, whose pointers to `count` entries lie inside it.
class IndexEntries {
 public:
  IndexEntries(std::string_view page, std::size_t count) : page_(page), count_(count) {}
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t offset(std::size_t place) const {
    const auto* const pointer =
        reinterpret_cast<const std::uint8_t*>(page_.data()) + first_pointer + 2 * place;
    return std::size_t{pointer[0]} << 8U | pointer[1];
  }
  /// nullopt behind the last, and where it is not short, begins with no text or lies nowhere.
  [[nodiscard]] std::optional<OwnerEntry> entry(std::size_t place) const {
    if (place >= count_) return std::nullopt;
    const std::size_t at = offset(place);
    if (at < first_pointer + 2 * count_) return std::nullopt;
    return owner_entry(page_, at);
  }
  /// The last place, from `at` on, at which `holds` is certain to hold of the entry, and of all
  /// between: `holds` is true at `at`, and once false stays so. Strides double, then halve.
  template <class Holds>
  [[nodiscard]] std::size_t last_while(std::size_t at, Holds holds) const {
    const auto certain = [&](std::size_t place) {
      const auto found = entry(place);
      return found && holds(*found);
    };
    std::size_t stride = 1;
    while (at + stride < count_ && certain(at + stride)) {
      at += stride;
      stride *= 2;
    }
    while (stride > 1) {
      stride /= 2;
      if (at + stride < count_ && certain(at + stride)) at += stride;
    }
    return at;
  }

 private:
  static constexpr std::size_t first_pointer = 8;
  std::string_view page_;
  std::size_t count_;
};

}  // namespace besa::source
