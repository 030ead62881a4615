#include "source/happy_stores.hpp"

#include <algorithm>
#include <array>

#include "besa/base/json.hpp"
#include "source/happy_calendar.hpp"

namespace besa::source {
namespace {

constexpr const char* workspace_file = "besa.json";
constexpr const char* loyalty_file = "datasets/loyalty.json";
constexpr const char* crm_file = "datasets/crm.json";
constexpr const char* loyalty_prefix = "loyalty.";  ///< how other datasets name the members' tables

constexpr std::array<std::string_view, 5> keys_of_visits{
    "{\"visit_id\":", ",\"member_id\":", ",\"at\":", ",\"url\":", ",\"seconds\":"};

/// True for text that stands in a JSON string as it is.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) {
    return static_cast<unsigned char>(letter) >= 0x20 && letter != '"' && letter != '\\' &&
           letter != '\x7F';
  });
}

Json parsed(std::string_view path) {
  for (const HappyFile& file : happy_files())
    if (file.path == path) return parse_json(file.content, {.comments = true});
  return {};
}

/// A table moved from one dataset to another: its links begin otherwise.
Json moved(Json table, const std::string& from, const std::string& to) {
  for (Json& link : table.at("links")) {
    Json& target = link.at("belongs_to");
    target = to + target.get<std::string>().substr(from.size());
  }
  return table;
}

/// Everything in loyalty.db: one dataset with the tables of all.
Json merged() {
  Json all = parsed(loyalty_file);
  for (const char* path : {"datasets/mail.json", "datasets/web.json"}) {
    const Json other = parsed(path);
    for (const auto& [name, table] : other.at("tables").items())
      all["tables"][name] = moved(table, loyalty_prefix, "");
  }
  return all;
}

Json workspace_with(const std::vector<std::string>& datasets) {
  Json workspace = parsed(workspace_file);
  workspace["datasets"] = datasets;
  return workspace;
}

}  // namespace

MailFile::MailFile(const std::filesystem::path& file) : out_(file, 0600, Existing::refuse) {
  out_.write("event_id;email;at;kind\r\n");
}

MailFile& MailFile::text(std::string_view value) {
  if (line_.empty()) append_number(line_, ++rows_);
  line_ += ';';
  if (value.find_first_of(";\"\r\n") == std::string_view::npos) {
    line_ += value;
    return *this;
  }
  line_ += '"';
  for (const char letter : value) line_.append(letter == '"' ? 2 : 1, letter);
  line_ += '"';
  return *this;
}

void MailFile::row() {
  out_.write(line_ += "\r\n");
  line_.clear();
}

WebFile::WebFile(const std::filesystem::path& file) : out_(file, 0600, Existing::refuse) {}

void WebFile::begin_value() {
  if (column_ == 0) {
    line_ += keys_of_visits[column_++];
    append_number(line_, ++rows_);
  }
  line_ += keys_of_visits.at(column_++);
}

WebFile& WebFile::text(std::string_view value) {
  begin_value();
  if (value.empty())
    line_ += "null";
  else if (is_plain(value))
    line_.append("\"").append(value).append("\"");
  else
    line_ += to_line(Json(std::string(value)));
  return *this;
}

WebFile& WebFile::number(std::int64_t value) {
  begin_value();
  line_ += std::to_string(value);
  return *this;
}

void WebFile::row() {
  out_.write(line_ += "}\n");
  line_.clear();
  column_ = 0;
}

std::vector<std::pair<std::string, std::string>> happy_files_for(const HappyOptions& options) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const HappyFile& file : happy_files()) files.emplace_back(file.path, file.content);
  const auto replace = [&files](std::string_view path, const Json& content) {
    for (auto& [name, text] : files)
      if (name == path) text = to_pretty(content);
  };
  if (options.stores == HappyStores::one_database) {
    std::erase_if(files, [](const auto& file) {
      return file.first == "datasets/mail.json" || file.first == "datasets/web.json";
    });
    replace(loyalty_file, merged());
    replace(workspace_file, workspace_with({loyalty_file}));
  } else if (!options.postgresql.empty()) {
    Json loyalty = parsed(loyalty_file);
    Json crm = loyalty;
    crm["dataset"] = "crm";
    crm["source"] = "postgresql:service=" + options.postgresql;
    crm["tables"] = Json::object();
    for (const char* table : {"calls", "consents"}) {
      crm["tables"][table] = moved(loyalty.at("tables").at(table), "", loyalty_prefix);
      loyalty.at("tables").erase(table);
    }
    replace(loyalty_file, loyalty);
    files.emplace_back(crm_file, to_pretty(crm));
    replace(workspace_file,
            workspace_with({loyalty_file, "datasets/mail.json", "datasets/web.json", crm_file}));
  }
  return files;
}

}  // namespace besa::source
