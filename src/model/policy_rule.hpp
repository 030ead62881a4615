// Reads one retention rule of a policy file (besa-policy(5)).
#pragma once

#include "besa/base/json.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

[[nodiscard]] Rule read_rule(ObjectReader& reader);

}  // namespace besa::model
