// bench_data FOLDER MEMBERS [--format sqlite|csv|jsonl] [--seed N] [--today YYYY-MM-DD] [--indexes]
//
// A workspace for the benchmark: members and four tables of events in the order of time, about
// twenty rows for each member, few members with many and many with few; 8 % of the members were
// last in contact more than five years before --today. 2 % of the cities and 5 % of the URLs hold a
// comma, which a CSV must quote. With --indexes each table of a SQLite file has one on (member_id,
// at) and one on (at). The same arguments give the same bytes, and every format the same rows.
#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench_tables.hpp"
#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "source/happy_calendar.hpp"
#include "source/happy_people.hpp"
#include "source/happy_plan.hpp"
#include "source/happy_random.hpp"

namespace {

using besa::Date;
using besa::Error;
using besa::ErrorKind;
using namespace besa::bench;
using namespace besa::source;

constexpr std::string_view schema = R"sql(
CREATE TABLE members (
  member_id TEXT PRIMARY KEY, card_no TEXT, first_name TEXT, last_name TEXT, email TEXT, phone TEXT,
  birth_date TEXT, city TEXT, registered_at TEXT, language TEXT, points INTEGER);
CREATE TABLE purchases (
  purchase_id INTEGER PRIMARY KEY, member_id TEXT, at TEXT, partner TEXT, invoice_no TEXT,
  amount INTEGER, points INTEGER);
CREATE TABLE newsletter_events (
  event_id INTEGER PRIMARY KEY, member_id TEXT, at TEXT, letter TEXT, link TEXT);
CREATE TABLE web_events (
  event_id INTEGER PRIMARY KEY, member_id TEXT, at TEXT, url TEXT, agent TEXT);
CREATE TABLE consents (
  consent_id INTEGER PRIMARY KEY, member_id TEXT, at TEXT, purpose TEXT, state TEXT);
)sql";

constexpr std::string_view indexes = R"sql(
CREATE INDEX purchases_member_at ON purchases(member_id, at);
CREATE INDEX purchases_at ON purchases(at);
CREATE INDEX newsletter_events_member_at ON newsletter_events(member_id, at);
CREATE INDEX newsletter_events_at ON newsletter_events(at);
CREATE INDEX web_events_member_at ON web_events(member_id, at);
CREATE INDEX web_events_at ON web_events(at);
CREATE INDEX consents_member_at ON consents(member_id, at);
CREATE INDEX consents_at ON consents(at);
)sql";

const TableShape members_shape{"members",
                               {"member_id", "card_no", "first_name", "last_name", "email", "phone",
                                "birth_date", "city", "registered_at", "language", "points"}};
const TableShape purchases_shape{
    "purchases",
    {"purchase_id", "member_id", "at", "partner", "invoice_no", "amount", "points"},
    true};
const TableShape clicks_shape{
    "newsletter_events", {"event_id", "member_id", "at", "letter", "link"}, true};
const TableShape visits_shape{"web_events", {"event_id", "member_id", "at", "url", "agent"}, true};
const TableShape consents_shape{
    "consents", {"consent_id", "member_id", "at", "purpose", "state"}, true};

constexpr auto partners =
    std::to_array<std::string_view>({"spar", "neptun", "jumbo", "fashion-group"});
constexpr auto agents = std::to_array<std::string_view>(
    {"Mozilla/5.0 (Android 14)", "Mozilla/5.0 (iPhone)", "Mozilla/5.0 (X11; Linux)"});
constexpr auto purposes =
    std::to_array<std::string_view>({"newsletter", "profiling", "partner_sharing"});

struct Arguments {
  std::string format = "sqlite";
  std::filesystem::path folder;
  std::uint64_t members = 0;
  std::uint64_t seed = 1;
  Date today = *Date::from_ymd(2026, 11, 22);
  bool with_indexes = false;
};

