#include "besa/workflow/init.hpp"

#include <gmock/gmock.h>

#include "besa/model/policy.hpp"
#include "besa/workflow/coverage.hpp"
#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class InitTest : public Shop {
 protected:
  InitReport make(const Path& folder, const std::string& example = "") {
    return init({.folder = folder,
                 .example = example,
                 .members = 100,
                 .seed = 7,
                 .person = "arta",
                 .key = arta},
                clock, silent);
  }
};

TEST_F(InitTest, a_workspace_without_an_example_opens_and_its_files_are_sound) {
  const InitReport report = make(at("shop"));
  EXPECT_THAT(report.files, Contains("besa.json"));
  EXPECT_THAT(report.files, Contains("policies/policy.json"));
  EXPECT_THAT(report.files, Contains("datasets/dataset.json"));
  const auto opened = session();
  ASSERT_EQ(opened->realms().size(), 1U);
  for (const model::Finding& finding :
       model::lint(*opened->realms()[0].policy, *Date::parse("2026-11-22")))
    EXPECT_NE(finding.severity, model::Severity::error) << finding.code << ' ' << finding.message;
}

TEST_F(InitTest, the_first_person_is_an_approver) {
  make(at("shop"));
  const auto keys = session()->ledger().keys();
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].name, "arta");
  EXPECT_TRUE(keys[0].approver);
  EXPECT_EQ(keys[0].key, arta.public_key());
}

TEST_F(InitTest, besas_own_files_are_closed_to_others) {
  make(at("shop"));
  EXPECT_EQ(mode(at("shop/.besa")), 0700U);
  EXPECT_EQ(mode(at("shop/.besa/vault")), 0700U);
  EXPECT_EQ(mode(at("shop/.besa/ledger.db")), 0600U);
  EXPECT_EQ(mode(at("shop/.besa/log.key")), 0600U);
}

TEST_F(InitTest, the_example_is_whole_and_covered_by_its_dataset_file) {
  const InitReport report = make(at("shop"), "happy");
  EXPECT_THAT(report.files, Contains("data/loyalty.db"));
  EXPECT_GT(report.cases.size(), 10U);
  EXPECT_EQ(mode(at("shop/data/loyalty.db")), 0600U);
  const auto opened = session();
  const auto source = opened->open(*opened->dataset("loyalty"));
  for (const model::Finding& finding : check_coverage(*opened->dataset("loyalty"), *source))
    EXPECT_NE(finding.severity, model::Severity::error) << finding.where << ' ' << finding.message;
}

TEST_F(InitTest, a_folder_that_is_there_keeps_its_other_files) {
  fs::create_directory(at("shop"));
  put(at("shop/notes.txt"), "mine");
  make(at("shop"));
  EXPECT_EQ(got(at("shop/notes.txt")), "mine");
  EXPECT_TRUE(fs::exists(at("shop/besa.json")));
  for (const auto& entry : fs::directory_iterator(at("shop")))
    EXPECT_FALSE(entry.path().filename().string().starts_with(".besa-init")) << entry.path();
}

TEST_F(InitTest, a_workspace_is_never_made_twice) {
  make(at("shop"));
  const std::string before = got(at("shop/.besa/log.key"));
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { make(at("shop")); }),
              HasSubstr("is a workspace already"));
  EXPECT_EQ(got(at("shop/.besa/log.key")), before);
}

TEST_F(InitTest, fault_48_a_file_that_is_in_the_way_is_never_overwritten_and_nothing_is_left) {
  fs::create_directories(at("shop/policies"));
  put(at("shop/policies/policy.json"), "mine");
  EXPECT_THAT(thrown(ErrorKind::refused, [&] { make(at("shop")); }), HasSubstr("exists already"));
  EXPECT_EQ(got(at("shop/policies/policy.json")), "mine");
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(at("shop")))
    left.push_back(entry.path().filename());
  EXPECT_THAT(left, ElementsAre("policies"));
}

TEST_F(InitTest, what_fails_leaves_nothing) {
  EXPECT_THAT(thrown(ErrorKind::usage,
                     [&] {
                       init({.folder = at("shop"),
                             .example = "happy",
                             .members = 1,
                             .seed = 1,
                             .person = "",
                             .key = {}},
                            clock, silent);
                     }),
              HasSubstr("members"));
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(thrown(ErrorKind::usage, [&] { make(at("shop"), "sad"); }),
              HasSubstr("no example 'sad'"));
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace besa::workflow
