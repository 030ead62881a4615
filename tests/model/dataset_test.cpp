#include "besa/model/dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "tests/model/faults.hpp"

namespace {

using besa::IdentifierRule;
using besa::model::Dataset;
using besa::model::LinkKind;
using besa::model::MaskKind;
using besa::model::read_dataset;
using besa::model::Table;
using testing::ElementsAre;
using testing::HasSubstr;

/// The example of the dataset's manual page, with the columns of its last table written out.
const char* const loyalty = R"({
  "dataset": "loyalty", "policy": "on-solutions", "held_by": "on-solutions",
  "source": "sqlite:data/loyalty.db",        // csv:data/dir  jsonl:…  postgresql:service=crm (no passwords here)
  "max_age": "P2D",                          // for exports: older than this, silence proves nothing
  "tables": {
    "members": {
      "key": ["member_id"], "subject": "member",
      "identifiers": { "member_id": "member_id", "email": "email", "phone": "phone" },
      "columns": { "first_name": "user.name.first", "city": "user.contact.address.city", "shard": "none" },
      "events": [ { "at": "registered_at", "event": "collected" } ]
    },
    "purchases": {
      "key": ["purchase_id"],
      "links": [ { "columns": ["member_id"], "belongs_to": "members" } ],
      "columns": { "amount": "user.behavior.purchase_history", "invoice_no": "user.payment" },
      "events": [ { "at": "at", "event": "purchase" } ],
      "times": { "at": { "format": "rfc3339" } }
    },
    "newsletter": {
      "key": ["event_id"],
      "links": [ { "columns": ["email"], "belongs_to": "members", "by": "email" } ],
      "events": [ { "at": "at", "when": { "kind": "click" }, "event": "newsletter_click" },
                  { "at": "at", "when": { "kind": "open" },  "event": "newsletter_open" } ],
      "times": { "at": { "format": "dd.mm.yyyy HH:MM", "zone": "Europe/Tirane" } },
      "columns": { "subject_line": "none" }
    }
  }
})";

Dataset dataset_from(const std::string& text) {
  std::vector<besa::Fault> faults;
  auto dataset = read_dataset(text, "datasets/test.json", faults);
  EXPECT_EQ(besa::model::test::as_text(faults), "");
  return dataset;
}

std::string dataset_faults(const std::string& text) {
  std::vector<besa::Fault> faults;
  (void)read_dataset(text, "datasets/test.json", faults);
  return besa::model::test::as_text(faults);
}

/// A dataset with these tables and nothing else that is interesting.
std::string with_tables(const std::string& tables) {
  return R"({"dataset": "crm", "policy": "p", "held_by": "us", "tables": {)" + tables + "}}";
}

std::string with_source(const std::string& source) {
  return R"({"dataset": "crm", "policy": "p", "held_by": "us", "source": ")" + source +
         R"(", "tables": {"people": {"key": ["id"], "subject": "person"}}})";
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) {
    names.push_back(column.name);
  }
  return names;
}

TEST(Dataset, the_example_of_the_manual_page_reads_as_it_is_meant) {
  const Dataset dataset = dataset_from(loyalty);
  EXPECT_EQ(dataset.name, "loyalty");
  EXPECT_EQ(dataset.policy, "on-solutions");
  EXPECT_EQ(dataset.held_by, "on-solutions");
  EXPECT_EQ(dataset.source, "sqlite:data/loyalty.db");
  EXPECT_EQ(dataset.max_age, besa::Period(0, 0, 2));
  EXPECT_EQ(dataset.file, "datasets/test.json");
  ASSERT_EQ(dataset.tables.size(), 3u);
  EXPECT_EQ(dataset.tables[0].subject, "member");
  EXPECT_EQ(dataset.tables[1].links[0].kind, LinkKind::belongs_to);
  EXPECT_EQ(dataset.tables[1].links[0].target, "members");
  EXPECT_EQ(dataset.tables[2].links[0].by, "email");
  EXPECT_EQ(dataset.tables[2].events[0].when[0].column, "kind");
  EXPECT_THAT(dataset.tables[2].events[0].when[0].any_of, ElementsAre("click"));
  EXPECT_EQ(dataset.tables[2].time("at")->zone, "Europe/Tirane");
}

