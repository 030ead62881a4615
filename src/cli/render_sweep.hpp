// A sweep's report, for people and for machines.
#pragma once

#include <string>

#include "besa/base/json.hpp"
#include "besa/workflow/sweep.hpp"

namespace besa::cli {

[[nodiscard]] std::string sweep_text(const workflow::SweepReport& report, bool dry_run);
[[nodiscard]] Json sweep_json(const workflow::SweepReport& report);

}  // namespace besa::cli
