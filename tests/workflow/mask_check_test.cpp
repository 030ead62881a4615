// Masks in columns of a server, which has types, lengths and constraints of its own.
#include "besa/workflow/mask_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "club_workspace.hpp"
#include "tests/source/postgresql_server.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using testing::Club;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Members on a server, to be masked three years after their last visit; m3 stays.
class PostgresqlMasks : public ::testing::Test {
 protected:
  /// `mask`: of the column "extra", as JSON; empty: none is named.
  void members(const std::string& type, const std::string& value, const std::string& mask = {},
               const std::string& more_sql = {}) {
    service_ = server_.emptied_database("masks");
    server_.run(
        "DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM('sad','ok');"
        "CREATE TABLE members(id text PRIMARY KEY, extra " +
            type +
            ", joined date);"
            "INSERT INTO members SELECT m, " +
            value +
            ", d::date FROM (VALUES('m1','2022-01-01'),('m2','2022-06-01'),('m3','2026-01-01'))"
            " AS v(m, d);" +
            more_sql,
        "masks");
    dataset(mask);
    club_.put("besa.json", R"({"policies": ["policies/club.json"], "vacuum": "always",
        "datasets": ["datasets/club.json"], "limits": {"share_of_table": 1.0}})");
    if (!std::filesystem::exists(club_.root() / ".besa")) club_.make_ledger();
  }

  void dataset(const std::string& mask) {
    const std::string category = R"({"category": "user.contact.phone_number")";
    club_.put("datasets/club.json",
              R"({"dataset": "club", "policy": "club", "held_by": "club",
          "source": "postgresql:service=)" +
                  service_ + R"(", "tables": {"members": {"key": ["id"], "subject": "member",
          "identifiers": {"member_id": "id"}, "columns": {"joined": "none", "extra": )" +
                  category + (mask.empty() ? "" : R"(, "mask": )" + mask) + R"(}},
          "events": [{"at": "joined", "event": "collected"}],
          "times": {"joined": {"format": "date"}}}}})");
  }

  [[nodiscard]] std::string text(const std::string& question) const {
    return server_.text(question, "masks");
  }

  /// Why the sweep stops before anything is drafted; empty where it does not.
  std::string why_not() {
    try {
      static_cast<void>(club_.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}}));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::finding);
      return error.message() + " | " + error.hint();
    }
    return {};
  }

  /// Masked once, seen to be, and not again the next night.
  void expect_masked_once() {
    EXPECT_EQ(why_not(), "");
    EXPECT_EQ(club_.outcome(club_.draft()), "done");
    EXPECT_THAT(club_.draft(), IsEmpty());
  }

  const postgresql::Server& server_ = postgresql::Server::common();
  std::string service_;
  Club club_{R"({"id": "anonymous", "clause": "C-1", "subject": "member", "from": "last_contact",
      "period": "P3Y", "action": "mask"},)"};
};

TEST_F(PostgresqlMasks, that_besa_can_make_up_nothing_for_stop_the_sweep) {
  const std::vector<std::array<const char*, 2>> columns = {
      {"date", "'2001-01-01'::date"}, {"timestamptz", "now()"},         {"inet", "'1.2.3.4'::inet"},
      {"text[]", "'{a,b}'::text[]"},  {"mood", "'sad'::mood"},          {"jsonb", "'{}'::jsonb"},
      {"bytea", "'abc'::bytea"},      {"varchar(8)", "'+355691'::text"}};
  for (const auto& [type, value] : columns) {
    SCOPED_TRACE(type);
    members(std::string(type) + " NOT NULL", value);
    EXPECT_THAT(why_not(), AllOf(HasSubstr("club.members.extra: does not allow NULL, and"),
                                 HasSubstr("name a fixed mask that fits it in the dataset file")));
  }
}

TEST_F(PostgresqlMasks, that_besa_makes_up_are_known_again_in_every_type) {
  const std::vector<std::array<const char*, 2>> columns = {
      {"varchar(20)", "'+355691'"}, {"text", "'+355691'"},
      {"char(30)", "'+355691'"},    {"int", "355"},
      {"numeric(6,2)", "3.5"},      {"float8", "3.5"},
      {"boolean", "true"},          {"uuid", "gen_random_uuid()"}};
  for (const auto& [type, value] : columns) {
    SCOPED_TRACE(type);
    members(std::string(type) + " NOT NULL", value);
    const std::string stays = text("SELECT extra FROM members WHERE id = 'm3'");
    expect_masked_once();
    EXPECT_EQ(text("SELECT extra FROM members WHERE id = 'm3'"), stays);
  }
  EXPECT_EQ(text("SELECT count(DISTINCT extra) FROM members"), "3\n") << "one for each row";
}

