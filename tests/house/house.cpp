#include "tests/house/house.hpp"

#include <algorithm>
#include <fstream>

namespace besa::house {
namespace {

namespace fs = std::filesystem;

bool is_left_out(const fs::path& relative) {
  const std::string first = relative.begin()->string();
  return first == ".git" || first == ".cache" || first == "build" || first.starts_with("build-");
}

/// The lines, or nothing where a NUL byte says that it is no text (a database, an archive).
SourceFile read(const fs::path& path, const std::string& relative) {
  SourceFile file{relative, {}};
  std::ifstream in(path, std::ios::binary);
  std::string line;
  while (std::getline(in, line)) {
    if (line.find('\0') != std::string::npos) {
      return {relative, {}};
    }
    file.lines.push_back(line);
  }
  return file;
}

void collect(const fs::path& folder, std::vector<SourceFile>& found) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path relative = entry.path().lexically_relative(top());
    if (is_left_out(relative)) {
      continue;
    }
    if (entry.is_directory()) {
      collect(entry.path(), found);
    } else if (entry.is_regular_file()) {
      found.push_back(read(entry.path(), relative.generic_string()));
    }
  }
}

}  // namespace

fs::path top() {
  return fs::path(BESA_SOURCE_DIR);
}

std::vector<SourceFile> files_below(const std::vector<std::string>& folders) {
  std::vector<SourceFile> found;
  if (folders.empty()) {
    collect(top(), found);
  }
  for (const std::string& folder : folders) {
    if (fs::exists(top() / folder)) {
      collect(top() / folder, found);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return found;
}

std::vector<SourceFile> code_below(const std::vector<std::string>& folders) {
  std::vector<SourceFile> found = files_below(folders);
  std::erase_if(found, [](const SourceFile& file) {
    return !file.path.ends_with(".hpp") && !file.path.ends_with(".cpp");
  });
  return found;
}

std::vector<std::string> includes_of(const SourceFile& file) {
  std::vector<std::string> found;
  for (const std::string& line : file.lines) {
    const std::size_t word = line.find_first_not_of(" \t");
    if (word == std::string::npos || !line.substr(word).starts_with("#include")) {
      continue;
    }
    const std::size_t begin = line.find_first_of("<\"");
    const std::size_t end = line.find_first_of(">\"", begin + 1);
    if (begin != std::string::npos && end != std::string::npos) {
      found.push_back(line.substr(begin, end - begin + 1));
    }
  }
  return found;
}

std::string layer_of(const std::string& path) {
  for (const std::string prefix : {"src/", "include/besa/"}) {
    if (path.starts_with(prefix)) {
      const std::size_t end = path.find('/', prefix.size());
      return end == std::string::npos ? "" : path.substr(prefix.size(), end - prefix.size());
    }
  }
  return {};
}

}  // namespace besa::house
