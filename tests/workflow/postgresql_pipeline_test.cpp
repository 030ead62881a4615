// The happy example in PostgreSQL: the same decisions as over SQLite, carried out and certified.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "happy_workspace.hpp"
#include "sqlite_rows.hpp"
#include "tests/source/postgresql_server.hpp"

namespace besa::workflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::rows_of;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

class PostgresqlPipeline : public testing::HappyWorkspace {
 protected:
  /// Everything the SQLite database holds, as SQL for the server.
  std::string dump() {
    std::string sql = "SET session_replication_role = replica;";  // its foreign keys may dangle
    for (const auto& row : rows_of(database(), "SELECT sql FROM sqlite_schema WHERE sql NOT NULL"))
      sql += row[0] + ";";
    replace_all(sql, " WITHOUT ROWID", "");
    replace_all(sql, "INTEGER", "bigint");
    for (const auto& table :
         rows_of(database(), "SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      std::string values;
      for (const auto& column :
           rows_of(database(), "SELECT name FROM pragma_table_info('" + table[0] + "')"))
        values += (values.empty() ? "quote(" : "|| ',' || quote(") + column[0] + ")";
      for (const auto& row : rows_of(database(), "SELECT " + values + " FROM " + table[0]))
        sql += "INSERT INTO " + table[0] + " VALUES(" + row[0] + ");";
    }
    return sql;
  }

  void move_to_the_server() {
    const std::string service = server_.emptied_database("pipeline");
    server_.run(dump(), "pipeline");
    std::filesystem::remove(database());
    rewrite(root() / "datasets" / "loyalty.json", "sqlite:data/loyalty.db",
            "postgresql:service=" + service);
  }

  static void rewrite(const Path& file, const std::string& from, const std::string& to) {
    std::string content = read_file(file);
    replace_all(content, from, to);
    write_file(file, content);
  }

  /// What the manifest says, without what is keyed by its own secret.
  std::vector<std::string> decisions(const std::string& manifest) const {
    std::vector<std::string> lines;
    std::istringstream body(read_file(root() / ".besa" / "manifests" / manifest / "body.jsonl"));
    for (std::string line; std::getline(body, line);) {
      Json decision = parse_json(line);
      for (const char* keyed : {"records", "facts", "digest"}) decision.erase(keyed);
      lines.push_back(to_line(decision));
    }
    return lines;
  }

  [[nodiscard]] std::string answer(const std::string& sql) const {
    return server_.text(sql, "pipeline");
  }

  const postgresql::Server& server_ = postgresql::Server::common();
};

TEST_F(PostgresqlPipeline, the_same_data_give_the_same_decisions) {
  const std::vector<std::string> over_sqlite = decisions(draft());
  move_to_the_server();
  const std::vector<std::string> over_postgresql = decisions(draft());
  EXPECT_GT(over_sqlite.size(), 100U);
  EXPECT_EQ(over_postgresql, over_sqlite);
}

TEST_F(PostgresqlPipeline, what_is_approved_is_erased_and_certified_as_far_as_a_server_shows) {
  testing::execute(database(), "UPDATE members SET note = NULL");
  move_to_the_server();
  rewrite(root() / "besa.json", "\"when_needed\"", "\"always\"");
  const std::string before = answer("SELECT count(*) FROM members");
  const std::string manifest = draft();
  approve_as_drita(manifest);
  const ApplyReport report = apply_it(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
      << to_pretty(report.certificate.to_json());
  ASSERT_EQ(report.certificate.looks.size(), 1U);
  EXPECT_FALSE(report.certificate.looks[0].of_files);
  EXPECT_TRUE(report.certificate.looks[0].clean);
  EXPECT_NE(answer("SELECT count(*) FROM members"), before);
  EXPECT_EQ(answer("SELECT count(*) FROM purchases p WHERE member_id IS NOT NULL AND NOT EXISTS"
                   " (SELECT FROM members m WHERE m.member_id = p.member_id)"),
            "0\n");
  EXPECT_TRUE(draft().empty());
}

TEST_F(PostgresqlPipeline, without_a_rebuild_the_residue_stays_pending) {
  testing::execute(database(), "UPDATE members SET note = NULL");
  move_to_the_server();
  const std::string manifest = draft();
  approve_as_drita(manifest);
  const ApplyReport report = apply_it(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::residue_pending);
  const std::string steps = to_pretty(report.certificate.to_json());
  EXPECT_THAT(steps, HasSubstr("holes in pages: not done"));
  EXPECT_THAT(steps, Not(HasSubstr("@")));  // no value of anybody's in the certificate
}

}  // namespace
}  // namespace besa::workflow
