// Data nobody here wrote: what besa plans and does with the Chinook database on some days, held row
// for row against plain SQL that knows nothing of besa.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_workspace.hpp"

namespace besa::workflow {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using testing::rows_of;
using testing::SqlRows;

class Chinook : public ::testing::Test {
 protected:
  Chinook() : workspace_("2026-04-10") {
    std::filesystem::copy(std::filesystem::path(BESA_SOURCE_DIR) / "tests" / "data" / "chinook",
                          workspace_.root(), std::filesystem::copy_options::recursive);
    std::filesystem::copy_file(database(), original());
    workspace_.make_ledger();
  }

  [[nodiscard]] Path database() const { return workspace_.root() / "data" / "chinook.sqlite"; }
  /// The database as it was before besa came: what plain SQL is asked.
  [[nodiscard]] Path original() const { return workspace_.root() / "original.sqlite"; }

  /// Customers without a purchase in the two years before `day`, and employees hired more than
  /// twenty-four years before it, as common table expressions.
  static std::string due(const std::string& day) {
    return "WITH customers AS (SELECT CustomerId AS id FROM Invoice GROUP BY 1 HAVING "
           "date(max(InvoiceDate),'+2 years') < '" +
           day +
           "'), employees AS (SELECT EmployeeId AS id FROM Employee WHERE "
           "date(HireDate,'+24 years') < '" +
           day +
           "'), kept AS (SELECT InvoiceId AS id FROM Invoice WHERE CustomerId IN customers AND "
           "strftime('%Y',InvoiceDate)+5 >= 0+strftime('%Y','" +
           day + "')) ";
  }

  [[nodiscard]] std::vector<std::string> expected_lines(const std::string& day) const {
    return testing::sorted_column(rows_of(
        original(),
        due(day) +
            "SELECT 'InvoiceLine ['||InvoiceLineId||'] erase' FROM InvoiceLine JOIN Invoice USING "
            "(InvoiceId) WHERE CustomerId IN customers "
            "UNION ALL SELECT 'Invoice ['||InvoiceId||'] '||CASE WHEN InvoiceId IN kept THEN 'mask "
            "BillingAddress,BillingCity,BillingPostalCode,BillingState cut CustomerId' ELSE "
            "'erase' "
            "END FROM Invoice WHERE CustomerId IN customers "
            "UNION ALL SELECT 'Customer ['||id||'] erase' FROM customers "
            "UNION ALL SELECT 'Employee ['||id||'] erase' FROM employees "
            "UNION ALL SELECT 'Customer ['||CustomerId||'] mask cut SupportRepId' FROM Customer "
            "WHERE SupportRepId IN employees "
            "UNION ALL SELECT 'Employee ['||EmployeeId||'] mask cut ReportsTo' FROM Employee "
            "WHERE ReportsTo IN employees"));
  }

  [[nodiscard]] std::vector<std::string> expected_people(const std::string& day) const {
    return testing::sorted_column(
        rows_of(original(), due(day) + "SELECT '['||id||']' FROM customers UNION ALL "
                                       "SELECT '['||id||']' FROM employees"));
  }

  /// Every table as plain SQL says it should be on the evening of `day`; a tombstone's key, which
  /// nobody can know, is -1, and so is it in `actual`.
  [[nodiscard]] SqlRows expected(const std::string& day, const std::string& table) const {
    static const std::map<std::string, std::string> queries{
        {"InvoiceLine",
         "SELECT * FROM InvoiceLine WHERE InvoiceId IN (SELECT InvoiceId FROM Invoice WHERE "
         "CustomerId NOT IN customers) ORDER BY 1"},
        {"Invoice",
         "SELECT InvoiceId, iif(CustomerId IN customers,-1,CustomerId), InvoiceDate, "
         "iif(CustomerId IN customers,NULL,BillingAddress), iif(CustomerId IN "
         "customers,NULL,BillingCity), iif(CustomerId IN customers,NULL,BillingState), "
         "BillingCountry, iif(CustomerId IN customers,NULL,BillingPostalCode), Total FROM Invoice "
         "WHERE CustomerId NOT IN customers OR InvoiceId IN kept ORDER BY 1"},
        {"Customer",
         "SELECT CustomerId, FirstName, LastName, Company, Address, City, State, Country, "
         "PostalCode, Phone, Fax, Email, iif(SupportRepId IN employees,NULL,SupportRepId) FROM "
         "Customer WHERE CustomerId NOT IN customers ORDER BY 1"},
        {"Employee",
         "SELECT EmployeeId, LastName, FirstName, Title, iif(ReportsTo IN "
         "employees,NULL,ReportsTo), BirthDate, HireDate, Address, City, State, Country, "
         "PostalCode, Phone, Fax, Email FROM Employee WHERE EmployeeId NOT IN employees ORDER BY "
         "1"}};
    return rows_of(original(), due(day) + queries.at(table));
  }

  [[nodiscard]] SqlRows actual(const std::string& table) const {
    if (table == "Invoice")
      return rows_of(database(),
                     "SELECT InvoiceId, iif(CustomerId>1000,-1,CustomerId), InvoiceDate, "
                     "BillingAddress, BillingCity, BillingState, BillingCountry, "
                     "BillingPostalCode, Total FROM Invoice ORDER BY 1");
    if (table == "Customer")
      return rows_of(database(), "SELECT * FROM Customer WHERE CustomerId<1000 ORDER BY 1");
    return rows_of(database(), "SELECT * FROM " + table + " ORDER BY 1");
  }

