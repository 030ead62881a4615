#include "besa/workflow/coverage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflow/memory_tables.hpp"

namespace besa::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* club_dataset = R"({
  "dataset": "club", "policy": "p", "held_by": "us", "source": "sqlite:club.db",
  "tables": {
    "members": {
      "key": ["id"], "subject": "member", "identifiers": { "email": "email" },
      "columns": { "id": "user.unique_id", "email": "user.contact.email", "joined": "none" },
      "events": [{ "at": "joined", "event": "collected" }],
      "times": { "joined": { "format": "date" } }
    },
    "visits": {
      "key": ["visit"],
      "links": [{ "columns": ["member"], "belongs_to": "members" }],
      "columns": { "visit": "none", "member": "user.unique_id", "at": "user.behavior" },
      "events": [{ "at": "at", "event": "visit" }],
      "times": { "at": { "format": "date" } }
    }
  }
})";

constexpr const char* club_policy = R"({
  "name": "p", "version": "1", "title": "P", "controller": "us", "time_zone": "Europe/Tirane",
  "parties": [{ "id": "us", "name": "Us", "role": "controller", "country": "AL" }],
  "contact_events": { "visit": { "counts": true, "reason": "comes in person" },
                      "collected": { "counts": false, "reason": "we wrote it down" } },
  "retention": [{ "id": "five", "clause": "c", "kind": "maximum", "scope": "subject",
                  "from": "last_contact", "period": "P5Y", "action": "erase" }],
  "clauses": [{ "id": "c", "document": "privacy", "original": "…", "english": "…", "carried_by": ["five"] }]
})";

model::Dataset dataset_from(const std::string& json) {
  std::vector<Fault> faults;
  model::Dataset dataset = model::read_dataset(json, "datasets/club.json", faults);
  require_none(faults, "datasets/club.json");
  return dataset;
}

std::string replaced(std::string text, const std::string& old, const std::string& fresh) {
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), fresh);
}

/// What a finding says in one line: severity, code and place.
std::vector<std::string> lines(const std::vector<model::Finding>& findings) {
  std::vector<std::string> found;
  for (const model::Finding& finding : findings)
    found.push_back(std::string(name_of(finding.severity)) + " " + finding.code + " " +
                    finding.where);
  return found;
}

std::string message(const std::vector<model::Finding>& findings, const std::string& code) {
  for (const model::Finding& finding : findings)
    if (finding.code == code) return finding.message + " | " + finding.hint;
  return "";
}

class CoverageTest : public ::testing::Test {
 protected:
  source::MemorySource::Table members = table_of("members", {"id", "email", "joined"}, {"id"});
  source::MemorySource::Table visits = table_of("visits", {"visit", "member", "at"}, {"visit"});
  std::string json = club_dataset;

  std::vector<model::Finding> check(std::vector<source::MemorySource::Table> more = {}) {
    source::MemorySource source;
    source.add(members);
    source.add(visits);
    for (auto& table : more) source.add(std::move(table));
    return check_coverage(dataset_from(json), source);
  }
  void refer(const std::string& on_delete) {
    visits.schema.foreign_keys.push_back({{"member"}, "members", {"id"}, on_delete});
  }
};

TEST_F(CoverageTest, a_file_that_names_everything_finds_nothing) {
  EXPECT_THAT(lines(check()), IsEmpty());
}

TEST_F(CoverageTest, a_new_table_is_an_error_because_it_is_the_one_that_leaks) {
  EXPECT_THAT(lines(check({table_of("leads", {"id"}, {"id"})})),
              ElementsAre("error coverage.unknown_table club.leads"));
}

TEST_F(CoverageTest, a_new_table_that_refers_to_people_says_so) {
  auto payments = table_of("payments", {"id", "member"}, {"id"});
  payments.schema.foreign_keys.push_back({{"member"}, "members", {"id"}, "CASCADE"});
  EXPECT_THAT(message(check({payments}), "coverage.unknown_table"),
              HasSubstr("its member refers to 'members'"));
}

TEST_F(CoverageTest, a_new_column_is_an_error) {
  members = table_of("members", {"id", "email", "joined", "shoe_size"}, {"id"});
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.unknown_column club.members.shoe_size"));
}