TEST(Dataset, its_digest_is_that_of_the_bytes_of_the_file) {
  EXPECT_EQ(dataset_from(loyalty).digest, besa::sha256(loyalty));
}

TEST(Dataset, every_column_named_anywhere_is_a_column_once) {
  const Dataset dataset = dataset_from(loyalty);
  EXPECT_THAT(names_of(dataset.tables[0]),
              testing::UnorderedElementsAre("member_id", "email", "phone", "first_name", "city",
                                            "shard", "registered_at"));
  EXPECT_THAT(names_of(dataset.tables[2]),
              testing::UnorderedElementsAre("event_id", "email", "kind", "at", "subject_line"));
}

TEST(Dataset, columns_that_are_only_named_have_the_category_of_their_use) {
  const Dataset dataset = dataset_from(loyalty);
  const Table& members = dataset.tables[0];
  EXPECT_EQ(members.column("email")->category, "user.contact.email");
  EXPECT_EQ(members.column("phone")->category, "user.contact.phone_number");
  EXPECT_EQ(members.column("member_id")->category, "user.unique_id");
  EXPECT_EQ(members.column("registered_at")->category, "user.behavior");
  EXPECT_FALSE(members.column("shard")->personal());
  EXPECT_EQ(members.column("city")->pointer, "/tables/members/columns/city");
  EXPECT_EQ(dataset.tables[1].column("purchase_id")->category, "user.unique_id");
}

TEST(Dataset, a_column_listed_under_columns_has_the_category_said_there) {
  const Dataset dataset = dataset_from(with_tables(
      R"("people": {"key": ["id"], "subject": "person", "columns": {"id": "user.unique_id.pseudonymous"}})"));
  EXPECT_EQ(dataset.tables[0].column("id")->category, "user.unique_id.pseudonymous");
}

TEST(Dataset, identifiers_are_compared_by_the_rule_of_their_kind_unless_they_name_one) {
  const Dataset dataset = dataset_from(with_tables(R"("people": {"key": ["id"], "subject": "person",
    "identifiers": {"email": "mail", "phone": ["mobile", "fax"], "member_id": "id",
      "username": {"column": "login", "rule": "folded"},
      "card": {"column": "card_no", "from": "issued_on", "to": "replaced_on"}}})"));
  const auto& identifiers = dataset.tables[0].identifiers;
  ASSERT_EQ(identifiers.size(), 6u);
  EXPECT_EQ(identifiers[0].rule, IdentifierRule::email);
  EXPECT_EQ(identifiers[1].rule, IdentifierRule::phone);
  EXPECT_EQ(identifiers[2].column, "fax");
  EXPECT_EQ(identifiers[2].kind, "phone");
  EXPECT_EQ(identifiers[3].rule, IdentifierRule::exact);
  EXPECT_EQ(identifiers[4].rule, IdentifierRule::folded);
  EXPECT_EQ(identifiers[5].rule, IdentifierRule::exact);
  EXPECT_EQ(identifiers[5].from, "issued_on");
  EXPECT_EQ(identifiers[5].to, "replaced_on");
  EXPECT_EQ(dataset.tables[0].column("replaced_on")->category, "user.behavior");
}

TEST(Dataset, conditions_are_equalities_with_text_numbers_null_and_lists) {
  const Dataset dataset = dataset_from(with_tables(R"("log": {"key": ["id"], "events": [
    {"at": "t", "event": "click", "when": {"kind": ["click", 7, null], "deleted": null, "n": -3}}]})"));
  const auto& when = dataset.tables[0].events[0].when;
  ASSERT_EQ(when.size(), 3u);
  EXPECT_THAT(when[0].any_of, ElementsAre("click", "7"));
  EXPECT_TRUE(when[0].or_null);
  EXPECT_TRUE(when[1].any_of.empty());
  EXPECT_TRUE(when[1].or_null);
  EXPECT_THAT(when[2].any_of, ElementsAre("-3"));
  EXPECT_FALSE(when[2].or_null);
}

