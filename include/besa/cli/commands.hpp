// The live command tree, described: what completions are made of and the man page is held against.
#pragma once

#include <string>
#include <vector>

namespace besa::cli {

struct OptionHelp {
  std::vector<std::string> names;  ///< "--as"; short names too; positionals have one, upper case
  std::string value;               ///< "DATE"; empty for a switch
  std::string description;
  std::vector<std::string> choices;  ///< where only these are accepted
  bool positional = false;
  bool required = false;
};

struct CommandHelp {
  std::vector<std::string> words;  ///< {"manifest", "approve"}
  std::string summary;
  std::vector<std::string> examples;       ///< each a whole command line
  std::vector<OptionHelp> options;         ///< its own; the common ones are in common_options()
  [[nodiscard]] std::string name() const;  ///< "manifest approve"
};

struct NounHelp {
  std::string noun, summary;
};

[[nodiscard]] std::vector<CommandHelp> commands();
[[nodiscard]] std::vector<NounHelp> nouns();
[[nodiscard]] std::vector<OptionHelp> common_options();

}  // namespace besa::cli
