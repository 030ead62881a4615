// A PostgreSQL server that does not answer is as a file that is not there: it decides nothing, and
// it is said that somebody must bring it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/workflow/explain.hpp"
#include "besa/workflow/holds.hpp"
#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
#include "club_with_server.hpp"
#include "tests/base/file_fixture.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using testing::At;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// Of visits of anybody, three years old and older.
constexpr const char* old_visits =
    R"({"id": "visits", "clause": "C-1", "scope": "record", "from": "visit", "tables": ["visits"],
        "period": "P3Y"},)";

class PostgresqlAway : public testing::ClubWithServer {
 protected:
  explicit PostgresqlAway(const std::string& rules = {}) : ClubWithServer(rules) {}

  SweepReport look() {
    return club_.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}});
  }
  std::vector<NightStep> night() { return workflow::night(*club_.session()); }
  static std::vector<std::string> told_by(const std::vector<NightStep>& steps) {
    std::vector<std::string> lines;
    for (const NightStep& step : steps)
      lines.push_back((step.wrong ? "! " : "") + step.name + ": " + step.message);
    return lines;
  }
  void orders_are(const std::string& map) const {
    club_.put("datasets/orders.json",
              R"({"dataset": "orders", "policy": "club", "held_by": "club",
                "source": "postgresql:service=)" +
                  service_ + R"(", "tables": {"orders": {"key": ["no"],)" + map + "}}}");
  }
};

TEST_F(PostgresqlAway, of_whom_it_could_hold_rows_nobody_goes_and_it_is_named) {
  EXPECT_EQ(look().due, 4U);
  server_.stop();
  const SweepReport report = club_.sweep();
  EXPECT_EQ(report.due, 0U);
  EXPECT_EQ(report.undetermined.at("source_missing"), 4U);
  EXPECT_EQ(report.manifest, "");
  EXPECT_TRUE(waits_for_a_source(report));  // exit 3
  ASSERT_THAT(report.findings, SizeIs(1));
  EXPECT_EQ(report.findings[0].code, "source.out_of_reach");
  EXPECT_EQ(report.findings[0].where, "datasets/orders.json");
  EXPECT_THAT(report.findings[0].message,
              AllOf(StartsWith("dataset orders: PostgreSQL service '" + service_ + "': "),
                    HasSubstr("failed"), Not(HasSubstr("\\n"))));
  EXPECT_THAT(report.findings[0].hint, HasSubstr("silence proves nothing"));
  server_.start_again();
  EXPECT_FALSE(waits_for_a_source(look()));
  EXPECT_EQ(look().due, 4U);
}

TEST_F(PostgresqlAway, one_about_nobody_stops_nobody_but_is_waited_for) {
  orders_are(R"("columns": {"no": "none", "who": "none", "sent_to": "none"})");
  server_.stop();
  const SweepReport report = club_.sweep();
  EXPECT_EQ(report.due, 4U);
  EXPECT_THAT(club_.people(report.manifest),
              ElementsAre(R"(["m1"])", R"(["m2"])", R"(["m3"])", R"(["m4"])"));
  EXPECT_TRUE(waits_for_a_source(report));
}

TEST_F(PostgresqlAway, lost_in_the_middle_of_a_sweep_it_is_away_from_its_beginning) {
  At stop("looking who is due (member)", 0, [&] { server_.stop(); });
  Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, stop);
  const SweepReport report = workflow::sweep(session, {}).at(0);
  ASSERT_TRUE(stop.called());
  EXPECT_EQ(report.due, 0U);
  EXPECT_EQ(report.undetermined.at("source_missing"), 4U);
  EXPECT_THAT(report.findings, SizeIs(1));
  EXPECT_THAT(session.ledger().manifests(), IsEmpty());
}

TEST_F(PostgresqlAway, lost_while_their_records_are_listed_no_half_manifest_is_left) {
  At stop("listing their records", 0, [&] { server_.stop(); });
  Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, stop);
  const SweepReport report = workflow::sweep(session, {}).at(0);
  ASSERT_TRUE(stop.called());
  EXPECT_EQ(report.due, 0U);
  EXPECT_THAT(session.ledger().manifests(), IsEmpty());
  server_.start_again();
  EXPECT_EQ(club_.draft(), "M-2026-0001");
}

TEST_F(PostgresqlAway, the_night_finds_it_and_nothing_of_it_fails) {
  server_.stop();
  const auto steps = night();
  EXPECT_THAT(told_by(steps),
              Contains(AllOf(StartsWith("! check: dataset orders: PostgreSQL service"),
                             HasSubstr("silence proves nothing"))));
  EXPECT_THAT(told_by(steps),
              Contains("! sweep: club: nobody is due; people stay undetermined until a source is "
                       "back"));
  for (const NightStep& step : steps)
    EXPECT_TRUE(!step.wrong || step.kind == ErrorKind::finding) << step.name << step.message;
}

TEST_F(PostgresqlAway, that_nobody_is_there_again_is_not_said_of_what_could_not_be_looked_at) {
  orders_are(R"("subject": "member", "identifiers": {"member_id": "who"},
      "columns": {"no": "none", "sent_to": "user.contact.address.street"})");
  server_.run("DELETE FROM orders WHERE who <> 'm5'", "lost");
  (void)club_.approve_and_apply(club_.draft());
  server_.run("INSERT INTO orders VALUES(9, 'm1', 'Rruga e Durresit 1')", "lost");
  EXPECT_THAT(told_by(night()), Contains(StartsWith("! reappeared: 1 person who was erased")));
  server_.stop();
  EXPECT_THAT(told_by(night()), Contains(AllOf(StartsWith("reappeared: "), HasSubstr("orders"))));
  EXPECT_EQ(club_.session()->ledger().reappearances("club")->people, 1U);
}

