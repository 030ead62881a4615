// What of the example lies in files: the rows that lie in its database where there is only one, and
// the same bytes for the same members, seed and day, for ever.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "besa/base/digest.hpp"
#include "besa/base/file.hpp"
#include "besa/source/happy.hpp"

namespace besa::source {
namespace {

namespace fs = std::filesystem;

// The columns of both tables need no quotes in CSV; SQLite's own words write the JSON.
constexpr const char* lines_of_mail =
    "SELECT event_id || ';' || email || ';' || at || ';' || kind || char(13, 10) "
    "FROM newsletter_events ORDER BY event_id";
constexpr const char* lines_of_web =
    "SELECT json_object('visit_id', visit_id, 'member_id', member_id, 'at', at, 'url', url, "
    "'seconds', seconds) || char(10) FROM web_visits ORDER BY visit_id";
constexpr const char* tables_elsewhere =
    "SELECT count(*) FROM sqlite_schema WHERE tbl_name IN ('newsletter_events', 'web_visits')";

class HappyFiles3000 : public testing::Test {
 protected:
  HappyFiles3000() {
    std::string name = (fs::temp_directory_path() / "besa-stores-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~HappyFiles3000() override { fs::remove_all(path_); }

  HappyReport write(const std::string& name, HappyStores stores) {
    HappyOptions options;
    options.members = 3000;
    options.seed = 7;
    options.today = *Date::from_ymd(2026, 11, 23);
    options.stores = stores;
    fs::create_directory(path_ / name);
    return write_happy(path_ / name, options);
  }
  [[nodiscard]] std::string mail() const {
    return read_file(path_ / "spread/data/mail/newsletter_events.csv");
  }
  [[nodiscard]] std::string web() const {
    return read_file(path_ / "spread/data/web/web_visits.jsonl");
  }
  static std::string lines(SQLite::Database& database, const char* sql) {
    std::string all;
    SQLite::Statement query(database, sql);
    while (query.executeStep()) all += query.getColumn(0).getString();
    return all;
  }

  fs::path path_;
};

TEST_F(HappyFiles3000, hold_the_rows_that_one_database_would) {
  write("spread", HappyStores::spread);
  SQLite::Database database(write("one", HappyStores::one_database).database);
  EXPECT_EQ(mail(), "event_id;email;at;kind\r\n" + lines(database, lines_of_mail));
  EXPECT_EQ(web(), lines(database, lines_of_web));
}

TEST_F(HappyFiles3000, leave_nothing_of_their_tables_in_the_database) {
  const HappyReport report = write("spread", HappyStores::spread);
  SQLite::Database database(report.database);
  EXPECT_EQ(database.execAndGet(tables_elsewhere).getInt(), 0);
  EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST_F(HappyFiles3000, are_the_bytes_that_they_were_when_they_passed_through_a_database) {
  write("spread", HappyStores::spread);
  EXPECT_EQ(sha256(mail()).hex(),
            "4712ac060e4f56e440bc3b177d4b38e2711fa64d2bedb5c62ce92d5013eb34b5");
  EXPECT_EQ(sha256(web()).hex(),
            "8c527a84b2b939dacc21473681fead617331248853982ab1d5ad7f90b3a4750d");
}

}  // namespace
}  // namespace besa::source
