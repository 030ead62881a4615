#include "workflow/unread_files.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

#include "besa/base/text.hpp"

namespace besa::workflow {
namespace {

/// What lies in the folders of a source and is read by nobody, relative to the source.
std::vector<std::string> names_of_unread(const model::Dataset& dataset, source::Source& source,
                                         model::Datasets others) {
  std::vector<std::string> names;
  const std::string own = source::place_of(dataset.source) + "/";
  const auto paths = source.passed_over();
  for (const std::filesystem::path& path : paths) {
    const std::string whole = path.lexically_normal().string();
    const std::size_t at = whole.rfind("/" + own);
    const std::string name =
        at == std::string::npos ? path.filename().string() : whole.substr(at + 1 + own.size());
    const bool known = std::ranges::count(dataset.other_files, name) != 0 ||
                       std::ranges::any_of(others, [&](const model::Dataset* other) {
                         return other != &dataset && source::reads(other->source, own + name);
                       });
    if (!known) names.push_back(name);
  }
  return names;
}

}  // namespace

std::vector<model::Finding> check_unread_files(const model::Dataset& dataset,
                                               source::Source& source, model::Datasets others) {
  std::vector<model::Finding> findings;
  for (const std::string& name : names_of_unread(dataset, source, others))
    findings.push_back(
        {model::Severity::error, "coverage.unread_file", dataset.name + ": " + for_terminal(name),
         "lies in the source's folder and is not read: rows in it would never be found",
         "name it as a table's file, move it elsewhere, or list it as \"other_files\" in " +
             dataset.file + " if it has nobody's data in it"});
  return findings;
}

void require_none_unread(const model::Dataset& dataset, source::Source& source,
                         model::Datasets others) {
  for (const model::Finding& finding : check_unread_files(dataset, source, others))
    if (finding.severity == model::Severity::error)
      throw Error(ErrorKind::refused, finding.where + ": " + finding.message,
                  finding.hint + "; then draft again with 'besa sweep'");
}

}  // namespace besa::workflow