TEST(Dataset, masks_are_null_a_fixed_text_or_a_pseudonym) {
  const Dataset dataset =
      dataset_from(with_tables(R"("people": {"key": ["id"], "subject": "person", "columns": {
    "a": {"category": "user.name", "mask": "null"},
    "b": {"category": "user.name", "mask": {"fixed": "erased"}},
    "c": {"category": "user.name", "mask": "pseudonym"},
    "d": {"category": "user.name"}}})"));
  const Table& people = dataset.tables[0];
  EXPECT_EQ(people.column("a")->mask->kind, MaskKind::null_value);
  EXPECT_EQ(people.column("b")->mask->kind, MaskKind::fixed);
  EXPECT_EQ(people.column("b")->mask->value, "erased");
  EXPECT_EQ(people.column("c")->mask->kind, MaskKind::pseudonym);
  EXPECT_FALSE(people.column("d")->mask.has_value());
}

TEST(Dataset, documents_purposes_and_triggers_are_read) {
  const Dataset dataset = dataset_from(
      with_tables(R"("sales": {"key": ["shop", "no"], "purposes": ["essential.service"],
    "triggers": "allow", "documents": [{"document": "fiscal_receipt", "at": "sold_on",
      "columns": ["no", "total"], "when": {"kind": "sale"}, "obligor": "us"}]})"));
  const Table& sales = dataset.tables[0];
  EXPECT_THAT(sales.key, ElementsAre("shop", "no"));
  EXPECT_TRUE(sales.is_key("no"));
  EXPECT_FALSE(sales.is_key("total"));
  EXPECT_THAT(sales.purposes, ElementsAre("essential.service"));
  EXPECT_TRUE(sales.allow_triggers);
  ASSERT_EQ(sales.documents.size(), 1u);
  EXPECT_EQ(sales.documents[0].document, "fiscal_receipt");
  EXPECT_THAT(sales.documents[0].columns, ElementsAre("no", "total"));
  EXPECT_EQ(sales.documents[0].obligor, "us");
  EXPECT_EQ(sales.column("total")->category, "user.payment");
}

TEST(Dataset, a_time_column_that_declares_no_format_is_rfc3339) {
  const Dataset dataset = dataset_from(loyalty);
  ASSERT_NE(dataset.tables[0].time("registered_at"), nullptr);
  EXPECT_EQ(dataset.tables[0].time("registered_at")->format, "rfc3339");
}

// P1
TEST(Dataset, a_misspelt_field_is_a_fault_with_the_nearest_name) {
  EXPECT_EQ(dataset_faults(
                with_tables(R"("people": {"key": ["id"], "subject": "person", "identifers": {}})")),
            "/tables/people/identifers: unknown field (did you mean 'identifiers'?)\n");
}

// P2
TEST(Dataset, a_format_of_the_future_is_a_fault) {
  EXPECT_THAT(dataset_faults(R"({"format": 2, "dataset": "d", "policy": "p", "held_by": "us",
                            "tables": {"t": {"key": ["id"]}}})"),
              HasSubstr("/format: format 2 is not known; this besa reads 1"));
}

