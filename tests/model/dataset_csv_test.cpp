// The dialect of CSV files, as a dataset file declares it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/dataset.hpp"
#include "tests/model/faults.hpp"

namespace {

using besa::CharacterSet;
using besa::model::CsvFormat;
using besa::model::Dataset;
using besa::model::read_dataset;
using testing::HasSubstr;

std::string dataset_with(const std::string& csv, const std::string& source = "csv:data/exports") {
  return R"({"dataset": "d", "policy": "p", "held_by": "h", "source": ")" + source + "\"" +
         (csv.empty() ? "" : ", \"csv\": " + csv) +
         R"(, "tables": {"members": {"key": ["id"], "columns": {"city": "none"}}}})";
}

CsvFormat csv_format(const std::string& csv) {
  std::vector<besa::Fault> faults;
  const Dataset dataset = read_dataset(dataset_with(csv), "datasets/d.json", faults);
  EXPECT_EQ(besa::model::test::as_text(faults), "");
  return dataset.csv;
}

std::string csv_faults(const std::string& csv, const std::string& source = "csv:data/exports") {
  std::vector<besa::Fault> faults;
  (void)read_dataset(dataset_with(csv, source), "datasets/d.json", faults);
  return besa::model::test::as_text(faults);
}

TEST(DatasetCsv, without_a_word_it_is_rfc_4180_in_utf8) {
  const CsvFormat csv = csv_format("");
  EXPECT_EQ(csv.delimiter, ',');
  EXPECT_EQ(csv.quote, '"');
  EXPECT_TRUE(csv.header);
  EXPECT_EQ(csv.encoding, CharacterSet::utf8);
  EXPECT_EQ(csv.null_text, "");
  EXPECT_EQ(csv.decimal, '.');
}

TEST(DatasetCsv, every_part_of_a_dialect_can_be_declared) {
  const CsvFormat csv =
      csv_format(R"({"delimiter": ";", "quote": "'", "header": false, "decimal": ",",
      "encoding": "windows-1250", "null": "NULL", "columns": {"members": ["id", "city"]}})");
  EXPECT_EQ(csv.delimiter, ';');
  EXPECT_EQ(csv.quote, '\'');
  EXPECT_FALSE(csv.header);
  EXPECT_EQ(csv.encoding, CharacterSet::windows_1250);
  EXPECT_EQ(csv.null_text, "NULL");
  EXPECT_EQ(csv.decimal, ',');
  EXPECT_EQ(csv.columns.at("members"), (std::vector<std::string>{"id", "city"}));
  EXPECT_EQ(csv_format(R"({"delimiter": "\t", "quote": ""})").quote, '\0');
}

TEST(DatasetCsv, marks_are_one_character_and_differ) {
  EXPECT_THAT(csv_faults(R"({"delimiter": ";;"})"), HasSubstr("/csv/delimiter: must be one ASCII"));
  EXPECT_THAT(csv_faults(R"({"delimiter": ""})"), HasSubstr("/csv/delimiter"));
  EXPECT_THAT(csv_faults(R"({"delimiter": "\n"})"), HasSubstr("/csv/delimiter"));
  EXPECT_THAT(csv_faults(R"({"quote": "ë"})"), HasSubstr("/csv/quote: must be one ASCII"));
  EXPECT_THAT(csv_faults(R"({"delimiter": "'", "quote": "'"})"),
              HasSubstr("/csv/quote: must not be the delimiter"));
  EXPECT_THAT(csv_faults(R"({"null": "a,b"})"), HasSubstr("/csv/null: must hold neither"));
}

TEST(DatasetCsv, an_unknown_word_gets_the_nearest_C15) {
  EXPECT_THAT(csv_faults(R"({"encoding": "windows-1520"})"), HasSubstr("windows-1250"));
  EXPECT_THAT(csv_faults(R"({"encodnig": "utf-8"})"), HasSubstr("encoding"));
  EXPECT_THAT(csv_faults(R"({"decimal": ";"})"), HasSubstr("/csv/decimal"));
}

TEST(DatasetCsv, columns_are_named_exactly_where_there_is_no_header) {
  EXPECT_THAT(csv_faults(R"({"header": false})"), HasSubstr("columns of table 'members'"));
  EXPECT_THAT(csv_faults(R"({"columns": {"members": ["id", "city"]}})"),
              HasSubstr("/csv/columns: only for files without a header"));
  EXPECT_THAT(csv_faults(R"({"header": false, "columns": {"members": ["id"], "other": ["x"]}})"),
              HasSubstr("/csv/columns/other: there is no such table"));
  EXPECT_THAT(csv_faults(R"({"header": false, "columns": {"members": ["id", "id"]}})"),
              HasSubstr("/csv/columns/members: names column 'id' twice"));
}

TEST(DatasetCsv, only_a_csv_source_has_a_dialect) {
  EXPECT_THAT(csv_faults("{}", "sqlite:data/a.db"), HasSubstr("/csv: says how CSV is written"));
}

}  // namespace
