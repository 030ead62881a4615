// The members who are there to break tools, with every row of theirs written out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "besa/source/happy.hpp"
#include "source/happy_calendar.hpp"
#include "source/happy_people.hpp"
#include "source/happy_plan.hpp"

namespace besa::source {

// Rows as they are stored; an empty text is NULL. `order` is where a row stands among the others.

struct CardRow {
  std::string card_no, member_id, issued_on, replaced_on;
};
struct EmailRow {
  std::string email, member_id, valid_from, valid_to;
};
struct PurchaseRow {
  WallMinute order = 0;
  std::string member_id, card_no, at, partner_id, invoice_issuer, issued_at, buyer_name;
};
struct NewsletterRow {
  WallMinute order = 0;
  std::string email, at, kind;
};
struct VisitRow {
  WallMinute order = 0;
  std::string member_id;
  std::int64_t at = 0;
};
struct CallRow {
  WallMinute order = 0;
  std::string phone, member_id, at, direction, remark;
};
struct ConsentRow {
  WallMinute order = 0;
  std::string member_id, purpose, given_at, withdrawn_at;
};

/// How many members are cases: the numbers 1 to this.
constexpr std::uint64_t case_members = 28;

struct Cases {
  std::vector<Member> members;
  std::vector<CardRow> cards;
  std::vector<EmailRow> emails;
  std::vector<PurchaseRow> purchases;
  std::vector<NewsletterRow> newsletter;
  std::vector<VisitRow> visits;
  std::vector<CallRow> calls;
  std::vector<ConsentRow> consents;
  std::vector<HappyCase> list;
};

/// All cases for a day, each table's rows in order.
[[nodiscard]] Cases make_cases(const People& people, const Calendar& calendar,
                               const Window& window);

}  // namespace besa::source
