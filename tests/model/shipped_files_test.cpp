// The files that are shipped and the examples under test are read by the readers and accepted by
// the JSON Schemas beside the shipped policies; what one refuses for a misspelt field, so does the
// other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "besa/base/file.hpp"
#include "besa/model/dataset.hpp"
#include "besa/model/dataset_lint.hpp"
#include "besa/model/policy.hpp"
#include "besa/model/policy_cases.hpp"
#include "besa/model/workspace.hpp"
#include "tests/model/faults.hpp"
#include "tests/model/shipped.hpp"

namespace {

namespace fs = std::filesystem;
using besa::Date;
using besa::Fault;
using besa::Period;
using besa::model::Policy;
using besa::model::test::on_solutions;
using besa::model::test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const fs::path top = BESA_SOURCE_DIR;

nlohmann::json json_of(const std::string& text) {
  return nlohmann::json::parse(text, nullptr, true, true);
}

/// What the schema has against a text; empty if nothing.
std::string refused_by(const fs::path& schema_file, const std::string& text) {
  const auto schema_json = json_of(text_of(schema_file));
  valijson::Schema schema;
  valijson::SchemaParser parser;
  const valijson::adapters::NlohmannJsonAdapter schema_adapter(schema_json);
  parser.populateSchema(schema_adapter, schema);
  const auto json = json_of(text);
  const valijson::adapters::NlohmannJsonAdapter adapter(json);
  valijson::ValidationResults results;
  valijson::Validator validator;
  validator.validate(schema, adapter, &results);
  std::string refusal;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    refusal += error.description + "\n";
  }
  return refusal;
}

using Reader = void (*)(const std::string&, std::vector<Fault>&);

void read_policy(const std::string& text, std::vector<Fault>& faults) {
  (void)besa::model::read_policy(text, "policy.json", faults);
}
void read_dataset(const std::string& text, std::vector<Fault>& faults) {
  (void)besa::model::read_dataset(text, "dataset.json", faults);
}
void read_workspace(const std::string& text, std::vector<Fault>& faults) {
  (void)besa::model::read_workspace(text, "besa.json", faults);
}

void read_cases(const std::string& text, std::vector<Fault>& faults) {
  const auto policy =
      besa::model::read_policy(text_of("policies/on-solutions.json"), "on-solutions.json", faults);
  (void)besa::model::read_policy_cases(text, "on-solutions.cases.json", policy, faults);
}

struct Kind {
  const char* schema;
  Reader reader;
  const char* misspelt;  ///< pointer of the object that gets a field nobody knows
};
const Kind policy_kind{"policies/policy.schema.json", read_policy, "/retention/0"};
const Kind dataset_kind{"policies/dataset.schema.json", read_dataset, "/tables"};
const Kind cases_kind{"policies/cases.schema.json", read_cases, "/0/expect"};
const Kind workspace_kind{"policies/besa.schema.json", read_workspace, ""};

std::string shipped_faults(const Kind& kind, const std::string& text) {
  std::vector<Fault> faults;
  kind.reader(text, faults);
  return besa::model::test::as_text(faults);
}

struct Shipped {
  const char* file;
  const Kind& kind;
};

std::string test_name(const testing::TestParamInfo<Shipped>& info) {
  std::string name = info.param.file;
  for (char& letter : name) {
    letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  }
  return name;
}

class ShippedFile : public testing::TestWithParam<Shipped> {};

TEST_P(ShippedFile, is_accepted_by_reader_and_schema) {
  const auto text = text_of(GetParam().file);
  EXPECT_EQ(shipped_faults(GetParam().kind, text), "");
  EXPECT_EQ(refused_by(GetParam().kind.schema, text), "");
}

// P1
TEST_P(ShippedFile, with_a_misspelt_field_is_refused_by_both) {
  auto json = json_of(text_of(GetParam().file));
  auto* object = &json.at(nlohmann::json::json_pointer(GetParam().kind.misspelt));
  if (object->contains("Customer") || object->contains("members")) {
    object = &object->begin().value();  // any table
  }
  (*object)["retension"] = "P5Y";
  EXPECT_THAT(shipped_faults(GetParam().kind, json.dump()), HasSubstr("/retension: unknown field"));
  EXPECT_NE(refused_by(GetParam().kind.schema, json.dump()), "");
}

INSTANTIATE_TEST_SUITE_P(
    Files, ShippedFile,
    testing::Values(Shipped{"policies/on-solutions.json", policy_kind},
                    Shipped{"policies/on-solutions.cases.json", cases_kind},
                    Shipped{"policies/examples/happy/datasets/loyalty.json", dataset_kind},
                    Shipped{"policies/examples/happy/besa.json", workspace_kind},
                    Shipped{"tests/data/chinook/policies/chinook.json", policy_kind},
                    Shipped{"tests/data/chinook/datasets/chinook.json", dataset_kind},
                    Shipped{"tests/data/chinook/besa.json", workspace_kind}),
    test_name);

/// What both must refuse, besides misspelt fields: one piece of a good file replaced.
void expect_both_refuse(const Kind& kind, const fs::path& file, const std::string& piece,
                        const std::string& by) {
  std::string text = text_of(file);
  const auto at = text.find(piece);
  ASSERT_NE(at, std::string::npos) << piece;
  text.replace(at, piece.size(), by);
  EXPECT_NE(shipped_faults(kind, text), "") << by;
  EXPECT_NE(refused_by(kind.schema, text), "") << by;
}

