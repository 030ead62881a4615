#include "besa/model/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "tests/model/faults.hpp"

namespace {

using besa::Date;
using besa::Period;
using besa::model::Anchor;
using besa::model::category_covers;
using besa::model::PartyRole;
using besa::model::Policy;
using besa::model::read_policy;
using besa::model::Rule;
using besa::model::RuleAction;
using besa::model::RuleKind;
using besa::model::RuleScope;
using testing::ElementsAre;
using testing::HasSubstr;

const char* const full = R"({
  "name": "shop", "version": "2026-1", "title": "Privacy policy of the shop",
  "controller": "shop", "time_zone": "Europe/Tirane", "effective_from": "2026-01-01",
  "parties": [
    { "id": "shop", "name": "The Shop", "role": "controller", "country": "AL" },
    { "id": "host", "name": "Host A.E.", "role": "processor", "country": "GR" }
  ],
  "laws": [
    { "id": "old", "title": "Law 1/2008", "effective_until": "2025-01-31", "replaced_by": "new" },
    { "id": "new", "title": "Law 2/2024", "effective_from": "2025-02-01", "erasure_within": "P30D" }
  ],
  "contact_events": {
    "purchase": { "counts": true, "reason": "the person bought" },   // they acted
    "newsletter_open": { "counts": false, "reason": "a machine may have opened it" }
  },
  "retention": [
    { "id": "all", "clause": "S-1", "from": "last_contact", "period": "P5Y",
      "earlier": [ { "collected_before": "2020-01-01", "period": "P3Y" } ] },
    { "id": "visits", "clause": "S-1", "scope": "record", "subject": "member", "tables": ["visits"],
      "categories": ["user.device"], "purposes": ["analytics"], "from": "web_visit", "period": "P13M",
      "action": "mask" },
    { "id": "receipts", "clause": "S-2", "kind": "minimum", "document": "receipt", "obligor": "shop",
      "statute": "new", "article": "7", "anchor": "year_end", "period": "P5Y" }
  ],
  "erasure_hold": { "period": "P1M", "clause": "S-2" },
  "clauses": [
    { "id": "S-1", "document": "policy", "original": "pesë (5) vitesh", "english": "five years",
      "cites": ["new"], "carried_by": ["all"] },
    { "id": "S-2", "document": "policy", "original": "një (1) muaji", "carried_by": ["erasure_hold"] }
  ]
})";

/// The policy above with one piece replaced.
std::string changed(const std::string& piece, const std::string& by) {
  std::string text = full;
  const auto at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  return text.replace(at, piece.size(), by);
}

std::string policy_faults(const std::string& text) {
  std::vector<besa::Fault> faults;
  (void)read_policy(text, "policies/shop.json", faults);
  return besa::model::test::as_text(faults);
}

Policy policy_from(const std::string& text) {
  std::vector<besa::Fault> faults;
  auto policy = read_policy(text, "policies/shop.json", faults);
  EXPECT_EQ(besa::model::test::as_text(faults), "");
  return policy;
}

std::string whole(const std::string& piece, const std::string& by) {
  return policy_faults(changed(piece, by));
}

const std::string web_visit =
    R"("web_visit": { "counts": false, "reason": "no person is known" }, )";

Policy read_full() {
  return policy_from(changed(R"("purchase": {)", web_visit + R"("purchase": {)"));
}

TEST(Policy, every_field_is_read) {
  const Policy policy = read_full();
  EXPECT_EQ(policy.name, "shop");
  EXPECT_EQ(policy.version, "2026-1");
  EXPECT_EQ(policy.controller, "shop");
  EXPECT_EQ(policy.time_zone, "Europe/Tirane");
  EXPECT_EQ(policy.effective_from, Date::from_ymd(2026, 1, 1));
  EXPECT_EQ(policy.party("host")->role, PartyRole::processor);
  EXPECT_EQ(policy.party("host")->country, "GR");
  EXPECT_EQ(policy.laws[0].effective_until, Date::from_ymd(2025, 1, 31));
  EXPECT_EQ(policy.laws[0].replaced_by, "new");
  EXPECT_EQ(policy.laws[1].erasure_within, Period(0, 0, 30));
  EXPECT_TRUE(policy.event("purchase")->counts);
  EXPECT_FALSE(policy.event("newsletter_open")->counts);
  EXPECT_EQ(policy.event("newsletter_open")->reason, "a machine may have opened it");
  EXPECT_EQ(policy.erasure_hold, Period(0, 1, 0));
  EXPECT_EQ(policy.erasure_hold_clause, "S-2");
  EXPECT_EQ(policy.clause("S-1")->original, "pesë (5) vitesh");
  EXPECT_THAT(policy.clause("S-1")->cites, ElementsAre("new"));
  EXPECT_EQ(policy.clause("S-3"), nullptr);
}

TEST(Policy, its_digest_is_that_of_the_bytes_of_the_file) {
  EXPECT_EQ(read_full().digest,
            besa::sha256(changed(R"("purchase": {)", web_visit + R"("purchase": {)")));
}

