// The tables of what happened: one row for each event, in the order of time.
#include <array>

#include "source/happy_partners.hpp"
#include "source/happy_random.hpp"
#include "source/happy_stores.hpp"
#include "source/happy_tables.hpp"

namespace besa::source {

namespace {

constexpr std::string_view insert_purchase = "INSERT INTO purchases VALUES (?,?,?,?,?,?,?)";
constexpr std::string_view insert_invoice = "INSERT INTO invoices VALUES (?,?,?,?,?,?,?)";
constexpr std::string_view insert_newsletter = "INSERT INTO newsletter_events VALUES (NULL,?,?,?)";
constexpr std::string_view insert_visit = "INSERT INTO web_visits VALUES (NULL,?,?,?,?)";
constexpr std::string_view insert_call = "INSERT INTO calls VALUES (NULL,?,?,?,?,?)";
constexpr std::string_view insert_consent = "INSERT INTO consents VALUES (NULL,?,?,?,?)";

constexpr auto pages = std::to_array<std::string_view>(
    {"/sq/oferta", "/sq/oferta?muaji=maj,qershor", "/sq/kartela", "/sq/pikët", "/en/offers",
     "/sq/shporta", "/sq/partnerët/spar", "/sq/kupon?kodi=VERA", "/sq/ndihmë", "/en/card",
     "/sq/privatësia", "/sq/llogaria", "/sq/lotaria", "/sq/dyqane?qyteti=Durrës,Plazh", "/sq/",
     "/sq/kontakt"});

constexpr auto call_remarks = std::to_array<std::string_view>(
    {"", "", "", "", "", "Pyeti për pikët.", "Ankesë, u mbyll.", "Kërkoi kartelë të re"});

constexpr auto purposes =
    std::to_array<std::string_view>({"newsletter", "profiling", "partner_sharing", "calls"});

/// One bit field of an event's chance, so that each column has its own.
std::uint32_t chance(const Event& event, std::uint32_t column, std::uint32_t limit) {
  return static_cast<std::uint32_t>((scramble(event.packed() + column) >> 32) * limit >> 32);
}

/// Supermarkets often, clinics seldom.
std::size_t partner_of(const Event& event) {
  if (chance(event, 1, 64) == 0) return 0;
  const std::uint32_t dice = chance(event, 2, 100);
  if (dice < 60) return 1 + dice % 4;
  return 1 + dice % (partners_of_happy.size() - 1);
}

/// Who of these invoices: On Solutions always, two shops now and then.
bool has_invoice(const Event& event) {
  const std::size_t partner = partner_of(event);
  return partner == 0 || (partner < 3 && chance(event, 3, 12) == 0);
}

int second_of(const Event& event) {
  return static_cast<int>(chance(event, 4, 60));
}
std::uint32_t amount_of(const Event& event) {
  return 90 + 20'000 / (1 + chance(event, 5, 100));
}

}  // namespace

template <class Row, class EachCase, class EachEvent>
void TableWriter::in_order(const std::vector<Row>& rows, const Events& events, EachCase each_case,
                           EachEvent each_event) {
  auto row = rows.begin();
  for (const Event event : events) {
    for (; row != rows.end() && row->order <= event.at(plan_.window()); ++row) {
      each_case(*row);
      counted();
    }
    each_event(event);
    counted();
  }
  for (; row != rows.end(); ++row) {
    each_case(*row);
    counted();
  }
}

void TableWriter::purchases(const Events& events) {
  begin("purchases");
  Insert insert(database_, insert_purchase);
  std::int64_t id = 0;
  std::string who, card, at;
  const auto each_case = [&](const PurchaseRow& row) {
    insert.number(++id).text(row.member_id).text(row.card_no).text(row.at);
    insert.text(row.partner_id).number(2400).number(24).row();
  };
  const auto each_event = [&](const Event& event) {
    const WallMinute time = event.at(plan_.window());
    who.clear(), card.clear(), at.clear();
    // One in forty is booked on the card alone: the till did not reach the programme.
    const bool by_card = chance(event, 6, 40) == 0;
    if (by_card) {
      const Timeline life = plan_.timeline(event.number());
      const bool former =
          life.card_replaced != life.registered && time < wall(life.card_replaced, 0, 0);
      People::card(card, event.number(), former);
    } else {
      People::member_id(who, event.number());
    }
    calendar_.utc(at, time, second_of(event));
    const std::uint32_t amount = amount_of(event);
    insert.number(++id).text(who).text(card).text(at).text(partners_of_happy[partner_of(event)].id);
    insert.number(amount).number(amount / 100).row();
  };
  in_order(cases_.purchases, events, each_case, each_event);
}

void TableWriter::invoices(const Events& events) {
  begin("invoices");
  Insert insert(database_, insert_invoice);
  std::int64_t purchase = 0;
  std::uint64_t invoice = 0;
  std::string number, name, date, tax_number;
  const auto add = [&](std::string_view issuer, std::int64_t total) {
    number = "F-";
    append_number(number, ++invoice, 8);
    insert.text(number).number(purchase).text(issuer).text(date).text(name).text(tax_number);
    insert.number(total).row();
    ++tables_.back().rows;
  };
  auto row = cases_.purchases.begin();
  const auto due_cases = [&](WallMinute until) {
    for (; row != cases_.purchases.end() && row->order <= until; ++row) {
      ++purchase;
      if (row->invoice_issuer.empty()) continue;
      date = row->issued_at, name = row->buyer_name, tax_number.clear();
      add(row->invoice_issuer, 2400);
    }
  };
  for (const Event event : events) {
    const WallMinute time = event.at(plan_.window());
    due_cases(time);
    ++purchase;
    if (!has_invoice(event)) continue;
    date.clear(), name.clear(), tax_number.clear();
    calendar_.date(date, time);
    people_.full_name(name, event.number());
    if (chance(event, 7, 20) == 0) People::tax_number(tax_number, event.number());
    add(partners_of_happy[partner_of(event)].id, amount_of(event));
  }
  due_cases(wall(options_.today, 0, 0) + 400 * minutes_of_day);
}

template <class Target>
void TableWriter::newsletter(const Events& events, Target& insert) {
  begin("newsletter_events");
  constexpr std::array<std::string_view, 4> kinds{"open", "click", "unsubscribe", "open"};
  std::string email, at;
  const auto each_case = [&](const NewsletterRow& row) {
    insert.text(row.email).text(row.at).text(row.kind).row();
  };
  const auto each_event = [&](const Event& event) {
    const WallMinute time = event.at(plan_.window());
    email.clear(), at.clear();
    if (time < wall(plan_.timeline(event.number()).email_changed, 0, 0)) {
      people_.email_before(email, event.number());
    } else {
      people_.email(email, event.number());
    }
    calendar_.dotted(at, time);
    insert.text(email).text(at).text(kinds.at(event.detail() & 3U)).row();
  };
  in_order(cases_.newsletter, events, each_case, each_event);
}

template <class Target>
void TableWriter::visits(const Events& events, Target& insert) {
  begin("web_visits");
  std::string who;
  const auto each_case = [&](const VisitRow& row) {
    insert.text(row.member_id).number(row.at).text(pages[0]).number(40).row();
  };
  const auto each_event = [&](const Event& event) {
    who.clear();
    if (chance(event, 6, 30) != 0) People::member_id(who, event.number());  // others: not logged in
    insert.text(who).number(calendar_.epoch(event.at(plan_.window()), second_of(event)));
    insert.text(pages[chance(event, 7, pages.size())]);
    insert.number(1 + 600 / (1 + chance(event, 8, 90))).row();
  };
  in_order(cases_.visits, events, each_case, each_event);
}

void TableWriter::newsletter(const Events& events) {
  if (folder_.empty()) {
    Insert insert(database_, insert_newsletter);
    return newsletter(events, insert);
  }
  MailFile file(folder_ / "mail" / "newsletter_events.csv");
  newsletter(events, file);
  file.commit();
}

void TableWriter::visits(const Events& events) {
  if (folder_.empty()) {
    Insert insert(database_, insert_visit);
    return visits(events, insert);
  }
  WebFile file(folder_ / "web" / "web_visits.jsonl");
  visits(events, file);
  file.commit();
}

void TableWriter::calls(const Events& events) {
  begin("calls");
  Insert insert(database_, insert_call);
  std::string who, phone, at;
  const auto each_case = [&](const CallRow& row) {
    insert.text(row.phone).text(row.member_id).text(row.at).text(row.direction);
    insert.text(row.remark).row();
  };
  const auto each_event = [&](const Event& event) {
    who.clear(), phone.clear(), at.clear();
    people_.phone_dialled(phone, event.number());
    // One caller in ten gives no member number: only the telephone is known.
    if (chance(event, 6, 10) != 0) People::member_id(who, event.number());
    calendar_.offset(at, event.at(plan_.window()), second_of(event));
    insert.text(phone).text(who).text(at);
    insert.text((event.detail() & 3U) == call_inbound ? "inbound" : "outbound");
    insert.text(call_remarks[chance(event, 7, call_remarks.size())]).row();
  };
  in_order(cases_.calls, events, each_case, each_event);
}

void TableWriter::consents(const Events& events) {
  begin("consents");
  Insert insert(database_, insert_consent);
  std::string who, given, withdrawn;
  const auto each_case = [&](const ConsentRow& row) {
    insert.text(row.member_id).text(row.purpose).text(row.given_at).text(row.withdrawn_at).row();
  };
  const auto each_event = [&](const Event& event) {
    const WallMinute time = event.at(plan_.window());
    who.clear(), given.clear(), withdrawn.clear();
    People::member_id(who, event.number());
    calendar_.datetime(given, time, second_of(event));
    const WallMinute later = time + minutes_of_day * (1 + chance(event, 6, 400));
    if (chance(event, 7, 9) == 0 && later < wall(options_.today, 0, 0)) {
      calendar_.datetime(withdrawn, later, second_of(event));
    }
    const bool first = (event.detail() & 3U) == 0;
    insert.text(who).text(purposes[first ? 0 : 1 + chance(event, 8, 3)]).text(given);
    insert.text(withdrawn).row();
  };
  in_order(cases_.consents, events, each_case, each_event);
}

}  // namespace besa::source
