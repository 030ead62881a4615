// A date as tests write it.
#pragma once

#include <string_view>

#include "besa/base/date.hpp"

namespace besa {

inline Date on(std::string_view text) {
  return Date::parse(text).value();
}

}  // namespace besa
