// The club with its members in SQLite and their orders in a CSV file of a shop.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "club_workspace.hpp"

namespace besa::workflow::testing {

inline constexpr const char* people_sql =
    "CREATE TABLE visits(id INTEGER PRIMARY KEY, member TEXT, at TEXT);"
    "CREATE TABLE members(id TEXT PRIMARY KEY, name TEXT, email TEXT, joined TEXT);"
    "INSERT INTO members VALUES('m1','Arta','arta@club.example','2010-01-01'),"
    "('m2','Besnik','besnik@club.example','2010-01-01'),('m3','Çelik',NULL,'2026-01-01');";

/// Orders in a CSV file: m1's and m3's.
class TwoStores : public ::testing::Test {
 protected:
  TwoStores() {
    club_.dataset("club", members_map, people_sql);
    club_.workspace_file(R"("datasets/club.json", "datasets/shop.json")");
    club_.make_ledger();
    shop("club", "");
    orders();
  }

  void shop(const std::string& held_by, const std::string& events,
            const std::string& source = R"("source": "csv:data/shop",)") const {
    club_.put("datasets/shop.json", R"({"dataset": "shop", "policy": "club", "held_by": ")" +
                                        held_by + R"(",)" + source +
                                        R"("tables": {"orders": {"key": ["no"],
            "links": [{"columns": ["who"], "belongs_to": "club.members"}],
            "columns": {"no": "none", "at": "user.behavior"})" +
                                        events + "}}}");
  }
  void orders() const {
    club_.put("data/shop/orders.csv", "no,who,at\no1,m1,2012-01-01\no2,m3,2026-02-02\n");
  }
  void lose_the_shop() const { std::filesystem::remove_all(club_.root() / "data" / "shop"); }

  /// The file is of noon of this day.
  static void is_of(const Path& file, const std::string& day) {
    const auto age = std::chrono::seconds(noon_of(day).seconds);
    std::filesystem::last_write_time(
        file, std::chrono::file_clock::from_sys(std::chrono::sys_seconds(age)));
  }

  SweepReport look() {
    return club_.sweep({.policy = {}, .dry_run = true, .oldest = {}, .ahead = {}});
  }
  std::string members() const {
    return club_.ask("SELECT group_concat(id) FROM (SELECT id FROM members ORDER BY id)");
  }

  Club club_;
};

}  // namespace besa::workflow::testing
