// What two files of one folder must not both declare: where everything is built once, several of
// them are compiled as one (BESA_BUILT_ONCE). Read by the line, as clang-format leaves them: what
// is declared in a namespace begins at the margin, and nothing else does.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "tests/house/house.hpp"

namespace besa::house {
namespace {

/// One that belongs to a file alone.
struct Declared {
  std::string name;
  std::string form;  ///< an alias as it is written, of a function the types it takes; else empty
  std::string file;
};

/// The unnamed namespaces of a file, each declaration with the lines that go on with it as one
/// text; without comments and without what raw strings hold.
std::vector<std::string> unnamed_declarations(const SourceFile& file) {
  static const std::regex raw_begin(R"re(R"(\w*)\()re");
  constexpr std::size_t enough = 1000;  // whatever follows is a body
  std::vector<std::string> found;
  bool inside = false;
  std::string raw_end;
  for (const std::string& line : file.lines) {
    if (!raw_end.empty()) {
      if (line.find(raw_end) != std::string::npos) raw_end.clear();
      continue;
    }
    std::smatch raw;
    if (std::regex_search(line, raw, raw_begin)) {
      raw_end = ")" + raw[1].str() + "\"";
      if (line.find(raw_end, static_cast<std::size_t>(raw.position())) != std::string::npos)
        raw_end.clear();
    }
    if (line == "namespace {") inside = true;
    if (line == "}  // namespace") inside = false;
    if (!inside || line.empty() || line.starts_with("//") || line.starts_with("#")) continue;
    if (line.front() != ' ') found.emplace_back();
    if (!found.empty() && found.back().size() < enough)
      found.back() += line.substr(0, line.find("  //")) + ' ';
  }
  return found;
}

/// `(Key, std::size_t)` of `(const Key& key, std::size_t at = 0) {`: a call cannot tell a value
/// from a reference to it.
std::string types_taken(const std::string& from_bracket) {
  static const std::regex default_value(R"( = [^,)]*)"), name(R"(([>&*\w]) +\w+(?=[,)]))");
  std::size_t depth = 0, end = 0;
  for (; end < from_bracket.size(); ++end) {
    if (from_bracket[end] == '(') ++depth;
    if (from_bracket[end] == ')' && --depth == 0) break;
  }
  const std::string all = std::regex_replace(from_bracket.substr(0, end + 1), default_value, "");
  const std::string types = std::regex_replace(all, name, "$1");
  const std::string values = std::regex_replace(types, std::regex(R"(\bconst |&)"), "");
  return std::regex_replace(values, std::regex(" +"), " ");
}

std::vector<Declared> declared_in(const SourceFile& file) {
  static const std::regex type(R"(^(?:struct|class|enum class|enum) (\w+).*)");
  static const std::regex alias(R"(^(?:using|namespace) (\w+) = .*)");
  static const std::regex function(R"(^[\w\[][^=({]*?[ &*](\w+)(\(.*))");
  static const std::regex constant(R"(^[\w\[][^(]*?[ &*](\w+)(?:\[\w*\])*(?: = |\{|;).*)");
  static const std::regex other(
      R"(^(?:template|using|namespace|static_assert|TEST|RC_|INST|TYPED).*)");
  std::vector<Declared> found;
  std::smatch match;
  for (const std::string& text : unnamed_declarations(file)) {
    if (std::regex_match(text, match, type))
      found.push_back({match[1], "", file.path});
    else if (std::regex_match(text, match, alias))
      found.push_back({match[1], text, file.path});
    else if (std::regex_match(text, other))
      continue;
    else if (std::regex_match(text, match, function))
      found.push_back({match[1], types_taken(match[2]), file.path});
    else if (std::regex_match(text, match, constant))
      found.push_back({match[1], "", file.path});
  }
  return found;
}

/// Functions may differ in what they take, and an alias is the same wherever it is written.
bool get_along(const Declared& a, const Declared& b) {
  if (a.file == b.file) return true;
  const bool functions = a.form.starts_with('(') && b.form.starts_with('(');
  return functions ? a.form != b.form : !a.form.empty() && a.form == b.form;
}

void require_distinct(const std::vector<SourceFile>& files) {
  std::map<std::string, std::vector<Declared>> by_name;
  for (const SourceFile& file : files)
    for (const Declared& declared : declared_in(file)) {
      for (const Declared& known : by_name[declared.name])
        EXPECT_TRUE(get_along(known, declared))
            << declared.name << " is declared in " << known.file << " and in " << file.path;
      by_name[declared.name].push_back(declared);
    }
}

TEST(Names, differ_between_the_files_of_a_folder) {
  // Of tests/source each file is compiled by itself, as are the two for many kinds of processor.
  const std::vector<std::string> by_themselves = {"tests/source", "src/source/csv_index.cpp",
                                                  "src/source/word_filter.cpp"};
  std::map<std::string, std::vector<SourceFile>> folders;
  for (const SourceFile& file : code_below({"src", "tests"})) {
    const std::string folder = std::filesystem::path(file.path).parent_path().string();
    const auto is_one = [&](const std::string& each) {
      return each == folder || each == file.path;
    };
    if (file.path.ends_with(".cpp") && std::ranges::none_of(by_themselves, is_one))
      folders[folder].push_back(file);
  }
  for (const auto& [folder, files] : folders) require_distinct(files);
}

TEST(Names, what_is_alike_is_seen) {
  const auto seen = [](const std::vector<std::string>& lines) {
    std::string all;
    SourceFile file{"a.cpp", lines};
    file.lines.insert(file.lines.begin(), "namespace {");
    for (const Declared& each : declared_in(file)) all += each.name + each.form + "\n";
    return all;
  };
  EXPECT_EQ(seen({"struct Row {", "  int number = 0;", "};"}), "Row\n");
  EXPECT_EQ(seen({"constexpr std::size_t piece = 4096;", "const std::string word{\"a\"};"}),
            "piece\nword\n");
  EXPECT_EQ(seen({"bool holds(const Key& key, std::size_t at = 0) {", "  return at;", "}"}),
            "holds(Key, std::size_t)\n");
  EXPECT_EQ(seen({"template <class T>", "[[nodiscard]] T* found(const std::vector<T>& list,",
                  "                       int) {", "}"}),
            "found(std::vector<T>, int)\n");
  EXPECT_EQ(seen({"constexpr const char* sql = R\"(", "CREATE TABLE t(a)", ")\";"}), "sql\n");
  EXPECT_EQ(seen({"}  // namespace", "int offered(int of) {", "}"}), "");
}

}  // namespace
}  // namespace besa::house
