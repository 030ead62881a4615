// The files of a workspace before anything is made of them: what checks read one by one, so that
// one bad file does not hide the next.
#pragma once

#include <string>
#include <vector>

#include "besa/base/file.hpp"
#include "besa/model/workspace.hpp"
#include "cli/context.hpp"

namespace besa::cli {

struct PeoplesFile {
  Path path;
  std::string shown;  ///< as messages name it
};

/// Error(finding) with every fault of besa.json.
[[nodiscard]] model::Workspace read_workspace_file(const Path& folder);
/// The one named on the command line, or every policy of the workspace.
[[nodiscard]] std::vector<PeoplesFile> policy_files(const Context& context,
                                                    const std::string& named);

}  // namespace besa::cli
