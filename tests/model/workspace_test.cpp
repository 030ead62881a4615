#include "besa/model/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/model/faults.hpp"

namespace {

using besa::model::read_workspace;
using besa::model::VacuumChoice;
using besa::model::Workspace;
using testing::ElementsAre;
using testing::HasSubstr;

Workspace workspace_from(const std::string& text) {
  std::vector<besa::Fault> faults;
  auto workspace = read_workspace(text, "besa.json", faults);
  EXPECT_EQ(besa::model::test::as_text(faults), "");
  return workspace;
}

std::string workspace_faults(const std::string& text) {
  std::vector<besa::Fault> faults;
  (void)read_workspace(text, "besa.json", faults);
  return besa::model::test::as_text(faults);
}

std::string with(const std::string& fields) {
  return R"({"policies": [], "datasets": [], )" + fields + "}";
}

TEST(Workspace, every_field_is_read) {
  const Workspace workspace = workspace_from(R"({
    "policies": ["policies/on-solutions.json"],
    "datasets": ["datasets/loyalty.json", "datasets/crm.json"],  // the order does not matter
    "language": "sq",
    "limits": { "subjects": 5000, "share_of_table": 0.2, "factor_of_earlier": 3,
                "share_of_unusable_dates": 0.01, "manifest_expires": "P3D", "batch_rows": 500 },
    "vacuum": "always", "wait_seconds": 30,
    "backups": [ { "name": "nightly", "path": "/backup/loyalty", "kept_for": "P30D" } ],
    "metrics": "/var/lib/prometheus/node-exporter/besa.prom"
  })");
  EXPECT_THAT(workspace.policies, ElementsAre("policies/on-solutions.json"));
  EXPECT_THAT(workspace.datasets, ElementsAre("datasets/loyalty.json", "datasets/crm.json"));
  EXPECT_EQ(workspace.language, "sq");
  EXPECT_EQ(workspace.limits.subjects, 5000u);
  EXPECT_EQ(workspace.limits.share_of_table, 0.2);
  EXPECT_EQ(workspace.limits.factor_of_earlier, 3.0);
  EXPECT_EQ(workspace.limits.share_of_unusable_dates, 0.01);
  EXPECT_EQ(workspace.limits.manifest_expires, besa::Period(0, 0, 3));
  EXPECT_EQ(workspace.limits.batch_rows, 500u);
  EXPECT_EQ(workspace.vacuum, VacuumChoice::always);
  EXPECT_EQ(workspace.wait_seconds, 30u);
  ASSERT_EQ(workspace.backups.size(), 1u);
  EXPECT_EQ(workspace.backups[0].kept_for, besa::Period(0, 0, 30));
  EXPECT_EQ(workspace.metrics, "/var/lib/prometheus/node-exporter/besa.prom");
}

TEST(Workspace, what_is_not_said_has_its_default) {
  const Workspace workspace = workspace_from(R"({"policies": [], "datasets": []})");
  EXPECT_EQ(workspace.language, "en");
  EXPECT_FALSE(workspace.limits.subjects.has_value());
  EXPECT_EQ(workspace.limits.manifest_expires, besa::Period(0, 0, 7));
  EXPECT_EQ(workspace.vacuum, VacuumChoice::when_needed);
  EXPECT_EQ(workspace.wait_seconds, 5u);
}

// P1
TEST(Workspace, a_misspelt_field_is_a_fault_with_the_nearest_name) {
  EXPECT_EQ(workspace_faults(with(R"("limit": {})")),
            "/limit: unknown field (did you mean 'limits'?)\n");
  EXPECT_EQ(workspace_faults(with(R"("limits": {"subject": 5})")),
            "/limits/subject: unknown field (did you mean 'subjects'?)\n");
}

// Editing a file makes nobody an approver: keys and roles are entries of the ledger.
TEST(Workspace, keys_and_roles_have_no_place_here) {
  EXPECT_THAT(workspace_faults(with(R"("approvers": ["arta"])")),
              HasSubstr("/approvers: unknown field"));
}

// P6
TEST(Workspace, its_files_lie_below_it_and_are_named_once) {
  EXPECT_THAT(
      workspace_faults(
          R"({"policies": ["/etc/p.json"], "datasets": ["a.json", "../b.json", "*.json"]})"),
      testing::AllOf(HasSubstr("/policies/0: "), HasSubstr("/datasets/1: "),
                     HasSubstr("/datasets/2: ")));
  EXPECT_THAT(workspace_faults(R"({"policies": ["a.json", "a.json"], "datasets": []})"),
              HasSubstr("/policies: names 'a.json' twice"));
}

TEST(Workspace, limits_are_possible_numbers) {
  for (const char* limits :
       {R"({"subjects": -1})", R"({"share_of_table": 20})", R"({"factor_of_earlier": 0.5})",
        R"({"share_of_unusable_dates": -0.1})", R"({"manifest_expires": "INDEFINITE"})",
        R"({"manifest_expires": "P0D"})", R"({"batch_rows": 0})", R"({"subjects": 1.5})"}) {
    EXPECT_THAT(workspace_faults(with(std::string(R"("limits": )") + limits)),
                HasSubstr("/limits/"))
        << limits;
  }
}

TEST(Workspace, words_are_the_known_ones) {
  EXPECT_THAT(workspace_faults(with(R"("language": "al")")), HasSubstr("/language: "));
  EXPECT_THAT(workspace_faults(with(R"("vacuum": "alway")")), HasSubstr("did you mean 'always'?"));
  EXPECT_THAT(workspace_faults(with(R"("wait_seconds": 1000000)")), HasSubstr("/wait_seconds: "));
}

TEST(Workspace, a_backup_says_for_how_long_it_is_kept) {
  EXPECT_THAT(workspace_faults(with(R"("backups": [{"name": "n", "path": "b"}])")),
              HasSubstr("/backups/0/kept_for: is required"));
}

}  // namespace