  void expect_all_tables(const std::string& day) const {
    for (const std::string table : {"InvoiceLine", "Invoice", "Customer", "Employee"})
      EXPECT_EQ(actual(table), expected(day, table)) << table << " on " << day;
    for (const std::string table :
         {"Album", "Artist", "Genre", "MediaType", "Playlist", "PlaylistTrack", "Track"})
      EXPECT_EQ(rows_of(database(), "SELECT * FROM " + table),
                rows_of(original(), "SELECT * FROM " + table));
    EXPECT_THAT(rows_of(database(), "PRAGMA foreign_key_check"), IsEmpty());
  }

  testing::Workspace workspace_;
};

TEST_F(Chinook, a_manifest_lists_exactly_what_plain_sql_finds_on_many_days) {
  for (const std::string day : {"2026-05-10", "2026-06-30", "2026-07-01", "2026-11-22",
                                "2027-01-01", "2027-12-31", "2029-03-01", "2031-01-01"}) {
    workspace_.set_day(day);
    const std::string manifest = workspace_.draft();
    ASSERT_FALSE(manifest.empty()) << day;
    EXPECT_THAT(workspace_.sorted_lines(manifest), ElementsAreArray(expected_lines(day))) << day;
    EXPECT_THAT(workspace_.people(manifest), ElementsAreArray(expected_people(day))) << day;
  }
}

TEST_F(Chinook, on_the_last_day_of_two_years_nobody_goes_yet) {
  const std::string last = testing::one(
      original(),
      "SELECT date(min(m),'+2 years') FROM (SELECT max(InvoiceDate) AS m FROM Invoice GROUP BY "
      "CustomerId)");
  EXPECT_THAT(rows_of(original(), due(last) + "SELECT * FROM customers"), IsEmpty());
  workspace_.set_day(last);
  const SweepReport report =
      workspace_.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}});
  EXPECT_EQ(std::to_string(report.due),
            testing::one(original(), due(last) + "SELECT count(*) FROM employees"));
}

TEST_F(Chinook, after_apply_the_database_is_what_plain_sql_says_should_remain) {
  for (const std::string day : {"2026-05-10", "2026-11-22"}) {
    workspace_.set_day(day);
    const ApplyReport report = workspace_.approve_and_apply(workspace_.draft());
    EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
        << to_pretty(report.certificate.to_json());
    expect_all_tables(day);
    EXPECT_THAT(workspace_.draft(), IsEmpty()) << "a second sweep on " << day;
  }
}

TEST_F(Chinook, a_masked_invoice_points_to_a_tombstone_that_tells_nothing) {
  workspace_.set_day("2026-11-22");
  static_cast<void>(workspace_.approve_and_apply(workspace_.draft()));
  const SqlRows tombstones = rows_of(database(), "SELECT * FROM Customer WHERE CustomerId>1000");
  ASSERT_EQ(tombstones.size(), 1U);
  for (const std::size_t open : {3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 12U})
    EXPECT_EQ(tombstones[0][open], "NULL") << "column " << open;
  EXPECT_EQ(testing::one(database(), "SELECT count(*) FROM Invoice WHERE CustomerId>1000"),
            testing::one(original(), due("2026-11-22") + "SELECT count(*) FROM kept"));
}

TEST_F(Chinook, years_later_all_customers_are_gone_and_the_tombstones_nobody) {
  static_cast<void>(workspace_.approve_and_apply(workspace_.draft()));
  for (const std::string day : {"2027-03-01", "2029-03-01", "2031-01-01"}) {
    workspace_.set_day(day);
    const std::string manifest = workspace_.draft();
    if (!manifest.empty()) {
      const ApplyReport report = workspace_.approve_and_apply(manifest);
      EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done)
          << day << to_pretty(report.certificate.to_json());
    }
    EXPECT_THAT(workspace_.draft(), IsEmpty()) << "a second sweep on " << day;
    EXPECT_THAT(rows_of(database(), "PRAGMA foreign_key_check"), IsEmpty());
  }
  EXPECT_EQ(testing::one(database(), "SELECT count(*) FROM Customer WHERE CustomerId<1000"), "0");
  const SweepReport report = workspace_.sweep();
  EXPECT_EQ(report.due, 0U);
  EXPECT_TRUE(report.undetermined.empty());
}

TEST_F(Chinook, a_track_named_as_a_customer_is_no_residue_but_is_shown) {
  const ApplyReport report = [&] {
    workspace_.set_day("2026-11-22");
    return workspace_.approve_and_apply(workspace_.draft());
  }();
  EXPECT_EQ(report.certificate.outcome, model::RunOutcome::done);
  ASSERT_EQ(report.certificate.looks.size(), 1U);
  EXPECT_TRUE(report.certificate.looks[0].clean);
  EXPECT_THAT(report.certificate.looks[0].steps,
              ::testing::Contains(::testing::StartsWith(
                  "words shared with a table about nobody: live rows of Track")));
}

TEST_F(Chinook, an_employee_who_goes_draws_in_no_customer) {
  workspace_.set_day("2026-04-10");
  const std::string manifest = workspace_.draft();
  EXPECT_THAT(workspace_.people(manifest), ::testing::ElementsAre("[3]"));
  static_cast<void>(workspace_.approve_and_apply(manifest));
  EXPECT_EQ(testing::one(database(), "SELECT count(*) FROM Customer"), "59");
  EXPECT_EQ(testing::one(database(), "SELECT count(*) FROM Customer WHERE SupportRepId IS NULL"),
            testing::one(original(), "SELECT count(*) FROM Customer WHERE SupportRepId=3"));
}

TEST_F(Chinook, the_same_sweep_twice_decides_the_same) {
  workspace_.set_day("2026-11-22");
  const std::string first = workspace_.draft(), second = workspace_.draft();
  EXPECT_EQ(workspace_.lines(first), workspace_.lines(second));
  EXPECT_EQ(workspace_.people(first), workspace_.people(second));
}

}  // namespace
}  // namespace besa::workflow
