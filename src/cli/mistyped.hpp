// A command line that could not be read, in one sentence, with the nearest word besa knows.
#pragma once

#include "besa/base/error.hpp"
#include "cli/command.hpp"

namespace CLI {
class ParseError;
}

namespace besa::cli {

[[nodiscard]] Error mistyped(Tree& tree, const CLI::ParseError& error);

}  // namespace besa::cli
