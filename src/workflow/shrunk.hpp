// Exports that are late or have become shorter: what is missing in them may have been somebody's
// last contact. Private to workflow.
#pragma once

#include <string>

#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// True for exports whose length is compared: those with max_age, unless rolling.
[[nodiscard]] bool watched_for_length(const model::Dataset& dataset);

/// Why the silence of an export (a dataset with max_age, unless rolling) proves nothing: a table
/// with events has fewer rows than the last manifest saw there, less those it erases once it is
/// applied. Empty where it is whole, and where no manifest was drafted under the same dataset file.
[[nodiscard]] std::string why_shrunk(Session& session, const model::Dataset& dataset,
                                     source::Source& source);

/// Why the silence of a source proves nothing by its age on `day`: its content is older than its
/// max_age. Empty where it is not, and where the dataset file gives none.
[[nodiscard]] std::string why_stale(const Realm& realm, const model::Dataset& dataset,
                                    source::Source& source, Date day);

}  // namespace besa::workflow
