// What the program owes the system before it does anything: no core dumps, private files, output
// that fails instead of killing, the three standard descriptors open.
#pragma once

#include <string>
#include <vector>

#include "besa/cli/run.hpp"

namespace besa::cli {

/// Ignores SIGPIPE and SIGXFSZ, sets umask 077, forbids core dumps and tracing by others, and fills
/// closed standard descriptors, so that no database is opened as one of them (erasure.md 5.1).
void harden_process();

/// The real terminal, environment and user, with a clock that outlives it.
[[nodiscard]] Environment real_environment(const Clock& clock);

/// The arguments without the program's name.
[[nodiscard]] std::vector<std::string> arguments(int count, char** values);

}  // namespace besa::cli
