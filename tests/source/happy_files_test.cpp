// The files of the example's and the benchmark's workspaces: what lies in the repository, and
// sound.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/file.hpp"
#include "besa/base/json.hpp"
#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"
#include "besa/model/workspace.hpp"
#include "besa/source/happy.hpp"

namespace besa::source {
namespace {

TEST(HappyFiles, are_those_of_the_repository) {
  const std::filesystem::path root = std::filesystem::path(BESA_SOURCE_DIR) / "policies";
  std::map<std::string_view, std::string_view> files;
  for (const HappyFile& file : happy_files()) files[file.path] = file.content;
  EXPECT_EQ(files["besa.json"], read_file(root / "examples/happy/besa.json"));
  EXPECT_EQ(files["datasets/loyalty.json"],
            read_file(root / "examples/happy/datasets/loyalty.json"));
  EXPECT_EQ(files["datasets/mail.json"], read_file(root / "examples/happy/datasets/mail.json"));
  EXPECT_EQ(files["datasets/web.json"], read_file(root / "examples/happy/datasets/web.json"));
  EXPECT_EQ(files["policies/on-solutions.json"], read_file(root / "on-solutions.json"));
  EXPECT_EQ(files["policies/on-solutions.cases.json"], read_file(root / "on-solutions.cases.json"));
}

TEST(HappyFiles, are_read_without_a_fault) {
  std::vector<Fault> faults;
  for (const HappyFile& file : happy_files()) {
    const std::string path(file.path);
    if (path == "besa.json") (void)model::read_workspace(file.content, path, faults);
    if (path.starts_with("datasets/")) (void)model::read_dataset(file.content, path, faults);
    if (path == "policies/on-solutions.json") (void)model::read_policy(file.content, path, faults);
  }
  EXPECT_NO_THROW(require_none(faults, "happy"));
}

TEST(HappyFiles, the_policy_knows_every_event_and_obligor_of_the_dataset) {
  const std::filesystem::path root = std::filesystem::path(BESA_SOURCE_DIR) / "policies";
  std::vector<Fault> faults;
  const model::Policy policy =
      model::read_policy(read_file(root / "on-solutions.json"), "on-solutions.json", faults);
  for (const char* name : {"loyalty.json", "mail.json", "web.json"}) {
    const std::string file = read_file(root / "examples/happy/datasets" / name);
    for (const model::Table& table : model::read_dataset(file, name, faults).tables) {
      for (const model::EventMapping& event : table.events) {
        EXPECT_NE(policy.event(event.event), nullptr) << event.event;
      }
      for (const model::Document& document : table.documents) {
        EXPECT_NE(policy.party(document.obligor), nullptr) << document.obligor;
      }
    }
  }
}

TEST(BenchFiles, are_read_without_a_fault) {
  const std::filesystem::path root =
      std::filesystem::path(BESA_SOURCE_DIR) / "tests/bench/workspace";
  std::vector<Fault> faults;
  (void)model::read_workspace(read_file(root / "besa.json"), "besa.json", faults);
  const model::Dataset dataset =
      model::read_dataset(read_file(root / "datasets/members.json"), "members.json", faults);
  EXPECT_NO_THROW(require_none(faults, "bench"));
  EXPECT_EQ(dataset.tables.size(), 5U);
}

}  // namespace
}  // namespace besa::source
