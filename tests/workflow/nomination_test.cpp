// Three ways to find who is due: nominated by one look at each owner in an index that is sorted by
// owner and time, by SQL's seeks, and by one pass over everything. On the same random rows all must
// find the people whom plain counting of days finds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "besa/workflow/facts.hpp"
#include "club_workspace.hpp"
#include "workflow/examine.hpp"

namespace besa::workflow {
namespace {

using testing::Club;

constexpr const char* schema =
    "CREATE TABLE members(id TEXT PRIMARY KEY, name TEXT, email TEXT, joined TEXT);"
    "CREATE TABLE visits(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id), at TEXT);"
    "CREATE INDEX by_member ON visits(member, at);";

/// A random database, and who of its members is due on club_day by counting days.
class RandomVisits {
 public:
  explicit RandomVisits(std::uint32_t seed) : random_(seed) {
    sql_ = "BEGIN;";
    for (int i = 0; i < 120; ++i) member("m" + std::to_string(i));
    sql_ += "COMMIT;";
    std::sort(due_.begin(), due_.end());
  }
  [[nodiscard]] const std::string& sql() const { return sql_; }
  [[nodiscard]] const std::vector<std::string>& due() const { return due_; }

 private:
  int pick(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }

  void member(const std::string& id) {
    const Date joined = Date::parse("2021-11-22")->plus_days(pick(-3, 3));
    sql_ += "INSERT INTO members VALUES('" + id + "','N','" + id + "@example.org','" +
            joined.str() + "');";
    latest_.reset();
    readable_ = true;
    for (int visits = pick(0, 3); visits > 0; --visits) visit(id);
    const Date start = latest_.value_or(joined);
    if (readable_ && start < *Date::parse("2021-11-22")) due_.push_back("[\"" + id + "\"]");
  }

  void visit(const std::string& id) {
    const std::string value = pick(0, 9) == 0 ? odd() : time();
    sql_ += "INSERT INTO visits(member, at) VALUES('" + id + "'," + value + ");";
  }

  /// A wall-clock time with an offset, whose day in UTC is worked out by hand.
  std::string time() {
    const Date around = *Date::parse(pick(0, 3) == 0 ? "2026-11-22" : "2021-11-22");
    const Date day = around.plus_days(pick(-3, 3));
    const int hour = pick(0, 23), offset = pick(-12, 14);
    const int utc = hour - offset;
    const Date in_utc = day.plus_days(utc < 0 ? -1 : utc >= 24 ? 1 : 0);
    if (in_utc <= *Date::parse("2026-11-22")) latest_ = std::max(latest_.value_or(in_utc), in_utc);
    char text[48];
    std::snprintf(text, sizeof text, "T%02d:00:00%c%02d:00", hour, offset < 0 ? '-' : '+',
                  std::abs(offset));
    return "'" + day.str() + text + "'";
  }

  /// NULL did not happen; what is no time of the declared format stands in everything's way.
  std::string odd() {
    static const std::vector<std::string> values{"NULL",
                                                 "'2021-02-30T10:00:00Z'",
                                                 "'2025-13-01T10:00:00Z'",
                                                 "'2025-06-01'",
                                                 "'yesterday'",
                                                 "'9999-12-31T00:00:00Z'",
                                                 "'0000-00-00T00:00:00Z'",
                                                 "x'323032352d30362d3031'"};
    const auto at = static_cast<std::size_t>(pick(0, static_cast<int>(values.size()) - 1));
    if (at != 0) readable_ = false;
    return values[at];
  }

  std::mt19937 random_;
  std::string sql_;
  std::vector<std::string> due_;
  std::optional<Date> latest_;
  bool readable_ = true;
};

class Nomination : public ::testing::Test {
 protected:
  Nomination() {
    std::string map = testing::members_map;
    const auto at = map.rfind(R"("format": "date")");
    map.replace(at, 16, R"("format": "rfc3339")");
    club_.dataset("club", map, schema);
    club_.make_ledger();
  }

