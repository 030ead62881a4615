// The spine over JSONL files: the happy example exported line by line, with some of its columns
// nested, gives the decisions that it gives as a database, and what is approved is erased from the
// files. A new field stops it.
#include <fstream>
#include <regex>

#include "besa/base/text.hpp"
#include "besa/workflow/coverage.hpp"
#include "happy_files.hpp"

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

class JsonlPipeline : public testing::HappyFiles {
 protected:
  JsonlPipeline() { export_tables(); }

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
    for (const std::string& table : tables()) {
      std::ofstream out(file(table), std::ios::binary);
      for (const auto& row : rows_of(database(), "SELECT " + object_of(table) + " FROM " + table))
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
};

TEST_F(JsonlPipeline, files_give_the_decisions_that_the_database_gives_and_are_erased_from) {
  const SweepReport database_says = workflow::sweep(*session(), {}).at(0);
  declare_jsonl();
  expect_same_erasure(database_says, file("members"), 0);
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
