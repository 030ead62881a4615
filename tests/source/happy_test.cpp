// The happy example: the same bytes for the same seed, and every case where its name says.
#include "besa/source/happy.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <set>

#include "besa/base/digest.hpp"
#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "besa/base/json.hpp"
#include "besa/model/dataset.hpp"

namespace besa::source {
namespace {

// Last contact of every member in plain SQL, written without a look at the generator: purchases by
// member or by the card that was theirs that day, clicks from the address that was theirs, calls of
// theirs. Tirana is an hour ahead of UTC in winter; no ordinary event is near midnight.
constexpr const char* last_contact = R"sql(
CREATE TEMP TABLE contact AS
SELECT member_id, date(at, '+1 hour') AS day FROM purchases WHERE member_id IS NOT NULL
UNION ALL
SELECT c.member_id, date(p.at, '+1 hour') FROM purchases p JOIN cards c ON c.card_no = p.card_no
  WHERE p.member_id IS NULL AND date(p.at) >= c.issued_on
    AND date(p.at) <= coalesce(c.replaced_on, '9999')
UNION ALL
SELECT m.member_id, e.day FROM (
    SELECT email, substr(at,7,4) || '-' || substr(at,4,2) || '-' || substr(at,1,2) AS day
    FROM newsletter_events WHERE kind = 'click') e
  JOIN members m ON m.email = e.email AND m.email_since <= e.day
UNION ALL
SELECT h.member_id, e.day FROM (
    SELECT email, substr(at,7,4) || '-' || substr(at,4,2) || '-' || substr(at,1,2) AS day
    FROM newsletter_events WHERE kind = 'click') e
  JOIN email_history h ON h.email = e.email AND e.day BETWEEN h.valid_from AND h.valid_to
UNION ALL
SELECT member_id, substr(at,1,10) FROM calls WHERE direction = 'inbound' AND member_id IS NOT NULL
UNION ALL
SELECT m.member_id, substr(c.at,1,10) FROM calls c JOIN (
    SELECT member_id, '+355' || substr(replace(phone,' ',''), -9) AS dialled FROM members) m
  ON m.dialled = c.phone WHERE c.direction = 'inbound' AND c.member_id IS NULL
)sql";

constexpr const char* due_members = R"sql(
SELECT m.member_id FROM members m LEFT JOIN contact c
  ON c.member_id = m.member_id AND c.day <= '2026-11-22'
GROUP BY m.member_id HAVING coalesce(max(c.day), m.registered_at) <= '2021-11-21'
)sql";

constexpr const char* all_tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";

constexpr const char* all_columns =
    "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
    "WHERE t.type = 'table'";

const Date the_day = *Date::from_ymd(2026, 11, 22);

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "besa-happy-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

HappyOptions options_of(std::uint64_t members, std::uint64_t seed) {
  HappyOptions options;
  options.members = members;
  options.seed = seed;
  options.today = the_day;
  options.stores = HappyStores::one_database;
  return options;
}

Digest digest_of(std::uint64_t members, std::uint64_t seed) {
  const Folder folder;
  (void)write_happy(folder.path(), options_of(members, seed));
  return sha256(read_file(folder.path() / "data" / "loyalty.db"));
}

class Happy : public testing::Test {
 protected:
  Happy()
      : report_(write_happy(folder_.path(), options_of(1000, 7))), database_(report_.database) {}

  std::int64_t number(const std::string& sql) { return database_.execAndGet(sql).getInt64(); }
  std::set<std::string> due() {
    database_.exec(last_contact);
    std::set<std::string> ids;
    SQLite::Statement query(database_, due_members);
    while (query.executeStep()) ids.insert(query.getColumn(0).getString());
    return ids;
  }
  std::string id_of(const std::string& name) {
    for (const HappyCase& each : report_.cases) {
      if (each.name == name) return each.member_id;
    }
    return "no such case";
  }

  Folder folder_;
  HappyReport report_;
  SQLite::Database database_;
};

TEST(HappyExample, is_the_same_bytes_for_the_same_members_seed_and_day) {
  EXPECT_EQ(digest_of(300, 1), digest_of(300, 1));
}

TEST(HappyExample, is_another_with_another_seed_or_size) {
  EXPECT_NE(digest_of(300, 1), digest_of(300, 2));
  EXPECT_NE(digest_of(300, 1), digest_of(301, 1));
}

TEST(HappyExample, overwrites_nothing) {
  const Folder folder;
  create_file(folder.path() / "besa.json", "{}");
  EXPECT_THROW((void)write_happy(folder.path(), options_of(100, 1)), Error);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "data"));
  EXPECT_EQ(read_file(folder.path() / "besa.json"), "{}");
}

