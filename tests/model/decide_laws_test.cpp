// Laws of deciding that hold for every policy and every fact.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "besa/model/decide.hpp"
#include "promises.hpp"

namespace besa::model {
namespace {

using namespace promises;

const Date first = day("2014-01-01");
const Date last = day("2026-11-22");

Date any_day() {
  return Date::from_days(*rc::gen::inRange(first.days(), last.days() + 1));
}

Period any_period() {
  return *rc::gen::element(period("P1M"), period("P30D"), period("P1Y"), period("P3Y"),
                           period("P5Y"), period("P1Y2M3D"), Period::indefinite());
}

bool heads() {
  return *rc::gen::arbitrary<bool>();
}

Rule any_subject_rule(int number) {
  Rule rule = maximum("subject-" + std::to_string(number), "P5Y");
  rule.period = any_period();
  if (heads()) rule.subject = "member";
  if (heads()) rule.earlier = {{any_day(), any_period()}};
  if (*rc::gen::inRange(0, 4) == 0) rule.from = "collected";
  return rule;
}

Rule any_record_rule(int number, const std::string& from) {
  Rule rule = record_maximum("record-" + std::to_string(number), from, "P1Y");
  rule.period = any_period();
  if (heads()) rule.tables = {"purchases"};
  if (heads())
    rule.categories = {*rc::gen::element<std::string>("user", "user.content", "user.payment")};
  if (heads()) rule.action = RuleAction::mask;
  return rule;
}

Programme any_programme() {
  std::vector<Rule> rules;
  const int subject_rules = *rc::gen::inRange(0, 4), record_rules = *rc::gen::inRange(0, 4);
  for (int i = 0; i < subject_rules; ++i) rules.push_back(any_subject_rule(i));
  for (int i = 0; i < record_rules; ++i) rules.push_back(any_record_rule(i, "purchase"));
  return Programme(std::move(rules));
}

// Contact, where there is any, is not older than the collection: the data began to be held then.
SubjectFacts any_facts(Programme& programme) {
  SubjectFacts facts;
  if (heads()) facts.collected = programme.collected(any_day().str());
  if (heads()) {
    facts.last_contact = programme.purchase(any_day().str());
    if (facts.collected)
      facts.last_contact->date = std::max(facts.last_contact->date, facts.collected->date);
  }
  if (heads()) facts.possible_contact = programme.purchase(any_day().str());
  facts.unreadable = *rc::gen::weightedElement<std::uint32_t>({{4, 0U}, {1, 2U}});
  facts.silence = *rc::gen::weightedElement<Silence>(
      {{4, Silence::proven}, {1, Silence::source_missing}, {1, Silence::source_stale}});
  return facts;
}

RecordFacts any_record(Programme& programme) {
  RecordFacts facts;
  facts.table = programme.index("purchases");
  facts.starts.resize(programme.rules().tables()[facts.table].record_starts.size());
  for (auto& start : facts.starts)
    if (heads()) start = any_day();
  facts.documents = {{heads(), std::nullopt}};
  if (heads()) facts.documents[0].date = any_day();
  facts.start_unreadable = *rc::gen::inRange(0, 5) == 0;
  facts.ambiguous = *rc::gen::inRange(0, 5) == 0;
  facts.owners = *rc::gen::inRange(1U, 3U);
  facts.owners_due = *rc::gen::inRange(0U, facts.owners + 1);
  if (heads()) facts.leaving_links = {0};
  return facts;
}

bool takes(ColumnFate fate) {
  return fate == ColumnFate::clear || fate == ColumnFate::cut;
}

// True if `changed` takes nothing out of a row that `original` would leave in it.
bool removes_no_more(const RecordDecision& changed, const RecordDecision& original) {
  if (original.remove) return true;
  if (changed.remove) return false;
  for (std::size_t i = 0; i < changed.columns.size(); ++i)
    if (takes(changed.columns[i]) && (i >= original.columns.size() || !takes(original.columns[i])))
      return false;
  return true;
}

RC_GTEST_PROP(DecideLaws, the_same_facts_give_the_same_decision, ()) {
  auto programme = any_programme();
  const auto facts = any_facts(programme);
  const auto row = any_record(programme);
  const auto one = decide(programme.rules(), "member", facts, last);
  const auto other = decide(programme.rules(), "member", facts, last);
  RC_ASSERT(one.outcome == other.outcome && one.rule == other.rule &&
            one.due_since == other.due_since && one.doubt == other.doubt);
  const auto left = decide(programme.rules(), row, &one, last);
  const auto right = decide(programme.rules(), row, &other, last);
  RC_ASSERT(left.outcome == right.outcome && left.columns == right.columns &&
            left.rule == right.rule);
}

RC_GTEST_PROP(DecideLaws, due_means_that_the_last_day_is_past_and_nothing_is_in_doubt, ()) {
  auto programme = any_programme();
  const auto decision = decide(programme.rules(), "member", any_facts(programme), last);
  if (decision.outcome != Outcome::due) return;
  RC_ASSERT(*decision.kept_through < last);
  RC_ASSERT(*decision.due_since == decision.kept_through->plus_days(1));
  RC_ASSERT(decision.doubt == Doubt::none);
  RC_ASSERT(!decision.rule->period.is_indefinite() || !decision.rule->earlier.empty());
}

RC_GTEST_PROP(DecideLaws, more_contact_never_makes_a_subject_due_earlier, ()) {
  auto programme = any_programme();
  auto facts = any_facts(programme);
  const auto before = decide(programme.rules(), "member", facts, last);
  auto later = programme.purchase(any_day().str());
  if (facts.collected) later.date = std::max(later.date, facts.collected->date);
  if (facts.last_contact) later.date = std::max(later.date, facts.last_contact->date);
  facts.last_contact = later;
  const auto after = decide(programme.rules(), "member", facts, last);
  if (before.outcome == Outcome::keep) RC_ASSERT(after.outcome != Outcome::due);
  if (before.due_since && after.due_since) RC_ASSERT(*after.due_since >= *before.due_since);
}

RC_GTEST_PROP(DecideLaws, a_hold_never_makes_anything_due, ()) {
  auto programme = any_programme();
  auto facts = any_facts(programme);
  auto row = any_record(programme);
  const auto before = decide(programme.rules(), "member", facts, last);
  const auto row_before = decide(programme.rules(), row, &before, last);
  const Hold order = hold("H-1");
  facts.holds = {&order};
  row.owner_held = true;
  const auto after = decide(programme.rules(), "member", facts, last);
  const auto row_after = decide(programme.rules(), row, &after, last);
  RC_ASSERT(after.outcome != Outcome::due);
  RC_ASSERT((before.outcome == Outcome::keep) == (after.outcome == Outcome::keep));
  RC_ASSERT(row_after.outcome == Outcome::keep || row_after.outcome == Outcome::held);
  RC_ASSERT(removes_no_more(row_after, row_before));
}

RC_GTEST_PROP(DecideLaws, time_never_turns_due_into_keep, ()) {
  auto programme = any_programme();
  const auto facts = any_facts(programme);
  const auto row = any_record(programme);
  const Date later = last.plus_days(*rc::gen::inRange(0, 4000));
  const auto now = decide(programme.rules(), "member", facts, last);
  const auto then = decide(programme.rules(), "member", facts, later);
  if (now.outcome == Outcome::due) RC_ASSERT(then.outcome == Outcome::due);
  if (now.due_since) RC_ASSERT(then.due_since.has_value());
  const auto row_now = decide(programme.rules(), row, &now, last);
  const auto row_then = decide(programme.rules(), row, &then, later);
  if (row_now.outcome == Outcome::due) RC_ASSERT(row_then.outcome != Outcome::keep);
}

RC_GTEST_PROP(DecideLaws, what_falls_due_is_kept_the_day_before_and_not_on_the_day, ()) {
  auto programme = any_programme();
  auto facts = any_facts(programme);
  const auto decision = decide(programme.rules(), "member", facts, last);
  const auto falls = falls_due(decision);
  if (decision.outcome != Outcome::keep || !falls) return;
  RC_ASSERT(decide(programme.rules(), "member", facts, falls->plus_days(-1)).outcome ==
            Outcome::keep);
  RC_ASSERT(decide(programme.rules(), "member", facts, *falls).outcome != Outcome::keep);
}

RC_GTEST_PROP(DecideLaws, a_minimum_never_removes_more_and_a_partners_changes_nothing, ()) {
  auto programme = any_programme();
  const auto subject = any_facts(programme);
  const auto row = any_record(programme);
  const auto owner = decide(programme.rules(), "member", subject, last);
  const auto without = decide(programme.rules(), row, &owner, last);
  for (const std::string obligor : {"on-solutions", "spar"}) {
    auto rules = programme.policy().rules;
    rules.push_back(receipt_minimum("receipts", obligor));
    Programme other(rules);
    if (obligor == "spar") other.table("purchases").documents[0].obligor = "spar";
    const auto decision = decide(other.rules(), row, &owner, last);
    RC_ASSERT(removes_no_more(decision, without));
    if (obligor != "spar") continue;
    RC_ASSERT(decision.outcome == without.outcome);
    RC_ASSERT(decision.remove == without.remove);
    RC_ASSERT(decision.columns == without.columns);
  }
}

RC_GTEST_PROP(DecideLaws, a_row_of_a_leaving_owner_is_removed_if_and_only_if_nothing_is_retained,
              ()) {
  auto rules = any_programme().policy().rules;
  rules.push_back(receipt_minimum("receipts", "on-solutions"));
  Programme programme(rules);
  auto row = any_record(programme);
  row.owners = row.owners_due = 1;
  row.ambiguous = false;
  SubjectDecision owner;
  owner.outcome = Outcome::due;
  const auto decision = decide(programme.rules(), row, &owner, last);
  if (decision.outcome == Outcome::undetermined) return;
  RC_ASSERT(decision.remove == (decision.outcome != Outcome::retained));
  RC_ASSERT(decision.remove == (std::ranges::count(decision.columns, ColumnFate::retain) == 0));
  RC_ASSERT(decision.remove == decision.columns.empty());
}

RC_GTEST_PROP(ContactCutoffLaws, contact_after_it_keeps_whatever_was_promised_when, ()) {
  auto programme = any_programme();
  const auto cutoff = programme.rules().contact_cutoff("member", last);
  if (!cutoff || *cutoff >= last) return;
  auto facts = any_facts(programme);
  facts.last_contact = programme.purchase(
      Date::from_days(*rc::gen::inRange(cutoff->days() + 1, last.days() + 1)).str());
  RC_ASSERT(decide(programme.rules(), "member", facts, last).outcome == Outcome::keep);
}

}  // namespace
}  // namespace besa::model
