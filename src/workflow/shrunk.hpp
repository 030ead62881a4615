// Exports that are late or have become shorter: what is missing in them may have been somebody's
// last contact. Private to workflow.
#pragma once

#include <string>

#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// Why the silence of a source proves nothing: one of its watched tables (lengths.hpp) lacks more
/// rows than besa erased since it was last read; of a rolling one, all. Empty where it is whole,
/// and where it was never read.
[[nodiscard]] std::string why_shrunk(Session& session, const model::Dataset& dataset,
                                     source::Source& source);

/// What to do about one that is shorter.
[[nodiscard]] std::string when_shrunk(const model::Dataset& dataset);

/// Why the silence of a source proves nothing by its age today: its content is older than its
/// max_age, or of a day that has not come, so that nobody knows how old it is. Empty where it is
/// neither, and where the dataset file gives no max_age.
[[nodiscard]] std::string why_stale(const Session& session, const Realm& realm,
                                    const model::Dataset& dataset, source::Source& source);

}  // namespace besa::workflow
