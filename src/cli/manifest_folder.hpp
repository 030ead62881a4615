// Where a manifest named on the command line lies.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace besa::cli {

/// Error(failed) with the nearest id where there is no such manifest.
[[nodiscard]] Path manifest_folder(Context& context, const std::string& manifest);

}  // namespace besa::cli
