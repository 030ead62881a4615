#include "besa/cli/completion.hpp"
#include "cli/command_groups.hpp"

namespace besa::cli {
namespace {

struct CompletionFlags {
  std::string shell;
};

void fill(Flags& flags, CompletionFlags& options) {
  flags.positional("SHELL", {"bash", "zsh", "fish"}, options.shell, "whose words are completed");
}

int run(Context& context, const CompletionFlags& options) {
  if (options.shell == "bash") {
    context.out() << bash_completion();
  } else if (options.shell == "zsh") {
    context.out() << zsh_completion();
  } else {
    context.out() << fish_completion();
  }
  return 0;
}

}  // namespace

void add_completion(Tree& tree) {
  tree.add<CompletionFlags>({{"completion"},
                             "a script that completes besa's words in a shell",
                             {"besa completion bash > besa.bash"}},
                            fill, run);
}

}  // namespace besa::cli
