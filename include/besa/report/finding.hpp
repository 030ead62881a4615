// Findings of a check, as text for people and as JSON for machines.
#pragma once

#include <string>
#include <vector>

#include "besa/base/json.hpp"
#include "besa/model/policy.hpp"

namespace besa::report {

/// One line each, "error: datasets/loyalty.json#/tables: …", the hint indented below; errors first.
[[nodiscard]] std::string findings_text(const std::vector<model::Finding>& findings);
/// [{"severity": …, "code": …, "where": …, "message": …, "hint": …}]
[[nodiscard]] Json findings_json(const std::vector<model::Finding>& findings);
/// "2 errors, 1 warning"; "nothing found".
[[nodiscard]] std::string findings_summary(const std::vector<model::Finding>& findings);
[[nodiscard]] bool has_errors(const std::vector<model::Finding>& findings);
/// A fault of a file people write, as the error it is.
[[nodiscard]] model::Finding finding_of(const Fault& fault, const std::string& file);

}  // namespace besa::report