/// How many events of a table a member has: scale/1 … scale/64, and whether one is the last
/// contact.
struct Shape {
  std::uint64_t stream;
  std::uint32_t scale;
  bool holds_last_contact;
};
constexpr Shape purchase_shape{20, 95, true};
constexpr Shape click_shape{21, 72, false};
constexpr Shape visit_shape{22, 82, false};
constexpr Shape consent_shape{23, 40, false};

class Data {
 public:
  Data(const Arguments& arguments, Tables& tables)
      : arguments_(arguments),
        tables_(tables),
        people_(arguments.seed),
        plan_(arguments.seed, arguments.today, 1, arguments.members),
        calendar_(*besa::subtract(arguments.today, besa::Period{13, 0, 0}), arguments.today) {}

  void write() {
    members();
    purchases();
    clicks();
    visits();
    consents();
    tables_.finish();
  }

 private:
  static std::uint32_t chance(const Event& event, std::uint32_t column, std::uint32_t limit) {
    return static_cast<std::uint32_t>((scramble(event.packed() + column) >> 32) * limit >> 32);
  }

  [[nodiscard]] std::vector<Event> events(const Shape& shape) const {
    std::vector<Event> result;
    for (std::uint64_t number = plan_.first(); number <= plan_.last(); ++number) {
      const Timeline life = plan_.timeline(number);
      Random random(arguments_.seed, shape.stream, number);
      const auto add = [&](Date date) {
        result.emplace_back(plan_.window(), wall(date, 7, 0) + random.below(15 * 60), number,
                            random.below(1U << 15));
      };
      if (shape.holds_last_contact) add(life.last_contact);
      const auto days =
          static_cast<std::uint32_t>(life.last_contact.days() - life.registered.days());
      for (std::uint32_t left = random.skewed(shape.scale, 64); left > 0; --left) {
        add(life.registered.plus_days(static_cast<std::int32_t>(random.below(days + 1))));
      }
    }
    std::ranges::sort(result);
    return result;
  }

  /// Binds whose and when, then lets `rest` bind the other columns.
  template <class Rest>
  void table(const Shape& shape, const TableShape& columns, Rest rest) {
    const std::unique_ptr<RowWriter> writer = tables_.table(columns);
    std::string who, at;
    for (const Event& event : events(shape)) {
      who.clear(), at.clear();
      People::member_id(who, event.number());
      calendar_.utc(at, event.at(plan_.window()), static_cast<int>(chance(event, 1, 60)));
      writer->text(who).text(at);
      rest(*writer, event);
      writer->row();
    }
  }

  void members() {
    const std::unique_ptr<RowWriter> writer = tables_.table(members_shape);
    Member member;
    for (std::uint64_t number = plan_.first(); number <= plan_.last(); ++number) {
      const Timeline life = plan_.timeline(number);
      people_.describe(member, number);
      if (scramble(number) % 50 == 0) member.city = "Tiranë, Njësia 5";
      const std::string registered = life.registered.str();
      const std::string born = life.registered.plus_days(-9000).str();
      writer->text(member.member_id).text(member.card_no).text(member.first_name);
      writer->text(member.last_name).text(member.email).text(member.phone).text(born);
      writer->text(member.city).text(registered).text(member.language).number(member.points);
      writer->row();
    }
  }

  void purchases() {
    std::string invoice;
    std::uint64_t count = 0;
    table(purchase_shape, purchases_shape, [&](RowWriter& writer, const Event& event) {
      const std::uint32_t amount = 90 + 20'000 / (1 + chance(event, 2, 100));
      invoice = "F-";
      append_number(invoice, ++count, 9);
      writer.text(partners[chance(event, 3, partners.size())]).text(invoice);
      writer.number(amount).number(amount / 100);
    });
  }

