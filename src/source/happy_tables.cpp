#include "source/happy_tables.hpp"

#include <array>
#include <future>

#include "source/happy_partners.hpp"
#include "source/happy_random.hpp"

namespace besa::source {

namespace {

constexpr std::string_view happy_schema = R"sql(
CREATE TABLE partners (partner_id TEXT PRIMARY KEY, name TEXT NOT NULL, sector TEXT NOT NULL);
CREATE TABLE members (
  member_id TEXT PRIMARY KEY, card_no TEXT NOT NULL, first_name TEXT NOT NULL,
  last_name TEXT NOT NULL, email TEXT, email_since TEXT, phone TEXT, birth_date TEXT, city TEXT,
  country TEXT NOT NULL, language TEXT NOT NULL, origin TEXT NOT NULL, registered_at TEXT NOT NULL,
  points INTEGER NOT NULL DEFAULT 0, note TEXT);
CREATE TABLE cards (
  card_no TEXT NOT NULL, member_id TEXT NOT NULL REFERENCES members, issued_on TEXT NOT NULL,
  replaced_on TEXT, PRIMARY KEY (card_no, member_id)) WITHOUT ROWID;
CREATE TABLE email_history (
  email TEXT NOT NULL, member_id TEXT NOT NULL REFERENCES members, valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL, PRIMARY KEY (email, member_id, valid_from));
CREATE TABLE purchases (
  purchase_id INTEGER PRIMARY KEY, member_id TEXT REFERENCES members, card_no TEXT,
  at TEXT NOT NULL, partner_id TEXT NOT NULL REFERENCES partners, amount_all INTEGER NOT NULL,
  points INTEGER NOT NULL);
CREATE TABLE invoices (
  invoice_no TEXT PRIMARY KEY, purchase_id INTEGER REFERENCES purchases, issuer TEXT NOT NULL,
  issued_at TEXT NOT NULL, buyer_name TEXT, buyer_nipt TEXT, total INTEGER NOT NULL);
CREATE TABLE newsletter_events (
  event_id INTEGER PRIMARY KEY, email TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE web_visits (
  visit_id INTEGER PRIMARY KEY, member_id TEXT REFERENCES members, at INTEGER NOT NULL,
  url TEXT NOT NULL, seconds INTEGER NOT NULL);
CREATE TABLE calls (
  call_id INTEGER PRIMARY KEY, phone TEXT, member_id TEXT REFERENCES members, at TEXT NOT NULL,
  direction TEXT NOT NULL, remark TEXT);
CREATE TABLE consents (
  consent_id INTEGER PRIMARY KEY, member_id TEXT NOT NULL REFERENCES members,
  purpose TEXT NOT NULL, given_at TEXT NOT NULL, withdrawn_at TEXT);
)sql";

// An index is sorted in portions of the size of the cache: those that fit the processor's own cache
// are sorted and merged a third faster than larger ones.
constexpr std::string_view small_portions = "PRAGMA cache_size=-2048";

constexpr std::string_view member_indexes = R"sql(
CREATE INDEX members_email ON members(email);
CREATE INDEX cards_member ON cards(member_id);
CREATE INDEX email_history_member ON email_history(member_id);
CREATE INDEX purchases_member_at ON purchases(member_id, at);
CREATE INDEX invoices_purchase ON invoices(purchase_id);
)sql";

constexpr std::string_view event_indexes = R"sql(
CREATE INDEX newsletter_events_email ON newsletter_events(email);
CREATE INDEX web_visits_member_at ON web_visits(member_id, at);
CREATE INDEX calls_member_at ON calls(member_id, at);
CREATE INDEX consents_member ON consents(member_id);
)sql";

// Between tables and indexes that are alike SQLite copies records as they are, without sorting
// again.
constexpr std::string_view attach_events = "ATTACH ? AS events";

constexpr std::string_view insert_partner = "INSERT INTO partners VALUES (?,?,?)";
constexpr std::string_view insert_member =
    "INSERT INTO members VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr std::string_view insert_card = "INSERT INTO cards VALUES (?,?,?,?)";
constexpr std::string_view insert_email = "INSERT INTO email_history VALUES (?,?,?,?)";
}  // namespace

TableWriter::TableWriter(BulkDatabase& database, const HappyOptions& options)
    : database_(database),
      options_(options),
      people_(options.seed),
      plan_(options.seed, options.today, case_members + 1, options.members),
      calendar_(*subtract(options.today, Period{13, 0, 0}), options.today.plus_days(400)),
      cases_(make_cases(people_, calendar_, plan_.window())) {}

void TableWriter::write_members() {
  auto planned =
      std::async(std::launch::async, [this] { return plan_.events(EventTable::purchases); });
  database_.run("BEGIN");
  database_.run(happy_schema);
  partners();
  members();
  cards();
  former_emails();
  const Events events = planned.get();
  purchases(events);
  invoices(events);
  database_.run(small_portions);
  database_.run(member_indexes);
  database_.run("COMMIT");
}