// P3
TEST(Dataset, a_cycle_of_links_is_a_fault_that_prints_it) {
  EXPECT_THAT(dataset_faults(with_tables(R"(
      "a": {"key": ["id"], "links": [{"columns": ["b"], "belongs_to": "b"}]},
      "b": {"key": ["id"], "links": [{"columns": ["c"], "belongs_to": "c"}]},
      "c": {"key": ["id"], "links": [{"columns": ["a"], "mentions": "a"}]},
      "d": {"key": ["id"], "links": [{"columns": ["a"], "belongs_to": "a"}]})")),
              HasSubstr("/tables: the links run in a circle: a -> b -> c -> a"));
}

// P3
TEST(Dataset, a_table_that_links_to_itself_is_no_cycle) {
  EXPECT_EQ(dataset_faults(with_tables(
                R"("a": {"key": ["id"], "links": [{"columns": ["parent"], "belongs_to": "a"}]})")),
            "");
}

// P6
TEST(Dataset, a_source_stays_below_the_workspace) {
  for (const char* path : {"sqlite:/etc/passwd", "sqlite:../other/data.db", "csv:data/../../x",
                           "csv:data/*.csv", "jsonl:$HOME/x", "sqlite:~/x", "sqlite:"}) {
    EXPECT_THAT(dataset_faults(with_source(path)), HasSubstr("/source: ")) << path;
  }
  EXPECT_EQ(dataset_faults(with_source("csv:data/2026..old/export")), "");
}

TEST(Dataset, a_source_says_what_it_is_and_holds_no_password) {
  EXPECT_THAT(dataset_faults(with_source("sqlte:data/a.db")), HasSubstr("did you mean 'sqlite'?"));
  EXPECT_THAT(dataset_faults(with_source("postgresql:service=crm password=x")),
              HasSubstr("password"));
  EXPECT_EQ(dataset_faults(with_source("postgresql:service=crm")), "");
}

TEST(Dataset, held_by_a_party_without_a_source_is_known_by_its_map_alone) {
  EXPECT_EQ(dataset_from(with_tables(R"("t": {"key": ["id"], "subject": "person"})")).source, "");
  EXPECT_THAT(
      dataset_faults(R"({"dataset": "d", "policy": "p", "tables": {"t": {"key": ["id"]}}})"),
      HasSubstr("/held_by: is required"));
}

// P6, P7
TEST(Dataset, names_are_given_once) {
  EXPECT_THROW((void)dataset_faults(with_tables(R"("t": {"key": ["id"]}, "t": {"key": ["id"]})")),
               besa::Error);
  EXPECT_THAT(dataset_faults(with_tables(R"("Tab": {"key": ["id"]}, "tab": {"key": ["id"]})")),
              HasSubstr("/tables/tab: differs from table 'Tab' only in case"));
  EXPECT_THAT(dataset_faults(with_tables(R"("t": {"key": ["id", "id"]})")),
              HasSubstr("/tables/t/key: names 'id' twice"));
}

// P7
TEST(Dataset, text_that_is_no_json_is_an_error_that_names_the_file) {
  std::vector<besa::Fault> faults;
  try {
    (void)read_dataset("dataset: loyalty\n", "datasets/loyalty.json", faults);
    FAIL() << "YAML was read";
  } catch (const besa::Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("datasets/loyalty.json: line 1"));
  }
}

// P10
TEST(Dataset, a_condition_is_a_value_not_an_expression) {
  EXPECT_THAT(
      dataset_faults(with_tables(
          R"("t": {"key": ["id"], "events": [{"at": "a", "event": "e", "when": "kind = 1"}]})")),
      HasSubstr("/tables/t/events/0/when: must be an object"));
  EXPECT_THAT(
      dataset_faults(with_tables(
          R"("t": {"key": ["id"], "events": [{"at": "a", "event": "e", "when": {"k": true}}]})")),
      HasSubstr("/tables/t/events/0/when/k: must be text, a whole number"));
}

TEST(Dataset, every_table_has_a_key) {
  EXPECT_THAT(dataset_faults(with_tables(R"("t": {"subject": "person"})")),
              HasSubstr("/tables/t/key: is required"));
}

