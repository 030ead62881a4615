// The places in the records of one table that have names: a tree of members and elements.
//
// A column is the place where its name leads (besa/base/json_place.hpp). A step is a member of an
// object; in an array it is the element of that number, and `*` every element.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace besa::source {

class JsonlFields {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  static constexpr std::uint32_t root = 0;
  JsonlFields() : nodes_(1) {}

  /// The place to which the steps lead, made if it is new.
  std::uint32_t add(const std::vector<std::string>& steps);
  std::uint32_t add_child(std::uint32_t node, std::string_view step);
  void set_column(std::uint32_t node, std::uint32_t column) { nodes_[node].column = column; }

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// The column that is here, or none.
  [[nodiscard]] std::uint32_t column(std::uint32_t node) const { return nodes_[node].column; }
  [[nodiscard]] const std::string& step(std::uint32_t node) const { return nodes_[node].step; }
  [[nodiscard]] const std::vector<std::uint32_t>& children(std::uint32_t node) const {
    return nodes_[node].children;
  }
  [[nodiscard]] std::uint32_t parent(std::uint32_t node) const { return nodes_[node].parent; }
  [[nodiscard]] std::vector<std::string> steps_to(std::uint32_t node) const;

  /// The member of this name, or none. `expected`: which of the children it may be, which is looked
  /// at first, and then the one behind it: most lines have their members in one order.
  [[nodiscard]] std::uint32_t child(std::uint32_t node, std::string_view step,
                                    std::uint32_t& expected) const {
    const std::vector<std::uint32_t>& children = nodes_[node].children;
    if (expected < children.size() && nodes_[children[expected]].step == step)
      return children[expected++];
    return seek(node, step, expected);
  }
  /// What an array's element is: the child of its number, else that of every element, or none.
  [[nodiscard]] std::uint32_t element(std::uint32_t node, std::size_t number) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  struct Node {
    std::string step;
    std::uint32_t parent = none;
    std::uint32_t column = none;
    std::vector<std::uint32_t> children;
    /// By step: its place among the children.
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> by_step;
  };
  [[nodiscard]] std::uint32_t seek(std::uint32_t node, std::string_view step,
                                   std::uint32_t& expected) const;
  std::vector<Node> nodes_;
};

}  // namespace besa::source