void TableWriter::write_events(const std::filesystem::path& folder) {
  folder_ = folder;
  const auto planned = [this](EventTable table) {
    return std::async(std::launch::async, [this, table] { return plan_.events(table); });
  };
  database_.run("BEGIN");
  database_.run(happy_schema);
  auto next = planned(EventTable::newsletter);
  const auto fill = [&](void (TableWriter::*table)(const Events&), EventTable after) {
    const Events events = next.get();
    next = planned(after);
    (this->*table)(events);
  };
  fill(&TableWriter::newsletter, EventTable::visits);
  fill(&TableWriter::visits, EventTable::calls);
  fill(&TableWriter::calls, EventTable::consents);
  consents(next.get());
  database_.run(small_portions);
  database_.run(event_indexes);
  database_.run("COMMIT");
}

void TableWriter::adopt(const std::filesystem::path& other, const std::vector<HappyTable>& tables) {
  const std::string path = other.string();
  Insert(database_, attach_events).text(path).row();
  database_.run("BEGIN");
  database_.run(event_indexes);
  for (const HappyTable& table : tables) {
    database_.run("INSERT INTO main." + table.name + " SELECT * FROM events." + table.name);
    tables_.push_back(table);
    rows_ += table.rows;
    report();
  }
  database_.run("COMMIT");
  database_.run("DETACH events");
}

void TableWriter::leave_out(const std::vector<std::string>& tables) {
  for (const std::string& table : tables) database_.run("DROP TABLE " + table);
}

void TableWriter::begin(std::string_view table) {
  tables_.push_back({std::string(table), 0});
}

void TableWriter::counted() {
  constexpr std::uint64_t often = 1U << 16;
  ++tables_.back().rows;
  if (++rows_ % often == 0) report();
}

void TableWriter::report() const {
  constexpr std::uint64_t rows_of_a_member = 22;
  if (!options_.progress) return;
  options_.progress(
      {tables_.back().name, rows_, std::max(rows_, options_.members * rows_of_a_member)});
}

void TableWriter::partners() {
  begin("partners");
  Insert insert(database_, insert_partner);
  for (const Partner& partner : partners_of_happy) {
    insert.text(partner.id).text(partner.name).text(partner.sector).row();
    counted();
  }
}

Member TableWriter::ordinary(std::uint64_t number) const {
  const Timeline life = plan_.timeline(number);
  Member member;
  people_.describe(member, number);
  if (!life.has_email) member.email.clear();
  if (!life.has_phone) member.phone.clear();
  member.email_since = life.has_email ? life.email_changed.str() : "";
  member.registered_at = life.registered.str();
  Random random(options_.seed, 4, number);
  member.birth_date =
      life.registered.plus_days(-18 * 366 - static_cast<std::int32_t>(random.below(22'000))).str();
  constexpr std::array<std::string_view, 4> origins{"shop", "shop", "app", "web"};
  member.origin = origins.at(random.below(4));
  return member;
}

void TableWriter::members() {
  begin("members");
  Insert insert(database_, insert_member);
  const auto add = [&](const Member& member) {
    insert.text(member.member_id).text(member.card_no).text(member.first_name);
    insert.text(member.last_name).text(member.email).text(member.email_since).text(member.phone);
    insert.text(member.birth_date).text(member.city).text(member.country).text(member.language);
    insert.text(member.origin).text(member.registered_at).number(member.points);
    insert.text(member.note).row();
    counted();
  };
  for (const Member& member : cases_.members) add(member);
  for (std::uint64_t n = plan_.first(); n <= plan_.last(); ++n) add(ordinary(n));
}

void TableWriter::cards() {
  begin("cards");
  Insert insert(database_, insert_card);
  const auto add = [&](std::string_view card, std::string_view id, std::string_view issued,
                       std::string_view replaced) {
    insert.text(card).text(id).text(issued).text(replaced).row();
    counted();
  };
  for (const CardRow& row : cases_.cards) {
    add(row.card_no, row.member_id, row.issued_on, row.replaced_on);
  }
  std::string id, card;
  for (std::uint64_t n = plan_.first(); n <= plan_.last(); ++n) {
    const Timeline life = plan_.timeline(n);
    id.clear(), card.clear();
    People::member_id(id, n);
    const std::string changed = life.card_replaced.str();
    if (life.card_replaced != life.registered) {
      People::card(card, n, true);
      add(card, id, life.registered.str(), changed);
      card.clear();
    }
    People::card(card, n, false);
    add(card, id, changed, "");
  }
}

void TableWriter::former_emails() {
  begin("email_history");
  Insert insert(database_, insert_email);
  const auto add = [&](std::string_view email, std::string_view id, std::string_view from,
                       std::string_view to) {
    insert.text(email).text(id).text(from).text(to).row();
    counted();
  };
  for (const EmailRow& row : cases_.emails) {
    add(row.email, row.member_id, row.valid_from, row.valid_to);
  }
  for (std::uint64_t n = plan_.first(); n <= plan_.last(); ++n) {
    const Timeline life = plan_.timeline(n);
    if (!life.has_email || life.email_changed == life.registered) continue;
    std::string id, email;
    People::member_id(id, n);
    people_.email_before(email, n);
    add(email, id, life.registered.str(), life.email_changed.plus_days(-1).str());
  }
}

}  // namespace besa::source