  void clicks() {
    std::string letter, link;
    table(click_shape, clicks_shape, [&](RowWriter& writer, const Event& event) {
      letter = "letter-", link = "/sq/oferta/";
      append_number(letter, static_cast<std::uint64_t>(event.at(plan_.window()) / 10'080));
      append_number(link, chance(event, 2, 100'000), 6);
      writer.text(letter).text(link);
    });
  }

  void visits() {
    std::string url;
    table(visit_shape, visits_shape, [&](RowWriter& writer, const Event& event) {
      url = "/sq/produkte/";
      append_number(url, chance(event, 2, 1'000'000), 7);
      if (chance(event, 3, 20) == 0) url += "?rendit=çmimi,emri";
      writer.text(url).text(agents[chance(event, 4, agents.size())]);
    });
  }

  void consents() {
    table(consent_shape, consents_shape, [&](RowWriter& writer, const Event& event) {
      writer.text(purposes[chance(event, 2, purposes.size())]);
      writer.text(chance(event, 3, 6) == 0 ? "withdrawn" : "given");
    });
  }

  const Arguments& arguments_;
  Tables& tables_;
  People people_;
  Plan plan_;
  Calendar calendar_;
};

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
    throw Error(ErrorKind::usage, "not a number: " + std::string(text));
  }
  return number;
}

Arguments read(std::span<char* const> words) {
  if (words.size() < 2) {
    throw Error(ErrorKind::usage,
                "bench_data FOLDER MEMBERS [--format sqlite|csv|jsonl] [--seed N] "
                "[--today YYYY-MM-DD] [--indexes]");
  }
  Arguments arguments;
  arguments.folder = words[0];
  arguments.members = number_of(words[1]);
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--indexes") {
      arguments.with_indexes = true;
    } else if (word == "--format" && i + 1 < words.size()) {
      arguments.format = words[++i];
    } else if (word == "--seed" && i + 1 < words.size()) {
      arguments.seed = number_of(words[++i]);
    } else if (const auto date = Date::parse(i + 1 < words.size() ? words[i + 1] : "");
               word == "--today" && date) {
      arguments.today = *date;
      ++i;
    } else {
      throw Error(ErrorKind::usage, "what is " + std::string(word) + "?");
    }
  }
  return arguments;
}

/// Where besa finds the data of a format.
std::string address(const std::string& format) {
  return format == "sqlite" ? "sqlite:data/members.db" : format + ":data";
}

std::unique_ptr<Tables> tables(const Arguments& arguments, const std::filesystem::path& folder) {
  if (arguments.format == "sqlite")
    return sqlite_tables(folder, schema, arguments.with_indexes ? indexes : std::string_view());
  if (arguments.format == "csv") return csv_tables(folder);
  if (arguments.format == "jsonl") return jsonl_tables(folder);
  throw Error(ErrorKind::usage, "no format " + arguments.format + ": sqlite, csv or jsonl");
}

/// The files of tests/bench/workspace, which speak of SQLite.
void place_workspace(const Arguments& arguments) {
  const std::filesystem::path source = BESA_SOURCE_DIR;
  const auto place = [&](const std::filesystem::path& from, const std::filesystem::path& to) {
    std::string text = besa::read_file(source / from);
    const std::string spoken_of = address("sqlite");
    if (const std::size_t at = text.find(spoken_of); at != std::string::npos)
      text.replace(at, spoken_of.size(), address(arguments.format));
    besa::make_folder((arguments.folder / to).parent_path());
    besa::write_file(arguments.folder / to, text);
  };
  for (const std::string file : {"besa.json", "datasets/members.json"})
    place("tests/bench/workspace/" + file, file);
  place("policies/on-solutions.json", "policies/on-solutions.json");
}

void run(const Arguments& arguments) {
  place_workspace(arguments);
  const std::filesystem::path data = arguments.folder / "data";
  besa::make_folder(data);
  const std::unique_ptr<Tables> out = tables(arguments, data);
  Data(arguments, *out).write();
}

}  // namespace

int main(int count, char** words) {
  try {
    run(read(std::span(words, static_cast<std::size_t>(count)).subspan(1)));
    return 0;
  } catch (const Error& error) {
    std::cerr << "bench_data: " << error.message() << '\n';
    return static_cast<int>(error.kind());
  }
}
