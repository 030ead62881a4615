#include "source/jsonl_fields.hpp"

#include <algorithm>

namespace besa::source {

std::uint32_t JsonlFields::add(const std::vector<std::string>& steps) {
  std::uint32_t node = root;
  for (const std::string& step : steps) node = add_child(node, step);
  return node;
}

std::uint32_t JsonlFields::add_child(std::uint32_t node, std::string_view step) {
  std::uint32_t expected = 0;
  if (const std::uint32_t known = child(node, step, expected); known != none) return known;
  const auto fresh = static_cast<std::uint32_t>(nodes_.size());
  Node& child = nodes_.emplace_back();
  child.step = step;
  child.parent = node;
  Node& parent = nodes_[node];
  parent.by_step.emplace(step, static_cast<std::uint32_t>(parent.children.size()));
  parent.children.push_back(fresh);
  return fresh;
}

std::uint32_t JsonlFields::seek(std::uint32_t node, std::string_view step,
                                std::uint32_t& expected) const {
  const Node& parent = nodes_[node];
  const auto found = parent.by_step.find(step);
  if (found == parent.by_step.end()) return none;
  expected = found->second + 1;
  return parent.children[found->second];
}

std::uint32_t JsonlFields::element(std::uint32_t node, std::size_t number) const {
  const Node& array = nodes_[node];
  if (array.children.empty()) return none;
  auto found = array.by_step.find(std::to_string(number));
  if (found == array.by_step.end()) found = array.by_step.find("*");
  return found == array.by_step.end() ? none : array.children[found->second];
}

std::vector<std::string> JsonlFields::steps_to(std::uint32_t node) const {
  std::vector<std::string> steps;
  for (; node != root; node = parent(node)) steps.push_back(step(node));
  std::ranges::reverse(steps);
  return steps;
}

}  // namespace besa::source
