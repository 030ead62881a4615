// What lies where, how long it may be, and what it must not mention.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/house/house.hpp"

namespace besa::house {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = 400;

/// Longer than `longest_file`, each with the reason why cutting it would not make it clearer.
const std::map<std::string, std::string> long_files = {
    {"tests/ledger/ledger_test.cpp", "one fixture"},
    {"tests/source/sqlite_clean_test.cpp", "one matrix of databases"},
    {"tests/workflow/closure_test.cpp", "one fixture, a case after the other"},
};

/// Sources without a test file of their own name, each with where they are tested or why not.
const std::map<std::string, std::string> tested_elsewhere = {
    {"src/source/memory.cpp", "contract_test.cpp, which every source passes"},
    {"src/source/source.cpp", "contract_test.cpp"},
    {"src/workflow/apply.cpp",
     "pipeline_test.cpp, refusal_test.cpp and the kill loops of tests/crash"},
    {"src/workflow/facts.cpp", "nomination_test.cpp and pipeline_test.cpp"},
    {"src/workflow/population.cpp", "closure_test.cpp"},
    {"src/workflow/records.cpp", "closure_test.cpp, record_rules_test.cpp and chinook_test.cpp"},
    {"src/workflow/session.cpp", "init_test.cpp and the stories"},
    {"src/workflow/sweep.cpp", "pipeline_test.cpp, nomination_test.cpp and chinook_test.cpp"},
};

TEST(Tree, the_top_holds_what_the_design_names_and_nothing_else) {
  const std::set<std::string> named = {"CMakeLists.txt",
                                       "CMakePresets.json",
                                       "LICENSE",
                                       "README.md",
                                       "dev",
                                       "include",
                                       "man",
                                       "policies",
                                       "src",
                                       "tests",
                                       ".ci",
                                       ".clang-format",
                                       ".clang-tidy",
                                       ".gitignore",
                                       ".git",
                                       ".cache",
                                       "build"};
  for (const auto& entry : fs::directory_iterator(top())) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(named.contains(name) || name.starts_with("build-")) << name;
  }
}

TEST(Tree, a_file_is_short_or_says_why_it_is_not) {
  for (const SourceFile& file : code_below({"include", "src", "tests"})) {
    if (!long_files.contains(file.path)) {
      EXPECT_LE(file.lines.size(), longest_file) << file.path;
    }
  }
}

TEST(Tree, nobody_is_excused_who_need_not_be) {
  std::map<std::string, std::size_t> lengths;
  for (const SourceFile& file : code_below({"include", "src", "tests"})) {
    lengths[file.path] = file.lines.size();
  }
  for (const auto& [path, reason] : long_files) {
    EXPECT_GT(lengths[path], longest_file) << path << " is excused because " << reason;
  }
  for (const auto& [path, reason] : tested_elsewhere) {
    EXPECT_TRUE(lengths.contains(path)) << path << " is excused because " << reason;
  }
}

TEST(Tree, every_part_has_its_test) {
  for (const SourceFile& file : code_below({"src"})) {
    const std::string layer = layer_of(file.path);
    const std::string name = fs::path(file.path).stem().string();
    const bool offered = fs::exists(top() / "include/besa" / layer / (name + ".hpp"));
    if (file.path.ends_with(".cpp") && offered && !tested_elsewhere.contains(file.path)) {
      const std::string test = "tests/" + layer + "/" + name + "_test.cpp";
      EXPECT_TRUE(fs::exists(top() / test)) << file.path << " has no " << test;
    }
  }
}

TEST(Tree, every_header_opens_with_what_it_is) {
  for (const SourceFile& file : code_below({"include"})) {
    ASSERT_GE(file.lines.size(), 2U) << file.path;
    EXPECT_TRUE(file.lines.front().starts_with("// ")) << file.path;
    EXPECT_NE(std::find(file.lines.begin(), file.lines.end(), "#pragma once"), file.lines.end())
        << file.path;
  }
}

/// Whether `word` stands in `line` where a path or a host begins: not inside another word.
bool mentions(const std::string& line, const std::string& word) {
  for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '-' && before != '_' &&
        before != '}') {
      return true;
    }
  }
  return false;
}

// A path or a host of the machine besa was written on works there and nowhere else. Written in
// halves, so that this file does not hold what it looks for.
TEST(Tree, no_file_mentions_a_machine_or_a_registry) {
  const std::vector<std::string> strangers = {
      "/ho"
      "me/",
      "/ro"
      "ot/",
      "/wo"
      "rk/",
      "/Us"
      "ers/",
      "deb.deb"
      "ian.org",
      "pypi"
      ".org",
      "crates"
      ".io",
      "registry.np"
      "mjs.org",
      "docker"
      ".io",
      "gh"
      "cr.io",
      "proxy.gol"
      "ang.org",
      "art"
      "ifactory",
      "localhost"
      ":"};
  for (const SourceFile& file : files_below({})) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& stranger : strangers) {
        EXPECT_FALSE(mentions(file.lines[i], stranger))
            << file.path << ", line " << i + 1 << " mentions " << stranger;
      }
    }
  }
}

}  // namespace
}  // namespace besa::house
