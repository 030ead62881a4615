// What is missing in an export may have been somebody's last contact: how long it was is remembered
// whatever a sweep finds, file by file, and only what besa was seen to erase may be missing.
#include "besa/workflow/freshness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "two_stores.hpp"

namespace besa::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* order_visits =
    R"(, "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}})";
constexpr const char* whole = "no,who,at\no1,m1,2026-01-01\no2,m2,2026-02-02\n";
constexpr const char* empty = "no,who,at\n";

/// m1 and m2 would be due, were it not for their orders.
class FreshExports : public testing::TwoStores {
 protected:
  FreshExports() {
    shop("club", order_visits);
    orders_are(whole);
  }
  void orders_are(const std::string& rows) const { club_.put("data/shop/orders.csv", rows); }
  void month_is(const std::string& month, const std::string& rows) const {
    std::filesystem::remove(club_.root() / "data/shop/orders.csv");
    club_.put("data/shop/orders/" + month + ".csv", "no,who,at\n" + rows);
  }
  void lose_month(const std::string& month) const {
    std::filesystem::remove(club_.root() / ("data/shop/orders/" + month + ".csv"));
  }
  static std::vector<std::string> codes(const SweepReport& report) {
    std::vector<std::string> codes;
    for (const model::Finding& finding : report.findings) codes.push_back(finding.code);
    return codes;
  }
  std::vector<std::string> entries() {
    std::vector<std::string> lines;
    const auto with = club_.session();
    with->ledger().entries(0, with->ledger().size(), [&](const ledger::Entry& entry) {
      if (entry.bytes.find("source.length") != std::string::npos) lines.push_back(entry.bytes);
    });
    return lines;
  }
  std::vector<AcceptedTable> accept() {
    const auto with = club_.session();
    return accept_length(*with, *with->dataset("shop"));
  }
  std::vector<std::string> check() {
    const auto with = club_.session();
    const auto source = with->open(*with->dataset("shop"));
    std::vector<std::string> codes;
    for (const model::Finding& finding : check_freshness(*with, *with->dataset("shop"), *source))
      codes.push_back(finding.code);
    return codes;
  }
};

// Bug: only a manifest remembered how long an export was, and only under max_age.
TEST_F(FreshExports, a_sweep_that_finds_nobody_remembers_them) {
  EXPECT_EQ(club_.sweep().due, 0U);
  orders_are(empty);
  const SweepReport report = club_.sweep();
  EXPECT_EQ(report.due, 0U);
  EXPECT_EQ(report.undetermined.at("source_missing"), 2U);
  EXPECT_TRUE(waits_for_a_source(report));
  EXPECT_THAT(codes(report), Contains("source.shorter"));
  EXPECT_THAT(report.findings.front().message, HasSubstr("has 0 rows where it had 2"));
  EXPECT_THAT(report.findings.front().hint, HasSubstr("besa dataset accept shop"));
}