TEST_F(CoverageTest, s10_a_column_the_source_has_not_is_an_error_with_the_nearest_name) {
  members = table_of("members", {"id", "emial", "joined"}, {"id"});
  const auto findings = check();
  EXPECT_THAT(lines(findings), ElementsAre("error coverage.unknown_column club.members.emial",
                                           "error coverage.missing_column club.members.email"));
  EXPECT_THAT(message(findings, "coverage.missing_column"), HasSubstr("did you mean 'emial'?"));
}

TEST_F(CoverageTest, a_table_the_source_has_not_is_an_error) {
  visits.schema.name = "visit";
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.missing_table club.visits",
                                          "error coverage.unknown_table club.visit"));
}

TEST_F(CoverageTest, the_engines_own_tables_are_nobodys) {
  EXPECT_THAT(lines(check({table_of("sqlite_sequence", {"name", "seq"}, {})})), IsEmpty());
}

TEST_F(CoverageTest, s7_shadow_tables_belong_to_their_full_text_table_which_must_be_named) {
  auto index = table_of("notes_fts", {"text"}, {});
  index.schema.kind = source::TableKind::full_text;
  auto shadow = table_of("notes_fts_data", {"id", "block"}, {"id"});
  shadow.schema.kind = source::TableKind::shadow;
  EXPECT_THAT(lines(check({index, shadow})),
              ElementsAre("error coverage.unknown_table club.notes_fts"));
}

TEST_F(CoverageTest, s7_a_virtual_table_of_an_unknown_kind_is_an_error) {
  auto box = table_of("boxes", {"id"}, {});
  box.schema.kind = source::TableKind::virtual_table;
  EXPECT_THAT(lines(check({box})), ElementsAre("error coverage.virtual_table club.boxes"));
}

TEST_F(CoverageTest, s6_a_view_is_told_but_not_asked_for) {
  auto view = table_of("active", {"id"}, {});
  view.schema.kind = source::TableKind::view;
  EXPECT_THAT(lines(check({view})), ElementsAre("note coverage.view club.active"));
}

TEST_F(CoverageTest, s6_a_view_named_like_a_table_of_the_file_is_an_error) {
  visits.schema.kind = source::TableKind::view;
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.view club.visits"));
}

TEST_F(CoverageTest, s4_triggers_are_an_error_until_the_file_allows_them) {
  visits.schema.triggers = {"keep_history"};
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.trigger club.visits"));
  json = replaced(json, R"("key": ["visit"],)", R"("key": ["visit"], "triggers": "allow",)");
  EXPECT_THAT(lines(check()), ElementsAre("note coverage.trigger club.visits"));
}

TEST_F(CoverageTest, s5_a_cascade_along_a_named_link_is_explained) {
  refer("CASCADE");
  EXPECT_THAT(lines(check()), ElementsAre("note coverage.cascade club.visits.member"));
}

TEST_F(CoverageTest, s5_a_cascade_the_file_does_not_know_is_an_error) {
  refer("CASCADE");
  json = replaced(json, R"("links": [{ "columns": ["member"], "belongs_to": "members" }],)", "");
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.cascade club.visits.member"));
}

TEST_F(CoverageTest, s5_set_null_the_file_does_not_know_is_an_error) {
  refer("SET NULL");
  json = replaced(json, R"("links": [{ "columns": ["member"], "belongs_to": "members" }],)", "");
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.cascade club.visits.member"));
}

TEST_F(CoverageTest, s5_a_reference_to_people_without_a_link_is_a_warning) {
  refer("RESTRICT");
  json = replaced(json, R"("links": [{ "columns": ["member"], "belongs_to": "members" }],)", "");
  EXPECT_THAT(lines(check()), ElementsAre("warning coverage.reference club.visits.member"));
}

TEST_F(CoverageTest, s3_a_mask_on_a_generated_column_is_an_error) {
  members.schema.columns[1].generated = true;
  json = replaced(json, R"("email": "user.contact.email")",
                  R"("email": { "category": "user.contact.email", "mask": { "fixed": "x" } })");
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.generated_column club.members.email"));
}

// --- the data ---

