// Stories: whole sessions with their exact output, under a fixed clock.
//
//   $ besa sweep           a command; what follows is its standard output,
//   ! besa: message        its standard error,
//   ? 4                    and its exit code where that is not 0
//
// Lines before the first command are prose, and after a blank line those that begin with '#'. What
// differs from run to run (digests, fingerprints, keys, the stage's folder) is replaced by a word
// in angle brackets.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/cli/stage.hpp"

namespace besa::cli {
namespace {

namespace fs = std::filesystem;

struct Scene {
  std::string command;
  std::string expected;  ///< output, error lines and exit code, as the story writes them
};

struct Story {
  std::string name;
  std::vector<Scene> scenes;
};

Story read_story(const fs::path& path) {
  Story story{path.stem().string(), {}};
  std::ifstream in(path);
  bool between = true;
  for (std::string line; std::getline(in, line);) {
    const bool prose = between && line.starts_with("#");
    if (line.starts_with("$ ")) {
      story.scenes.push_back({line.substr(2), ""});
    } else if (!prose && !story.scenes.empty()) {
      story.scenes.back().expected += line + '\n';
    }
    between = prose || line.empty();
  }
  return story;
}

std::vector<Story> all_stories() {
  std::vector<Story> stories;
  for (const auto& entry : fs::directory_iterator(fs::path(BESA_SOURCE_DIR) / "tests/stories")) {
    if (entry.path().extension() == ".story") {
      stories.push_back(read_story(entry.path()));
    }
  }
  std::sort(stories.begin(), stories.end(),
            [](const Story& a, const Story& b) { return a.name < b.name; });
  return stories;
}

/// Replaces what is truly random. The texts are the program's own, short and trusted.
std::string without_randomness(std::string text, const fs::path& folder) {
  for (auto at = text.find(folder.parent_path().string()); at != std::string::npos;
       at = text.find(folder.parent_path().string())) {
    text.replace(at, folder.parent_path().string().size(), "<stage>");
  }
  const std::vector<std::pair<std::regex, std::string>> replacements = {
      {std::regex("[0-9a-f]{64}"), "<digest>"},
      {std::regex("besa/([a-z]+)-[0-9a-f]{8}"), "besa/$1-<random>"},
      {std::regex("[0-9]+ free\\)"), "<so many> free)"},
      {std::regex("[0-9 ]+ bytes, to "), " <so many> bytes, to "},
      {std::regex("\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]{40,}"), "+<key>"},
      {std::regex("\\b[0-9a-f]{16}\\b"), "<fingerprint>"},
      {std::regex("[A-Za-z0-9+/]{80,}={0,2}"), "<signature>"},
      {std::regex("[A-Za-z0-9+/]{43}="), "<32 bytes>"}};
  for (const auto& [pattern, word] : replacements) {
    text = std::regex_replace(text, pattern, word);
  }
  return text;
}

/// As a story writes it: output, error lines with '!', the code where it is not 0, a blank line.
std::string written(const Outcome& outcome, const fs::path& folder) {
  std::string text = outcome.out;
  std::istringstream errors(outcome.err);
  for (std::string line; std::getline(errors, line);) {
    text += "! " + line + '\n';
  }
  if (outcome.code != 0) {
    text += "? " + std::to_string(outcome.code) + '\n';
  }
  return without_randomness(text, folder);
}

/// Blank lines at the end of a scene only separate it from the next.
std::string trimmed(std::string text) {
  while (text.ends_with("\n\n") || text == "\n") {
    text.pop_back();
  }
  return text;
}

class Stories : public testing::TestWithParam<Story> {};

TEST_P(Stories, go_as_they_are_told) {
  Stage stage;
  std::string transcript;
  for (const Scene& scene : GetParam().scenes) {
    const std::string seen = written(stage.run(scene.command), stage.folder());
    transcript += "$ " + scene.command + '\n' + seen + '\n';
    EXPECT_EQ(trimmed(seen), trimmed(scene.expected)) << "$ " << scene.command;
  }
  if (HasFailure()) {
    ADD_FAILURE() << "the whole session was:\n" << transcript << "(end of the session)";
  }
}

INSTANTIATE_TEST_SUITE_P(all, Stories, testing::ValuesIn(all_stories()),
                         [](const auto& story) { return story.param.name; });

}  // namespace
}  // namespace besa::cli
