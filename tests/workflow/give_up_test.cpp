// A run that has begun and cannot go on is given up by an approver, and by nobody else: nothing
// more is erased, what was erased stays so, and the datasets are free again.
#include "besa/workflow/give_up.hpp"

#include <gmock/gmock.h>

#include "at.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
#include "two_stores.hpp"
#include "workflow/examine.hpp"
#include "workflow/suppressions.hpp"

namespace besa::workflow {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

/// What ends a run as a crash would.
struct Crash : std::runtime_error {
  Crash() : std::runtime_error("crash") {}
};

/// m1 has an order in the shop, which goes first, and m2 only a row in the club.
class GiveUp : public testing::TwoStores {
 protected:
  GiveUp() {
    club_.workspace_file(R"("datasets/club.json", "datasets/shop.json")",
                         R"({"batch_rows": 1, "share_of_table": 1.0})");
  }

  /// Begins a run that ends where `stage` has come so far.
  std::string begun_until(const std::string& stage, std::uint64_t done) {
    const std::string manifest = club_.draft();
    club_.approve(manifest);
    crash_at(manifest, stage, done);
    return manifest;
  }
  void crash_at(const std::string& manifest, const std::string& stage, std::uint64_t done) {
    testing::At crash(stage, done, [] { throw Crash(); });
    Session session(SessionOptions{club_.root(), "agim", {}}, club_.clock_, crash);
    EXPECT_THROW((void)apply(session, {manifest}), Crash);
  }
  GivenUp give_up(const std::string& manifest) {
    return workflow::give_up(*club_.session("drita"), club_.rejection(manifest));
  }
  void lose_the_club() const {
    std::filesystem::rename(club_.database(), club_.root() / "club.away");
  }
  void bring_back_the_club() const {
    std::filesystem::rename(club_.root() / "club.away", club_.database());
  }
  template <class Act>
  static Error refused(Act&& act) {
    try {
      act();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::refused) << error.message();
      return error;
    }
    ADD_FAILURE() << "nothing was refused";
    return {ErrorKind::failed, ""};
  }
  std::optional<std::uint64_t> reappeared() {
    const auto session = club_.session();
    const OpenedSources sources =
        OpenedSources::within_reach(*session, session->realms()[0], false);
    return people_reappeared(*session, session->realms()[0], sources.all());
  }
  static std::vector<std::string> not_erased(const model::Certificate& certificate) {
    std::vector<std::string> lines;
    for (const auto& each : certificate.skipped)
      lines.push_back(std::to_string(each.count) + " " + each.what);
    return lines;
  }
  /// "table: erased, given up"
  static std::vector<std::string> tables(const model::Certificate& certificate) {
    std::vector<std::string> lines;
    for (const auto& each : certificate.tables)
      lines.push_back(each.table + ": " + std::to_string(each.erased) + ", " +
                      std::to_string(each.given_up));
    return lines;
  }
  void expect_it_is_over(const std::string& manifest) {
    const auto session = club_.session();
    EXPECT_THAT(session->ledger().unfinished_runs(), IsEmpty());
    EXPECT_EQ(session->ledger().manifest(manifest)->state, ledger::ManifestState::rejected);
    EXPECT_THAT(session->ledger().verify(), IsEmpty());
    EXPECT_FALSE(session->vault().get("manifest-" + manifest));
    for (const auto& entry : std::filesystem::directory_iterator(club_.manifest_folder(manifest)))
      EXPECT_EQ(entry.path().filename(), "header.json");
    EXPECT_THAT(refused([&] { (void)club_.apply(manifest); }).message(), HasSubstr("is rejected"));
    EXPECT_THAT(refused([&] { (void)give_up(manifest); }).message(),
                HasSubstr("is rejected and cannot be rejected"));
  }
  void expect_the_rest_goes(const std::vector<std::string>& people) {
    const std::string next = club_.draft();
    EXPECT_EQ(club_.people(next), people);
    const ApplyReport report = club_.approve_and_apply(next);
    EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
        << to_pretty(report.certificate.to_json());
    EXPECT_EQ(members(), "m3");
    EXPECT_EQ(reappeared(), 0U);
  }
};

const std::vector<std::string> both = {R"(["m1"])", R"(["m2"])"};