// A visit of 2026 in a text column did not keep the member whose number it is.
TEST_F(CoverageTest, a_link_of_another_type_than_what_it_refers_to_stops) {
  members.schema.columns[0].declared_type = "INTEGER";
  visits.schema.columns[1].declared_type = "VARCHAR(20)";
  const auto findings = check();
  EXPECT_THAT(lines(findings), ElementsAre("error coverage.link_types club.visits.member"));
  EXPECT_THAT(message(findings, "coverage.link_types"),
              HasSubstr("holds texts, but what it refers to, 'members.id', holds numbers"));
  visits.schema.columns[1].declared_type = "bigint";
  EXPECT_THAT(lines(check()), IsEmpty());
  visits.schema.columns[1].declared_type = "";  // may hold either
  EXPECT_THAT(lines(check()), IsEmpty());
}

// With a numeric key two people who had been in contact were erased: their visits had the number.
TEST_F(CoverageTest, a_link_to_a_number_that_is_a_text_with_decimals_stops) {
  members.schema.columns[0].declared_type = "numeric";
  members.schema.columns[0].found_type = "DECIMAL";
  visits.schema.columns[1].declared_type = "bigint";
  visits.schema.columns[1].found_type = "NUMBER";
  EXPECT_THAT(lines(check()), ElementsAre("error coverage.link_types club.visits.member"));
  EXPECT_THAT(message(check(), "coverage.link_types"), HasSubstr("holds texts"));
  const auto link_of = [&](const char* type, const char* found) {
    visits.schema.columns[1].declared_type = type;
    visits.schema.columns[1].found_type = found;
    return lines(check());
  };
  EXPECT_THAT(link_of("numeric", "DECIMAL"),
              ElementsAre("warning coverage.link_types club.visits.member"));
  EXPECT_THAT(link_of("character varying(9)", "TEXT"),
              ElementsAre("warning coverage.link_types club.visits.member"));
  members.schema.columns[0].declared_type = "numeric(10,0)";
  EXPECT_THAT(link_of("numeric(10,2)", "DECIMAL"),
              ElementsAre("error coverage.link_types club.visits.member"));
  EXPECT_THAT(link_of("numeric(12)", "DECIMAL"), IsEmpty());
}

TEST_F(CoverageTest, the_name_of_a_type_does_not_decide_where_the_driver_knows_better) {
  members.schema.columns[0].declared_type = "interval";  // which says INT
  members.schema.columns[0].found_type = "TEXT";
  visits.schema.columns[1].declared_type = "text";
  EXPECT_THAT(lines(check()), IsEmpty());
}

// A click that is `true` was asked for as "true", never met, and its member erased.
TEST_F(CoverageTest, a_condition_that_no_value_can_meet_stops) {
  json = replaced(json, R"("at": "at", "event")",
                  R"("at": "at", "when": { "visit": ["true", "1"] }, "event")");
  source::ColumnSchema& asked = visits.schema.columns[0];
  const auto told = [&](const char* declared, const char* found) {
    asked.declared_type = declared;
    asked.found_type = found;
    return lines(check());
  };
  EXPECT_THAT(told("TEXT", ""), IsEmpty());
  EXPECT_THAT(told("INTEGER", ""), IsEmpty()) << "SQLite puts anything there";
  for (const char* declared : {"boolean", ""}) {  // PostgreSQL's, and what lines of JSON show
    EXPECT_THAT(told(declared, "BOOLEAN"), ElementsAre("error coverage.when club.visits.visit"));
    EXPECT_THAT(message(check(), "coverage.when"), HasSubstr("never is 'true'"));
  }
  EXPECT_THAT(told("bigint", "NUMBER"), ElementsAre("error coverage.when club.visits.visit"));
  EXPECT_THAT(told("", "NUMBER"), ElementsAre("warning coverage.when club.visits.visit"));
  EXPECT_THAT(message(check(), "coverage.when"), HasSubstr("is nowhere 'true'"));
  json = replaced(json, R"("true", "1")", R"("1.00")");
  EXPECT_THAT(told("bigint", "NUMBER"), IsEmpty());
  EXPECT_THAT(told("numeric(6,2)", "DECIMAL"), IsEmpty());
  EXPECT_THAT(told("numeric(6,1)", "DECIMAL"),
              ElementsAre("error coverage.when club.visits.visit"));
}

