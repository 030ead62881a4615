// The manual and the program say the same: every command and option is in besa(1), nothing else is,
// and its examples run.
#include "besa/cli/commands.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/cli/stage.hpp"

namespace besa::cli {
namespace {

namespace fs = std::filesystem;

const fs::path manual = fs::path(BESA_SOURCE_DIR) / "man";

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Long options named on a line of mdoc: ".Fl -dry-run".
std::set<std::string> options_on(const std::string& line) {
  std::set<std::string> found;
  const std::regex option("Fl (-[a-z-]+)");
  for (std::sregex_iterator match(line.begin(), line.end(), option), end; match != end; ++match) {
    found.insert("-" + (*match)[1].str());
  }
  return found;
}

/// What the COMMANDS section documents: each command with the options that its entry names.
std::map<std::string, std::set<std::string>> documented() {
  std::map<std::string, std::set<std::string>> found;
  std::string command;
  bool inside = false;
  for (const std::string& line : lines_of(manual / "besa.1")) {
    if (line.starts_with(".Sh ")) {
      inside = line == ".Sh COMMANDS";
    }
    if (inside && line.starts_with(".It Cm ")) {
      std::istringstream words(line.substr(7));
      command.clear();
      for (std::string word;
           words >> word && std::islower(static_cast<unsigned char>(word.front())) != 0;) {
        command += (command.empty() ? "" : " ") + word;
      }
      found[command];
    }
    if (inside && !command.empty()) {
      found[command].merge(options_on(line));
    }
  }
  return found;
}

std::set<std::string> names_of(const std::vector<OptionHelp>& options) {
  std::set<std::string> names;
  for (const OptionHelp& option : options) {
    for (const std::string& name : option.names) {
      if (name.starts_with("--")) {
        names.insert(name);
      }
    }
  }
  return names;
}

TEST(Manual, names_every_command) {
  const auto pages = documented();
  for (const CommandHelp& command : commands()) {
    EXPECT_TRUE(pages.contains(command.name()))
        << "besa(1) does not explain '" << command.name() << "'";
  }
  EXPECT_EQ(pages.size(), commands().size()) << "besa(1) explains a command that is none";
}

TEST(Manual, names_every_option_where_it_belongs_and_no_other) {
  const auto pages = documented();
  const std::set<std::string> common = names_of(common_options());
  for (const CommandHelp& command : commands()) {
    const std::set<std::string> own = names_of(command.options);
    const auto page = pages.find(command.name());
    if (page == pages.end()) {
      continue;
    }
    for (const std::string& option : own) {
      EXPECT_TRUE(page->second.contains(option))
          << "besa(1), " << command.name() << ": " << option << " is missing";
    }
    for (const std::string& option : page->second) {
      EXPECT_TRUE(own.contains(option) || common.contains(option))
          << "besa(1), " << command.name() << ": there is no " << option;
    }
  }
}

TEST(Manual, names_every_common_option_and_variable) {
  std::string page;
  for (const std::string& line : lines_of(manual / "besa.1")) {
    page += line + '\n';
  }
  for (const std::string& option : names_of(common_options())) {
    EXPECT_NE(page.find("Fl " + option.substr(1)), std::string::npos) << option;
  }
  for (const char* variable : {"BESA_WORKSPACE", "BESA_AS", "BESA_KEYS", "BESA_PASSPHRASE_FILE"}) {
    EXPECT_NE(page.find(std::string(".It Ev ") + variable), std::string::npos) << variable;
  }
}

/// The command lines of a page's EXAMPLES, without the prompt.
std::vector<std::string> examples_of(const fs::path& page) {
  std::vector<std::string> examples;
  bool inside = false;
  for (const std::string& line : lines_of(page)) {
    if (line.starts_with(".Sh ")) {
      inside = line == ".Sh EXAMPLES";
    }
    if (inside && line.starts_with("$ ")) {
      examples.push_back(line.substr(2));
    }
  }
  return examples;
}

/// An example that does not exit with 0 says so: "besa status   # exits 3".
int promised_exit(const std::string& example) {
  const std::size_t at = example.find("# exits ");
  return at == std::string::npos ? 0 : std::stoi(example.substr(at + 8));
}

TEST(Manual, its_examples_run_one_after_the_other) {
  Stage stage;
  const std::vector<std::string> examples = examples_of(manual / "besa.1");
  EXPECT_GT(examples.size(), 8U);
  for (const std::string& example : examples) {
    const Outcome outcome = stage.run(example.substr(0, example.find("  #")));
    EXPECT_EQ(outcome.code, promised_exit(example)) << example << '\n'
                                                    << outcome.out << outcome.err;
  }
}

TEST(Manual, mandoc_finds_nothing_wrong) {
  if (std::system("command -v mandoc >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "mandoc is not here";
  }
  for (const auto& page : fs::directory_iterator(manual)) {
    const std::string command = "mandoc -T lint -W warning " + page.path().string();
    EXPECT_EQ(std::system(command.c_str()), 0) << page.path();
  }
}

TEST(Help, every_command_and_option_says_what_it_is) {
  for (const CommandHelp& command : commands()) {
    EXPECT_FALSE(command.summary.empty()) << command.name();
    ASSERT_FALSE(command.examples.empty()) << command.name();
    for (const std::string& example : command.examples) {
      EXPECT_TRUE(example.starts_with("besa " + command.name())) << example;
    }
    for (const OptionHelp& option : command.options) {
      EXPECT_FALSE(option.description.empty()) << command.name() << ' ' << option.names.front();
    }
  }
}

}  // namespace
}  // namespace besa::cli
