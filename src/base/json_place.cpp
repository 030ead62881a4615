#include "besa/base/json_place.hpp"

#include <algorithm>

namespace besa {
namespace {

constexpr const char* every = "*";

std::optional<std::string> unescaped(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      out += step[i];
      continue;
    }
    ++i;
    if (i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
    out += step[i] == '0' ? '~' : '/';
  }
  return out;
}

bool is_number(std::string_view step) {
  return !step.empty() && std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::vector<std::string>> json_steps(std::string_view name) {
  if (name.empty()) return std::nullopt;
  if (name.front() != '/') return std::vector<std::string>{std::string(name)};
  std::vector<std::string> steps;
  for (std::size_t begin = 1; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    auto step = unescaped(name.substr(begin, end - begin));
    if (!step) return std::nullopt;
    steps.push_back(std::move(*step));
    begin = end + 1;
  }
  return steps;
}

std::string json_name(const std::vector<std::string>& steps) {
  if (steps.size() == 1 && !steps.front().empty() && steps.front().front() != '/')
    return steps.front();
  std::string name;
  for (const std::string& step : steps) name += "/" + pointer_step(step);
  return name;
}

std::string pointer_step(std::string_view step) {
  std::string out;
  for (const char c : step) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

bool means_every_element(const std::vector<std::string>& steps) {
  return std::ranges::count(steps.begin() + 1, steps.end(), every) != 0;
}

bool places_clash(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() || in_b == b.end()) return true;
  const bool elements = in_a != a.begin();  // what is named is an object, and no array
  return elements && ((*in_a == every && is_number(*in_b)) || (*in_b == every && is_number(*in_a)));
}

}  // namespace besa
