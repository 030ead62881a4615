// The spine over CSV files: the happy example exported table by table gives the decisions that it
// gives as a database, and what is approved is erased from the files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "besa/base/text.hpp"
#include "happy_workspace.hpp"
#include "sqlite_rows.hpp"

namespace besa::workflow {
namespace {

using testing::rows_of;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

class CsvPipeline : public testing::HappyWorkspace {
 protected:
  CsvPipeline() {
    testing::execute(database(), "UPDATE members SET note = NULL");  // no residue of others' making
  }

  /// Every table of the database as a file; values are quoted, what is NULL is empty.
  void export_tables() const {
    make_folder(root() / "data" / "csv");
    for (const auto& table : rows_of(database(),
                                     "SELECT name FROM sqlite_schema WHERE type='table' AND name "
                                     "NOT LIKE 'sqlite_%' ORDER BY name")) {
      std::ofstream out(root() / "data" / "csv" / (table[0] + ".csv"), std::ios::binary);
      std::vector<std::string> columns, values;
      for (const auto& column :
           rows_of(database(), "SELECT name FROM pragma_table_info('" + table[0] + "')"))
        columns.push_back(column[0]);
      for (const std::string& column : columns)
        values.push_back("CASE WHEN " + column + " IS NULL THEN '' ELSE '\"' || replace(" + column +
                         ", '\"', '\"\"') || '\"' END");
      out << join(columns, ";") << "\r\n";
      for (const auto& row :
           rows_of(database(), "SELECT " + join(values, "||';'||") + " FROM " + table[0]))
        out << row[0] << "\r\n";
    }
  }

  void declare_csv() const {
    const Path file = root() / "datasets" / "loyalty.json";
    std::string text = read_file(file);
    const std::string source = "\"sqlite:data/loyalty.db\"";
    text.replace(text.find(source), source.size(),
                 "\"csv:data/csv\", \"csv\": { \"delimiter\": \";\" }");
    write_file(file, text);
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

TEST_F(CsvPipeline, files_give_the_decisions_that_the_database_gives_and_are_erased_from) {
  const SweepReport database_says = workflow::sweep(*session(), {}).at(0);
  export_tables();
  declare_csv();
  const SweepReport files_say = workflow::sweep(*session(), {}).at(0);
  EXPECT_EQ(counts(files_say), counts(database_says));
  const std::set<std::string> members = members_in(files_say.manifest);
  ASSERT_FALSE(members.empty());
  EXPECT_EQ(members, members_in(database_says.manifest));

  approve_as_drita(files_say.manifest);
  const ApplyReport report = apply_it(files_say.manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
      << to_pretty(report.certificate.to_json());
  const std::string left = read_file(root() / "data" / "csv" / "members.csv");
  for (const std::string& member : members)
    EXPECT_EQ(left.find(quoted(member)), std::string::npos) << member;
  EXPECT_EQ(static_cast<std::size_t>(std::count(left.begin(), left.end(), '\n')) - 1,
            rows_of(database(), "SELECT * FROM members").size() - members.size());
  EXPECT_TRUE(draft().empty());
}

}  // namespace
}  // namespace besa::workflow