TEST(Dataset, a_link_to_an_unknown_table_names_the_nearest) {
  EXPECT_THAT(
      dataset_faults(with_tables(R"("members": {"key": ["id"], "subject": "m"},
      "sales": {"key": ["id"], "links": [{"columns": ["m"], "belongs_to": "member"}]})")),
      HasSubstr(
          "/tables/sales/links/0/belongs_to: unknown table 'member' (did you mean 'members'?)"));
}

TEST(Dataset, a_link_says_one_thing) {
  EXPECT_THAT(dataset_faults(with_tables(R"("a": {"key": ["id"], "links": [{"columns": ["x"]}]})")),
              HasSubstr("/tables/a/links/0: must say what the link means"));
  EXPECT_THAT(dataset_faults(with_tables(R"("a": {"key": ["id"]}, "b": {"key": ["id"],
      "links": [{"columns": ["x"], "belongs_to": "a", "mentions": "a"}]})")),
              HasSubstr("means both belongs_to and mentions"));
}

TEST(Dataset, a_link_by_an_identifier_needs_somebody_who_has_it) {
  const std::string tables =
      R"("members": {"key": ["id"], "subject": "member", "identifiers": {"email": "mail"}},
      "cards": {"key": ["no"], "links": [{"columns": ["m"], "belongs_to": "members"}],
                "identifiers": {"card": {"column": "no", "from": "since"}}},
      "shops": {"key": ["id"]}, )";
  const auto with_link = [&](const std::string& link) {
    return dataset_faults(
        with_tables(tables + R"("sales": {"key": ["id"], "links": [)" + link + "]}"));
  };
  EXPECT_EQ(with_link(R"({"columns": ["card"], "belongs_to": "members", "by": "card"})"), "");
  EXPECT_THAT(with_link(R"({"columns": ["mail"], "belongs_to": "members", "by": "emial"})"),
              HasSubstr("'member' has no identifier of kind 'emial' (did you mean 'email'?)"));
  EXPECT_THAT(with_link(R"({"columns": ["shop"], "belongs_to": "shops", "by": "email"})"),
              HasSubstr("'shops' lists no people"));
}

TEST(Dataset, a_link_names_as_many_columns_as_it_meets) {
  EXPECT_THAT(dataset_faults(with_tables(R"("a": {"key": ["x", "y"]},
      "b": {"key": ["id"], "links": [{"columns": ["x"], "belongs_to": "a"}]})")),
              HasSubstr("/tables/b/links/0/columns: 1 here for 2 of 'a'"));
  EXPECT_THAT(dataset_faults(with_tables(R"("a": {"key": ["id"], "columns": {"number": "none"}},
      "b": {"key": ["id"], "links": [{"columns": ["n"], "belongs_to": "a", "target_columns": ["numbr"]}]})")),
              HasSubstr("'a' has no column 'numbr' (did you mean 'number'?)"));
}

TEST(Dataset, categories_are_fides_keys) {
  EXPECT_THAT(dataset_faults(
                  with_tables(R"("t": {"key": ["id"], "columns": {"m": "user.contact.emial"}})")),
              "");  // the taxonomy is open below its branches
  EXPECT_THAT(
      dataset_faults(with_tables(R"("t": {"key": ["id"], "columns": {"m": "user.contct.email"}})")),
      HasSubstr("/tables/t/columns/m: 'user.contct.email' is no data category "
                "(did you mean 'user.contact.email'?)"));
  EXPECT_THAT(dataset_faults(with_tables(R"("t": {"key": ["id"], "columns": {"m": "nane"}})")),
              HasSubstr("did you mean 'none'?"));
}

TEST(Dataset, an_identifier_cannot_be_nobodys) {
  EXPECT_THAT(dataset_faults(
                  with_tables(R"("t": {"key": ["id"], "subject": "p", "identifiers": {"email": "m"},
                                             "columns": {"m": "none"}})")),
              HasSubstr("'m' identifies people and cannot be none"));
  EXPECT_THAT(dataset_faults(with_tables(R"("t": {"key": ["id"], "identifiers": {"email": "m"}})")),
              HasSubstr("/tables/t/identifiers: whose they are is not said"));
}

TEST(Dataset, a_time_format_nobody_knows_is_a_fault) {
  EXPECT_THAT(dataset_faults(
                  with_tables(R"("t": {"key": ["id"], "times": {"at": {"format": "rfc33339"}}})")),
              HasSubstr("/tables/t/times/at/format: unknown format 'rfc33339'"));
}

TEST(Dataset, a_table_is_found_by_name_and_an_unknown_one_is_an_error_with_the_nearest) {
  const Dataset dataset = dataset_from(loyalty);
  EXPECT_EQ(dataset.table_index("newsletter"), 2u);
  EXPECT_EQ(dataset.table("nothing"), nullptr);
  try {
    (void)dataset.table_index("purchase");
    FAIL();
  } catch (const besa::Error& error) {
    EXPECT_EQ(error.kind(), besa::ErrorKind::failed);
    EXPECT_EQ(error.hint(), "did you mean 'purchases'?");
  }
}

}  // namespace
