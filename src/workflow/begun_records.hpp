// What an interrupted run left half done in a store whose files get their place one by one: some of
// a person's records are as planned already, the others are still to do. Private to workflow.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "workflow/apply_dataset.hpp"

namespace besa::workflow {

class BegunRecords {
 public:
  explicit BegunRecords(const ApplyContext& context) : context_(context) {}

  /// A record of theirs that is to do now.
  void still_to_do(std::uint32_t person, const Digest& record) {
    to_do_.emplace_back(person, record);
  }

  /// Those of `people` (ascending) of whom exactly that is to do now which the manifest lists and
  /// which is not as planned yet. One record more, or one that is neither, and they are not.
  [[nodiscard]] std::set<std::uint32_t> just_begun(const std::vector<std::uint32_t>& people,
                                                   const model::Dataset& dataset,
                                                   source::Source& source);

 private:
  const ApplyContext& context_;
  std::vector<std::pair<std::uint32_t, Digest>> to_do_;
};

}  // namespace besa::workflow
