// The club with its members in SQLite and their orders on a PostgreSQL server that can be stopped.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "at.hpp"
#include "club_workspace.hpp"
#include "tests/source/postgresql_server.hpp"

namespace besa::workflow::testing {

/// Members in SQLite, their orders on a server; m1, m2 and m3 have orders, m4 has none, m5 stays.
/// One person goes in each batch.
class ClubWithServer : public ::testing::Test {
 protected:
  explicit ClubWithServer(const std::string& rules = {}) : club_(rules) {
    club_.dataset("club", members_map,
                  std::string(members_sql) +
                      "INSERT INTO members VALUES('m1','Arta','arta@club.example','2010-01-01'),"
                      "('m2','Besnik','besnik@club.example','2010-01-01'),"
                      "('m3','Cen','cen@club.example','2010-01-01'),"
                      "('m4','Drita','drita@club.example','2010-01-01'),"
                      "('m5','Ela','ela@club.example','2026-01-01');");
    club_.put("besa.json", R"({"policies": ["policies/club.json"], "vacuum": "always",
        "datasets": ["datasets/club.json", "datasets/orders.json"],
        "limits": {"batch_rows": 1, "share_of_table": 1.0}})");
    club_.put("datasets/orders.json",
              R"({"dataset": "orders", "policy": "club", "held_by": "club",
          "source": "postgresql:service=)" +
                  service_ + R"(", "tables": {"orders": {"key": ["no"],
          "links": [{"columns": ["who"], "belongs_to": "club.members"}],
          "columns": {"no": "none", "sent_to": "user.contact.address.street"}}}})");
    server_.run(
        "CREATE TABLE orders(no int PRIMARY KEY, who text, sent_to text);"
        "INSERT INTO orders VALUES(1,'m1','Rruga e Durresit 1'),(2,'m2','Rruga e Durresit 2'),"
        "(3,'m3','Rruga e Durresit 3'),(5,'m5','Rruga e Durresit 5')",
        "lost");
    club_.make_ledger();
  }
  ~ClubWithServer() override { server_.start_again(); }

  [[nodiscard]] std::string orders() const {
    return server_.text("SELECT coalesce(string_agg(who, ',' ORDER BY no), '') FROM orders",
                        "lost");
  }
  [[nodiscard]] std::string members() const {
    return club_.ask("SELECT group_concat(id) FROM (SELECT id FROM members ORDER BY id)");
  }

  Club club_;
  postgresql::Server& server_ = server_that_stops();
  const std::string service_ = server_.emptied_database("lost");

 private:
  static postgresql::Server& server_that_stops() {
    static postgresql::Server server;
    return server;
  }
};

}  // namespace besa::workflow::testing
