// The files of a new workspace without an example: sound as they are, and made to be written over.
// Private to workflow.
#pragma once

#include <span>
#include <string_view>

namespace besa::workflow {

struct SkeletonFile {
  std::string_view path;  ///< relative to the workspace
  std::string_view content;
};

[[nodiscard]] std::span<const SkeletonFile> skeleton();

}  // namespace besa::workflow
