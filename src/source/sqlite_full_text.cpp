#include "source/sqlite_full_text.hpp"

#include <cctype>
#include <string>
#include <vector>

namespace besa::source {
namespace {

bool is_argument_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}

/// The text inside quotes that begin at `at`, which moves behind them.
std::string quoted_word(std::string_view sql, std::size_t& at) {
  const char close = sql[at] == '[' ? ']' : sql[at];
  std::string word;
  for (++at; at < sql.size(); ++at) {
    if (sql[at] == close) {
      const bool doubled = close != ']' && at + 1 < sql.size() && sql[at + 1] == close;
      if (!doubled) break;
      ++at;
    }
    word += sql[at];
  }
  at = std::min(at + 1, sql.size());
  return word;
}

void skip_comment(std::string_view sql, std::size_t& at) {
  const bool line = sql[at] == '-';
  const std::size_t end = sql.find(line ? "\n" : "*/", at + 2);
  at = end == std::string_view::npos ? sql.size() : end + (line ? 1 : 2);
}

struct Token {
  std::string text;  ///< bare words in lower case
  bool quoted = false;
};

std::vector<Token> tokens(std::string_view sql) {
  std::vector<Token> found;
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    const std::string_view pair = sql.substr(at, 2);
    if (pair == "--" || pair == "/*") {
      skip_comment(sql, at);
    } else if (c == '\'' || c == '"' || c == '`' || c == '[') {
      found.push_back({quoted_word(sql, at), true});
    } else if (is_argument_word(c)) {
      std::string word;
      for (; at < sql.size() && is_argument_word(sql[at]); ++at)
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql[at])));
      found.push_back({word, false});
    } else {
      if (std::isspace(static_cast<unsigned char>(c)) == 0)
        found.push_back({std::string(1, c), false});
      ++at;
    }
  }
  return found;
}

int version_of(const std::string& module) {
  if (module == "fts3") return 3;
  if (module == "fts4") return 4;
  return module == "fts5" ? 5 : 0;
}

}  // namespace

std::optional<FullTextTable> read_full_text(std::string_view sql) {
  const std::vector<Token> words = tokens(sql);
  if (words.size() < 5 || words[0].text != "create" || words[1].text != "virtual") return {};
  std::size_t at = 3;
  while (at < words.size() && (words[at].quoted || words[at].text != "using")) ++at;
  if (at + 1 >= words.size()) return {};
  std::string module = words[at + 1].text;
  for (char& c : module) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  FullTextTable table{version_of(module), false};
  if (table.version == 0) return {};
  // "content" is an option where an argument begins with it and "=" follows.
  for (at += 2; at + 3 < words.size(); ++at) {
    const bool begins = words[at].text == "(" || words[at].text == ",";
    if (begins && words[at + 1].text == "content" && words[at + 2].text == "=")
      table.external_content =
          !words[at + 3].text.empty() && words[at + 3].text != "," && words[at + 3].text != ")";
  }
  return table;
}

}  // namespace besa::source