TEST(Policy, a_maximum_reaches_everything_of_a_subject_unless_it_says_otherwise) {
  const Rule rule = *read_full().rule("all");
  EXPECT_EQ(rule.kind, RuleKind::maximum);
  EXPECT_EQ(rule.scope, RuleScope::subject);
  EXPECT_EQ(rule.from, "last_contact");
  EXPECT_EQ(rule.anchor, Anchor::event);
  EXPECT_EQ(rule.action, RuleAction::erase);
  EXPECT_TRUE(rule.subject.empty());
}

TEST(Policy, a_record_rule_says_which_rows_and_columns) {
  const Rule rule = *read_full().rule("visits");
  EXPECT_EQ(rule.scope, RuleScope::record);
  EXPECT_EQ(rule.subject, "member");
  EXPECT_THAT(rule.categories, ElementsAre("user.device"));
  EXPECT_THAT(rule.tables, ElementsAre("visits"));
  EXPECT_THAT(rule.purposes, ElementsAre("analytics"));
  EXPECT_EQ(rule.period, Period(0, 13, 0));
  EXPECT_EQ(rule.action, RuleAction::mask);
}

TEST(Policy, a_minimum_names_document_obligor_and_statute) {
  const Rule rule = *read_full().rule("receipts");
  EXPECT_EQ(rule.kind, RuleKind::minimum);
  EXPECT_EQ(rule.scope, RuleScope::record);
  EXPECT_EQ(rule.from, "document");
  EXPECT_EQ(rule.anchor, Anchor::year_end);
  EXPECT_EQ(rule.document, "receipt");
  EXPECT_EQ(rule.obligor, "shop");
  EXPECT_EQ(rule.statute, "new");
  EXPECT_EQ(rule.article, "7");
}

// "Shorter promises reach everybody at once, longer ones never reach data promised shorter."
TEST(Policy, data_collected_under_a_shorter_promise_keeps_it) {
  const Rule rule = *read_full().rule("all");
  EXPECT_EQ(rule.period_for(Date::from_ymd(2019, 12, 31)), Period(3, 0, 0));
  EXPECT_EQ(rule.period_for(Date::from_ymd(2020, 1, 1)), Period(5, 0, 0));
  EXPECT_EQ(rule.period_for(std::nullopt), Period(3, 0, 0));
}

TEST(Policy, a_longer_promise_made_before_does_not_outlive_a_shorter_one) {
  Rule rule;
  rule.period = Period(2, 0, 0);
  rule.earlier = {{*Date::from_ymd(2020, 1, 1), Period(5, 0, 0)},
                  {*Date::from_ymd(2015, 1, 1), Period::indefinite()}};
  EXPECT_EQ(rule.period_for(Date::from_ymd(2014, 1, 1)), Period(2, 0, 0));
}

TEST(Policy, an_indefinite_promise_is_never_the_shorter) {
  Rule rule;
  rule.period = Period::indefinite();
  rule.earlier = {{*Date::from_ymd(2020, 1, 1), Period(0, 0, 30)}};
  EXPECT_EQ(rule.period_for(Date::from_ymd(2019, 1, 1)), Period(0, 0, 30));
  EXPECT_TRUE(rule.period_for(Date::from_ymd(2021, 1, 1)).is_indefinite());
}

TEST(Policy, a_category_covers_itself_and_what_lies_below_it) {
  EXPECT_TRUE(category_covers("user.contact", "user.contact.email"));
  EXPECT_TRUE(category_covers("user.contact", "user.contact"));
  EXPECT_FALSE(category_covers("user.contact", "user.contacts"));
  EXPECT_FALSE(category_covers("user.contact.email", "user.contact"));
  EXPECT_FALSE(category_covers("user", "none"));
}

// P1
TEST(Policy, a_misspelt_field_is_a_fault_with_the_nearest_name) {
  EXPECT_THAT(whole(R"("retention": [)", R"("retension": [], "retention": [)"),
              HasSubstr("/retension: unknown field (did you mean 'retention'?)"));
  EXPECT_THAT(whole(R"("obligor": "shop",)", R"("obligor": "shop", "statut": "x",)"),
              HasSubstr("/retention/2/statut: unknown field (did you mean 'statute'?)"));
}

// P2
TEST(Policy, a_format_of_the_future_is_a_fault) {
  EXPECT_THAT(whole(R"("name": "shop",)", R"("format": 3, "name": "shop",)"),
              HasSubstr("/format: format 3 is not known; this besa reads 1"));
}

// P5
TEST(Policy, periods_are_strict) {
  for (const char* period :
       {"P0D", "-P1Y", "P-1Y", "P1000000000Y", "PT1M", "P1Y2W", "5 years", "p5y", ""}) {
    EXPECT_THAT(whole(R"("period": "P13M")", R"("period": ")" + std::string(period) + R"(")"),
                HasSubstr("/retention/1/period: must be a period"))
        << period;
  }
  EXPECT_THAT(whole(R"("period": "P13M")", R"("period": "INDEFINITE")"),
              testing::Not(HasSubstr("/period")));
}

