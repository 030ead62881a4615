// Why something was decided, as sentences for people and as fields for machines.
#pragma once

#include <string>

#include "besa/base/json.hpp"
#include "besa/model/explain.hpp"

namespace besa::report {

/// The reasoning, each sentence on its line, then what would change it.
[[nodiscard]] std::string explanation_text(const model::SubjectExplanation& why);
[[nodiscard]] std::string explanation_text(const model::RecordExplanation& why);
[[nodiscard]] Json explanation_json(const model::SubjectExplanation& why);
[[nodiscard]] Json explanation_json(const model::RecordExplanation& why);

}  // namespace besa::report