TEST(HappyExample, refuses_a_number_of_members_it_cannot_make) {
  const Folder folder;
  EXPECT_THROW((void)write_happy(folder.path(), options_of(99, 1)), Error);
  EXPECT_THROW((void)write_happy(folder.path(), options_of(20'000'001, 1)), Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(HappyExample, leaves_nothing_behind_when_it_is_interrupted) {
  const Folder folder;
  HappyOptions options = options_of(20'000, 1);
  options.progress = [](const HappyProgress&) { throw Error(ErrorKind::failed, "stop"); };
  EXPECT_THROW((void)write_happy_database(folder.path() / "loyalty.db", options), Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(HappyExample, holds_on_any_day_also_on_a_leap_day_and_at_new_year) {
  for (const char* day : {"2028-02-29", "2026-01-01", "2030-12-31", "2060-07-01", "2025-03-01"}) {
    const Folder folder;
    HappyOptions options = options_of(100, 1);
    options.today = *Date::parse(day);
    EXPECT_EQ(write_happy(folder.path(), options).cases.size(), 28U) << day;
  }
}

TEST_F(Happy, every_file_is_private_and_the_data_are_sound) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077U, 0U) << entry.path();
  }
  EXPECT_EQ(database_.execAndGet("PRAGMA integrity_check").getString(), "ok");
  SQLite::Statement broken(database_, "PRAGMA foreign_key_check");
  EXPECT_FALSE(broken.executeStep());
}

TEST_F(Happy, the_report_counts_the_rows_that_are_there) {
  std::map<std::string, std::int64_t> counted;
  SQLite::Statement tables(database_, all_tables);
  while (tables.executeStep()) {
    const std::string name = tables.getColumn(0).getString();
    counted[name] = number("SELECT count(*) FROM " + name);
  }
  std::map<std::string, std::int64_t> reported;
  for (const HappyTable& table : report_.tables) {
    reported[table.name] = static_cast<std::int64_t>(table.rows);
  }
  EXPECT_EQ(reported, counted);
  EXPECT_EQ(counted["members"], 1000);
}

TEST_F(Happy, a_member_has_about_twenty_events_and_few_have_many) {
  const auto rows = number(
      "SELECT (SELECT count(*) FROM purchases) + (SELECT count(*) FROM newsletter_events) + "
      "(SELECT "
      "count(*) FROM web_visits) + (SELECT count(*) FROM calls) + (SELECT count(*) FROM consents)");
  EXPECT_GT(rows, 17 * 1000);
  EXPECT_LT(rows, 23 * 1000);
  EXPECT_GT(number("SELECT max(n) FROM (SELECT count(*) n FROM purchases GROUP BY member_id)"), 60);
}

TEST_F(Happy, events_stand_in_the_order_of_time) {
  EXPECT_EQ(number("SELECT count(*) FROM purchases a JOIN purchases b ON b.purchase_id = "
                   "a.purchase_id + 1 WHERE substr(a.at,1,16) > substr(b.at,1,16) "
                   "AND a.at NOT LIKE '%-02-30%' AND b.at NOT LIKE '0000%' "
                   "AND a.member_id > 'HM-0000028' AND b.member_id > 'HM-0000028'"),
            0);
  EXPECT_EQ(number("SELECT count(*) FROM web_visits a JOIN web_visits b ON b.visit_id = "
                   "a.visit_id + 1 WHERE a.at / 60 > b.at / 60"),
            0);
}

TEST_F(Happy, about_eight_percent_are_due_as_plain_sql_counts_them) {
  const auto ids = due();
  EXPECT_GE(ids.size(), 60U);   // 6 %
  EXPECT_LE(ids.size(), 100U);  // 10 %
}

TEST_F(Happy, every_case_is_due_or_not_as_it_says) {
  const auto ids = due();
  for (const HappyCase& each : report_.cases) {
    EXPECT_EQ(number("SELECT count(*) FROM members WHERE member_id = '" + each.member_id + "'"), 1);
    EXPECT_FALSE(each.why.empty());
    if (each.expected == "undetermined") continue;
    EXPECT_EQ(ids.contains(each.member_id) ? "due" : "keep", each.expected) << each.name;
  }
}

TEST_F(Happy, the_cases_have_names_of_their_own_and_low_numbers) {
  std::set<std::string> names, members;
  for (const HappyCase& each : report_.cases) {
    names.insert(each.name);
    members.insert(each.member_id);
  }
  EXPECT_EQ(names.size(), 28U);
  EXPECT_EQ(*members.begin(), "HM-0000001");
  EXPECT_EQ(*members.rbegin(), "HM-0000028");
}

TEST_F(Happy, never_in_contact_has_no_event_at_all) {
  const std::string id = id_of("never_in_contact_old");
  EXPECT_EQ(number("SELECT count(*) FROM purchases WHERE member_id = '" + id + "'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM calls WHERE member_id = '" + id + "'"), 0);
  EXPECT_EQ(
      number("SELECT count(*) FROM newsletter_events WHERE email = (SELECT email FROM members "
             "WHERE member_id = '" +
             id + "')"),
      0);
}

TEST_F(Happy, days_that_decide_are_there_to_the_day) {
  const auto last = [this](const std::string& name) {
    return database_
        .execAndGet("SELECT max(at) FROM purchases WHERE member_id = '" + id_of(name) + "'")
        .getString();
  };
  EXPECT_EQ(last("leap_day_over").substr(0, 10), "2020-02-29");
  EXPECT_EQ(last("leap_day_running").substr(0, 10), "2024-02-29");
  EXPECT_EQ(last("last_day").substr(0, 10), "2021-11-22");
  EXPECT_EQ(last("day_after_the_last").substr(0, 10), "2021-11-21");
  EXPECT_EQ(last("midnight_in_tirana"), "2021-11-21T23:30:00Z");  // domain T52
  EXPECT_EQ(last("contact_in_the_future").substr(0, 10), "2027-11-22");
}

TEST_F(Happy, identifiers_are_shared_and_were_somebody_elses) {
  EXPECT_EQ(number("SELECT count(*) FROM members WHERE email = 'familja.shared@posta.example'"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM (SELECT card_no FROM cards GROUP BY card_no "
                   "HAVING count(*) = 2)"),
            1);
  EXPECT_EQ(number("SELECT count(*) FROM email_history h JOIN members m ON m.email = h.email AND "
                   "m.member_id <> h.member_id AND h.valid_to < m.email_since"),
            1);
  EXPECT_EQ(number("SELECT count(*) FROM purchases p JOIN cards c ON c.card_no = p.card_no WHERE "
                   "c.member_id = '" +
                   id_of("replaced_card") + "' AND c.replaced_on IS NOT NULL"),
            1);
}

TEST_F(Happy, one_invoice_is_our_duty_and_one_a_partners) {
  const auto issuer = [this](const std::string& name) {
    return database_
        .execAndGet(
            "SELECT issuer || ' ' || substr(issued_at,1,4) FROM invoices JOIN purchases "
            "USING (purchase_id) WHERE member_id = '" +
            id_of(name) + "'")
        .getString();
  };
  EXPECT_EQ(issuer("own_minimum"), "on-solutions 2021");  // kept through 2026-12-31 (T64)
  EXPECT_EQ(issuer("partner_minimum"), "spar 2021");
}

TEST_F(Happy, dates_that_are_none_are_there) {
  EXPECT_EQ(number("SELECT count(*) FROM purchases WHERE at = '2021-02-30T10:15:00Z'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM purchases WHERE at = '0000-00-00T00:00:00Z'"), 1);
}

TEST_F(Happy, a_living_members_note_holds_the_phone_number_of_a_due_one) {
  EXPECT_EQ(number("SELECT count(*) FROM members writer JOIN members gone ON writer.note LIKE '%' "
                   "|| gone.phone || '%' WHERE writer.member_id = '" +
                   id_of("note_with_anothers_phone") + "' AND gone.member_id = '" +
                   id_of("phone_in_anothers_note") + "'"),
            1);
}

TEST_F(Happy, names_and_places_are_not_only_ascii) {
  EXPECT_EQ(number("SELECT count(*) FROM members WHERE last_name = 'D''Angelo-Çela'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM members WHERE first_name LIKE '%🌻'"), 1);
  EXPECT_GT(number("SELECT count(*) FROM members WHERE city LIKE '%ë%'"), 250);
  EXPECT_EQ(number("SELECT count(*) FROM members WHERE phone LIKE '+39%' OR phone LIKE '+383%'"),
            2);
}

TEST_F(Happy, no_two_members_share_a_number_by_accident) {
  EXPECT_EQ(
      number("SELECT count(*) - count(DISTINCT substr(replace(phone,' ',''), -9)) FROM members "
             "WHERE phone IS NOT NULL"),
      0);
  EXPECT_EQ(number("SELECT count(*) - count(DISTINCT email) FROM members WHERE email IS NOT NULL"),
            1);
}

TEST_F(Happy, the_dataset_names_every_table_and_column_there_is) {
  std::vector<Fault> faults;
  const std::string file = read_file(folder_.path() / "datasets" / "loyalty.json");
  const model::Dataset dataset = model::read_dataset(file, "loyalty.json", faults);
  std::set<std::string> declared, there;
  for (const model::Table& table : dataset.tables) {
    for (const model::Column& column : table.columns)
      declared.insert(table.name + "." + column.name);
  }
  SQLite::Statement columns(database_, all_columns);
  while (columns.executeStep()) there.insert(columns.getColumn(0).getString());
  EXPECT_EQ(declared, there);
}

}  // namespace
}  // namespace besa::source
