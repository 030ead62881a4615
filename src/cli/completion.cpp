#include "besa/cli/completion.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/cli/commands.hpp"

namespace besa::cli {
namespace {

/// A word list for a place on the command line: "" first words, "manifest" its verbs.
struct Words {
  std::string after;
  std::vector<std::pair<std::string, std::string>> words;  ///< word, description
};

/// First words, then the verbs of each noun.
std::vector<Words> word_lists() {
  std::vector<Words> lists{{"", {}}};
  for (const NounHelp& noun : nouns()) {
    lists.front().words.emplace_back(noun.noun, noun.summary);
    lists.push_back({noun.noun, {}});
  }
  for (const CommandHelp& command : commands()) {
    for (Words& list : lists) {
      if (list.after == (command.words.size() > 1 ? command.words.front() : "")) {
        list.words.emplace_back(command.words.back(), command.summary);
      }
    }
  }
  lists.front().words.emplace_back("help", "how a command is used, with examples");
  return lists;
}

std::vector<OptionHelp> all_options(const CommandHelp& command) {
  std::vector<OptionHelp> options;
  for (const OptionHelp& option : command.options) {
    if (!option.positional) {
      options.push_back(option);
    }
  }
  const std::vector<OptionHelp> common = common_options();
  options.insert(options.end(), common.begin(), common.end());
  options.push_back({.names = {"--help"},
                     .value = "",
                     .description = "how it is used, with examples",
                     .choices = {}});
  return options;
}

std::vector<std::string> names_of(const std::vector<OptionHelp>& options) {
  std::vector<std::string> names;
  for (const OptionHelp& option : options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

std::vector<std::string> choices_of_positional(const CommandHelp& command) {
  for (const OptionHelp& option : command.options) {
    if (option.positional && !option.choices.empty()) {
      return option.choices;
    }
  }
  return {};
}

std::string first_words(const Words& list) {
  std::vector<std::string> words;
  for (const auto& [word, description] : list.words) {
    words.push_back(word);
  }
  return join(words, " ");
}

/// "  case $previous in --format) …": the values of options that have a fixed choice.
std::string bash_choices() {
  std::string text;
  std::vector<OptionHelp> options = common_options();
  for (const CommandHelp& command : commands()) {
    options.insert(options.end(), command.options.begin(), command.options.end());
  }
  std::vector<std::string> done;
  for (const OptionHelp& option : options) {
    const bool again = std::find(done.begin(), done.end(), option.names.front()) != done.end();
    if (!option.positional && !option.choices.empty() && !again) {
      done.push_back(option.names.front());
      text += "    " + option.names.front() + ") COMPREPLY=($(compgen -W '" +
              join(option.choices, " ") + "' -- \"$word\")); return;;\n";
    }
  }
  return text;
}

/// A text in single quotes of a shell.
std::string in_quotes(const std::string& text) {
  return "'" + join(split(text, '\''), R"('\'')") + "'";
}

/// In zsh's _arguments and _describe a colon and brackets mean something.
std::string for_zsh(const std::string& text) {
  std::string safe;
  for (const char character : text) {
    if (character == ':' || character == '[' || character == ']') {
      safe += '\\';
    }
    safe += character;
  }
  return safe;
}

}  // namespace

std::string bash_completion() {
  std::string text = R"(# bash completion of besa, made by 'besa completion bash'
_besa() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words=() each
  COMPREPLY=()
  case $previous in
)";
  text += bash_choices();
  text += R"(  esac
  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $each in -*) ;; help) ;; *) words+=("$each");; esac
  done
  case "${words[*]}" in
)";
  for (const Words& list : word_lists()) {
    text += "    " + in_quotes(list.after) + ") COMPREPLY=($(compgen -W '" + first_words(list) +
            "' -- \"$word\"));;\n";
  }
  for (const CommandHelp& command : commands()) {
    const std::string name = command.name();
    const std::string given = join(choices_of_positional(command), " ");
    text += "    " + in_quotes(name) + "|" + in_quotes(name + " ") +
            "*)\n      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '" +
            join(names_of(all_options(command)), " ") +
            "' -- \"$word\"));\n      else COMPREPLY=(" +
            (given.empty() ? "$(compgen -f -- \"$word\")"
                           : "$(compgen -W '" + given + "' -- \"$word\")") +
            "); fi;;\n";
  }
  return text + "  esac\n}\ncomplete -o filenames -F _besa besa\n";
}

std::string zsh_completion() {
  std::string text =
      "#compdef besa\n# zsh completion of besa, made by 'besa completion zsh'\n_besa() {\n";
  text += "  local -a given list; given=(${${(@)words[2,CURRENT-1]}:#-*})\n  case \"$given\" in\n";
  for (const Words& list : word_lists()) {
    text += "    " + in_quotes(list.after) + ") list=(";
    for (const auto& [word, description] : list.words) {
      text += ' ' + in_quotes(word + ":" + for_zsh(description));
    }
    text += " ); _describe besa list;;\n";
  }
  for (const CommandHelp& command : commands()) {
    text += "    " + in_quotes(command.name()) + "*) _arguments";
    for (const OptionHelp& option : all_options(command)) {
      for (const std::string& name : option.names) {
        std::string one = name + "[" + for_zsh(option.description) + "]";
        if (!option.value.empty()) {
          one += ":" + for_zsh(option.value) + ":" +
                 (option.choices.empty() ? "_files" : "(" + join(option.choices, " ") + ")");
        }
        text += ' ' + in_quotes(one);
      }
    }
    const std::string choices = join(choices_of_positional(command), " ");
    text +=
        " '*:argument:" + (choices.empty() ? std::string("_files") : "(" + choices + ")") + "';;\n";
  }
  return text + "  esac\n}\n_besa \"$@\"\n";
}

std::string fish_completion() {
  std::string text = "# fish completion of besa, made by 'besa completion fish'\n";
  for (const Words& list : word_lists()) {
    const std::string when =
        list.after.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + list.after;
    for (const auto& [word, description] : list.words) {
      text += "complete -c besa -n " + in_quotes(when) + " -f -a " + word + " -d " +
              in_quotes(description) + '\n';
    }
  }
  for (const CommandHelp& command : commands()) {
    std::vector<std::string> seen;
    for (const std::string& word : command.words) {
      seen.push_back("__fish_seen_subcommand_from " + word);
    }
    const std::string start = "complete -c besa -n " + in_quotes(join(seen, "; and "));
    for (const OptionHelp& option : all_options(command)) {
      for (const std::string& name : option.names) {
        const bool is_long = name.starts_with("--");
        text += start + (is_long ? " -l " + name.substr(2) : " -s " + name.substr(1)) + " -d " +
                in_quotes(option.description);
        if (!option.value.empty()) {
          text += option.choices.empty() ? " -r" : " -x -a " + in_quotes(join(option.choices, " "));
        }
        text += '\n';
      }
    }
    if (const auto choices = choices_of_positional(command); !choices.empty()) {
      text += start + " -f -a " + in_quotes(join(choices, " ")) + '\n';
    }
  }
  return text;
}

}  // namespace besa::cli
