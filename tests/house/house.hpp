// The source tree as the house tests see it: files with their lines.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace besa::house {

struct SourceFile {
  std::string path;  ///< from the top, with '/': `src/base/date.cpp`
  std::vector<std::string> lines;
};

[[nodiscard]] std::filesystem::path top();
/// Every text file below `folders` of the tree (all of it where none is given), sorted by path;
/// build folders and what version control keeps are left out.
[[nodiscard]] std::vector<SourceFile> files_below(const std::vector<std::string>& folders);
/// The headers and sources among them.
[[nodiscard]] std::vector<SourceFile> code_below(const std::vector<std::string>& folders);
/// What a file includes: `<vector>` or `"besa/base/date.hpp"`, marks and all.
[[nodiscard]] std::vector<std::string> includes_of(const SourceFile& file);
/// `base` for `src/base/date.cpp` and for `include/besa/base/date.hpp`; empty elsewhere.
[[nodiscard]] std::string layer_of(const std::string& path);

}  // namespace besa::house