TEST_F(PostgresqlAway, status_names_it) {
  server_.stop();
  std::vector<std::string> lines;
  for (const StatusLine& line : status(*club_.session(), Audience::ops))
    lines.push_back((line.needs_person ? "! " : "") + line.topic + ": " + line.message);
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("! doctor: datasets/orders.json: "),
                                    HasSubstr("PostgreSQL service '" + service_ + "'"))));
}

TEST_F(PostgresqlAway, what_is_wrong_with_the_configuration_is_no_server_that_is_away) {
  const auto error_with = [&](const std::string& service) {
    club_.put("datasets/orders.json",
              R"({"dataset": "orders", "policy": "club", "held_by": "club", "source":
                "postgresql:service=)" +
                  service + R"(", "tables": {"orders": {"key": ["no"],
                "columns": {"no": "none"}}}})");
    return thrown(ErrorKind::failed, [&] { (void)club_.sweep(); });
  };
  EXPECT_THAT(error_with("nowhere"), HasSubstr("\"nowhere\" not found"));
  EXPECT_THAT(error_with(server_.service("lost", "stranger")), HasSubstr("authentication failed"));
  EXPECT_THAT(error_with(server_.service("no_such_database")), HasSubstr("does not exist"));
}

TEST_F(PostgresqlAway, a_person_is_explained_as_far_as_is_known) {
  server_.stop();
  const std::vector<Explained> told = explain(*club_.session(), "m1");
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told[0].stays, HasSubstr("dataset orders is missing"));
  EXPECT_THAT(thrown(ErrorKind::failed, [&] { (void)explain(*club_.session(), "m77"); }),
              HasSubstr("PostgreSQL service '" + service_ + "'"));
}

TEST_F(PostgresqlAway, a_hold_is_not_placed_on_one_of_perhaps_two_people) {
  server_.stop();
  EXPECT_THAT(thrown(ErrorKind::failed,
                     [&] {
                       (void)place_hold(*club_.session(), {.identifier = "m1",
                                                           .tables = {},
                                                           .matter = "dispute-7",
                                                           .review = Date::parse("2027-06-30")});
                     }),
              HasSubstr("PostgreSQL service '" + service_ + "'"));
  EXPECT_THAT(club_.session()->ledger().holds(), IsEmpty());
}

/// Members on the server, their visits in SQLite, where old ones go by a rule of their own.
class PostgresqlAwayWithPeople : public PostgresqlAway {
 protected:
  PostgresqlAwayWithPeople() : PostgresqlAway(old_visits) {
    server_.run(
        "CREATE TABLE members(id text PRIMARY KEY, name text, joined text);"
        "INSERT INTO members VALUES('m1','Arta','2010-01-01'),('m5','Ela','2026-01-01');"
        "DROP TABLE orders",
        "lost");
    club_.put("besa.json", R"({"policies": ["policies/club.json"],
        "datasets": ["datasets/people.json", "datasets/hall.json"]})");
    club_.put("datasets/people.json",
              R"({"dataset": "people", "policy": "club", "held_by": "club",
          "source": "postgresql:service=)" +
                  service_ + R"(", "tables": {"members": {
          "key": ["id"], "subject": "member", "columns": {"name": "user.name.first"},
          "events": [{"at": "joined", "event": "collected"}],
          "times": {"joined": {"format": "date"}}}}})");
    club_.dataset("hall", R"("visits": {"key": ["id"],
          "links": [{"columns": ["member"], "belongs_to": "people.members"}],
          "columns": {"at": "user.behavior"}, "events": [{"at": "at", "event": "visit"}],
          "times": {"at": {"format": "date"}}})",
                  "CREATE TABLE visits(id INTEGER PRIMARY KEY, member TEXT, at TEXT);"
                  "INSERT INTO visits VALUES(1,'m1','2020-01-01'),(2,'m5','2020-01-01'),"
                  "(3,'m5','2026-01-01');");
  }
  [[nodiscard]] std::string visits() const {
    return testing::one(club_.database("hall"), "SELECT group_concat(id) FROM visits");
  }
};

TEST_F(PostgresqlAwayWithPeople, it_decides_about_none_of_them) {
  EXPECT_THAT(club_.people(club_.draft()), ElementsAre(R"(["m1"])"));
  server_.stop();
  const SweepReport report = look();
  EXPECT_EQ(report.examined, 0U);
  EXPECT_EQ(report.due, 0U);
  EXPECT_TRUE(waits_for_a_source(report));
}

// Who is held is known by the key alone; whose visits are theirs is known by the key too.
TEST_F(PostgresqlAwayWithPeople, a_held_persons_rows_elsewhere_stay) {
  club_.place_hold("people.members", R"(["m5"])");
  server_.stop();
  const std::string manifest = club_.draft();
  if (!manifest.empty()) {
    club_.approve(manifest);
    EXPECT_THROW((void)club_.apply(manifest), Error);
    EXPECT_EQ(visits(), "1,2,3");
    server_.start_again();
    try {
      (void)club_.apply(manifest);
    } catch (const Error&) {
    }
  }
  EXPECT_THAT(visits(), HasSubstr("2"));
}

}  // namespace
}  // namespace besa::workflow
