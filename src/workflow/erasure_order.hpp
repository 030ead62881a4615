// In which order the datasets of a manifest are erased. Private to workflow.
#pragma once

#include <cstdint>
#include <vector>

#include "besa/model/manifest.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// Places in the manifest's list, those known by their map alone, or no longer in the workspace,
/// left out. What finds a person again goes after what is found by it: rows before the tables that
/// say whose an e-mail or a card was, these before the people's own. Of several datasets that list
/// people the first goes last, because who is listed in several is named by the first.
[[nodiscard]] std::vector<std::uint32_t> erasure_order(const Session& session,
                                                       const model::ManifestHeader& header);

}  // namespace besa::workflow
