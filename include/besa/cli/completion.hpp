// Scripts that complete besa's words in a shell, made from the live command tree.
#pragma once

#include <string>

namespace besa::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace besa::cli
