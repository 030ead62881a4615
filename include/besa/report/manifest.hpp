// A manifest's header as the person reads it who is to approve it: what would be done to how many,
// by which promise, within which limits and days.
#pragma once

#include <string>

#include "besa/base/json.hpp"
#include "besa/model/manifest.hpp"

namespace besa::report {

[[nodiscard]] std::string manifest_text(const model::ManifestHeader& header);
/// The two tables of it, as a sweep shows them too.
[[nodiscard]] std::string rule_table(const std::vector<model::ManifestHeader::RuleCount>& rules);
[[nodiscard]] std::string count_table(const std::vector<model::ManifestHeader::TableCount>& tables);
[[nodiscard]] Json rules_json(const std::vector<model::ManifestHeader::RuleCount>& rules);
[[nodiscard]] Json counts_json(const std::vector<model::ManifestHeader::TableCount>& tables);

}  // namespace besa::report
