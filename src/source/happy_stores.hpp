// The example's data that lie elsewhere than in its database, and the files that describe them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "besa/base/file.hpp"
#include "besa/source/happy.hpp"

namespace besa::source {

/// What a mailing service exports: newsletter_events as CSV, with semicolons and CRLF. Filled as an
/// Insert is; the numbers that SQLite would give are counted.
class MailFile {
 public:
  explicit MailFile(const std::filesystem::path& file);
  MailFile& text(std::string_view value);  ///< empty: an empty field
  void row();
  void commit() { out_.commit(); }

 private:
  FileWriter out_;
  std::string line_;
  std::uint64_t rows_ = 0;
};

/// What a web server logs: web_visits, one JSON object a line. Filled as an Insert is.
class WebFile {
 public:
  explicit WebFile(const std::filesystem::path& file);
  WebFile& text(std::string_view value);  ///< empty: null
  WebFile& number(std::int64_t value);
  void row();
  void commit() { out_.commit(); }

 private:
  void begin_value();
  FileWriter out_;
  std::string line_;
  std::size_t column_ = 0;
  std::uint64_t rows_ = 0;
};

/// The workspace's files for these stores, by path relative to it: those of happy_files(), with one
/// dataset where all lies in one database, and a dataset "crm" where a service is named.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> happy_files_for(
    const HappyOptions& options);

}  // namespace besa::source
