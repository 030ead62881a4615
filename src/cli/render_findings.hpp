// What every check prints: its findings, then how many things were checked.
#pragma once

#include <string>
#include <vector>

#include "besa/model/policy.hpp"
#include "cli/context.hpp"

namespace besa::cli {

/// Prints them ("2 policies checked: 1 warning", or as JSON) and returns the exit code: that of a
/// finding where one is an error.
[[nodiscard]] int print_findings(const Context& context,
                                 const std::vector<model::Finding>& findings,
                                 const std::string& what);

}  // namespace besa::cli