class DatasetDataTest : public CoverageTest {
 protected:
  std::vector<model::Finding> check_data() {
    std::vector<Fault> faults;
    const model::Policy policy = model::read_policy(club_policy, "p.json", faults);
    require_none(faults, "p.json");
    const model::Dataset dataset = dataset_from(json);
    const model::Rulebook rules(policy, {&dataset});
    source::MemorySource source;
    source.add(members);
    source.add(visits);
    return check_dataset(rules, dataset, source, *Date::parse("2026-11-22"));
  }
};

TEST_F(DatasetDataTest, sound_data_finds_nothing) {
  members.rows = {{text("a"), text("a@x.example"), text("2020-01-01")}};
  visits.rows = {{text("1"), text("a"), text("2026-11-22")}, {text("2"), nothing(), nothing()}};
  EXPECT_THAT(lines(check_data()), IsEmpty());
}

TEST_F(DatasetDataTest, a_key_twice_is_counted_where_the_schema_allows_it) {
  for (auto& column : members.schema.columns) column.key_position = 0;
  members.rows = {{text("a"), nothing(), nothing()},
                  {text("a"), nothing(), nothing()},
                  {text("b"), nothing(), nothing()}};
  const auto findings = check_data();
  EXPECT_THAT(lines(findings), ElementsAre("error data.key_not_unique club.members.id"));
  EXPECT_THAT(message(findings, "data.key_not_unique"),
              HasSubstr("1 row has the key of another row"));
}

TEST_F(DatasetDataTest, s2_rows_without_a_key_are_counted) {
  members.rows = {{nothing(), nothing(), nothing()}, {nothing(), nothing(), nothing()}};
  EXPECT_THAT(message(check_data(), "data.key_null"), HasSubstr("2 rows have NULL in the key"));
}

TEST_F(DatasetDataTest, a_link_that_leads_nowhere_is_counted) {
  members.rows = {{text("a"), nothing(), nothing()}};
  visits.rows = {{text("1"), text("a"), nothing()},
                 {text("2"), text("gone"), nothing()},
                 {text("3"), text("also gone"), nothing()}};
  const auto findings = check_data();
  EXPECT_THAT(lines(findings), ElementsAre("warning data.dangling club.visits.member"));
  EXPECT_THAT(message(findings, "data.dangling"), HasSubstr("2 rows refer to no row of 'members'"));
}

TEST_F(DatasetDataTest, a_link_that_no_row_uses_is_told) {
  members.rows = {{text("a"), nothing(), nothing()}};
  visits.rows = {{text("1"), nothing(), nothing()}, {text("2"), nothing(), nothing()}};
  EXPECT_THAT(lines(check_data()), ElementsAre("warning data.link_empty club.visits.member"));
}

TEST_F(DatasetDataTest, every_way_in_which_a_time_is_none_is_counted_by_itself) {
  members.rows = {{text("a"), nothing(), text("9999-12-31")}};
  visits.rows = {{text("1"), text("a"), text("22.11.2026")},
                 {text("2"), text("a"), text("2026-02-30")},
                 {text("3"), text("a"), text("1850-01-01")},
                 {text("4"), text("a"), text("2026-11-23")},
                 {text("5"), text("a"), number(20261122)}};
  EXPECT_THAT(lines(check_data()), ElementsAre("warning data.sentinel club.members.joined",
                                               "warning data.unreadable_time club.visits.at",
                                               "warning data.impossible_time club.visits.at",
                                               "warning data.time_out_of_range club.visits.at",
                                               "warning data.future club.visits.at"));
}

TEST_F(DatasetDataTest, findings_never_show_a_value) {
  members.rows = {{text("Ermira"), text("ermira@x.example"), text("Ermira's birthday")}};
  visits.rows = {{text("1"), text("Besnik"), text("soon")}};
  for (const model::Finding& finding : check_data())
    for (const char* value : {"Ermira", "ermira@x.example", "Besnik", "soon"})
      EXPECT_THAT(finding.where + finding.message + finding.hint, Not(HasSubstr(value)));
}

TEST_F(DatasetDataTest, a_table_with_a_missing_column_is_not_read_but_reported) {
  visits = table_of("visits", {"visit", "at"}, {"visit"}, {{text("1"), text("never")}});
  EXPECT_THAT(lines(check_data()), ElementsAre("error coverage.missing_column club.visits.member"));
}

}  // namespace
}  // namespace besa::workflow