// P7
TEST(Policy, a_name_given_twice_is_an_error_or_a_fault) {
  EXPECT_THROW(
      (void)policy_faults(changed(R"("version": "2026-1")", R"("version": "1", "version": "2")")),
      besa::Error);
  EXPECT_THAT(whole(R"("id": "visits")", R"("id": "all")"),
              HasSubstr("/retention: has the id 'all' twice"));
  EXPECT_THAT(whole(R"("id": "host")", R"("id": "shop")"),
              HasSubstr("/parties: has the id 'shop' twice"));
}

// P10
TEST(Policy, a_rule_is_made_of_words_not_of_expressions) {
  EXPECT_THAT(whole(R"("tables": ["visits"],)", R"("tables": ["visits"], "where": "1=1 OR 1",)"),
              HasSubstr("/retention/1/where: unknown field"));
}

TEST(Policy, what_a_rule_refers_to_is_there) {
  EXPECT_THAT(policy_faults(full), HasSubstr("/retention/1/from: unknown event kind 'web_visit'"));
  EXPECT_THAT(whole(R"("id": "all", "clause": "S-1")", R"("id": "all", "clause": "S-11")"),
              HasSubstr("/retention/0/clause: unknown clause 'S-11'"));
  EXPECT_THAT(whole(R"("statute": "new")", R"("statute": "nwe")"),
              HasSubstr("/retention/2/statute: unknown law 'nwe' (did you mean 'new'?)"));
  EXPECT_THAT(whole(R"("replaced_by": "new")", R"("replaced_by": "newer law")"),
              HasSubstr("/laws/0/replaced_by: unknown law"));
  EXPECT_THAT(whole(R"("cites": ["new"])", R"("cites": ["third"])"),
              HasSubstr("/clauses/0/cites: unknown law"));
  EXPECT_THAT(whole(R"("controller": "shop")", R"("controller": "shp")"),
              HasSubstr("/controller: unknown party 'shp' (did you mean 'shop'?)"));
  EXPECT_THAT(whole(R"("controller": "shop")", R"("controller": "host")"),
              HasSubstr("/controller: party 'host' has another role"));
}

TEST(Policy, a_persons_clock_and_a_rows_clock_are_not_mixed) {
  EXPECT_THAT(
      whole(R"("from": "last_contact")", R"("from": "purchase")"),
      HasSubstr("/retention/0/from: a subject's clock starts at last_contact or collected"));
  EXPECT_THAT(whole(R"("from": "web_visit")", R"("from": "last_contact")"),
              HasSubstr("/retention/1/from: last_contact is a person's"));
}

TEST(Policy, only_a_minimum_has_document_and_obligor) {
  EXPECT_THAT(whole(R"("from": "last_contact",)", R"("from": "last_contact", "obligor": "shop",)"),
              HasSubstr("/retention/0/obligor: only a minimum has one"));
  EXPECT_THAT(whole(R"("obligor": "shop",)", ""), HasSubstr("/retention/2/obligor: is required"));
  EXPECT_THAT(whole(R"("kind": "minimum",)", R"("kind": "minimum", "scope": "subject",)"),
              HasSubstr("/retention/2/scope: a minimum keeps the columns of a document"));
}

TEST(Policy, whether_an_event_counts_is_said_with_its_reason) {
  EXPECT_THAT(whole(R"({ "counts": true, "reason": "the person bought" })", R"({"reason": "x"})"),
              HasSubstr("/contact_events/purchase/counts: is required"));
  EXPECT_THAT(whole(R"({ "counts": true, "reason": "the person bought" })", R"({"counts": true})"),
              HasSubstr("/contact_events/purchase/reason: is required"));
}

TEST(Policy, a_hold_before_erasure_ends) {
  EXPECT_THAT(
      whole(R"("erasure_hold": { "period": "P1M")", R"("erasure_hold": { "period": "INDEFINITE")"),
      HasSubstr("/erasure_hold/period: a hold that never ends"));
}

TEST(Policy, countries_are_two_letters_and_laws_end_after_they_begin) {
  EXPECT_THAT(whole(R"("country": "GR")", R"("country": "Greece")"),
              HasSubstr("/parties/1/country: must be two capital letters"));
  EXPECT_THAT(whole(R"("effective_until": "2025-01-31")",
                    R"("effective_from": "2026-01-01", "effective_until": "2025-01-31")"),
              HasSubstr("/laws/0/effective_until: lies before effective_from"));
}

TEST(Policy, categories_of_rules_are_fides_keys_of_people) {
  EXPECT_THAT(whole(R"(["user.device"])", R"(["user.contct.email"])"),
              HasSubstr("/retention/1/categories/0: 'user.contct.email' is no data category"));
  EXPECT_THAT(whole(R"(["user.device"])", R"(["none"])"),
              HasSubstr("/retention/1/categories: 'none' is data about nobody"));
}

}  // namespace
