// The happy example's database exported to files: that they give the same decisions, and that what
// is approved is erased from them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "happy_workspace.hpp"
#include "sqlite_rows.hpp"

namespace besa::workflow::testing {

class HappyFiles : public HappyWorkspace {
 protected:
  HappyFiles() {
    execute(database(), "UPDATE members SET note = NULL");  // no residue of others' making
  }

  [[nodiscard]] std::vector<std::string> tables() const {
    std::vector<std::string> names;
    for (const auto& table : rows_of(database(),
                                     "SELECT name FROM sqlite_schema WHERE type='table' AND name "
                                     "NOT LIKE 'sqlite_%' ORDER BY name"))
      names.push_back(table[0]);
    return names;
  }

  /// Sweeps, approves and applies: as `database_says`, and gone from the file of the members, which
  /// has each id in quotes and `headings` lines before the first.
  void expect_same_erasure(const SweepReport& database_says, const Path& members_file,
                           std::size_t headings) {
    const SweepReport files_say = workflow::sweep(*session(), {}).at(0);
    EXPECT_EQ(counts(files_say), counts(database_says));
    const std::set<std::string> members = members_in(files_say.manifest);
    ASSERT_FALSE(members.empty());
    EXPECT_EQ(members, members_in(database_says.manifest));

    approve_as_drita(files_say.manifest);
    const ApplyReport report = apply_it(files_say.manifest);
    EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
        << to_pretty(report.certificate.to_json());
    const std::string left = read_file(members_file);
    for (const std::string& member : members)
      EXPECT_EQ(left.find("\"" + member + "\""), std::string::npos) << member;
    EXPECT_EQ(static_cast<std::size_t>(std::count(left.begin(), left.end(), '\n')) - headings,
              rows_of(database(), "SELECT * FROM members").size() - members.size());
    EXPECT_TRUE(draft().empty());
  }

 private:
  /// The members a manifest erases.
  [[nodiscard]] std::set<std::string> members_in(const std::string& manifest) const {
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

}  // namespace besa::workflow::testing
