#include "workflow/unread_files.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

#include "besa/base/text.hpp"

namespace besa::workflow {
namespace {

/// The part of an address behind its scheme, without a slash at its end.
std::string place_of(const std::string& address) {
  std::string place = address.substr(address.find(':') + 1);
  while (place.size() > 1 && place.back() == '/') place.pop_back();
  return place;
}

/// True where another dataset reads it: files of its own format in the same folder, or a database.
bool is_read_by(const model::Dataset& other, const model::Dataset& dataset,
                const std::string& name) {
  const std::string scheme = other.source.substr(0, other.source.find(':'));
  const std::string folder = place_of(dataset.source), place = place_of(other.source);
  if (place != folder) {
    const std::string path = folder + "/" + name;  // itself, in it, or beside a database
    return !place.empty() && path.starts_with(place) &&
           (path.size() == place.size() || path[place.size()] == '/' ||
            (scheme == "sqlite" && path[place.size()] == '-'));
  }
  return scheme != dataset.source.substr(0, scheme.size()) &&
         name.find("." + scheme) != std::string::npos;
}

/// What lies in the folders of a source and is read by nobody, relative to the source.
std::vector<std::string> names_of_unread(const model::Dataset& dataset, source::Source& source,
                                         model::Datasets others) {
  std::vector<std::string> names;
  const auto paths = source.passed_over();
  for (const std::filesystem::path& path : paths) {
    const std::string folder = "/" + place_of(dataset.source) + "/";
    const std::string whole = path.lexically_normal().string();
    const std::size_t at = whole.rfind(folder);
    const std::string name =
        at == std::string::npos ? path.filename().string() : whole.substr(at + folder.size());
    const bool known = std::ranges::count(dataset.other_files, name) != 0 ||
                       std::ranges::any_of(others, [&](const model::Dataset* other) {
                         return other != &dataset && is_read_by(*other, dataset, name);
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

}  // namespace besa::workflow
