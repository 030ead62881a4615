// Help as people read it: the first page, a noun's verbs, a command's options and examples.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "besa/cli/commands.hpp"
#include "cli/command.hpp"

namespace besa::cli {

/// `besa` alone: what it is and the everyday commands, on one screen.
void print_first_page(std::ostream& out);
/// `besa help`: every command with its line.
void print_all_commands(std::ostream& out, const Tree& tree);
/// `besa help policy`, `besa help manifest approve`: what the parse got to.
void print_help(std::ostream& out, const Tree& tree, const CLI::App* app);

/// The options of a command or of the root, in the order in which they were added, without --help.
[[nodiscard]] std::vector<OptionHelp> options_of(const CLI::App* app);

}  // namespace besa::cli