TEST_F(PostgresqlMasks, that_are_fixed_are_known_in_the_servers_form) {
  const std::vector<std::array<const char*, 3>> columns = {
      {"char(5)", "'abc'", R"({"fixed": "x"})"},
      {"timestamptz", "now()", R"({"fixed": "2000-01-01T00:00:00Z"})"},
      {"numeric(6,2)", "3.5", R"({"fixed": "0"})"},
      {"jsonb", R"('{"b":2}'::jsonb)", R"({"fixed": "{\"a\":1}"})"},
      {"date", "'2001-02-03'::date", R"({"fixed": "2000-01-01"})"},
      {"bytea", "'abc'::bytea", R"({"fixed": "x"})"},
      {"mood", "'sad'::mood", R"({"fixed": "ok"})"}};
  for (const auto& [type, value, mask] : columns) {
    SCOPED_TRACE(type);
    members(std::string(type) + " NOT NULL", value, mask);
    expect_masked_once();
  }
}

TEST_F(PostgresqlMasks, that_a_column_does_not_take_stop_the_sweep) {
  members("bigint", "355", R"({"fixed": "abc"})");
  EXPECT_EQ(why_not(),
            "club.members.extra: does not take the text that it is to be masked with: its type is "
            "bigint | name one that fits it in the dataset file");
  members("varchar(8)", "'+355'", R"({"fixed": "123456789"})");
  EXPECT_THAT(why_not(), HasSubstr("its type is character varying(8)"));
  members("varchar(8)", "'+355'", R"("pseudonym")");
  EXPECT_EQ(why_not(),
            "club.members.extra: is of a type for which a pseudonym is too long: character "
            "varying(8) | name a fixed mask that fits it in the dataset file");
  members("int NOT NULL UNIQUE", "right(m, 1)::int");
  EXPECT_THAT(why_not(), HasSubstr("let the source allow NULL here, or the rule erase whole rows"));
}

TEST_F(PostgresqlMasks, of_rows_that_go_as_a_whole_are_not_looked_at) {
  members("date NOT NULL", "'2001-01-01'::date");
  Club erases;
  erases.put("datasets/club.json", read_file(club_.root() / "datasets/club.json"));
  const auto session = erases.session();
  const Realm& realm = session->realms().front();
  const auto source = session->open(*session->dataset("club"));
  EXPECT_THAT(check_masks(*realm.policy, *session->dataset("club"), *source, realm.datasets),
              IsEmpty());
}

TEST_F(PostgresqlMasks, that_would_be_alike_where_even_nulls_must_differ) {
  members("text", "m || 'x'", {}, "ALTER TABLE members ADD UNIQUE NULLS NOT DISTINCT (extra);");
  EXPECT_THAT(why_not(), HasSubstr("club.members.extra: is unique in the source, but several rows"
                                   " would be masked alike"));
}

TEST_F(PostgresqlMasks, that_a_constraint_forbids_change_nothing_and_say_how_to_go_on) {
  members("text", "m || '@club.example'", R"("pseudonym")",
          "ALTER TABLE members ADD CONSTRAINT mail CHECK (extra LIKE '%@%');");
  const std::string manifest = club_.draft();
  try {
    static_cast<void>(club_.approve_and_apply(manifest));
    FAIL() << "the constraint forbids it";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("masking club.members (extra): "),
                                       HasSubstr("constraint \"mail\"")));
    EXPECT_THAT(error.hint(), AllOf(HasSubstr("nothing of this batch was changed"),
                                    HasSubstr("besa manifest reject " + manifest)));
  }
  EXPECT_EQ(text("SELECT count(*) FROM members WHERE extra LIKE 'm%'"), "3\n");
  static_cast<void>(give_up(*club_.session(), club_.rejection(manifest)));
  dataset(R"({"fixed": "gone@club.example"})");
  expect_masked_once();
}

}  // namespace
}  // namespace besa::workflow
