// A small programme to decide about: members with purchases, newsletter events and visits, built
// as values, so that these tests depend on no reader.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "besa/model/decide.hpp"

namespace besa::model::promises {

inline const std::string today = "2026-11-22";

inline Date day(const std::string& text) {
  return Date::parse(text).value();
}
inline Period period(const std::string& text) {
  return Period::parse(text).value();
}

inline Rule maximum(const std::string& id, const std::string& length) {
  Rule rule;
  rule.id = id;
  rule.clause = "ON-RET-2";
  rule.from = "last_contact";
  rule.period = period(length);
  return rule;
}

inline Rule record_maximum(const std::string& id, const std::string& from,
                           const std::string& length) {
  Rule rule = maximum(id, length);
  rule.scope = RuleScope::record;
  rule.from = from;
  return rule;
}

/// A fiscal receipt, to be kept through the end of the fifth year after its own.
inline Rule receipt_minimum(const std::string& id, const std::string& obligor) {
  Rule rule;
  rule.id = id;
  rule.clause = "ON-RET-3";
  rule.kind = RuleKind::minimum;
  rule.scope = RuleScope::record;
  rule.from = "document";
  rule.anchor = Anchor::year_end;
  rule.period = period("P5Y");
  rule.document = "fiscal_receipt";
  rule.obligor = obligor;
  rule.statute = "Law 87/2019";
  return rule;
}

inline Column column(const std::string& name, const std::string& category) {
  return {name, category, std::nullopt, ""};
}

inline Table members() {
  Table table;
  table.name = "members";
  table.key = {"member_id"};
  table.subject = "member";
  table.columns = {column("member_id", "user.unique_id"), column("email", "user.contact.email"),
                   column("city", "user.contact.address.city"), column("shard", "none")};
  table.events = {{"registered_at", {}, "collected"}};
  return table;
}

inline Table purchases() {
  Table table;
  table.name = "purchases";
  table.key = {"purchase_id"};
  Link link;
  link.columns = {"member_id"};
  link.target = "members";
  table.links = {link};
  table.columns = {column("purchase_id", "none"), column("member_id", "user.unique_id"),
                   column("amount", "user.behavior.purchase_history"),
                   column("invoice_no", "user.payment"), column("note", "user.content")};
  table.events = {{"at", {}, "purchase"}};
  Document receipt;
  receipt.document = "fiscal_receipt";
  receipt.at = "at";
  receipt.columns = {"amount", "invoice_no"};
  receipt.obligor = "on-solutions";
  table.documents = {receipt};
  return table;
}

inline Table visits() {
  Table table;
  table.name = "visits";
  table.key = {"visit_id"};
  Link link;
  link.columns = {"member_id"};
  link.target = "members";
  table.links = {link};
  table.columns = {column("visit_id", "none"), column("member_id", "user.unique_id"),
                   column("page", "user.behavior.browsing_history"),
                   column("address", "user.device.ip_address")};
  table.events = {{"seen_at", {}, "visit"}, {"left_at", {}, "visit"}};
  table.purposes = {"analytics"};
  return table;
}

/// Two members refer one another: a row of two people.
inline Table referrals() {
  Table table;
  table.name = "referrals";
  table.key = {"referral_id"};
  Link from, to;
  from.columns = {"from_id"};
  from.target = "members";
  to.columns = {"to_id"};
  to.target = "members";
  table.links = {from, to};
  table.columns = {column("referral_id", "none"), column("from_id", "user.unique_id"),
                   column("to_id", "user.unique_id"), column("words", "user.content")};
  return table;
}

/// A policy, its dataset and the rules laid out; the values live as long as the programme.
class Programme {
 public:
  explicit Programme(std::vector<Rule> rules) {
    policy_->name = "happy";
    policy_->controller = "on-solutions";
    policy_->contact_events = {{"purchase", true, "the person acted"},
                               {"newsletter_click", true, "the person acted"},
                               {"newsletter_open", false, "a machine may have done it"}};
    policy_->rules = std::move(rules);
    policy_->clauses = {{}};
    policy_->clauses[0].id = "ON-RET-2";
    policy_->clauses[0].original = "pesë (5) vitesh nga data e fundit e kontaktit";
    policy_->clauses[0].english = "five (5) years from the date of last contact";
    dataset_->name = "loyalty";
    dataset_->tables = {members(), purchases(), visits(), referrals()};
  }

  Policy& policy() { return *policy_; }
  Table& table(const std::string& name) {
    for (Table& table : dataset_->tables)
      if (table.name == name) return table;
    throw std::out_of_range(name);
  }
  const Rulebook& rules() {
    if (!rules_)
      rules_ = std::make_unique<Rulebook>(*policy_, std::vector<const Dataset*>{dataset_.get()});
    return *rules_;
  }
  std::uint32_t index(const std::string& name) { return rules().table(*dataset_, name); }
  EventAt event(const std::string& kind, const std::string& date, const std::string& table) {
    return {day(date), rules().event_kind(kind), static_cast<std::uint16_t>(index(table))};
  }
  EventAt purchase(const std::string& date) { return event("purchase", date, "purchases"); }
  EventAt collected(const std::string& date) { return event("collected", date, "members"); }
  SubjectDecision member(const SubjectFacts& facts, const std::string& on_day) {
    return decide(rules(), "member", facts, day(on_day));
  }

 private:
  std::unique_ptr<Policy> policy_ = std::make_unique<Policy>();
  std::unique_ptr<Dataset> dataset_ = std::make_unique<Dataset>();
  std::unique_ptr<Rulebook> rules_;
};

inline Hold hold(const std::string& id) {
  Hold order;
  order.id = id;
  order.matter = "M-1";
  order.placed = day("2026-01-01");
  return order;
}

}  // namespace besa::model::promises
