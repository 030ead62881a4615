#include "besa/workflow/explain.hpp"

#include <gmock/gmock.h>

#include "tests/workflow/shop.hpp"

namespace besa::workflow {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ExplainTest : public Shop {
 protected:
  Explained only(const std::string& identifier) {
    std::vector<Explained> found = explain(*session(), identifier);
    EXPECT_THAT(found, SizeIs(1));
    return found.at(0);
  }
  void hold_a() {
    const auto opened = session();
    opened->vault().put("subject-7", as_bytes(R"({"root":"dataset.customers","key":["a"]})"));
    model::Hold hold;
    hold.matter = "case-1";
    hold.subject = 7;
    hold.placed = *Date::parse("2026-11-22");
    ledger::Change change = opened->ledger().begin();
    static_cast<void>(change.place_hold(hold, "besnik"));
    change.commit();
  }
};

TEST_F(ExplainTest, someone_due_by_the_key_of_their_row) {
  open_shop();
  const Explained found = only("a");
  EXPECT_EQ(found.policy, "policy");
  EXPECT_EQ(found.subject, "customer");
  EXPECT_EQ(found.key, "a");
  EXPECT_EQ(found.why.outcome, model::Outcome::due);
  EXPECT_EQ(found.why.due_since,
            Date::parse("2021-04-03"));  // five years after 2016-04-02, and a day
  ASSERT_TRUE(found.why.start);
  EXPECT_EQ(found.why.start->kind, "purchase");
}

TEST_F(ExplainTest, every_row_of_theirs_children_first) {
  open_shop();
  const Explained found = only("a");
  std::vector<std::string> told;
  for (const ExplainedRecord& record : found.records)
    told.push_back(record.table + " " + record.key + " " +
                   std::string(name_of(record.why.outcome)));
  EXPECT_THAT(told,
              ::testing::ElementsAre("purchases 1 due", "purchases 2 due", "customers a due"));
}

TEST_F(ExplainTest, someone_who_is_kept_is_explained_row_by_row_too) {
  open_shop();
  const Explained found = only("b");
  EXPECT_EQ(found.why.outcome, model::Outcome::keep);
  ASSERT_THAT(found.records, SizeIs(3));
  for (const ExplainedRecord& record : found.records)
    EXPECT_EQ(record.why.outcome, model::Outcome::keep) << record.table;
  EXPECT_FALSE(found.why.otherwise.empty());
}

TEST_F(ExplainTest, by_an_identifier_as_it_is_stored_and_as_people_write_it) {
  open_shop();
  EXPECT_EQ(only("cen@x.example").key, "c");
  EXPECT_EQ(only("  CEN@X.example ").key, "c");
  EXPECT_TRUE(only("cen@x.example").why.start_is_collection);
}

TEST_F(ExplainTest, by_an_identifier_that_is_stored_in_another_form) {
  open_shop();
  SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE)
      .exec("UPDATE customers SET email = 'Cen@X.Example' WHERE id = 'c'");
  EXPECT_EQ(only("cen@x.example").key, "c");
}

TEST_F(ExplainTest, nobody_and_several_people_are_errors_without_the_value) {
  open_shop();
  EXPECT_THAT(failure([&] { static_cast<void>(explain(*session(), "nemo@x.example")); }),
              HasSubstr("nobody in this workspace"));
  SQLite::Database((root() / "data/customers.db").string(), SQLite::OPEN_READWRITE)
      .exec("UPDATE customers SET email = 'ana@x.example' WHERE id = 'b'");
  const std::string message =
      thrown(ErrorKind::refused, [&] { static_cast<void>(explain(*session(), "ana@x.example")); });
  EXPECT_THAT(message, HasSubstr("2 people have this identifier"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("ana@")));
}

TEST_F(ExplainTest, a_hold_shows_on_the_person_and_on_their_rows) {
  open_shop();
  hold_a();
  const Explained found = only("a");
  EXPECT_EQ(found.why.outcome, model::Outcome::held);
  EXPECT_THAT(found.why.hold, ::testing::StartsWith("H-2026-"));
}

TEST_F(ExplainTest, another_day_looks_ahead) {
  open_shop();
  Session later({root(), "besnik", *Date::parse("2031-10-21")}, clock, silent);
  EXPECT_EQ(explain(later, "b").at(0).why.outcome,
            model::Outcome::due);  // last bought on 2026-10-20
}

TEST_F(ExplainTest, a_workspace_without_a_ledger_can_be_explained) {
  open_shop();
  fs::remove_all(root() / ".besa");
  EXPECT_EQ(only("a").why.outcome, model::Outcome::due);
  EXPECT_FALSE(fs::exists(root() / ".besa"));
}

/// The example's author says what a right decision about each case is.
TEST_F(ExplainTest, every_case_of_the_example_is_decided_as_its_author_expects) {
  const InitReport report = init(
      {.folder = root(), .example = "happy", .members = 1000, .seed = 3, .person = "", .key = {}},
      clock, silent);
  ASSERT_GT(report.cases.size(), 15U);
  const auto opened = session();
  for (const auto& [member, shows] : report.cases) {
    const std::size_t from = shows.rfind('(') + 1;
    const std::string expected = shows.substr(from, shows.size() - from - 1);
    EXPECT_EQ(name_of(explain(*opened, member).at(0).why.outcome), expected)
        << member << ": " << shows;
  }
}

}  // namespace
}  // namespace besa::workflow
