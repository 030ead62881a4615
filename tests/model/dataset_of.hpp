// A dataset of these tables and nothing else that is interesting.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "besa/model/dataset.hpp"
#include "tests/model/faults.hpp"

namespace besa::model::test {

inline Dataset dataset_of(const std::string& name, const std::string& tables) {
  std::vector<Fault> faults;
  auto dataset =
      read_dataset(R"({"dataset": ")" + name + R"(", "policy": "p", "held_by": "us", "tables": {)" +
                       tables + "}}",
                   "datasets/" + name + ".json", faults);
  EXPECT_EQ(as_text(faults), "");
  return dataset;
}

}  // namespace besa::model::test