TEST_F(GiveUp, the_store_that_lists_people_is_gone_before_anything_was_done) {
  const std::string manifest = begun_until("erasing in shop", 0);
  lose_the_club();
  const GivenUp done = give_up(manifest);
  EXPECT_EQ(done.certificate.outcome, model::RunOutcome::given_up);
  EXPECT_FALSE(done.certificate.nothing_outstanding());
  EXPECT_EQ(done.certificate.given_up_by, "drita");
  EXPECT_EQ(done.certificate.given_up_reason, "store-lost");
  EXPECT_THAT(tables(done.certificate), ElementsAre("orders: 0, 1"));
  EXPECT_THAT(not_erased(done.certificate),
              UnorderedElementsAre("1 not erased: the run was given up",
                                   "1 not known: a store with records of theirs is out of reach"));
  ASSERT_THAT(done.certificate.outstanding, SizeIs(1));
  EXPECT_EQ(done.certificate.outstanding[0].dataset, "club");
  EXPECT_EQ(done.certificate.outstanding[0].records, 2U);
  EXPECT_THAT(done.certificate.looks, SizeIs(1));
  EXPECT_THAT(read_file(club_.root() / "data/shop/orders.csv"), HasSubstr("o1"));
  expect_it_is_over(manifest);
  bring_back_the_club();
  expect_the_rest_goes(both);
}

// His order went, his row in the club did not: found again, and due in the ordinary way.
TEST_F(GiveUp, whoever_is_erased_in_part_is_found_and_due_again) {
  const std::string manifest = begun_until("erasing in club", 0);
  const GivenUp done = give_up(manifest);
  EXPECT_THAT(not_erased(done.certificate),
              UnorderedElementsAre("1 erased in part: the run was given up",
                                   "1 not erased: the run was given up"));
  EXPECT_THAT(tables(done.certificate), UnorderedElementsAre("orders: 1, 0", "members: 0, 2"));
  EXPECT_THAT(done.certificate.outstanding, IsEmpty());
  EXPECT_EQ(members(), "m1,m2,m3");
  EXPECT_EQ(reappeared(), 0U);
  expect_it_is_over(manifest);
  expect_the_rest_goes(both);
}

TEST_F(GiveUp, between_two_batches_who_is_gone_stays_suppressed_and_who_stays_does_not) {
  const std::string manifest = begun_until("erasing in club", 1);
  ASSERT_EQ(members(), "m2,m3");
  const GivenUp done = give_up(manifest);
  EXPECT_THAT(not_erased(done.certificate), ElementsAre("1 not erased: the run was given up"));
  EXPECT_THAT(tables(done.certificate), UnorderedElementsAre("orders: 1, 0", "members: 1, 1"));
  ASSERT_THAT(done.certificate.looks, SizeIs(2));
  for (const auto& look : done.certificate.looks) {
    EXPECT_TRUE(look.clean) << look.dataset;
    EXPECT_GT(look.values_sought, 0U);
  }
  EXPECT_THAT(read_file(club_.database()), Not(HasSubstr("arta@club.example")));
  EXPECT_EQ(reappeared(), 0U);
  club_.sql("INSERT INTO members VALUES('m9','A','arta@club.example','2026-01-01')");
  EXPECT_EQ(reappeared(), 1U);
  club_.sql("DELETE FROM members WHERE id = 'm9'");
  expect_it_is_over(manifest);
  expect_the_rest_goes({R"(["m2"])"});
}

TEST_F(GiveUp, the_store_that_lists_people_is_gone_between_two_stores) {
  const std::string manifest = begun_until("erasing in club", 0);
  lose_the_club();
  const GivenUp done = give_up(manifest);
  EXPECT_THAT(tables(done.certificate), ElementsAre("orders: 1, 0"));
  EXPECT_THAT(not_erased(done.certificate),
              ElementsAre("2 not known: a store with records of theirs is out of reach"));
  EXPECT_THAT(done.certificate.looks, SizeIs(1));
  expect_it_is_over(manifest);
  bring_back_the_club();
  EXPECT_EQ(reappeared(), 2U);  // nobody knows that they were not erased: they are noticed
  expect_the_rest_goes(both);
}

TEST_F(GiveUp, one_of_several_stores_is_gone) {
  const std::string manifest = begun_until("erasing in club", 1);
  lose_the_shop();
  const GivenUp done = give_up(manifest);
  ASSERT_THAT(done.certificate.outstanding, SizeIs(1));
  EXPECT_EQ(done.certificate.outstanding[0].dataset, "shop");
  EXPECT_EQ(done.certificate.outstanding[0].party, "");
  EXPECT_THAT(not_erased(done.certificate),
              UnorderedElementsAre("1 not erased: the run was given up",
                                   "1 not known: a store with records of theirs is out of reach"));
  EXPECT_EQ(reappeared(), 0U);
  expect_it_is_over(manifest);
  orders();  // o1 again, of whom the club knows nobody
  EXPECT_EQ(club_.people(club_.draft()), std::vector<std::string>{R"(["m2"])"});
}

