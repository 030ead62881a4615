// A PostgreSQL server that is lost while a manifest is applied: what it committed stays, who has
// rows there waits, and the next application does the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "club_with_server.hpp"
#include "tests/base/file_fixture.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using testing::At;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PostgresqlLost : public testing::ClubWithServer {
 protected:
  PostgresqlLost() {
    manifest_ = club_.draft();
    club_.approve(manifest_);
  }

  ApplyReport apply_with(Progress& progress) {
    Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, progress);
    return apply(session, {manifest_});
  }
  [[nodiscard]] std::string whole(const ApplyReport& report) const {
    return to_pretty(report.certificate.to_json());
  }
  void expect_orders_to_be_looked_at(const ApplyReport& report) const {
    EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done) << whole(report);
    EXPECT_TRUE(report.still_open);
    ASSERT_THAT(report.certificate.outstanding, SizeIs(1));
    EXPECT_EQ(report.certificate.outstanding[0].dataset, "orders");
    EXPECT_THAT(report.certificate.outstanding[0].why, HasSubstr("could not be looked at again"));
    EXPECT_EQ(report.certificate.outstanding[0].records, 3U);
    for (const auto& table : report.certificate.tables) EXPECT_NE(table.dataset, "orders");
    for (const auto& look : report.certificate.looks) EXPECT_NE(look.dataset, "orders");
  }
  void expect_the_rest_is_done() {
    server_.start_again();
    const ApplyReport report = club_.apply(manifest_);
    EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done) << whole(report);
    EXPECT_FALSE(report.still_open);
    EXPECT_EQ(orders(), "m5\n");
    EXPECT_EQ(members(), "m5");
    EXPECT_TRUE(club_.apply(manifest_).already);
  }

  std::string manifest_;
};

TEST_F(PostgresqlLost, stopped_between_two_batches_its_people_wait_and_the_others_go) {
  At stop("erasing in orders", 1, [&] { server_.stop(); });
  const ApplyReport report = apply_with(stop);
  ASSERT_TRUE(stop.called());
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done) << whole(report);
  EXPECT_TRUE(report.still_open);
  ASSERT_THAT(report.certificate.outstanding, SizeIs(1));
  EXPECT_EQ(report.certificate.outstanding[0].dataset, "orders");
  EXPECT_EQ(report.certificate.outstanding[0].party, "");
  EXPECT_EQ(members(), "m1,m2,m3,m5");  // m4 had nothing there
  server_.start_again();
  EXPECT_EQ(orders(), "m2,m3,m5\n");  // the first batch had been committed
  expect_the_rest_is_done();
}

// The batches that follow have connections of their own; the one that reads is found to be cut when
// it is looked whether the rows are gone.
TEST_F(PostgresqlLost, connections_that_are_cut_while_the_server_stays_leave_a_look_to_be_done) {
  At cut("erasing in orders", 2, [&] {
    server_.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
        "backend_type = 'client backend'");
  });
  expect_orders_to_be_looked_at(apply_with(cut));
  expect_the_rest_is_done();
}

TEST_F(PostgresqlLost, stopped_before_it_is_looked_whether_its_rows_are_gone_that_is_certified) {
  At stop("erasing in club", 4, [&] { server_.stop(); });
  const ApplyReport report = apply_with(stop);
  ASSERT_TRUE(stop.called());
  expect_orders_to_be_looked_at(report);
  EXPECT_EQ(members(), "m5");
  expect_the_rest_is_done();
}

// m2 came back: that nothing more is known of his orders does not make them gone.
TEST_F(PostgresqlLost, who_stays_is_not_said_to_be_gone_because_their_rows_cannot_be_looked_at) {
  club_.sql("INSERT INTO visits VALUES(1, 'm2', '2026-11-20')");
  At stop("erasing in club", 3, [&] { server_.stop(); });
  const ApplyReport report = apply_with(stop);
  ASSERT_TRUE(stop.called());
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done) << whole(report);
  ASSERT_THAT(report.certificate.skipped, SizeIs(1)) << whole(report);
  EXPECT_EQ(report.certificate.skipped[0].count, 1U);
  server_.start_again();
  const ApplyReport second = club_.apply(manifest_);
  EXPECT_THAT(second.certificate.skipped, SizeIs(1)) << whole(second);
  EXPECT_EQ(orders(), "m2,m5\n");
  EXPECT_EQ(members(), "m2,m5");
}

TEST_F(PostgresqlLost, stopped_before_the_first_batch_nothing_there_is_done) {
  At stop("erasing in orders", 0, [&] { server_.stop(); });
  EXPECT_EQ(apply_with(stop).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(members(), "m1,m2,m3,m5");
  expect_the_rest_is_done();
}

TEST_F(PostgresqlLost, stopped_after_its_last_batch_nobody_is_said_to_be_gone) {
  At stop("erasing in club", 0, [&] { server_.stop(); });
  expect_orders_to_be_looked_at(apply_with(stop));
  expect_the_rest_is_done();
}

TEST_F(PostgresqlLost, stopped_before_it_is_looked_at_the_look_is_outstanding) {
  At stop("looking at the bytes of orders", 0, [&] { server_.stop(); });
  const ApplyReport report = apply_with(stop);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::residue_pending) << whole(report);
  EXPECT_THAT(whole(report), HasSubstr("connection: not done"));
  expect_the_rest_is_done();
}

/// Members and visits on the server, and nothing anywhere else.
class PostgresqlLostAlone : public PostgresqlLost {
 protected:
  PostgresqlLostAlone() {
    server_.run(
        "DROP TABLE orders; CREATE TABLE members(id text PRIMARY KEY, name text, email text, "
        "joined text); CREATE TABLE visits(id int PRIMARY KEY, member text, at text);"
        "INSERT INTO members VALUES('m1','Arta','arta@club.example','2010-01-01'),"
        "('m5','Ela','ela@club.example','2026-01-01')",
        "lost");
    club_.put("besa.json", R"({"policies": ["policies/club.json"], "vacuum": "always",
        "datasets": ["datasets/club.json"], "limits": {"share_of_table": 1.0}})");
    club_.put("datasets/club.json",
              R"({"dataset": "club", "policy": "club", "held_by": "club",
                "source": "postgresql:service=)" +
                  service_ + R"(", "tables": {)" + testing::members_map + "}}");
    manifest_ = club_.draft();
    club_.approve(manifest_);
  }
};

TEST_F(PostgresqlLostAlone, the_run_stays_open_and_says_so) {
  At stop("erasing in club", 1, [&] { server_.stop(); });
  EXPECT_THAT(thrown(ErrorKind::partial, [&] { (void)apply_with(stop); }),
              AllOf(HasSubstr("of manifest " + manifest_ + " has not ended"),
                    HasSubstr("dataset club could not be looked at again")));
  ASSERT_TRUE(stop.called());
  EXPECT_THAT(club_.session()->ledger().unfinished_runs(), SizeIs(1));
  server_.start_again();
  const ApplyReport report = club_.apply(manifest_);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done) << whole(report);
  EXPECT_EQ(server_.text("SELECT id FROM members", "lost"), "m5\n");
  EXPECT_THAT(club_.session()->ledger().unfinished_runs(), IsEmpty());
}

}  // namespace
}  // namespace besa::workflow
