// Who may include whom: the table of src/README.md, held.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/house/house.hpp"

namespace besa::house {
namespace {

const std::map<std::string, std::set<std::string>> allowed = {
    {"base", {"base"}},
    {"model", {"base", "model"}},
    {"source", {"base", "source"}},
    {"ledger", {"base", "model", "ledger"}},
    {"report", {"base", "model", "report"}},
    {"workflow", {"base", "model", "source", "ledger", "report", "workflow"}},
    {"cli", {"base", "model", "source", "ledger", "report", "workflow", "cli"}},
};

/// A third party and where it may be included: path prefixes.
struct Fence {
  std::vector<std::string> includes;
  std::vector<std::string> places;
};

const std::vector<Fence> fences = {
    {{"<CLI/"}, {"src/cli/", "include/besa/cli/"}},
    {{"<SQLiteCpp/", "<sqlite3.h>"}, {"src/ledger/", "src/source/sqlite", "src/source/happy"}},
    {{"<hwy/"}, {"src/source/csv_index", "src/source/word_filter"}},
    {{"<simdjson.h>"}, {"src/source/jsonl"}},
    {{"<zlib.h>"}, {"src/source/gzip_unpacker"}},
    {{"<zstd"}, {"src/source/zstandard_unpacker"}},
    {{"<libpq", "<postgresql/"}, {"src/source/postgresql"}},
    {{"<date/", "<sodium", "<openssl/", "<unicode/"}, {"src/base/", "include/besa/base/"}},
};

/// What a pure model has no business with: files, clocks, randomness, processes.
const std::set<std::string> impure = {
    "<chrono>",     "<cstdio>",   "<ctime>",  "<fcntl.h>", "<filesystem>",
    "<fstream>",    "<iostream>", "<random>", "<thread>",  "\"besa/base/file.hpp\"",
    "<sys/stat.h>", "<unistd.h>"};

bool starts_with_any(const std::string& text, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return text.starts_with(prefix); });
}

/// `base` for `"besa/base/date.hpp"`; empty for every other include.
std::string public_layer(const std::string& include) {
  const std::string prefix = "\"besa/";
  if (!include.starts_with(prefix)) {
    return {};
  }
  return include.substr(prefix.size(), include.find('/', prefix.size()) - prefix.size());
}

TEST(Layers, every_folder_is_a_layer) {
  for (const SourceFile& file : code_below({"include", "src"})) {
    EXPECT_TRUE(allowed.contains(layer_of(file.path))) << file.path << " lies in no layer";
  }
}

TEST(Layers, a_layer_includes_only_what_lies_below_it) {
  for (const SourceFile& file : code_below({"include", "src"})) {
    const auto below = allowed.find(layer_of(file.path));
    for (const std::string& include : includes_of(file)) {
      const std::string layer = public_layer(include);
      if (below != allowed.end() && !layer.empty()) {
        EXPECT_TRUE(below->second.contains(layer)) << file.path << " includes " << include;
      }
    }
  }
}

TEST(Layers, what_a_layer_keeps_to_itself_is_included_by_nobody_else) {
  for (const SourceFile& file : code_below({"include", "src"})) {
    for (const std::string& include : includes_of(file)) {
      if (include.starts_with('"') && public_layer(include).empty()) {
        EXPECT_TRUE(file.path.starts_with("src/")) << file.path << " offers " << include;
        EXPECT_TRUE(include.starts_with("\"" + layer_of(file.path) + "/"))
            << file.path << " includes " << include;
      }
    }
  }
}

TEST(Layers, third_parties_stay_behind_their_fences) {
  for (const SourceFile& file : code_below({"include", "src"})) {
    for (const std::string& include : includes_of(file)) {
      for (const Fence& fence : fences) {
        if (starts_with_any(include, fence.includes)) {
          EXPECT_TRUE(starts_with_any(file.path, fence.places))
              << file.path << " includes " << include;
        }
      }
    }
  }
}

TEST(Layers, the_model_is_pure) {
  for (const SourceFile& file : code_below({"include/besa/model", "src/model"})) {
    for (const std::string& include : includes_of(file)) {
      EXPECT_FALSE(impure.contains(include)) << file.path << " includes " << include;
    }
  }
}

}  // namespace
}  // namespace besa::house