  bool seeks() {
    const auto with = club_.session();
    const OpenedSources sources(*with, with->realms().front());
    return nominate_silent(*with->realms().front().rules, "member", sources.all(),
                           *Date::parse(testing::club_day), *Date::parse(testing::club_day))
        .has_value();
  }

  struct Found {
    std::vector<std::string> people, lines;
    friend bool operator==(const Found&, const Found&) = default;
  };
  Found sweep() {
    const std::string manifest = club_.draft();
    if (manifest.empty()) return {};
    return {club_.people(manifest), club_.lines(manifest)};
  }

  Club club_;
};

TEST_F(Nomination, seeks_and_full_scan_find_whom_counting_days_finds) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    const RandomVisits random(seed);
    club_.sql("DELETE FROM visits; DELETE FROM members;" + random.sql());
    ASSERT_TRUE(seeks());
    const Found nominated = sweep();
    EXPECT_EQ(nominated.people, random.due()) << "seed " << seed;
    club_.sql("DROP INDEX by_member");
    ASSERT_FALSE(seeks());
    EXPECT_EQ(sweep(), nominated) << "seed " << seed;
    club_.sql("CREATE INDEX by_member ON visits(member, at DESC)");
    ASSERT_TRUE(seeks());  // which is not sorted by bytes: SQL seeks
    EXPECT_EQ(sweep(), nominated) << "seed " << seed;
    club_.sql("DROP INDEX by_member; CREATE INDEX by_member ON visits(member, at)");
  }
}

/// A time that only sorts like a contact keeps nobody from being nominated: they are undetermined,
/// as by a full pass.
TEST_F(Nomination, by_one_look_what_is_no_time_leaves_its_owner_undetermined) {
  club_.sql(
      "INSERT INTO members VALUES('a','N','a@example.org','2015-01-01'),"
      "('b','N','b@example.org','2015-01-01'),('c','N','c@example.org','2015-01-01'),"
      "('d','N','d@example.org','2015-01-01');"
      "INSERT INTO visits(member, at) VALUES('a','2025-02-30T10:00:00Z'),"
      "('a','2025-06-01T10:00:00Z'),('b','2025-02-30T10:00:00Z'),('b','2016-06-01T10:00:00Z'),"
      "('c','2016-06-01T10:00:00Z'),('d','2016-06-01T10:00:00Z'),('d','2025-06-01T10:00:00Z')");
  ASSERT_TRUE(seeks());
  SweepOptions look;
  look.dry_run = true;
  const SweepReport nominated = club_.sweep(look);
  EXPECT_EQ(nominated.examined, 4U);
  EXPECT_EQ(nominated.due, 1U);
  EXPECT_EQ(nominated.undetermined, (std::map<std::string, std::uint64_t>{{"unreadable_time", 1}}));
  club_.sql("DROP INDEX by_member");
  ASSERT_FALSE(seeks());
  EXPECT_EQ(club_.sweep(look).undetermined, nominated.undetermined);
}

/// A second kind of contact without an index keeps besa from seeking; of the visits, in their
/// index, one that certainly keeps somebody is enough.
TEST(NominationByPass, rows_left_out_of_an_index_change_nobodys_decision) {
  std::string map = testing::members_map;
  map.replace(map.rfind(R"("format": "date")"), 16, R"("format": "rfc3339")");
  map += R"(, "calls": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
             "columns": {"at": "user.behavior"}, "events": [{"at": "at", "event": "visit"}],
             "times": {"at": {"format": "rfc3339"}}})";
  Club club;
  club.dataset(
      "club", map,
      std::string(schema) + "CREATE TABLE calls(id INTEGER PRIMARY KEY, member TEXT, at TEXT);");
  club.make_ledger();
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    const RandomVisits random(seed);
    club.sql("DELETE FROM visits; DELETE FROM members;" + random.sql());
    {
      const auto with = club.session();
      const OpenedSources sources(*with, with->realms().front());
      const Date today = *Date::parse(testing::club_day);
      ASSERT_FALSE(
          nominate_silent(*with->realms().front().rules, "member", sources.all(), today, today));
    }
    const std::string manifest = club.draft();
    EXPECT_EQ(manifest.empty() ? std::vector<std::string>() : club.people(manifest), random.due())
        << "seed " << seed;
  }
}

