// What a run cannot do itself: a store out of reach, and what other parties hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "at.hpp"
#include "two_stores.hpp"
#include "workflow/examine.hpp"
#include "workflow/suppressions.hpp"

namespace besa::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Outstanding : public testing::TwoStores {
 protected:
  void move_the_shop(const std::string& from, const std::string& to) const {
    std::filesystem::rename(club_.root() / from, club_.root() / to);
  }
};

TEST_F(Outstanding, a_store_out_of_reach_keeps_its_people_the_others_go) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  lose_the_shop();
  const ApplyReport first = club_.apply(manifest);
  EXPECT_EQ(first.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_TRUE(first.still_open);
  ASSERT_THAT(first.certificate.outstanding, SizeIs(1));
  EXPECT_EQ(first.certificate.outstanding[0].dataset, "shop");
  EXPECT_EQ(first.certificate.outstanding[0].party, "");
  EXPECT_EQ(members(), "m1,m3");  // m1 must be found again when the shop is back
  const auto session = club_.session();
  const OpenedSources sources = OpenedSources::within_reach(*session, session->realms()[0], false);
  EXPECT_EQ(people_reappeared(*session, session->realms()[0], sources.all()),
            0U);  // nor is m1 back

  orders();
  const ApplyReport second = club_.apply(manifest);
  EXPECT_EQ(second.certificate.outcome, model::RunOutcome::done)
      << to_pretty(second.certificate.to_json());
  EXPECT_FALSE(second.still_open);
  EXPECT_EQ(members(), "m3");
  EXPECT_EQ(read_file(club_.root() / "data/shop/orders.csv"), "no,who,at\no2,m3,2026-02-02\n");
}

TEST_F(Outstanding, nobody_goes_while_a_store_that_could_show_contact_is_out_of_reach) {
  shop("club", R"(, "events": [{"at": "at", "event": "visit"}],
                   "times": {"at": {"format": "date"}})");
  const std::string manifest = club_.draft();
  ASSERT_THAT(club_.people(manifest), SizeIs(2));
  club_.approve(manifest);
  lose_the_shop();
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(members(), "m1,m2,m3");
  // Meanwhile m2 has ordered something.
  club_.put("data/shop/orders.csv", "no,who,at\no1,m1,2012-01-01\no9,m2,2026-11-21\n");
  const ApplyReport second = club_.apply(manifest);
  EXPECT_EQ(members(), "m2,m3");
  ASSERT_THAT(second.certificate.skipped, SizeIs(1));
  EXPECT_EQ(second.certificate.skipped[0].what, "no longer due");
}

TEST_F(Outstanding, an_export_that_became_shorter_proves_no_silence) {
  const char* events =
      R"(, "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}})";
  shop("club", events);
  club_.put("data/shop/orders.csv",
            "no,who,at\no1,m1,2012-01-01\no2,m2,2026-02-02\no3,m3,2026-02-02\n");
  EXPECT_EQ(club_.sweep().due, 1U);
  club_.put("data/shop/orders.csv", "no,who,at\no3,m3,2026-02-02\n");  // m2's order is missing
  const SweepReport report = club_.sweep();
  EXPECT_EQ(report.due, 0U);
  EXPECT_EQ(report.undetermined.at("source_missing"), 2U);
  ASSERT_THAT(report.findings, SizeIs(1));
  EXPECT_EQ(report.findings[0].code, "source.shorter");
  EXPECT_THAT(report.findings[0].message, HasSubstr("1 row where it had 3 on 2026-11-22"));
}

TEST_F(Outstanding, a_list_of_people_that_became_shorter_is_not_erased_by) {
  club_.put(
      "datasets/club.json",
      std::string(R"({"dataset": "club", "policy": "club", "held_by": "club", "max_age": "P99Y",
              "source": "sqlite:data/club.db", "tables": {)") +
          testing::members_map + "}}");
  club_.sql("INSERT INTO members VALUES('m4','Drita',NULL,'2026-01-01')");
  is_of(club_.database(), testing::club_day);
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  club_.sql("DELETE FROM members WHERE id <> 'm1'");
  is_of(club_.database(), testing::club_day);
  EXPECT_THROW((void)club_.apply(manifest), Error);
  EXPECT_EQ(members(), "m1");
}

TEST_F(Outstanding, what_was_erased_is_not_missing_and_a_rolling_export_may_become_shorter) {
  const char* events =
      R"(, "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}})";
  shop("club", events);
  club_.put("data/shop/orders.csv",
            "no,who,at\no1,m1,2012-01-01\no2,m3,2026-02-02\no3,m3,2026-03-03\n");
  EXPECT_EQ(club_.outcome(club_.draft()), "done");
  EXPECT_THAT(club_.sweep().findings, IsEmpty());
  shop("club", events, R"("source": "csv:data/shop", "rolling": true,)");
  club_.put("data/shop/orders.csv", "no,who,at\no3,m3,2026-03-03\n");
  EXPECT_THAT(club_.sweep().findings, IsEmpty());
}

