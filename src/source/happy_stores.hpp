// The example's data that lie elsewhere than in its database, and the files that describe them.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "besa/source/happy.hpp"
#include "besa/source/source.hpp"

namespace besa::source {

/// What a mailing service exports: newsletter_events as CSV, with semicolons and CRLF.
void write_mail(Source& events, const std::filesystem::path& file);

/// What a web server logs: web_visits, one JSON object a line.
void write_web(Source& events, const std::filesystem::path& file);

/// The workspace's files for these stores, by path relative to it: those of happy_files(), with one
/// dataset where all lies in one database, and a dataset "crm" where a service is named.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> happy_files_for(
    const HappyOptions& options);

}  // namespace besa::source
