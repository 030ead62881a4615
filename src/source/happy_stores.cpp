#include "source/happy_stores.hpp"

#include "besa/base/file.hpp"
#include "besa/base/json.hpp"

namespace besa::source {
namespace {

constexpr const char* workspace_file = "besa.json";
constexpr const char* loyalty_file = "datasets/loyalty.json";
constexpr const char* crm_file = "datasets/crm.json";
constexpr const char* beside = "loyalty.";  ///< how other datasets name the members' tables

Scan all_of(const std::string& table, std::vector<std::string> columns) {
  Scan scan;
  scan.table = table;
  scan.columns = std::move(columns);
  scan.key_width = 1;
  scan.in_key_order = true;
  return scan;
}

void append_field(std::string& line, const ValueView& value) {
  const std::string text = value.is_null() ? std::string() : Value(value).text();
  if (text.find_first_of(";\"\r\n") == std::string::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char letter : text) line.append(letter == '"' ? 2 : 1, letter);
  line += '"';
}

Json as_json(const ValueView& value) {
  if (value.is_null()) return nullptr;
  if (value.type == Type::integer) return value.integer;
  return Value(value).text();
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
      all["tables"][name] = moved(table, beside, "");
  }
  return all;
}

Json workspace_with(const std::vector<std::string>& datasets) {
  Json workspace = parsed(workspace_file);
  workspace["datasets"] = datasets;
  return workspace;
}

}  // namespace

void write_mail(Source& events, const std::filesystem::path& file) {
  FileWriter out(file, 0600, Existing::refuse);
  out.write("event_id;email;at;kind\r\n");
  std::string line;
  events.scan(all_of("newsletter_events", {"event_id", "email", "at", "kind"}), [&](RowView row) {
    line.clear();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += ';';
      append_field(line, row[i]);
    }
    out.write(line += "\r\n");
  });
  out.commit();
}

void write_web(Source& events, const std::filesystem::path& file) {
  FileWriter out(file, 0600, Existing::refuse);
  const std::vector<std::string> names{"visit_id", "member_id", "at", "url", "seconds"};
  events.scan(all_of("web_visits", names), [&](RowView row) {
    Json visit = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) visit[names[i]] = as_json(row[i]);
    out.write(to_line(visit) + "\n");
  });
  out.commit();
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
      crm["tables"][table] = moved(loyalty.at("tables").at(table), "", beside);
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