TEST_F(FreshExports, a_dry_run_remembers_nothing) {
  EXPECT_EQ(look().due, 0U);
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(FreshExports, one_that_grew_is_compared_with_its_last_length) {
  (void)club_.sweep();
  orders_are(std::string(whole) + "o3,m2,2026-03-03\n");
  EXPECT_THAT(codes(club_.sweep()), IsEmpty());
  orders_are(whole);
  EXPECT_THAT(codes(club_.sweep()), Contains("source.shorter"));
}

TEST_F(FreshExports, what_is_as_before_is_not_noted_again) {
  (void)club_.sweep();
  (void)club_.sweep();
  EXPECT_EQ(entries().size(), 1U);
}

// Bug: a manifest drafted under another text of the dataset file was not compared with.
TEST_F(FreshExports, a_comment_in_the_dataset_file_does_not_forget_them) {
  (void)club_.sweep();
  const Path file = club_.root() / "datasets/shop.json";
  write_file(file, "// as agreed\n" + read_file(file));
  orders_are(empty);
  EXPECT_THAT(codes(club_.sweep()), Contains("source.shorter"));
}

TEST_F(FreshExports, a_month_that_is_lost_is_not_made_up_for_by_another) {
  month_is("2026-01", "o1,m1,2026-01-01\n");
  month_is("2026-02", "o2,m2,2026-02-02\n");
  (void)club_.sweep();
  lose_month("2026-01");
  month_is("2026-03", "o3,m2,2026-03-03\n");
  const SweepReport report = club_.sweep();
  ASSERT_THAT(codes(report), Contains("source.shorter"));
  EXPECT_THAT(report.findings.front().message, HasSubstr("lacks 1 row that its files had"));
}

TEST_F(FreshExports, the_first_month_of_a_folder_is_not_the_whole_table) {
  month_is("2026-01", "o1,m1,2026-01-01\no2,m2,2026-02-02\n");
  (void)club_.sweep();
  month_is("2026-02", "o3,m2,2026-03-03\n");
  EXPECT_THAT(codes(club_.sweep()), IsEmpty());
  month_is("2026-01", "o1,m1,2026-01-01\n");
  EXPECT_THAT(codes(club_.sweep()), Contains("source.shorter"));
}

TEST_F(FreshExports, months_that_are_packed_or_joined_into_one_file_are_whole) {
  month_is("2026-01", "o1,m1,2026-01-01\n");
  month_is("2026-02", "o2,m2,2026-02-02\n");
  (void)club_.sweep();
  std::filesystem::remove_all(club_.root() / "data/shop/orders");
  orders_are(whole);
  EXPECT_THAT(codes(club_.sweep()), IsEmpty());
}

TEST_F(FreshExports, the_log_names_no_file) {
  month_is("arta-hoxha", "o1,m1,2026-01-01\n");
  (void)club_.sweep();
  ASSERT_EQ(entries().size(), 1U);
  EXPECT_THAT(entries(), Not(Contains(HasSubstr("arta"))));
}

// Bug: rows that a manifest would have erased counted as gone although everybody was skipped.
TEST_F(FreshExports, whom_a_run_skipped_is_not_missing_rightly) {
  orders_are("no,who,at\no1,m1,2012-01-01\no2,m2,2026-02-02\n");
  const std::string manifest = club_.draft();
  ASSERT_THAT(club_.lines(manifest), Contains("orders [\"o1\"] erase"));
  club_.approve(manifest);
  orders_are("no,who,at\no1,m1,2012-01-01\no2,m2,2026-02-02\no3,m1,2026-11-20\n");
  (void)club_.apply(manifest);
  orders_are("no,who,at\no1,m1,2012-01-01\no3,m1,2026-11-20\n");
  EXPECT_THAT(codes(club_.sweep()), Contains("source.shorter"));
}

TEST_F(FreshExports, what_a_run_erased_is_not_missing_and_nothing_more) {
  orders_are("no,who,at\no1,m1,2012-01-01\no2,m2,2026-02-02\no3,m3,2026-03-03\n");
  (void)club_.approve_and_apply(club_.draft());
  EXPECT_THAT(codes(look()), IsEmpty());
  orders_are("no,who,at\no3,m3,2026-03-03\n");
  EXPECT_THAT(codes(club_.sweep()), Contains("source.shorter"));
}

// There was no way to say so but to edit the dataset file.
TEST_F(FreshExports, a_person_accepts_that_one_is_shorter) {
  (void)club_.sweep();
  orders_are("no,who,at\no2,m2,2026-02-02\n");
  EXPECT_THAT(codes(club_.sweep()), Contains("source.shorter"));
  const auto accepted = accept();
  ASSERT_EQ(accepted.size(), 1U);
  EXPECT_EQ(accepted[0].before, 2U);
  EXPECT_EQ(accepted[0].now, 1U);
  EXPECT_THAT(codes(club_.sweep()), IsEmpty());
  EXPECT_THAT(entries().back(), HasSubstr(R"("person":"agim")"));
}

TEST_F(FreshExports, a_rolling_one_may_become_shorter_but_not_empty) {
  shop("club", order_visits, R"("source": "csv:data/shop", "rolling": true,)");
  (void)club_.sweep();
  orders_are("no,who,at\no2,m2,2026-02-02\n");
  EXPECT_THAT(codes(club_.sweep()), IsEmpty());
  orders_are(empty);
  EXPECT_THAT(codes(club_.sweep()), Contains("source.shorter"));
}

TEST_F(FreshExports, a_table_that_shows_no_contact_may_become_shorter) {
  shop("club", "");
  (void)club_.sweep();
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(FreshExports, an_export_of_a_day_to_come_proves_nothing) {
  shop("club", order_visits, R"("source": "csv:data/shop", "max_age": "P2D",)");
  orders_are("no,who,at\no1,m1,2012-01-01\n");
  is_of(club_.root() / "data/shop/orders.csv", "2032-01-01");
  const SweepReport report = look();
  EXPECT_EQ(report.undetermined.at("source_stale"), 2U);
  EXPECT_THAT(codes(report), Contains("source.stale"));
  EXPECT_THAT(check(), Contains("source.stale"));
}

// Bug: whatever came beside it made a late table look fresh.
TEST_F(FreshExports, a_late_table_is_late_beside_a_fresh_one) {
  club_.put("datasets/shop.json", R"({"dataset": "shop", "policy": "club", "held_by": "club",
      "source": "csv:data/shop", "max_age": "P2D", "tables": {
      "orders": {"key": ["no"], "links": [{"columns": ["who"], "belongs_to": "club.members"}],
        "columns": {"at": "user.behavior"}, "events": [{"at": "at", "event": "visit"}],
        "times": {"at": {"format": "date"}}},
      "wares": {"key": ["no"], "columns": {"no": "none"}}}})");
  club_.put("data/shop/wares.csv", "no\n1\n");
  is_of(club_.root() / "data/shop/orders.csv", "2026-11-21");
  is_of(club_.root() / "data/shop/wares.csv", "2026-11-01");
  EXPECT_THAT(codes(look()), IsEmpty());
  is_of(club_.root() / "data/shop/orders.csv", "2026-11-01");
  is_of(club_.root() / "data/shop/wares.csv", "2026-11-21");
  EXPECT_THAT(codes(look()), Contains("source.stale"));
}

TEST_F(FreshExports, a_check_tells_of_an_export_without_max_age_or_without_rows) {
  EXPECT_THAT(check(), ElementsAre("source.no_max_age"));
  orders_are(empty);
  EXPECT_THAT(check(), ElementsAre("source.empty", "source.no_max_age"));
  std::filesystem::remove(club_.root() / "data/shop/orders.csv");
  shop("club", order_visits, R"("source": "jsonl:data/shop",)");
  club_.put("data/shop/orders.jsonl", "");
  EXPECT_THAT(check(), Contains("source.empty"));
}

}  // namespace
}  // namespace besa::workflow