TEST_F(Outstanding, without_the_store_that_lists_people_nothing_is_begun) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  std::filesystem::rename(club_.database(), club_.root() / "elsewhere.db");
  EXPECT_THROW((void)club_.apply(manifest), Error);
  std::filesystem::rename(club_.root() / "elsewhere.db", club_.database());
  EXPECT_EQ(members(), "m1,m2,m3");
  EXPECT_THAT(read_file(club_.root() / "data/shop/orders.csv"), HasSubstr("o1"));
}

TEST_F(Outstanding, an_export_of_a_party_is_not_all_the_party_has) {
  shop("bar", "");
  const std::string manifest = club_.draft();
  const ApplyReport report = club_.approve_and_apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_FALSE(report.still_open);
  ASSERT_THAT(report.certificate.outstanding, SizeIs(1));
  const auto& told = report.certificate.outstanding[0];
  EXPECT_EQ(told.party, "bar");
  EXPECT_EQ(told.records, 1U);
  const Path file = club_.root() / told.instruction;
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  LineReader reader(file);
  EXPECT_EQ(parse_json(*reader.next()).at("to"), "bar");
  EXPECT_EQ(*reader.next(), R"({"table":"orders","key":["o1"],"do":"erase"})");
  EXPECT_FALSE(reader.next());
}

TEST_F(Outstanding, a_party_known_by_its_map_alone_is_told_the_values_it_knows_people_by) {
  club_.put("datasets/shop.json",
            R"({"dataset": "shop", "policy": "club", "held_by": "bar", "tables": {
          "guests": {"key": ["email"],
            "links": [{"columns": ["email"], "belongs_to": "club.members", "by": "email"}],
            "columns": {"email": "user.contact.email"}}}})");
  const std::string manifest = club_.draft();
  ASSERT_THAT(club_.people(manifest), SizeIs(2));
  club_.sql("INSERT INTO visits VALUES(1,'m2','2026-11-21')");  // so that m2 stays after all
  const ApplyReport report = club_.approve_and_apply(manifest);
  ASSERT_THAT(report.certificate.outstanding, SizeIs(1));
  const std::string told = read_file(club_.root() / report.certificate.outstanding[0].instruction);
  EXPECT_THAT(told, HasSubstr(R"({"table":"guests","person":"arta@club.example","do":"erase"})"));
  EXPECT_THAT(told, Not(HasSubstr("besnik")));
  EXPECT_THAT(to_pretty(report.certificate.to_json()), Not(HasSubstr("arta")));
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(club_.manifest_folder(manifest)))
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("for-parties")));
}

TEST_F(Outstanding, where_nobody_goes_no_party_is_told_anything) {
  shop("bar", "");
  club_.sql("INSERT INTO visits VALUES(1,'m1','2026-11-21')");
  const ApplyReport report = club_.approve_and_apply(club_.draft());
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done);
  EXPECT_THAT(report.certificate.outstanding, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(club_.root() / ".besa" / "instructions"));
}

// An address of m2, who went while the shop was away, stands in a remark there.
TEST_F(Outstanding, what_went_while_a_store_was_away_is_looked_for_when_it_is_back) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  lose_the_shop();
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(members(), "m1,m3");
  club_.put("data/shop/orders.csv",
            "no,who,at\no1,m1,2012-01-01\no2,m3,for besnik@club.example too\n");
  const ApplyReport second = club_.apply(manifest);
  EXPECT_EQ(members(), "m3");
  EXPECT_EQ(second.certificate.outcome, model::RunOutcome::residue_pending);
  const auto at_shop = std::ranges::find(second.certificate.looks, std::string("shop"),
                                         &model::Certificate::Look::dataset);
  ASSERT_NE(at_shop, second.certificate.looks.end());
  EXPECT_THAT(at_shop->found, ElementsAre("live rows of orders: 1"));

  club_.put("data/shop/orders.csv", "no,who,at\no2,m3,for him too\n");
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::done);
}

// Of two orders with one key only one is m1's: it cannot be said which row the key means.
TEST_F(Outstanding, a_store_that_refuses_a_change_keeps_its_people_and_leaves_no_run_unfinished) {
  club_.put("data/shop/orders.csv", "no,who,at\no1,m1,2012-01-01\no1,m3,2026-02-02\n");
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  const ApplyReport first = club_.apply(manifest);
  EXPECT_EQ(first.certificate.outcome, model::RunOutcome::partly_done);
  ASSERT_THAT(first.certificate.outstanding, SizeIs(1));
  EXPECT_THAT(first.certificate.outstanding[0].why, HasSubstr("names more than one row"));
  EXPECT_EQ(members(), "m1,m3");
  EXPECT_THAT(club_.session()->ledger().unfinished_runs(), IsEmpty());

  orders();
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::done);
  EXPECT_EQ(members(), "m3");
}

