// A PostgreSQL server that is lost while a manifest is applied: what it committed stays, who has
// rows there waits, and the next application does the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "club_workspace.hpp"
#include "tests/base/file_fixture.hpp"
#include "tests/source/postgresql_server.hpp"

namespace besa::workflow {
namespace {

using testing::Club;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Calls back when a stage has come so far.
class At : public Progress {
 public:
  At(std::string stage, std::uint64_t done, std::function<void()> call)
      : stage_(std::move(stage)), done_(done), call_(std::move(call)) {}
  void stage(const std::string& name, std::uint64_t) override {
    now_ = name;
    at(0);
  }
  void at(std::uint64_t done) override {
    if (!call_ || now_ != stage_ || done != done_) return;
    call_();
    call_ = nullptr;
  }
  [[nodiscard]] bool called() const { return !call_; }

 private:
  std::string stage_, now_;
  std::uint64_t done_;
  std::function<void()> call_;
};

/// Members in SQLite, their orders on a server, the remarks of some in a CSV file; m1, m2 and m3
/// have orders, m4 has none, m5 stays. One person goes in each batch.
class PostgresqlLost : public ::testing::Test {
 protected:
  PostgresqlLost() {
    club_.dataset("club", testing::members_map,
                  std::string(testing::members_sql) +
                      "INSERT INTO members VALUES('m1','Arta','arta@club.example','2010-01-01'),"
                      "('m2','Besnik','besnik@club.example','2010-01-01'),"
                      "('m3','Cen','cen@club.example','2010-01-01'),"
                      "('m4','Drita','drita@club.example','2010-01-01'),"
                      "('m5','Ela','ela@club.example','2026-01-01');");
    club_.put("besa.json", R"({"policies": ["policies/club.json"], "vacuum": "always",
        "datasets": ["datasets/club.json", "datasets/orders.json"],
        "limits": {"batch_rows": 1, "share_of_table": 1.0}})");
    club_.put("datasets/orders.json",
              R"({"dataset": "orders", "policy": "club", "held_by": "club",
          "source": "postgresql:service=)" +
                  service_ + R"(", "tables": {"orders": {"key": ["no"],
          "links": [{"columns": ["who"], "belongs_to": "club.members"}],
          "columns": {"no": "none", "sent_to": "user.contact.address.street"}}}})");
    server_.run(
        "CREATE TABLE orders(no int PRIMARY KEY, who text, sent_to text);"
        "INSERT INTO orders VALUES(1,'m1','Rruga e Durresit 1'),(2,'m2','Rruga e Durresit 2'),"
        "(3,'m3','Rruga e Durresit 3'),(5,'m5','Rruga e Durresit 5')",
        "lost");
    club_.make_ledger();
    manifest_ = club_.draft();
    club_.approve(manifest_);
  }
  ~PostgresqlLost() override { server_.start_again(); }

  ApplyReport apply_with(Progress& progress) {
    Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, progress);
    return apply(session, {manifest_});
  }
  [[nodiscard]] std::string orders() const {
    return server_.text("SELECT coalesce(string_agg(who, ',' ORDER BY no), '') FROM orders",
                        "lost");
  }
  [[nodiscard]] std::string members() const {
    return club_.ask("SELECT group_concat(id) FROM (SELECT id FROM members ORDER BY id)");
  }
  [[nodiscard]] std::string whole(const ApplyReport& report) const {
    return to_pretty(report.certificate.to_json());
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

  Club club_;
  postgresql::Server& server_ = lost_server();
  const std::string service_ = server_.emptied_database("lost");
  std::string manifest_;

 private:
  static postgresql::Server& lost_server() {
    static postgresql::Server server;
    return server;
  }
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
TEST_F(PostgresqlLost, connections_that_are_cut_while_the_server_stays_leave_a_run_to_resume) {
  At cut("erasing in orders", 2, [&] {
    server_.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
        "backend_type = 'client backend'");
  });
  EXPECT_EQ(thrown(ErrorKind::failed, [&] { (void)apply_with(cut); }),
            "PostgreSQL service '" + service_ + "': the connection was lost");
  EXPECT_THAT(club_.session()->ledger().unfinished_runs(), SizeIs(1));
  expect_the_rest_is_done();
}

TEST_F(PostgresqlLost, stopped_before_the_first_batch_nothing_there_is_done) {
  At stop("erasing in orders", 0, [&] { server_.stop(); });
  EXPECT_EQ(apply_with(stop).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(members(), "m1,m2,m3,m5");
  expect_the_rest_is_done();
}

TEST_F(PostgresqlLost, stopped_after_its_last_batch_nobody_is_said_to_be_gone) {
  At stop("erasing in club", 0, [&] { server_.stop(); });
  try {
    EXPECT_NE(apply_with(stop).certificate.outcome, model::RunOutcome::done);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::failed);
    EXPECT_THAT(club_.session()->ledger().unfinished_runs(), SizeIs(1));
  }
  expect_the_rest_is_done();
}

TEST_F(PostgresqlLost, stopped_before_it_is_looked_at_the_look_is_outstanding) {
  At stop("looking at the bytes of orders", 0, [&] { server_.stop(); });
  const ApplyReport report = apply_with(stop);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::residue_pending) << whole(report);
  EXPECT_THAT(whole(report), HasSubstr("connection: not done"));
  expect_the_rest_is_done();
}

}  // namespace
}  // namespace besa::workflow