TEST_F(GiveUp, everything_was_done_but_the_end) {
  const std::string manifest = begun_until("looking at the bytes of club", 0);
  const GivenUp done = give_up(manifest);
  EXPECT_EQ(done.certificate.outcome, model::RunOutcome::given_up);
  EXPECT_TRUE(done.certificate.nothing_outstanding()) << to_pretty(done.certificate.to_json());
  expect_it_is_over(manifest);
  EXPECT_EQ(club_.draft(), "");
}

TEST_F(GiveUp, needs_an_approver) {
  const std::string manifest = begun_until("erasing in club", 0);
  const Error unsigned_one = refused([&] { reject(*club_.session(), manifest, "store-lost"); });
  EXPECT_THAT(unsigned_one.message(), HasSubstr("was begun"));
  EXPECT_THAT(unsigned_one.hint(), HasSubstr("an approver gives it up"));
  const std::string header = read_file(club_.manifest_folder(manifest) / "header.json");
  const auto by = [&](const std::string& name) {
    return sign_rejection(header, name, SigningKey::generate(), club_.clock_.now(), "store-lost");
  };
  const Error stranger = refused([&] { (void)workflow::give_up(*club_.session(), by("besnik")); });
  EXPECT_THAT(stranger.message(), HasSubstr("besnik is none"));
  EXPECT_THAT(refused([&] { (void)workflow::give_up(*club_.session(), by("drita")); }).message(),
              HasSubstr("signature"));
  auto of_another_reason = club_.rejection(manifest);
  of_another_reason.reason = "wrong-day";
  EXPECT_THAT(
      refused([&] { (void)workflow::give_up(*club_.session(), of_another_reason); }).message(),
      HasSubstr("signature"));
  const auto session = club_.session();
  EXPECT_THAT(session->ledger().unfinished_runs(), SizeIs(1));
  std::string all;
  session->ledger().entries(0, session->ledger().size(),
                            [&](const ledger::Entry& entry) { all += entry.bytes; });
  EXPECT_THAT(all, HasSubstr(R"("kind":"rejection.refused")"));
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::done);
}

TEST_F(GiveUp, what_was_not_begun_is_rejected_and_not_given_up) {
  const std::string manifest = club_.draft();
  EXPECT_THAT(refused([&] { (void)give_up(manifest); }).message(), HasSubstr("was never begun"));
  reject(*club_.session(), manifest, "wrong-day");
  EXPECT_THAT(refused([&] { reject(*club_.session(), manifest, "again"); }).message(),
              HasSubstr("is rejected and cannot be rejected"));
}

TEST_F(GiveUp, what_is_done_is_not_given_up) {
  const std::string manifest = club_.draft();
  (void)club_.approve_and_apply(manifest);
  EXPECT_THAT(refused([&] { (void)give_up(manifest); }).message(), HasSubstr("is closed"));
}

// The run has ended, and waits for the shop: its list of values is not to be lost without a look.
TEST_F(GiveUp, a_run_that_ended_and_left_something_is_given_up_too) {
  const std::string manifest = club_.draft();
  club_.approve(manifest);
  lose_the_shop();
  EXPECT_EQ(club_.apply(manifest).certificate.outcome, model::RunOutcome::partly_done);
  EXPECT_EQ(members(), "m1,m3");
  EXPECT_THAT(refused([&] { reject(*club_.session(), manifest, "gone"); }).message(),
              HasSubstr("was begun"));
  const GivenUp done = give_up(manifest);
  EXPECT_EQ(done.certificate.id, "C-2026-0002");
  EXPECT_THAT(tables(done.certificate), ElementsAre("members: 1, 1"));
  EXPECT_EQ(reappeared(), 0U);
  expect_it_is_over(manifest);
}

TEST_F(GiveUp, a_dataset_that_was_changed_or_left_out_is_not_looked_at) {
  const std::string manifest = begun_until("erasing in club", 0);
  shop("club", "", R"("source": "csv:data/elsewhere",)");
  const Error stuck = refused([&] { (void)club_.apply(manifest); });
  EXPECT_THAT(stuck.message(), AllOf(HasSubstr("cannot go on"), HasSubstr("dataset file of shop")));
  EXPECT_THAT(stuck.hint(), HasSubstr("besa manifest reject " + manifest));
  club_.workspace_file(R"("datasets/club.json")");
  const GivenUp done = give_up(manifest);
  ASSERT_THAT(done.certificate.outstanding, SizeIs(1));
  EXPECT_EQ(done.certificate.outstanding[0].dataset, "shop");
  EXPECT_THAT(done.certificate.outstanding[0].why, HasSubstr("its file is not the one"));
  expect_it_is_over(manifest);
}

