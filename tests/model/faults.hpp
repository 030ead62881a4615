// Faults of a file as text, one a line, so that tests read as what a person sees.
#pragma once

#include <string>
#include <vector>

#include "besa/base/json.hpp"

namespace besa::model::test {

inline std::string as_text(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    text += fault.pointer + ": " + fault.message;
    text += fault.hint.empty() ? "\n" : " (" + fault.hint + ")\n";
  }
  return text;
}

}  // namespace besa::model::test
