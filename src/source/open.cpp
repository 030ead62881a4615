#include <functional>
#include <map>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "besa/source/source.hpp"
#include "source/sqlite_source.hpp"

namespace besa::source {
namespace {

using Opener = std::unique_ptr<Source> (*)(const std::filesystem::path&, const OpenOptions&);

std::unique_ptr<Source> open_sqlite(const std::filesystem::path& path, const OpenOptions& options) {
  return std::make_unique<SqliteSource>(path, options);
}

const std::map<std::string, Opener, std::less<>>& openers() {
  static const std::map<std::string, Opener, std::less<>> known = {{"sqlite", &open_sqlite}};
  return known;
}

std::string known_schemes() {
  std::vector<std::string> names;
  for (const auto& [name, opener] : openers()) names.push_back(name + ":");
  return join(names, ", ");
}

}  // namespace

std::unique_ptr<Source> open(const std::string& address, const std::filesystem::path& root,
                             const OpenOptions& options) {
  const std::size_t colon = address.find(':');
  const auto opener = openers().find(address.substr(0, colon));
  if (colon == std::string::npos || opener == openers().end())
    throw Error(ErrorKind::failed, "'" + for_terminal(address) + "' is not the address of a source",
                "an address begins with one of: " + known_schemes());
  const std::string path = address.substr(colon + 1);
  if (path.empty())
    throw Error(ErrorKind::failed, "'" + for_terminal(address) + "' names no file",
                "write " + opener->first + ":PATH");
  return opener->second(root / path, options);
}

}  // namespace besa::source