TEST_F(GiveUp, a_body_that_was_changed_proves_nothing) {
  const std::string manifest = begun_until("erasing in club", 0);
  const Path body = club_.manifest_folder(manifest) / "body.jsonl";
  write_file(body, read_file(body) + "\n");
  const Error error = refused([&] { (void)give_up(manifest); });
  EXPECT_THAT(error.hint(), HasSubstr("from a backup"));
  EXPECT_THAT(club_.session()->ledger().unfinished_runs(), SizeIs(1));
}

TEST_F(GiveUp, a_crash_before_the_forgetting_is_mended_by_rejecting_again) {
  const std::string manifest = begun_until("erasing in club", 0);
  (void)give_up(manifest);
  const Path left = club_.manifest_folder(manifest) / "values-club-1";
  write_file(left, "61\n");
  EXPECT_THAT(refused([&] { reject(*club_.session(), manifest, "again"); }).message(),
              HasSubstr("is rejected"));
  EXPECT_FALSE(std::filesystem::exists(left));
}

// The row of the bar's export went: the bar has the original, and nobody would ever tell it.
TEST_F(GiveUp, a_party_is_told_what_went_of_its_export_and_no_more) {
  shop("bar", "");
  const std::string manifest = begun_until("erasing in club", 0);
  const GivenUp done = give_up(manifest);
  ASSERT_THAT(done.certificate.outstanding, SizeIs(1));
  EXPECT_EQ(done.certificate.outstanding[0].party, "bar");
  EXPECT_EQ(done.certificate.outstanding[0].records, 1U);
  EXPECT_THAT(read_file(club_.root() / done.certificate.outstanding[0].instruction),
              HasSubstr(R"("key":["o1"])"));
}

TEST_F(GiveUp, a_party_is_told_nothing_of_what_stays) {
  shop("bar", "");
  const std::string manifest = begun_until("erasing in shop", 0);
  EXPECT_THAT(give_up(manifest).certificate.outstanding, IsEmpty());
}

TEST_F(GiveUp, until_then_apply_status_and_night_say_both_ways_out) {
  const std::string manifest = begun_until("erasing in club", 0);
  lose_the_club();
  try {
    (void)club_.apply(manifest);
    ADD_FAILURE() << "it went on";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), AllOf(HasSubstr("R-2026-0001"), HasSubstr("cannot go on")));
    EXPECT_THAT(error.hint(), AllOf(HasSubstr("besa manifest apply " + manifest),
                                    HasSubstr("besa manifest reject " + manifest)));
  }
  std::vector<std::string> lines;
  for (const StatusLine& line : status(*club_.session(), Audience::everybody))
    lines.push_back(line.topic + ": " + line.message);
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("unfinished: "), HasSubstr("club is out of reach"),
                                    HasSubstr("besa manifest reject " + manifest))));
  lines.clear();
  for (const NightStep& step : night(*club_.session()))
    lines.push_back(step.name + ": " + step.message);
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("resume: run"),
                                    HasSubstr("besa manifest reject " + manifest))));
}

TEST_F(GiveUp, after_it_status_is_quiet_and_the_night_sweeps_again) {
  const std::string manifest = begun_until("erasing in club", 0);
  (void)give_up(manifest);
  std::vector<std::string> lines;
  for (const StatusLine& line : status(*club_.session(), Audience::everybody))
    lines.push_back(line.topic);
  EXPECT_THAT(lines, Each(Not(StartsWith("unfinished"))));
  lines.clear();
  for (const NightStep& step : night(*club_.session()))
    lines.push_back((step.wrong ? "! " : "") + step.name + ": " + step.message);
  EXPECT_THAT(lines, Contains("resume: nothing was unfinished"));
  EXPECT_THAT(lines, Contains("sweep: club: 2 people are due, manifest M-2026-0002 was drafted"));
}

// Approved in advance, begun by the night: cron can begin it, and not end it.
TEST_F(GiveUp, an_approval_in_advance_never_gives_up) {
  const std::string manifest = begun_until("erasing in club", 0);
  auto rejection = club_.rejection(manifest);
  rejection.by = "A-2026-0001";
  EXPECT_THAT(refused([&] { (void)workflow::give_up(*club_.session(), rejection); }).message(),
              HasSubstr("A-2026-0001 is none"));
}

}  // namespace
}  // namespace besa::workflow
