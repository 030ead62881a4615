#include <functional>
#include <map>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "besa/source/source.hpp"
#include "source/csv_tables.hpp"
#include "source/data_file.hpp"
#include "source/file_source.hpp"
#include "source/jsonl_tables.hpp"
#include "source/postgresql_address.hpp"
#include "source/postgresql_source.hpp"
#include "source/sqlite_source.hpp"

namespace besa::source {
namespace {

/// Opens what an address says after its scheme: for files, a path relative to `root`.
using Opener = std::unique_ptr<Source> (*)(const std::string& rest,
                                           const std::filesystem::path& root,
                                           const OpenOptions& options);

std::unique_ptr<Source> open_sqlite(const std::string& path, const std::filesystem::path& root,
                                    const OpenOptions& options) {
  return std::make_unique<SqliteSource>(root / path, options);
}

std::unique_ptr<Source> open_postgresql(const std::string& address, const std::filesystem::path&,
                                        const OpenOptions& options) {
  return std::make_unique<PostgresqlSource>(service_of(address), options);
}

/// The path below `root`, on which no folder may be a symbolic link: whoever swaps one would have
/// other files read and rewritten.
std::filesystem::path path_below(const std::filesystem::path& root,
                                 const std::filesystem::path& path) {
  std::filesystem::path folder = root;
  for (const std::filesystem::path& part : path.parent_path()) {
    folder /= part;
    std::error_code none_there;  // whoever opens it says so
    if (std::filesystem::is_symlink(folder, none_there))
      throw Error(ErrorKind::refused, shown(folder) + " is a symbolic link",
                  "name the place itself");
  }
  return root / path;
}

std::unique_ptr<Source> open_csv(const std::string& path, const std::filesystem::path& root,
                                 const OpenOptions& options) {
  return std::make_unique<FileSource>(
      std::make_shared<CsvTables>(path_below(root, path), options.csv, options.note), options);
}

std::unique_ptr<Source> open_jsonl(const std::string& path, const std::filesystem::path& root,
                                   const OpenOptions& options) {
  return std::make_unique<FileSource>(
      std::make_shared<JsonlTables>(path_below(root, path), options.columns, options.note),
      options);
}

const std::map<std::string, Opener, std::less<>>& openers() {
  static const std::map<std::string, Opener, std::less<>> known = {
      {"csv", &open_csv},
      {"jsonl", &open_jsonl},
      {"postgresql", &open_postgresql},
      {"sqlite", &open_sqlite},
  };
  return known;
}

std::string known_schemes() {
  std::vector<std::string> names;
  for (const auto& [name, opener] : openers()) names.push_back(name + ":");
  return join(names, ", ");
}

/// ".csv" for what begins with "csv:".
std::string ending_of(const std::string& address) {
  return "." + address.substr(0, address.find(':'));
}

/// Of an address of an unknown kind only this is repeated: the rest may hold a password.
std::string beginning(const std::string& address) {
  return address.substr(0, address.find_first_of(":=@ "));
}

}  // namespace

std::unique_ptr<Source> open(const std::string& address, const std::filesystem::path& root,
                             const OpenOptions& options) {
  const std::size_t colon = address.find(':');
  const auto opener = openers().find(address.substr(0, colon));
  if (colon == std::string::npos || opener == openers().end())
    throw Error(ErrorKind::failed,
                "'" + for_terminal(beginning(address)) + "' is not the address of a source",
                "an address begins with one of: " + known_schemes());
  const std::string rest = address.substr(colon + 1);
  if (rest.empty())
    throw Error(ErrorKind::failed, "'" + for_terminal(address) + "' names nothing to open",
                "write what to open behind the colon, as in sqlite:data/loyalty.db");
  return opener->second(rest, root, options);
}

std::string place_of(const std::string& address) {
  std::string place = address.substr(address.find(':') + 1);
  while (place.size() > 1 && place.back() == '/') place.pop_back();
  return place;
}

bool is_export(const std::string& address) {
  return address.starts_with("csv:") || address.starts_with("jsonl:");
}

bool reads(const std::string& address, const std::string& path) {
  const std::string place = place_of(address);
  if (place.empty() || address.starts_with("postgresql:")) return false;
  if (path == place) return true;
  if (!is_export(address)) return path.starts_with(place + "-");
  return path.starts_with(place + "/") &&
         unpacked_name(path).string().ends_with(ending_of(address));
}

bool is_there(const std::string& address, const std::filesystem::path& root) {
  if (address.starts_with("postgresql:")) return true;
  if (address.find(':') == std::string::npos) return false;
  const std::filesystem::path path = root / place_of(address);
  return std::filesystem::exists(path) &&
         !(is_export(address) && is_folder_without_files(path, ending_of(address)));
}

}  // namespace besa::source
