#include <CLI/App.hpp>

#include "besa/base/text.hpp"
#include "besa/cli/commands.hpp"
#include "cli/help.hpp"

namespace besa::cli {
namespace {

bool is_choice(const std::string& type) {
  return !type.empty() && std::islower(static_cast<unsigned char>(type.front())) != 0;
}

std::vector<std::string> names_of(const CLI::Option& option) {
  if (option.nonpositional()) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_snames()) {
      names.push_back('-' + name);
    }
    for (const std::string& name : option.get_lnames()) {
      names.push_back("--" + name);
    }
    return names;
  }
  return {option.get_name(true)};
}

OptionHelp describe(const CLI::Option& option) {
  const bool is_switch = option.get_items_expected_max() == 0;
  const std::string type = is_switch ? "" : option.get_type_name();
  return {.names = names_of(option),
          .value = type,
          .description = option.get_description(),
          .choices = is_choice(type) ? split(type, '|') : std::vector<std::string>{},
          .positional = !option.nonpositional(),
          .required = option.get_required()};
}

}  // namespace

std::vector<OptionHelp> options_of(const CLI::App* app) {
  std::vector<OptionHelp> found;
  for (const CLI::Option* option : app->get_options([](const CLI::Option*) { return true; })) {
    if (option != app->get_help_ptr() && !option->get_description().empty()) {
      found.push_back(describe(*option));
    }
  }
  return found;
}

std::string CommandHelp::name() const {
  return join(words, " ");
}

std::vector<CommandHelp> commands() {
  Tree tree;
  add_commands(tree);
  std::vector<CommandHelp> found;
  for (const Tree::Entry& entry : tree.entries()) {
    found.push_back(
        {entry.text.words, entry.text.summary, entry.text.examples, options_of(entry.app)});
  }
  return found;
}

std::vector<NounHelp> nouns() {
  Tree tree;
  add_commands(tree);
  std::vector<NounHelp> found;
  for (const CLI::App* app : tree.root().get_subcommands([](const CLI::App*) { return true; })) {
    if (tree.entry(app) == nullptr) {
      found.push_back({app->get_name(), app->get_description()});
    }
  }
  return found;
}

std::vector<OptionHelp> common_options() {
  Tree tree;
  return options_of(&tree.root());
}

}  // namespace besa::cli
