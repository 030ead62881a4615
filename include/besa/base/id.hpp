// Strong ids: numbers and names that cannot be mistaken for one another.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace besa {

/// An index into a list, tagged by what it indexes.
template <class Tag>
struct Index {
  std::uint32_t value = 0;
  constexpr Index() = default;
  explicit constexpr Index(std::uint32_t v) : value(v) {}
  friend auto operator<=>(const Index&, const Index&) = default;
};

/// A name people write, tagged by what it names.
template <class Tag>
struct Name {
  std::string value;
  Name() = default;
  explicit Name(std::string v) : value(std::move(v)) {}
  friend auto operator<=>(const Name&, const Name&) = default;
  [[nodiscard]] const std::string& str() const { return value; }
  [[nodiscard]] bool empty() const { return value.empty(); }
};

}  // namespace besa

template <class Tag>
struct std::hash<besa::Name<Tag>> {
  std::size_t operator()(const besa::Name<Tag>& n) const noexcept {
    return std::hash<std::string>{}(n.value);
  }
};
