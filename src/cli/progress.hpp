// Progress on stderr: one line that is written over, only after two seconds, only for people.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

#include "besa/workflow/progress.hpp"

namespace besa::cli {

/// `choice` is auto (where stderr is a terminal, after two seconds), always (one line a stage) or
/// never.
[[nodiscard]] std::unique_ptr<workflow::Progress> make_progress(const std::string& choice,
                                                                bool is_terminal,
                                                                std::ostream& err);

}  // namespace besa::cli
