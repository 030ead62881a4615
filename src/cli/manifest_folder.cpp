#include "cli/manifest_folder.hpp"

#include "besa/base/error.hpp"

namespace besa::cli {

Path manifest_folder(Context& context, const std::string& manifest) {
  std::vector<std::string> known;
  for (const ledger::ManifestRow& row : context.session().ledger().manifests()) {
    known.push_back(row.id);
    if (row.id == manifest) {
      return context.session().state() / "manifests" / manifest;
    }
  }
  const auto nearest = nearest_name(manifest, known);
  throw Error(ErrorKind::failed, "no manifest '" + manifest + "' in this workspace",
              nearest ? "did you mean '" + *nearest + "'?" : "'besa manifest list' lists them");
}

}  // namespace besa::cli
