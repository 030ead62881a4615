// What was erased is looked for in the bytes of a store. Private to workflow.
#pragma once

#include <string>
#include <vector>

#include "besa/model/workspace.hpp"
#include "besa/source/source.hpp"

namespace besa::workflow {

/// Cleans and looks. A store that is lost meanwhile is looked at the next time: until then values
/// may be there, which a step that was not done says.
[[nodiscard]] source::Cleaning look_at_bytes(source::Source& source,
                                             const std::vector<std::string>& values,
                                             std::vector<source::LiveRows> live,
                                             model::VacuumChoice vacuum);

}  // namespace besa::workflow