TEST_F(Outstanding, a_file_lost_before_its_rows_were_looked_at_again_is_looked_at_the_next_time) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  testing::At gone("erasing in club", 1, [&] { move_the_shop("data/shop", "data/moved"); });
  Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, gone);
  const ApplyReport first = apply(session, {manifest});
  ASSERT_TRUE(gone.called());
  EXPECT_EQ(first.certificate.outcome, model::RunOutcome::partly_done);
  ASSERT_THAT(first.certificate.outstanding, SizeIs(1));
  EXPECT_THAT(first.certificate.outstanding[0].why, HasSubstr("could not be looked at again"));
  EXPECT_EQ(members(), "m3");
  move_the_shop("data/moved", "data/shop");
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::done);
}

TEST_F(Outstanding, a_file_lost_before_the_look_at_its_bytes_leaves_the_look_to_be_done) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  testing::At gone("looking at the bytes of shop", 0,
                   [&] { move_the_shop("data/shop", "data/moved"); });
  Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, gone);
  const ApplyReport first = apply(session, {manifest});
  ASSERT_TRUE(gone.called());
  EXPECT_EQ(first.certificate.outcome, model::RunOutcome::residue_pending);
  EXPECT_THAT(to_pretty(first.certificate.to_json()), HasSubstr("look at the bytes: not done"));
  move_the_shop("data/moved", "data/shop");
  const ApplyReport second = club_.apply(manifest);
  EXPECT_EQ(second.certificate.outcome, model::RunOutcome::done);
  EXPECT_GT(second.certificate.looks.at(0).values_sought, 0U);
}

// The shop goes first, and with it the one contact that the manifest knows of.
TEST_F(Outstanding, whose_last_contact_is_in_the_store_that_goes_first_goes_from_the_next_too) {
  std::string map = read_file(club_.root() / "datasets/club.json");
  const std::string collected = R"("events": [{"at": "joined", "event": "collected"}],)";
  map.erase(map.find(collected), collected.size());
  club_.put("datasets/club.json", map);
  shop("club", R"(, "events": [{"at": "at", "event": "visit"}],
                   "times": {"at": {"format": "date"}})");
  const std::string manifest = club_.draft();
  ASSERT_THAT(club_.people(manifest), ElementsAre(R"(["m1"])"));
  const ApplyReport report = club_.approve_and_apply(manifest);
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
      << to_pretty(report.certificate.to_json());
  EXPECT_EQ(members(), "m2,m3");
}

/// A third dataset, of which only the map is known, and which the bar holds.
class OutstandingAtTheBar : public Outstanding {
 protected:
  OutstandingAtTheBar() {
    club_.workspace_file(R"("datasets/club.json", "datasets/shop.json", "datasets/bar.json")");
    club_.put("datasets/bar.json",
              R"({"dataset": "bar", "policy": "club", "held_by": "bar", "tables": {
          "guests": {"key": ["email"],
            "links": [{"columns": ["email"], "belongs_to": "club.members", "by": "email"}],
            "columns": {"email": "user.contact.email"}}}})");
  }

  /// What the bar is told, sorted, without the heading.
  std::vector<std::string> told(const ApplyReport& report) const {
    std::vector<std::string> lines;
    for (const auto& each : report.certificate.outstanding) {
      if (each.party != "bar") continue;
      LineReader reader(club_.root() / each.instruction);
      while (const auto line = reader.next()) lines.emplace_back(*line);
    }
    if (!lines.empty()) lines.erase(lines.begin());
    std::ranges::sort(lines);
    return lines;
  }
};

constexpr const char* arta = R"({"table":"guests","person":"arta@club.example","do":"erase"})";
constexpr const char* besnik = R"({"table":"guests","person":"besnik@club.example","do":"erase"})";

TEST_F(OutstandingAtTheBar, over_two_applications_each_person_is_told_once) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  lose_the_shop();
  EXPECT_THAT(told(club_.apply(manifest)), ElementsAre(besnik));  // m1 waits for the shop
  orders();
  EXPECT_THAT(told(club_.apply(manifest)), ElementsAre(arta, besnik));
}

TEST_F(OutstandingAtTheBar, an_address_that_somebody_who_stays_has_too_is_not_told) {
  club_.sql("UPDATE members SET email = 'arta@club.example' WHERE id = 'm3'");
  EXPECT_THAT(told(club_.approve_and_apply(club_.draft())), ElementsAre(besnik));
}

}  // namespace
}  // namespace besa::workflow
