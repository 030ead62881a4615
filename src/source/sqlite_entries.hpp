// The entries of a leaf of an index that begin with a text, found by their place, for whoever looks
// at some of them only. Format: https://sqlite.org/fileformat2.html
#pragma once

#include <cstdint>
#include <string_view>

namespace besa::source {

/// A short entry of an index that begins with the owner, a text; or none. It points into its page.
class OwnerEntry {
 public:
  OwnerEntry() = default;
  OwnerEntry(const char* record, std::uint8_t size, std::uint8_t head)
      : record_(record), size_(size), head_(head) {}

  [[nodiscard]] explicit operator bool() const { return record_ != nullptr; }
  [[nodiscard]] std::string_view record() const { return {record_, size_}; }
  [[nodiscard]] std::string_view owner() const { return {record_ + head_, text_size(type(1))}; }
  /// The next column is a text too.
  [[nodiscard]] bool is_bounded() const { return head_ > 2 && is_text(type(2)) && end() <= size_; }
  /// Its bytes, where it is.
  [[nodiscard]] std::string_view bounded() const {
    return {record_ + head_ + text_size(type(1)), text_size(type(2))};
  }
  [[nodiscard]] static bool is_text(std::uint8_t type) {
    return type >= 13 && type < 0x80 && type % 2 == 1;
  }
  [[nodiscard]] static std::size_t text_size(std::uint8_t type) { return (type - 13U) / 2; }

 private:
  [[nodiscard]] std::uint8_t type(std::size_t place) const {
    return static_cast<std::uint8_t>(record_[place]);
  }
  [[nodiscard]] std::size_t end() const { return head_ + text_size(type(1)) + text_size(type(2)); }
  const char* record_ = nullptr;
  std::uint8_t size_ = 0, head_ = 0;
};

/// The entry at this offset of a page, where it is short and begins with a text.
[[nodiscard, gnu::always_inline]] inline OwnerEntry owner_entry(std::string_view page,
                                                                std::size_t at) {
  if (at + 4 > page.size()) return {};
  const auto* const cell = reinterpret_cast<const std::uint8_t*>(page.data()) + at;
  const std::uint8_t size = cell[0], head = cell[1], type = cell[2];
  // Longer ones may go on in another page.
  const bool here = size < 0x80 && size <= (page.size() - 12) * 64 / 255 - 23;
  if (!here || !OwnerEntry::is_text(type) || head < 2 || size >= page.size() - at ||
      head + OwnerEntry::text_size(type) > size)
    return {};
  return {page.data() + at + 1, size, head};
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
  /// None behind the last, and where it is not short, begins with no text or lies nowhere.
  [[nodiscard, gnu::always_inline]] OwnerEntry entry(std::size_t place) const {
    if (place >= count_) return {};
    const std::size_t at = offset(place);
    if (at < first_pointer + 2 * count_) return {};
    return owner_entry(page_, at);
  }
  /// The last place, from `at` on, at which `holds` is certain to hold of the entry, and of all
  /// between: `holds` is true at `at`, and once false stays so. Strides double, then halve.
  template <class Holds>
  [[nodiscard]] std::size_t last_while(std::size_t at, Holds holds) const {
    const auto certain = [&](std::size_t place) {
      const OwnerEntry found = entry(place);
      return found && holds(found);
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
