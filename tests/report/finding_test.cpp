#include "besa/report/finding.hpp"

#include <gtest/gtest.h>

namespace besa::report {
namespace {

using model::Finding;
using model::Severity;

const std::vector<Finding> some = {{Severity::warning, "retention.indefinite",
                                    "policies/p.json#/rules/1", "never ends", "say until when"},
                                   {Severity::error, "coverage.unknown_column", "loyalty.members",
                                    "column shoe_size is in no file", ""}};

TEST(Findings, errors_come_first_and_hints_below) {
  EXPECT_EQ(findings_text(some),
            "error: loyalty.members: column shoe_size is in no file [coverage.unknown_column]\n"
            "warning: policies/p.json#/rules/1: never ends [retention.indefinite]\n"
            "  hint: say until when\n");
}

TEST(Findings, are_counted_by_how_serious_they_are) {
  EXPECT_EQ(findings_summary(some), "1 error, 1 warning");
  EXPECT_EQ(findings_summary({}), "nothing found");
  EXPECT_TRUE(has_errors(some));
  EXPECT_FALSE(has_errors({some.front()}));
}

TEST(Findings, have_stable_fields_for_machines) {
  EXPECT_EQ(findings_json(some).at(1).dump(),
            R"({"severity":"error","code":"coverage.unknown_column","where":"loyalty.members",)"
            R"("message":"column shoe_size is in no file","hint":""})");
}

TEST(Findings, a_fault_of_a_file_is_an_error_at_its_pointer) {
  const Finding finding =
      finding_of({"/rules/0/periode", "unknown field", "did you mean 'period'?"}, "p.json");
  EXPECT_EQ(finding.severity, Severity::error);
  EXPECT_EQ(finding.where, "p.json#/rules/0/periode");
  EXPECT_EQ(finding.hint, "did you mean 'period'?");
}

// erasure.md O6.
TEST(Findings, cannot_move_a_readers_cursor) {
  EXPECT_EQ(findings_text({{Severity::note, "", "\x1b[31m", "x\rfake", ""}}),
            "note: \\x1b[31m: x\\rfake\n");
}

}  // namespace
}  // namespace besa::report