/// Of rows that an index lists under one person, one that is certainly a contact is enough; what
/// only sorts like one is not.
TEST_F(Nomination, what_is_no_time_hides_no_contact_behind_it_in_the_index) {
  club_.dataset("bar", R"("bills": {"key": ["id"], "links": [], "columns": {"id": "none"}})",
                "CREATE TABLE bills(id INTEGER PRIMARY KEY);");
  club_.workspace_file(R"("datasets/club.json", "datasets/bar.json")");
  club_.sql(
      "INSERT INTO members VALUES('a','N','a@example.org','2015-01-01'),"
      "('b','N','b@example.org','2015-01-01'),('c','N','c@example.org','2015-01-01');"
      "INSERT INTO visits(member, at) VALUES('a','2025-02-30T10:00:00Z'),"
      "('a','2025-06-01T10:00:00Z'),('b','2025-02-30T10:00:00Z'),('b','2016-06-01T10:00:00Z'),"
      "('c','2016-06-01T10:00:00Z')");
  ASSERT_FALSE(seeks());
  SweepOptions look;
  look.dry_run = true;
  const SweepReport by_index = club_.sweep(look);
  EXPECT_EQ(by_index.due, 1U);
  EXPECT_EQ(by_index.undetermined, (std::map<std::string, std::uint64_t>{{"unreadable_time", 1}}));
  club_.sql("DROP INDEX by_member");
  EXPECT_EQ(club_.sweep(look).undetermined, by_index.undetermined);
}

TEST_F(Nomination, people_in_two_tables_of_one_kind_are_all_found) {
  Club club;
  const std::string people =
      R"({"key": ["id"], "subject": "member", "identifiers": {"ID": "id"},
          "columns": {"id": "user.unique_id"}, "events": [{"at": "joined", "event": "collected"}],
          "times": {"joined": {"format": "date"}}})";
  const std::string visits =
      R"({"key": ["id"], "links": [{"columns": ["who"], "belongs_to": "TABLE"}],
          "columns": {"id": "none"}, "events": [{"at": "at", "event": "visit"}],
          "times": {"at": {"format": "date"}}})";
  const auto with = [](std::string text, const std::string& word, const std::string& by) {
    return text.replace(text.find(word), word.size(), by);
  };
  club.dataset("club",
               R"("adults": )" + with(people, "ID", "adult_id") + R"(, "children": )" +
                   with(people, "ID", "child_id") + R"(, "adult_visits": )" +
                   with(visits, "TABLE", "adults") + R"(, "child_visits": )" +
                   with(visits, "TABLE", "children"),
               "CREATE TABLE adults(id TEXT PRIMARY KEY, joined TEXT);"
               "CREATE TABLE children(id TEXT PRIMARY KEY, joined TEXT);"
               "CREATE TABLE adult_visits(id INTEGER PRIMARY KEY, who TEXT, at TEXT);"
               "CREATE TABLE child_visits(id INTEGER PRIMARY KEY, who TEXT, at TEXT);"
               "CREATE INDEX a ON adult_visits(who, at);CREATE INDEX c ON child_visits(who, at);"
               "INSERT INTO adults VALUES('a','2010-01-01'),('b','2010-01-01');"
               "INSERT INTO children VALUES('c','2010-01-01'),('d','2010-01-01');"
               "INSERT INTO adult_visits VALUES(1,'a','2026-01-01');"
               "INSERT INTO child_visits VALUES(1,'c','2026-01-01');");
  club.make_ledger();
  EXPECT_THAT(club.people(club.draft()), ::testing::ElementsAre(R"(["b"])", R"(["d"])"));
}

}  // namespace
}  // namespace besa::workflow
