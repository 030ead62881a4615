// The spine over JSONL files: the happy example exported line by line, with some of its columns
// nested, gives the decisions that it gives as a database, and what is approved is erased from the
// files. A new field stops it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "besa/base/text.hpp"
#include "besa/workflow/coverage.hpp"
#include "happy_workspace.hpp"
#include "sqlite_rows.hpp"

namespace besa::workflow {
namespace {

using testing::rows_of;

/// Columns that lie deeper in the files: the object, and the member in it.
const std::map<std::string, std::pair<std::string, std::string>> nested = {
    {"first_name", {"name", "first"}},
    {"last_name", {"name", "last"}},
    {"registered_at", {"account", "registered_at"}},
    {"purchase_id", {"receipt", "id"}},
};

class JsonlPipeline : public testing::HappyWorkspace {
 protected:
  JsonlPipeline() {
    testing::execute(database(), "UPDATE members SET note = NULL");  // no residue of others' making
    export_tables();
  }

  /// SQL for the object of a row, as SQLite writes JSON.
  std::string object_of(const std::string& table) const {
    std::vector<std::string> members;
    std::map<std::string, std::vector<std::string>> deeper;
    for (const auto& row :
         rows_of(database(), "SELECT name FROM pragma_table_info('" + table + "')"))
      if (const auto found = nested.find(row[0]); found != nested.end())
        deeper[found->second.first].push_back("'" + found->second.second + "', " + row[0]);
      else if (row[0] == "phone")
        members.push_back("'phones', json_array(phone)");
      else
        members.push_back("'" + row[0] + "', " + row[0]);
    for (const auto& [name, inner] : deeper)
      members.push_back("'" + name + "', json_object(" + join(inner, ", ") + ")");
    return "json_object(" + join(members, ", ") + ")";
  }

  [[nodiscard]] Path file(const std::string& table) const {
    return root() / "data" / "lines" / (table + ".jsonl");
  }

  void export_tables() const {
    make_folder(root() / "data" / "lines");
    for (const auto& table : rows_of(database(),
                                     "SELECT name FROM sqlite_schema WHERE type='table' AND name "
                                     "NOT LIKE 'sqlite_%' ORDER BY name")) {
      std::ofstream out(file(table[0]), std::ios::binary);
      for (const auto& row :
           rows_of(database(), "SELECT " + object_of(table[0]) + " FROM " + table[0]))
        out << row[0] << "\n";
    }
  }

  static void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  }

  void declare_jsonl() const {
    const Path dataset = root() / "datasets" / "loyalty.json";
    std::string text = read_file(dataset);
    replace_all(text, "sqlite:data/loyalty.db", "jsonl:data/lines");
    for (const auto& [column, place] : nested)
      replace_all(text, "\"" + column + "\"", "\"/" + place.first + "/" + place.second + "\"");
    replace_all(text, "\"phone\": \"phone\"", "\"phone\": \"/phones/0\"");
    text = std::regex_replace(text, std::regex(R"(\[\s*"phone"\s*\])"), R"(["/phones/0"])");
    replace_all(text, "\"phone\": \"user.contact", "\"/phones/0\": \"user.contact");
    write_file(dataset, text);
  }

  /// The members a manifest erases.
  std::set<std::string> members_in(const std::string& manifest) const {
    const Path folder = root() / ".besa" / "manifests" / manifest;
    std::set<std::string> members;
    read_body(folder, read_header(folder), [&](const model::BodyLine& line) {
      if (line.subject) members.insert(parse_json(line.subject->key).at(0).get<std::string>());
    });
    return members;
  }

  static std::map<std::string, std::uint64_t> counts(const SweepReport& report) {
    std::map<std::string, std::uint64_t> all{{"examined", report.examined}, {"due", report.due}};
    for (const auto& [doubt, people] : report.undetermined) all[doubt] = people;
    for (const auto& table : report.tables) {
      all[table.table + " erased"] = table.erase;
      all[table.table + " masked"] = table.mask;
    }
    return all;
  }
};

TEST_F(JsonlPipeline, files_give_the_decisions_that_the_database_gives_and_are_erased_from) {
  const SweepReport database_says = workflow::sweep(*session(), {}).at(0);
  declare_jsonl();
  const SweepReport files_say = workflow::sweep(*session(), {}).at(0);
  EXPECT_EQ(counts(files_say), counts(database_says));
  const std::set<std::string> members = members_in(files_say.manifest);
  ASSERT_FALSE(members.empty());
  EXPECT_EQ(members, members_in(database_says.manifest));

  approve_as_drita(files_say.manifest);
  const ApplyReport report = apply_it(files_say.manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
      << to_pretty(report.certificate.to_json());
  const std::string left = read_file(file("members"));
  for (const std::string& member : members)
    EXPECT_EQ(left.find("\"" + member + "\""), std::string::npos) << member;
  EXPECT_EQ(static_cast<std::size_t>(std::count(left.begin(), left.end(), '\n')),
            rows_of(database(), "SELECT * FROM members").size() - members.size());
  EXPECT_TRUE(draft().empty());
}

TEST_F(JsonlPipeline, a_field_that_nobody_named_stops_a_sweep_and_is_named) {
  declare_jsonl();
  std::ofstream(file("members"), std::ios::app)
      << R"({"member_id":"M-9999999","account":{"registered_at":"2026-01-01","device":"x"}})"
      << "\n";
  const auto opened = session();
  const model::Dataset& dataset = *opened->dataset("loyalty");
  const auto source = opened->open(dataset);
  std::vector<std::string> unknown;
  for (const model::Finding& finding : check_coverage(dataset, *source))
    if (finding.severity == model::Severity::error)
      unknown.push_back(finding.code + " " + finding.where);
  EXPECT_EQ(unknown,
            std::vector<std::string>{"coverage.unknown_column loyalty.members./account/device"});
  EXPECT_THROW((void)workflow::sweep(*session(), {}), Error);
}

}  // namespace
}  // namespace besa::workflow
