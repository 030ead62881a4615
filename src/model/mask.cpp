#include "besa/model/mask.hpp"

#include <algorithm>

#include "besa/base/date.hpp"

namespace besa::model {
namespace {

/// How a format writes a day, with Y, M and D for its digits.
std::string_view pattern_of(std::string_view time_format) {
  if (time_format == "date") return "YYYY-MM-DD";
  if (time_format == "yyyymmdd") return "YYYYMMDD";
  if (time_format == "dd.mm.yyyy") return "DD.MM.YYYY";
  return {};
}

/// The number written at the places of a letter; nullopt where one of them is no digit.
std::optional<int> number_at(std::string_view pattern, const std::string& value, char letter) {
  int number = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != letter) continue;
    if (value[i] < '0' || value[i] > '9') return std::nullopt;
    number = number * 10 + (value[i] - '0');
  }
  return number;
}

bool is_day(std::string_view pattern, const std::string& value) {
  if (value.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (std::string_view("YMD").find(pattern[i]) == std::string_view::npos &&
        pattern[i] != value[i])
      return false;
  const auto year = number_at(pattern, value, 'Y'), month = number_at(pattern, value, 'M'),
             day = number_at(pattern, value, 'D');
  return year && month && day && Date::from_ymd(*year, *month, *day);
}

void set_to_one(std::string_view pattern, std::string& value, char letter) {
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == letter)
      value[i] = i + 1 < pattern.size() && pattern[i + 1] == letter ? '0' : '1';
}

}  // namespace

bool has_date_parts(std::string_view time_format) {
  return !pattern_of(time_format).empty();
}

std::optional<std::string> generalised(const Mask& mask, std::string_view time_format,
                                       const std::string& value) {
  if (mask.keeps == DatePart::none) {
    if (const auto group = mask.groups.find(value); group != mask.groups.end())
      return group->second;
    const bool is_group =
        std::ranges::any_of(mask.groups, [&](const auto& each) { return each.second == value; });
    return is_group ? std::optional(value) : std::nullopt;
  }
  const std::string_view pattern = pattern_of(time_format);
  if (pattern.empty() || !is_day(pattern, value)) return std::nullopt;
  std::string coarse = value;
  set_to_one(pattern, coarse, 'D');
  if (mask.keeps == DatePart::year) set_to_one(pattern, coarse, 'M');
  return coarse;
}

}  // namespace besa::model
