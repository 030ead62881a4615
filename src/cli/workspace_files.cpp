#include "cli/workspace_files.hpp"

#include "besa/base/json.hpp"

namespace besa::cli {

model::Workspace read_workspace_file(const Path& folder) {
  std::vector<Fault> faults;
  model::Workspace workspace =
      model::read_workspace(read_file(folder / "besa.json"), "besa.json", faults);
  require_none(faults, "besa.json");
  return workspace;
}

std::vector<PeoplesFile> policy_files(const Context& context, const std::string& named) {
  if (!named.empty()) {
    return {{context.path(named), named}};
  }
  const Path folder = context.workspace_folder();
  std::vector<PeoplesFile> files;
  for (const std::string& policy : read_workspace_file(folder).policies) {
    files.push_back({folder / policy, policy});
  }
  return files;
}

}  // namespace besa::cli
