// Words both explanations use.
#pragma once

#include "besa/model/explain.hpp"

namespace besa::model {

[[nodiscard]] ExplainedEvent words_of(const Rulebook& rules, const EventAt& event);
[[nodiscard]] ExplainedRule words_of(const Rulebook& rules, const Rule& rule, const Period& period);
[[nodiscard]] std::string rule_words(const ExplainedRule& rule);  ///< "Rule r1 (clause ON-RET-2)"
[[nodiscard]] std::string event_words(
    const ExplainedEvent& event);  ///< "purchase of 2021-06-01 in …"
/// "due since 2026-06-02", "undetermined: no_start"; `until`: kept through or retained until.
[[nodiscard]] std::string decision_words(Outcome outcome, std::optional<Date> since,
                                         std::optional<Date> until, const std::string& hold,
                                         Doubt doubt);

}  // namespace besa::model
