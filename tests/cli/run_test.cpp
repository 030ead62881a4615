// The command line: words that are right, nearly right, and wrong.
#include "besa/cli/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/cli/stage.hpp"

namespace besa::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Run, besa_alone_shows_one_page) {
  Stage stage;
  const Outcome page = stage.run("besa");
  EXPECT_EQ(page.code, 0);
  EXPECT_THAT(page.out, HasSubstr("besa sweep"));
  EXPECT_LT(std::count(page.out.begin(), page.out.end(), '\n'), 24);
}

TEST(Run, help_is_the_same_however_it_is_asked_for) {
  Stage stage;
  const Outcome help = stage.run("besa help manifest approve");
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, StartsWith("usage: besa manifest approve [OPTIONS] [MANIFEST]\n"));
  EXPECT_THAT(help.out, HasSubstr("examples:\n  besa manifest approve"));
  EXPECT_EQ(stage.run("besa manifest approve --help").out, help.out);
  EXPECT_EQ(stage.run("besa manifest approve -h").out, help.out);
}

TEST(Run, help_of_a_noun_lists_its_verbs) {
  Stage stage;
  EXPECT_THAT(stage.run("besa help audit").out, HasSubstr("checkpoint"));
}

TEST(Run, the_version_is_one_line) {
  Stage stage;
  EXPECT_THAT(stage.run("besa --version").out,
              testing::MatchesRegex("besa [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

struct Mistake {
  std::string line, message, hint;
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, are_named_with_the_nearest_word_and_do_nothing) {
  Stage stage;
  const Outcome outcome = stage.run(GetParam().line);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "besa: " + GetParam().message + "\nhint: " + GetParam().hint + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    all, Mistakes,
    testing::Values(
        Mistake{"besa swep", "unknown command 'swep'", "did you mean 'sweep'?"},
        Mistake{"besa qqqqq", "unknown command 'qqqqq'", "see 'besa help'"},
        Mistake{"besa manifest aprove M-1", "'manifest' has no verb 'aprove'",
                "did you mean 'approve'?"},
        Mistake{"besa policy", "'policy' needs a verb: check, show, test, list",
                "see 'besa help policy'"},
        Mistake{"besa sweep --dryrun", "unknown option '--dryrun' of 'sweep'",
                "did you mean '--dry-run'?"},
        Mistake{"besa sweep --workspce here", "unknown option '--workspce' of 'sweep'",
                "did you mean '--workspace'?"},
        Mistake{"besa sweep now", "'sweep' takes no further argument 'now'",
                "see 'besa help sweep'"},
        Mistake{"besa status --today 2026-02-30",
                "'status': --today: '2026-02-30' is no date; write YYYY-MM-DD",
                "see 'besa help status'"},
        Mistake{"besa sweep --ahead 7days",
                "'sweep': --ahead: '7days' is no period; write P7D, P2W or P1M",
                "see 'besa help sweep'"},
        Mistake{"besa sweep --oldest -3", "'sweep': --oldest: '-3' is no whole number",
                "see 'besa help sweep'"},
        Mistake{"besa status --format jsno",
                "'status': --format: 'jsno' is none of text, json; did you mean 'json'?",
                "see 'besa help status'"},
        Mistake{"besa manifest apply", "'manifest apply': MANIFEST is required",
                "see 'besa help manifest apply'"},
        Mistake{"besa hold place --matter m --review 2027-01-01",
                "'hold place' wants either --subject IDENTIFIER or --all",
                "see 'besa help hold place'"},
        Mistake{"besa manifest show", "'manifest show' wants a manifest's id, or --header FILE",
                "'besa manifest list' lists them"}),
    [](const auto& mistake) { return "number_" + std::to_string(mistake.index); });

// erasure.md O10: what people are called never becomes an option.
TEST(Run, after_two_dashes_nothing_is_an_option) {
  Stage stage;
  const Outcome outcome = stage.run("besa explain -- --force");
  EXPECT_EQ(outcome.code, 1) << "understood, but there is no workspace here";
  EXPECT_THAT(outcome.err, HasSubstr("no besa.json"));
}

// erasure.md O6: what comes from elsewhere cannot move a reader's cursor.
TEST(Run, messages_escape_what_a_terminal_would_obey) {
  Stage stage;
  EXPECT_THAT(stage.run("besa \x1b]52;c;evil").err, HasSubstr("\\x1b]52;c;evil"));
}

/// A stream that takes nothing, as /dev/full and a closed pipe do.
struct Full : std::streambuf {
  int overflow(int) override { return traits_type::eof(); }
};

// erasure.md, faults 10 and 11: the work is done, and the failure to say so is not silent.
TEST(Run, output_that_cannot_be_written_is_a_failure_that_is_told) {
  Full full;
  std::ostream out(&full);
  std::istringstream in;
  std::ostringstream err;
  const FixedClock clock(Instant{0});
  const Environment environment{.clock = clock,
                                .variable = [](const std::string&) { return std::nullopt; },
                                .folder = ".",
                                .user = [] { return std::string("somebody"); },
                                .ask_passphrase = [](const std::string&) { return std::nullopt; }};
  EXPECT_EQ(run({"--version"}, {in, out, err}, environment), 1);
  EXPECT_THAT(err.str(), StartsWith("besa: output could not be written\n"));
}

TEST(Run, a_certificate_on_a_machine_without_a_workspace_asks_for_the_key) {
  Stage stage;
  const Outcome outcome = stage.run("besa certificate verify C-2026-0001.note");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("give the log's public key with --key KEY"));
}

TEST(Run, a_missing_workspace_names_the_way_to_one) {
  Stage stage;
  const Outcome outcome = stage.run("besa status");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("hint: "));
}

TEST(Doctor, says_what_is_worst_first_and_what_to_do) {
  Stage stage;
  ASSERT_EQ(stage.run("besa init --example happy --one-database --members 100 happy").code, 0);
  stage.run("cd happy");
  const Outcome healthy = stage.run("besa doctor");
  EXPECT_EQ(healthy.code, 0);
  EXPECT_THAT(healthy.out, StartsWith("warning: ledger: was never backed up [backup.none]\n"
                                      "  hint: besa backup --out DIR, on another disk\n"));
  std::filesystem::permissions(stage.folder() / ".besa/log.key",
                               std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const Outcome open = stage.run("besa doctor");
  EXPECT_EQ(open.code, 3);
  EXPECT_THAT(open.out, StartsWith("error: .besa/log.key: 1 file or folder is open to others "
                                   "[permissions.state]\n  hint: chmod -R go= .besa\n"));
}

}  // namespace
}  // namespace besa::cli
