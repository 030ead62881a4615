// A store that is busy for a moment: the batch is rolled back and decided again, nothing else.
#include "workflow/busy.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <thread>

#include "club_with_server.hpp"

namespace besa::workflow {
namespace {

using testing::Club;
using testing::ClubWithServer;

void wait(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(Busy, is_asked_again_five_times_and_each_time_undone) {
  int tried = 0, undone = 0;
  EXPECT_THROW(again_while_busy(
                   [&] {
                     ++tried;
                     throw Error(ErrorKind::busy, "locked");
                   },
                   [&] { ++undone; }),
               Error);
  EXPECT_EQ(tried, 5);
  EXPECT_EQ(undone, 5);
}

TEST(Busy, is_not_what_is_done_at_last_nor_what_has_failed) {
  int tried = 0, undone = 0;
  const auto undo = [&] { ++undone; };
  again_while_busy(
      [&] {
        if (++tried < 3) throw Error(ErrorKind::busy, "locked");
      },
      undo);
  EXPECT_EQ(tried, 3);
  EXPECT_EQ(undone, 2);
  EXPECT_THROW(again_while_busy([] { throw Error(ErrorKind::failed, "broken"); }, undo), Error);
  EXPECT_EQ(undone, 2);
}

class PostgresqlBusy : public ClubWithServer {
 protected:
  PostgresqlBusy() {
    club_.put("besa.json", R"({"policies": ["policies/club.json"], "vacuum": "always",
        "datasets": ["datasets/club.json", "datasets/orders.json"], "wait_seconds": 1,
        "limits": {"batch_rows": 1, "share_of_table": 1.0}})");
  }
  /// Somebody else does this, and commits it a while after besa has met it.
  ApplyReport apply_while(const std::string& sql, int milliseconds) {
    const std::string manifest = club_.draft();
    club_.approve(manifest);
    const postgresql::Session other(service_);
    other.run("BEGIN; " + sql);
    std::thread later([&] {
      until_it_is_met();
      wait(milliseconds);
      other.run("COMMIT");
    });
    const auto report = [&] {
      try {
        return club_.apply(manifest);
      } catch (...) {
        later.join();
        throw;
      }
    }();
    later.join();
    return report;
  }

 private:
  void until_it_is_met() const {
    const std::string waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    for (int look = 0; look < 400 && server_.text(waiting, "lost") == "0\n"; ++look) wait(25);
  }
};

TEST_F(PostgresqlBusy, that_lets_a_row_go_after_the_first_time_out_is_no_hindrance) {
  const auto report = apply_while("SELECT FROM orders WHERE no = 1 FOR UPDATE", 1300);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done);
  EXPECT_EQ(orders(), "m5\n");
  EXPECT_EQ(members(), "m5");
}

// Erasing order 1 waits for the other program and then meets another row than it had decided about.
TEST_F(PostgresqlBusy, whose_row_became_somebody_elses_meanwhile_is_decided_again) {
  const auto report = apply_while("UPDATE orders SET who = 'm5' WHERE no = 1", 100);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(orders(), "m5,m5\n") << "the first one is Ela's now";
  EXPECT_EQ(members(), "m1,m5") << "Arta's records are not those planned";
}

TEST_F(PostgresqlBusy, whose_row_was_touched_and_left_as_it_was_loses_it) {
  const auto report = apply_while("UPDATE orders SET who = who WHERE no = 1", 100);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done);
  EXPECT_EQ(orders(), "m5\n");
  EXPECT_EQ(members(), "m5");
}

TEST(BusyDatabase, that_is_let_go_after_the_first_time_out_is_no_hindrance) {
  Club club;
  club.members_and("",
                   "INSERT INTO members VALUES('m1','Arta',NULL,'2010-01-01'),"
                   "('m2','Besnik',NULL,'2026-01-01');");
  club.put("besa.json", R"({"policies": ["policies/club.json"], "wait_seconds": 1,
      "datasets": ["datasets/club.json"], "limits": {"share_of_table": 1.0}})");
  const std::string manifest = club.draft();
  club.approve(manifest);
  SQLite::Database other(club.database().string(), SQLite::OPEN_READWRITE);
  std::thread later([&] {
    other.exec("BEGIN IMMEDIATE");
    wait(1500);
    other.exec("COMMIT");
  });
  wait(100);
  const auto report = club.apply(manifest);
  later.join();
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done);
  EXPECT_EQ(club.ask("SELECT group_concat(id) FROM members"), "m2");
}

}  // namespace
}  // namespace besa::workflow
