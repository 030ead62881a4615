#include "source/happy_cases.hpp"

#include <algorithm>

namespace besa::source {

namespace {

/// Writes one case after the other; the rows of a table may come in any order.
class Author {
 public:
  Author(const People& people, const Calendar& calendar, const Window& window)
      : people_(people), calendar_(calendar), window_(window) {}

  Cases take();

 private:
  void silent_members();
  void strange_times();
  void edges_of_the_period();
  void shared_identifiers();
  void former_identifiers();
  void minimums();
  void people_elsewhere();
  void formats_and_faults();
  void typed_in_a_note();
  void names_with_everything();
  void midnight();
  void seen_but_silent();

  [[nodiscard]] Date years_ago(int years, int days = 0) const {
    return subtract(window_.today, Period{years, 0, 0})->plus_days(-days);
  }

  /// A new member, registered eight years ago unless said otherwise, with his card.
  Member& member(const std::string& name, const std::string& expected, const std::string& why) {
    return member(name, expected, why, years_ago(8));
  }
  Member& member(const std::string& name, const std::string& expected, const std::string& why,
                 Date registered);

  PurchaseRow& purchase(const Member& who, Date date, const std::string& partner = "spar");
  void purchase_by_card(const std::string& card, Date date);
  void click(const std::string& email, Date date) { newsletter(email, date, "click"); }
  void newsletter(const std::string& email, Date date, const std::string& kind);
  void call(const Member& who, Date date, const std::string& direction);
  void visit(const Member& who, Date date);

  [[nodiscard]] std::string text(void (Calendar::*write)(std::string&, WallMinute, int) const,
                                 WallMinute at) const {
    std::string out;
    (calendar_.*write)(out, at, 20);
    return out;
  }

