#include <cctype>

#include "source/sqlite_schema.hpp"

namespace besa::source {
namespace {

bool is_sql_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         (c & 0x80) != 0;
}

/// The place after a comment that begins at `at`, or `at` where none does.
std::size_t after_comment(std::string_view sql, std::size_t at) {
  const auto end_at = [&](std::string_view mark) {
    const std::size_t end = sql.find(mark, at + 2);
    return end == std::string_view::npos ? sql.size() : end + mark.size();
  };
  if (sql.substr(at, 2) == "--") return end_at("\n");
  if (sql.substr(at, 2) == "/*") return end_at("*/");
  return at;
}

/// Reads what stands between quotes, a doubled closing quote being one; returns the place after it.
std::size_t take_quoted(std::string_view sql, std::size_t at, std::string& text) {
  const char close = sql[at] == '[' ? ']' : sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] == close) {
      if (close == ']' || at + 1 >= sql.size() || sql[at + 1] != close) return at + 1;
      ++at;
    }
    text += sql[at];
  }
  return at;
}

}  // namespace

std::vector<SqlWord> words_of(std::string_view sql) {
  std::vector<SqlWord> words;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t end = after_comment(sql, at); end != at) {
      at = end;
    } else if (sql[at] == '"' || sql[at] == '\'' || sql[at] == '`' || sql[at] == '[') {
      at = take_quoted(sql, at, words.emplace_back(SqlWord{"", true}).text);
    } else if (is_sql_word(sql[at])) {
      SqlWord& word = words.emplace_back();
      for (; at < sql.size() && is_sql_word(sql[at]); ++at)
        word.text += static_cast<char>(std::toupper(static_cast<unsigned char>(sql[at])));
    } else {
      ++at;
    }
  }
  return words;
}

}  // namespace besa::source
