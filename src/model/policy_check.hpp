// Whether the parts of one policy fit together: every id once, every reference to something there.
#pragma once

#include <vector>

#include "besa/base/json.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

void check_references(const Policy& policy, std::vector<Fault>& faults);

}  // namespace besa::model