TEST(Schemas, refuse_what_the_readers_refuse) {
  const fs::path policy = "policies/on-solutions.json";
  expect_both_refuse(policy_kind, policy, R"("period": "P5Y")", R"("period": "PT5M")");
  expect_both_refuse(policy_kind, policy, R"("period": "P5Y")", R"("period": "P1Y2W")");
  expect_both_refuse(policy_kind, policy, R"("counts": true,)", "");
  expect_both_refuse(policy_kind, policy, R"("role": "processor")", R"("role": "processer")");
  expect_both_refuse(policy_kind, policy, R"("format": 1)", R"("format": 2)");
  const fs::path dataset = "tests/data/chinook/datasets/chinook.json";
  expect_both_refuse(dataset_kind, dataset, R"("key": ["CustomerId"],)", "");
  expect_both_refuse(dataset_kind, dataset, R"("mentions": "Employee")",
                     R"("mentions": "Employee", "belongs_to": "Employee")");
  expect_both_refuse(dataset_kind, dataset, "sqlite:data", "sqlight:data");
  expect_both_refuse(dataset_kind, dataset, R"("FirstName": "user.name.first")",
                     R"("FirstName": "usr.name.first")");
}

// ON-RET-2, ON-RET-3, ON-ERA-3
TEST(OnSolutions, promises_what_its_clauses_say) {
  const Policy policy = on_solutions();
  EXPECT_EQ(policy.rule("last-contact")->period, Period(5, 0, 0));
  EXPECT_EQ(policy.rule("last-contact")->from, "last_contact");
  EXPECT_EQ(policy.rule("fiscal-receipts")->period, Period(5, 0, 0));
  EXPECT_EQ(policy.rule("fiscal-receipts")->anchor, besa::model::Anchor::year_end);
  EXPECT_EQ(policy.rule("accounting-records")->period, Period(10, 0, 0));
  EXPECT_EQ(policy.erasure_hold, Period(0, 1, 0));
  EXPECT_THAT(policy.clause("ON-RET-2")->original,
              HasSubstr("pesë (5) vitesh nga data e fundit e kontaktit"));
  EXPECT_THAT(policy.clause("ON-ERA-3")->original,
              HasSubstr("për një periudhë prej një (1) muaji"));
}

TEST(OnSolutions, knows_what_counts_as_contact_and_why) {
  const Policy policy = on_solutions();
  for (const char* kind : {"purchase", "newsletter_click", "inbound_call", "survey_answer"}) {
    ASSERT_NE(policy.event(kind), nullptr) << kind;
    EXPECT_TRUE(policy.event(kind)->counts) << kind;
  }
  for (const char* kind : {"collected", "newsletter_open", "newsletter_unsubscribe", "web_visit",
                           "outbound_call", "points_expiry", "rights_request", "bounce"}) {
    ASSERT_NE(policy.event(kind), nullptr) << kind;
    EXPECT_FALSE(policy.event(kind)->counts) << kind;
  }
}

// The golden expectations that concern retention: L7, L8, and the partner's duty of ON-RET-3.
TEST(OnSolutions, has_the_findings_that_a_reader_of_the_clauses_has) {
  std::vector<std::string> found;
  for (const auto& finding : lint(on_solutions(), *Date::from_ymd(2026, 11, 22))) {
    found.push_back(finding.code + " " + finding.where);
  }
  EXPECT_THAT(found, UnorderedElementsAre("retention.above_benchmark retention/last-contact",
                                          "hold.breaks_deadline erasure_hold",
                                          "minimum.not_ours retention/fiscal-receipts-of-spar",
                                          "minimum.not_ours retention/accounting-records-of-spar",
                                          "minimum.outlasts_maximum retention/fiscal-receipts",
                                          "minimum.outlasts_maximum retention/accounting-records"));
}

TEST(ShippedDatasets, use_the_words_of_their_policies) {
  const auto findings = [](const char* dataset_file, const char* policy_file) {
    std::vector<Fault> faults;
    const auto dataset = besa::model::read_dataset(text_of(dataset_file), dataset_file, faults);
    const auto policy = besa::model::read_policy(text_of(policy_file), policy_file, faults);
    std::vector<std::string> codes;
    for (const auto& finding : lint(dataset, policy, {})) {
      codes.push_back(finding.code + " " + finding.where);
    }
    return codes;
  };
  EXPECT_THAT(
      findings("policies/examples/happy/datasets/loyalty.json", "policies/on-solutions.json"),
      IsEmpty());
  // The record shop never says when the invoices of customers it forgot go themselves.
  EXPECT_THAT(findings("tests/data/chinook/datasets/chinook.json",
                       "tests/data/chinook/policies/chinook.json"),
              ElementsAre("document.never_ends chinook.Invoice"));
}

TEST(Chinook, invoice_lines_belong_to_a_customer_and_a_representative_draws_nobody_in) {
  std::vector<Fault> faults;
  const auto dataset = besa::model::read_dataset(
      text_of("tests/data/chinook/datasets/chinook.json"), "chinook.json", faults);
  std::vector<std::string> ways;
  for (const auto& way : besa::model::attachments(dataset)) {
    ways.push_back(dataset.tables[way.table].name + " is a " + way.subject + "'s over " +
                   std::to_string(way.steps.size()));
  }
  EXPECT_THAT(ways,
              ElementsAre("Customer is a customer's over 0", "Employee is a employee's over 0",
                          "Invoice is a customer's over 0", "InvoiceLine is a customer's over 1"));
}

}  // namespace
