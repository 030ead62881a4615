// What a shell completes is what the command tree has.
#include "besa/cli/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "tests/cli/stage.hpp"

namespace besa::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), n);
  }
  return pclose(pipe) == 0 ? text : "the command failed: " + text;
}

/// What bash offers for the last of the words.
std::string completed(const std::filesystem::path& script, const std::string& words, int last) {
  return output_of("bash -c 'source " + script.string() + "; COMP_WORDS=(" + words +
                   "); COMP_CWORD=" + std::to_string(last) + "; _besa; echo \"${COMPREPLY[*]}\"'");
}

class Completion : public testing::Test {
 protected:
  void SetUp() override {
    script_ = stage_.folder() / "besa.bash";
    std::ofstream(script_) << bash_completion();
  }
  Stage stage_;
  std::filesystem::path script_;
};

TEST_F(Completion, bash_can_read_it) {
  EXPECT_EQ(output_of("bash -n " + script_.string() + " 2>&1"), "");
}

TEST_F(Completion, a_first_word) {
  EXPECT_EQ(completed(script_, "besa swe", 1), "sweep\n");
}

TEST_F(Completion, the_verbs_of_a_noun) {
  EXPECT_EQ(completed(script_, "besa manifest a", 2), "approve apply\n");
  EXPECT_EQ(completed(script_, "besa help manifest rej", 3), "reject\n");
}

TEST_F(Completion, the_options_of_a_command_and_those_of_all) {
  EXPECT_EQ(completed(script_, "besa sweep --d", 2), "--dry-run\n");
  EXPECT_EQ(completed(script_, "besa sweep --work", 2), "--workspace\n");
  EXPECT_EQ(completed(script_, "besa manifest approve M-1 --in", 4), "--in-advance\n");
}

TEST_F(Completion, the_choices_of_an_option) {
  EXPECT_EQ(completed(script_, "besa status --format j", 3), "json\n");
  EXPECT_EQ(completed(script_, "besa completion z", 2), "zsh\n");
}

TEST(CompletionScripts, zsh_and_fish_know_every_noun_and_option) {
  for (const std::string& script : {zsh_completion(), fish_completion()}) {
    EXPECT_THAT(script, HasSubstr("manifest"));
    EXPECT_THAT(script, HasSubstr("in-advance"));
    EXPECT_THAT(script, HasSubstr("auto always never"));
  }
  EXPECT_THAT(zsh_completion(), testing::StartsWith("#compdef besa\n"));
}

TEST(CompletionCommand, prints_the_script_of_the_shell) {
  Stage stage;
  EXPECT_EQ(stage.run("besa completion fish").out, fish_completion());
  EXPECT_EQ(stage.run("besa completion tcsh").code, 2);
}

}  // namespace
}  // namespace besa::cli