  const People& people_;
  const Calendar& calendar_;
  Window window_;
  Cases cases_;
};

WallMinute morning_of(Date date) {
  return wall(date, 10, 15);
}

Member& Author::member(const std::string& name, const std::string& expected, const std::string& why,
                       Date registered) {
  Member& who = cases_.members.emplace_back();
  people_.describe(who, cases_.members.size());
  who.note.clear();
  who.registered_at = who.email_since = registered.str();
  who.birth_date = registered.plus_days(-12'000).str();
  who.origin = registered < window_.start ? "migrated" : "shop";
  cases_.cards.push_back({who.card_no, who.member_id, who.registered_at, ""});
  cases_.consents.push_back({morning_of(registered), who.member_id, "newsletter",
                             text(&Calendar::datetime, morning_of(registered)), ""});
  cases_.list.push_back({name, who.member_id, expected, why});
  return who;
}

PurchaseRow& Author::purchase(const Member& who, Date date, const std::string& partner) {
  const WallMinute at = morning_of(date);
  cases_.purchases.push_back(
      {at, who.member_id, "", text(&Calendar::utc, at), partner, "", "", ""});
  return cases_.purchases.back();
}

void Author::purchase_by_card(const std::string& card, Date date) {
  const WallMinute at = morning_of(date);
  cases_.purchases.push_back({at, "", card, text(&Calendar::utc, at), "spar", "", "", ""});
}

void Author::newsletter(const std::string& email, Date date, const std::string& kind) {
  std::string at;
  calendar_.dotted(at, morning_of(date));
  cases_.newsletter.push_back({morning_of(date), email, at, kind});
}

void Author::call(const Member& who, Date date, const std::string& direction) {
  const WallMinute at = morning_of(date);
  cases_.calls.push_back({at, "", who.member_id, text(&Calendar::offset, at), direction, ""});
}

void Author::visit(const Member& who, Date date) {
  const WallMinute at = morning_of(date);
  cases_.visits.push_back({at, who.member_id, calendar_.epoch(at, 20)});
}

void Author::silent_members() {
  member("never_in_contact_old", "due",
         "registered seven years ago and never came back: the clock starts at registration",
         years_ago(7));
  member(
      "never_in_contact_recent", "keep",
      "registered a year ago and not in contact since: five years from registration are not over",
      years_ago(1));
}

void Author::strange_times() {
  const Member& who = member("contact_in_the_future", "due",
                             "the last real purchase is six years old; one dated next year is an "
                             "error in the data, not a licence to keep");
  purchase(who, years_ago(6));
  purchase(who, window_.today.plus_days(365));
}

void Author::edges_of_the_period() {
  // The latest leap day whose five years are over, and the first one after it that has been.
  int year = window_.cutoff.year();
  while (!Date::from_ymd(year, 2, 29) || *Date::from_ymd(year, 2, 29) > window_.cutoff) --year;
  const Date old = *Date::from_ymd(year, 2, 29);
  const Date recent = *Date::from_ymd(year + 4, 2, 29);
  purchase(member("leap_day_over", "due",
                  "last contact on a 29 February: five years end on 28 February, never on 1 March"),
           old);
  purchase(member("leap_day_running", "keep",
                  "last contact on the next 29 February: five years have not passed"),
           std::min(recent, window_.today));
  purchase(
      member("last_day", "keep", "today is the last day of the five years; erasable from tomorrow"),
      window_.cutoff.plus_days(1));
  purchase(member("day_after_the_last", "due", "the five years ended yesterday"), window_.cutoff);
}

void Author::shared_identifiers() {
  const std::string email = "familja.shared@posta.example";
  {
    Member& silent = member("shared_email_silent", "undetermined",
                            "no purchase for six years, but somebody clicked from the address that "
                            "two members share: it may have been this one");
    silent.email = email;
    purchase(silent, years_ago(6));
  }
  {
    Member& active = member("shared_email_active", "keep",
                            "shares an address with another member and bought two months ago");
    active.email = email;
    purchase(active, years_ago(0, 60));
    click(email, years_ago(1));
  }
  const Member silent = member("household_card_silent", "undetermined",
                               "no purchase of his own for six years, but the card he shares with "
                               "another member was used");
  purchase(silent, years_ago(6));
  Member& active = member("household_card_active", "keep",
                          "shares a card with another member and bought three months ago");
  active.card_no = silent.card_no;
  cases_.cards.back().card_no = silent.card_no;
  purchase(active, years_ago(0, 90));
  purchase_by_card(silent.card_no, years_ago(2));
}

void Author::former_identifiers() {
  const std::string email = "e.para@kutia.example";
  {
    Member& former = member("email_former_owner", "due",
                            "gave up an address that is another member's today; the clicks since "
                            "then are not his");
    former.email_since = years_ago(6).str();
    cases_.emails.push_back({email, former.member_id, former.registered_at, years_ago(6).str()});
    click(email, years_ago(6, 200));
  }
  {
    Member& owner = member("email_present_owner", "keep",
                           "has an address that was another member's before, and clicked last year",
                           years_ago(5, 300));
    owner.email = email;
    purchase(owner, years_ago(5, 200));
    click(email, years_ago(1));
  }
  const Member who =
      member("replaced_card", "keep",
             "bought three years ago with a card that has been replaced since: a look "
             "at the present card alone misses it");
  std::string old_card;
  People::card(old_card, cases_.members.size(), true);
  cases_.cards.back().issued_on = years_ago(2).str();
  cases_.cards.push_back({old_card, who.member_id, who.registered_at, years_ago(2).str()});
  purchase(who, years_ago(7));
  purchase_by_card(old_card, years_ago(3));
}

void Author::minimums() {
  // In the cutoff's own year where that is possible, so that five years after its end lie ahead.
  const Date new_year = *Date::from_ymd(window_.cutoff.year(), 1, 1);
  const Date date =
      std::max(std::min(new_year.plus_days(1), window_.cutoff), window_.cutoff.plus_days(-100));
  const auto invoiced = [&](const Member& who, const std::string& issuer) {
    PurchaseRow& row = purchase(who, date, issuer);
    row.invoice_issuer = issuer;
    row.issued_at = date.str();
    row.buyer_name = who.first_name + " " + who.last_name;
  };
  invoiced(member("own_minimum", "due",
                  "due, but the invoice is On Solutions' own: what the tax law wants of it stays"),
           "on-solutions");
  invoiced(
      member("partner_minimum", "due",
             "due, and the invoice is the partner's duty to keep, not ours: the copy goes too"),
      "spar");
  purchase(member("to_be_held", "due",
                  "due until somebody places a hold on this member; then held, on every path"),
           years_ago(6, 30));
}

void Author::people_elsewhere() {
  Member& italy = member("abroad_due", "due", "lives in Italy, with a number under +39");
  italy.city = "Forlì", italy.country = "IT", italy.language = "it";
  italy.phone = "+39 06 5550 0117";
  purchase(italy, years_ago(6, 10));
  Member& kosovo = member("abroad_active", "keep", "lives in Kosovo, with a number under +383");
  kosovo.city = "Prishtinë", kosovo.country = "XK";
  kosovo.phone = "+383 44 555 017";
  purchase(kosovo, years_ago(0, 20));
}

void Author::formats_and_faults() {
  const Member& two = member("two_formats", "keep",
                             "the purchase is written year first and the later click day first: "
                             "compared as text, the older date wins");
  purchase(two, years_ago(6));
  const int year = years_ago(1).year();
  click(two.email, *Date::from_ymd(year, 1, 5));

  const Member& impossible = member("date_that_does_not_exist", "undetermined",
                                    "otherwise due, but one purchase is dated 30 February");
  purchase(impossible, years_ago(6));
  purchase(impossible, years_ago(5, 400)).at =
      std::to_string(window_.cutoff.year()) + "-02-30T10:15:00Z";
  const Member& sentinel = member("date_that_means_nothing", "undetermined",
                                  "otherwise due, but one purchase is dated 0000-00-00");
  purchase(sentinel, years_ago(6));
  purchase(sentinel, years_ago(5, 300)).at = "0000-00-00T00:00:00Z";
}

void Author::typed_in_a_note() {
  const Member due = member("phone_in_anothers_note", "due",
                            "somebody typed his phone number into the note of the next member; it "
                            "outlives his rows");
  purchase(due, years_ago(6, 90));
  Member& writer = member("note_with_anothers_phone", "keep",
                          "active, with the phone number of the member before in the note");
  writer.note = "Nuk përgjigjet; provoni vëllanë në " + due.phone + ", pas orës 17.";
  purchase(writer, years_ago(0, 15));
}

void Author::names_with_everything() {
  Member& quotes =
      member("name_with_quotes", "due",
             "ë, ç, an apostrophe and quotation marks in a name; the city has a comma");
  quotes.first_name = "Zoë \"Zana\"";
  quotes.last_name = "D'Angelo-Çela";
  quotes.city = "Tiranë, Njësia 5";
  purchase(quotes, years_ago(6, 5));
  Member& emoji = member("name_with_emoji", "keep",
                         "a typographic apostrophe and an emoji of four bytes in a name");
  emoji.first_name = "Lulëzime 🌻";
  emoji.last_name = "N’Dreu";
  purchase(emoji, years_ago(0, 7));
}

void Author::midnight() {
  const Member& who =
      member("midnight_in_tirana", "keep",
             "last bought at 23:30Z, when in Tirana the next day had begun: that day "
             "counts, and its five years end today (domain T52)");
  const Date local = window_.cutoff.plus_days(1);
  PurchaseRow& row = purchase(who, local);
  row.order = wall(local, 0, 30);
  row.at = local.plus_days(-1).str() + "T23:30:00Z";
}

void Author::seen_but_silent() {
  const Member who = member("seen_but_silent", "due",
                            "opened, unsubscribed, visited and was called lately, but has not been "
                            "in contact for over five years");
  purchase(who, years_ago(5, 90));
  newsletter(who.email, years_ago(0, 40), "open");
  newsletter(who.email, years_ago(0, 39), "unsubscribe");
  visit(who, years_ago(0, 38));
  call(who, years_ago(0, 30), "outbound");
}

Cases Author::take() {
  cases_.members.reserve(case_members);  // references to members stay good
  silent_members();
  strange_times();
  edges_of_the_period();
  shared_identifiers();
  former_identifiers();
  minimums();
  people_elsewhere();
  formats_and_faults();
  typed_in_a_note();
  names_with_everything();
  midnight();
  seen_but_silent();
  std::ranges::stable_sort(cases_.purchases, {}, &PurchaseRow::order);
  std::ranges::stable_sort(cases_.newsletter, {}, &NewsletterRow::order);
  std::ranges::stable_sort(cases_.visits, {}, &VisitRow::order);
  std::ranges::stable_sort(cases_.calls, {}, &CallRow::order);
  std::ranges::stable_sort(cases_.consents, {}, &ConsentRow::order);
  return std::move(cases_);
}

}  // namespace

Cases make_cases(const People& people, const Calendar& calendar, const Window& window) {
  return Author(people, calendar, window).take();
}

}  // namespace besa::source
