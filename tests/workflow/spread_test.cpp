// The happy example spread over SQLite, CSV and JSON lines: the decisions that it gives in one
// database, carried out in every store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "happy_workspace.hpp"
#include "sqlite_rows.hpp"
#include "tests/source/postgresql_server.hpp"

namespace besa::workflow {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::rows_of;

class Spread : public testing::HappyWorkspace {
 protected:
  /// The same members as those of the fixture, in a workspace of their own, over several stores.
  explicit Spread(const std::string& service = {}) : in_one_database_(decisions(root(), draft())) {
    for (const auto& entry : std::filesystem::directory_iterator(root()))
      std::filesystem::remove_all(entry);
    static_cast<void>(source::write_happy(root(), {.members = 300,
                                                   .seed = 7,
                                                   .today = *Date::parse("2026-11-22"),
                                                   .stores = source::HappyStores::spread,
                                                   .postgresql = service,
                                                   .progress = {}}));
    make_ledger();
  }

  /// Every line of a manifest, without what is keyed by its own secret and without the places of
  /// tables and datasets: "purchases 17 {what else the line says}". A number is text in some
  /// stores.
  std::vector<std::string> decisions(const Path& workspace, const std::string& manifest) const {
    const Path folder = workspace / ".besa" / "manifests" / manifest;
    const model::ManifestHeader header = read_header(folder);
    std::vector<std::string> lines;
    std::map<std::uint32_t, std::string> names;
    read_body(folder, header, [&](const model::BodyLine& line) {
      if (line.subject) names[line.subject->number] = without_quotes(line.subject->key);
    });
    read_body(folder, header, [&](const model::BodyLine& line) {
      if (line.subject)
        lines.push_back("person " + names.at(line.subject->number) + " " + line.subject->rule);
      if (!line.record) return;
      const auto& record = *line.record;
      std::string text = header.tables.at(record.table).table + " " + without_quotes(record.key) +
                         (record.deed == model::Deed::erase ? " erase " : " mask ") + record.rule;
      for (const auto& column : record.clear) text += " clear " + column;
      for (const auto& column : record.cut) text += " cut " + column;
      text += " of " + (record.subject == 0 ? "nobody" : names.at(record.subject));
      lines.push_back(text);
    });
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  static std::string without_quotes(std::string key) {
    std::erase(key, '"');
    return key;
  }

  std::string file(const char* name) const { return read_file(root() / "data" / name); }

  std::vector<std::string> in_one_database_;
};

TEST_F(Spread, several_stores_give_the_decisions_of_one_database) {
  const auto over_stores = decisions(root(), draft());
  EXPECT_GT(over_stores.size(), 100U);
  EXPECT_EQ(over_stores, in_one_database_);
}

TEST_F(Spread, what_is_approved_is_erased_from_every_store) {
  testing::execute(database(), "UPDATE members SET note = NULL");  // no residue of others' making
  const std::string manifest = draft();
  std::vector<std::string> erased;
  for (const std::string& line : decisions(root(), manifest))
    if (line.starts_with("members ") && line.find(" erase ") != std::string::npos)
      erased.push_back(line.substr(9, 10));
  ASSERT_THAT(erased, Not(IsEmpty()));
  approve_as_drita(manifest);
  const ApplyReport report = apply_it(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
      << to_pretty(report.certificate.to_json());
  EXPECT_EQ(report.certificate.looks.size(), 3U);
  const std::string visits = file("web/web_visits.jsonl");
  for (const std::string& member : erased)
    EXPECT_EQ(visits.find(member), std::string::npos) << member;
  EXPECT_THAT(draft(), IsEmpty());
}

class SpreadPostgresql : public Spread {
 protected:
  SpreadPostgresql() : Spread(postgresql::Server::common().emptied_database("spread")) {}
};

TEST_F(SpreadPostgresql, a_part_on_a_server_changes_no_decision_either) {
  const std::string manifest = draft();
  EXPECT_EQ(decisions(root(), manifest), in_one_database_);
  const auto& server = postgresql::Server::common();
  const std::string before = server.text("SELECT count(*) FROM calls", "spread");
  approve_as_drita(manifest);
  EXPECT_EQ(apply_it(manifest).certificate.looks.size(), 4U);
  EXPECT_NE(server.text("SELECT count(*) FROM calls", "spread"), before);
  EXPECT_THAT(draft(), IsEmpty());
}

}  // namespace
}  // namespace besa::workflow
