// Seconds and days, and how instants are written: shared by the files that make up time.hpp.
#pragma once

#include <cstdint>
#include <string>

namespace besa {

constexpr std::int64_t seconds_per_day = 86400;

[[nodiscard]] constexpr std::int64_t floor_days(std::int64_t seconds) {
  return seconds / seconds_per_day - (seconds % seconds_per_day < 0 ? 1 : 0);
}

/// `YYYY-MM-DDTHH:MM:SS` of seconds since 1970 without zone.
[[nodiscard]] std::string civil_text(std::int64_t seconds);
void append_two_digits(std::string& text, std::int64_t value);

}  // namespace besa
