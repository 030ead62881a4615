// What the records that are signed hold in tests.
#pragma once

#include "besa/base/date.hpp"
#include "besa/base/digest.hpp"
#include "besa/base/time.hpp"

namespace besa::model::test {

inline const Digest digest_of_a = sha256("a");
inline Date day(std::string_view text) {
  return Date::parse(text).value();
}
inline Instant moment() {
  return Instant::parse("2026-11-22T16:42:30Z").value();
}

}  // namespace besa::model::test
