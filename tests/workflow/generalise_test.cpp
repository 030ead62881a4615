// Masks that keep a part of what they mask.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/workflow/coverage.hpp"
#include "club_workspace.hpp"

namespace besa::workflow {
namespace {

using testing::Club;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Sales that the tax law keeps for ten years, with the buyer's birth date and town.
constexpr const char* sales_map =
    R"("sales": {"key": ["no"], "links": [{"columns": ["member"], "belongs_to": "members"}],
         "columns": {"no": "none", "total": "user.payment",
           "born": {"category": "user.demographic", "mask": {"generalise": "year"}},
           "town": {"category": "user.contact.address.city",
                    "mask": {"generalise": {"Kavajë": "Tiranë", "Vorë": "Tiranë"}}}},
         "times": {"sold": {"format": "date"}, "born": {"format": "dd.mm.yyyy"}},
         "documents": [{"document": "receipt", "at": "sold", "columns": ["no", "sold", "total"],
                        "obligor": "club"}]})";
constexpr const char* ten_years =
    R"({"id": "receipts", "clause": "C-1", "kind": "minimum", "scope": "record",
        "from": "document", "period": "P10Y", "document": "receipt", "obligor": "club",
        "statute": "tax", "article": "1"},)";
constexpr const char* sales_sql =
    "CREATE TABLE sales(no INTEGER PRIMARY KEY, member TEXT, sold TEXT, total INTEGER, born TEXT,"
    " town TEXT);"
    "INSERT INTO members VALUES('m1','Arta',NULL,'2015-01-01'),('m2','Besnik',NULL,'2026-01-01');"
    "INSERT INTO sales VALUES(1,'m1','2019-05-05',700,'17.05.1984','Kavajë'),"
    "(2,'m1','2019-06-06',800,'no date','Durrës'),(3,'m2','2019-07-07',900,'01.02.1990','Vorë');";

TEST(Generalise, what_must_stay_keeps_a_year_and_a_county_and_what_fits_neither_goes) {
  Club club(ten_years);
  club.members_and(sales_map, sales_sql);
  const std::string manifest = club.draft();
  ASSERT_THAT(club.people(manifest), ElementsAre(R"(["m1"])"));
  EXPECT_EQ(club.outcome(manifest), "done");
  EXPECT_EQ(club.ask("SELECT group_concat(no || ' ' || coalesce(member,'-') || ' ' || total || ' '"
                     " || coalesce(born,'-') || ' ' || coalesce(town,'-'), ', ')"
                     " FROM (SELECT * FROM sales ORDER BY no)"),
            "1 - 700 01.01.1984 Tiranë, 2 - 800 - -, 3 m2 900 01.02.1990 Vorë");
  EXPECT_THAT(club.draft(), IsEmpty());
}

TEST(Generalise, a_unique_column_is_refused_because_rows_would_become_alike) {
  Club club(ten_years);
  club.members_and(sales_map, std::string(sales_sql) + "CREATE UNIQUE INDEX u ON sales(town);");
  const auto session = club.session();
  const auto source = session->open(*session->dataset("club"));
  std::vector<std::string> errors;
  for (const auto& finding : check_coverage(*session->dataset("club"), *source))
    if (finding.severity == model::Severity::error) errors.push_back(finding.code);
  EXPECT_THAT(errors, ElementsAre("coverage.mask_not_unique"));
}

}  // namespace
}  // namespace besa::workflow
