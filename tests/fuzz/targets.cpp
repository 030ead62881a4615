#include <unistd.h>

#include <fstream>

#include "tests/fuzz/target.hpp"

namespace besa::fuzz {
namespace {

struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "besa-fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = std::filesystem::canonical(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path;
};

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {
      {"certificate", certificate},
      {"csv", csv},
      {"dataset", dataset},
      {"json", json},
      {"jsonl", jsonl},
      {"manifest", manifest},
      {"note", note},
      {"policy", policy},
      {"sqlite_pages", sqlite_pages},
      {"sqlite_residue", sqlite_residue},
      {"sqlite_source", sqlite_source},
      {"time", time},
      {"workspace", workspace},
  };
  return all;
}

void require(bool holds, const std::string& law) {
  if (!holds) throw BrokenLaw(law);
}

std::filesystem::path file_of(const std::string& name, std::string_view bytes) {
  static const Folder folder;
  const std::filesystem::path path = folder.path / name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

}  // namespace besa::fuzz
