// Whom a word on the command line names: a key, or any identifier of somebody. Private to workflow.
#pragma once

#include <string>

#include "workflow/examine.hpp"

namespace besa::workflow {

/// Root keys, by "dataset.table", of whom the word names: by key, else of everybody of that type
/// who has it as an identifier, as it is stored, else in its comparable form.
[[nodiscard]] RootKeys find_roots(const Realm& realm, const std::string& subject_type,
                                  const Sources& sources, const std::string& identifier);

}  // namespace besa::workflow
