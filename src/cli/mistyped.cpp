#include "cli/mistyped.hpp"

#include <CLI/App.hpp>

#include "besa/base/json.hpp"
#include "besa/base/text.hpp"
#include "cli/help.hpp"

namespace besa::cli {
namespace {

std::vector<std::string> words_below(const CLI::App* app) {
  std::vector<std::string> words;
  for (const CLI::App* child : app->get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(child->get_name());
  }
  return words;
}

std::vector<std::string> options_known_to(const CLI::App* app) {
  std::vector<std::string> names{"--help"};
  for (const auto* scope = app; scope != nullptr; scope = scope->get_parent()) {
    for (const OptionHelp& option : options_of(scope)) {
      if (!option.positional) {
        names.insert(names.end(), option.names.begin(), option.names.end());
      }
    }
  }
  return names;
}

/// "manifest approve", as typed; empty for the root.
std::string words_of(const CLI::App* app) {
  std::string words;
  for (; app->get_parent() != nullptr; app = app->get_parent()) {
    words = app->get_name() + (words.empty() ? "" : " ") + words;
  }
  return words;
}

std::string help_hint(const CLI::App* app) {
  const std::string words = words_of(app);
  return "see 'besa help" + (words.empty() ? "" : " " + words) + "'";
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known,
                       const CLI::App* app) {
  const auto nearest = nearest_name(word, known);
  return nearest ? "did you mean '" + *nearest + "'?" : help_hint(app);
}

Error misuse(const std::string& message, const std::string& hint) {
  return {ErrorKind::usage, message, hint};
}

Error unknown_option(const std::string& word, const CLI::App* app) {
  const std::string name = word.substr(0, word.find('='));
  const std::string where = words_of(app);
  return misuse("unknown option '" + name + "'" + (where.empty() ? "" : " of '" + where + "'"),
                suggestion(name, options_known_to(app), app));
}

Error unknown_word(const std::string& word, const CLI::App* app) {
  const std::vector<std::string> known = words_below(app);
  if (app->get_parent() == nullptr) {
    return misuse("unknown command '" + word + "'", suggestion(word, known, app));
  }
  if (!known.empty()) {
    return misuse("'" + app->get_name() + "' has no verb '" + word + "'",
                  suggestion(word, known, app));
  }
  return misuse("'" + words_of(app) + "' takes no further argument '" + word + "'", help_hint(app));
}

/// The first word nobody wanted; empty where every word was read.
std::string leftover(const CLI::App* deepest) {
  for (const auto* app = deepest; app != nullptr; app = app->get_parent()) {
    const std::vector<std::string> left = app->remaining();
    if (!left.empty()) {
      return left.front();
    }
  }
  return {};
}

Error incomplete(const CLI::App* app, const CLI::ParseError& error) {
  const std::vector<std::string> verbs = words_below(app);
  if (!verbs.empty() && app->get_parent() != nullptr) {
    return misuse("'" + app->get_name() + "' needs a verb: " + join(verbs, ", "), help_hint(app));
  }
  if (!verbs.empty()) {
    return misuse("a command is missing", "'besa help' lists them");
  }
  return misuse("'" + words_of(app) + "': " + error.what(), help_hint(app));
}

}  // namespace

Error mistyped(Tree& tree, const CLI::ParseError& error) {
  const CLI::App* app = tree.deepest();
  const std::string word = leftover(app);
  if (word.starts_with('-') && word.size() > 1) {
    return unknown_option(word, app);
  }
  if (!word.empty()) {
    return unknown_word(word, app);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return incomplete(app, error);
  }
  const std::string where = words_of(app);
  return misuse((where.empty() ? "" : "'" + where + "': ") + std::string(error.what()),
                help_hint(app));
}

}  // namespace besa::cli
