// The files that are shipped, and On Solutions' policy among them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "besa/base/file.hpp"
#include "besa/model/policy.hpp"
#include "tests/model/faults.hpp"

namespace besa::model::test {

/// `file`: from the top of the repository.
inline std::string text_of(const std::filesystem::path& file) {
  return read_file(std::filesystem::path(BESA_SOURCE_DIR) / file);
}

inline Policy on_solutions(const std::string& text = text_of("policies/on-solutions.json")) {
  std::vector<Fault> faults;
  auto policy = read_policy(text, "on-solutions.json", faults);
  EXPECT_EQ(as_text(faults), "");
  return policy;
}

}  // namespace besa::model::test
