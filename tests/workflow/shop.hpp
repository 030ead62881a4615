// A small shop in a folder of its own: a workspace made by init, a SQLite database of three
// customers, two people with keys, and a clock that stands.
//
//   a  bought last in 2016: due            c  joined in 2018 and never bought: due
//   b  bought last month: kept
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <string>

#include "besa/workflow/approve.hpp"
#include "besa/workflow/init.hpp"
#include "besa/workflow/session.hpp"
#include "besa/workflow/sweep.hpp"
#include "tests/base/file_fixture.hpp"

namespace besa::workflow {

class Shop : public Files {
 protected:
  static constexpr const char* rows = R"sql(
    CREATE TABLE customers (id TEXT PRIMARY KEY, email TEXT, joined TEXT);
    CREATE TABLE purchases (id INTEGER PRIMARY KEY, customer TEXT REFERENCES customers (id), at TEXT);
    CREATE INDEX purchases_customer ON purchases (customer, at);
    CREATE INDEX customers_email ON customers (email);
    INSERT INTO customers VALUES ('a', 'ana@x.example', '2015-03-01'), ('b', 'ben@x.example', '2020-01-01'),
                                 ('c', 'cen@x.example', '2018-05-05');
    INSERT INTO purchases VALUES (1, 'a', '2015-03-01T10:00:00Z'), (2, 'a', '2016-04-02T10:00:00Z'),
                                 (3, 'b', '2026-10-20T10:00:00Z'), (4, 'b', '2019-01-01T10:00:00Z');
  )sql";

  /// Makes the workspace with arta as first approver. The database is another step, so that a test
  /// may leave it out.
  void make_workspace() {
    init(
        {.folder = root(), .example = "", .members = 100, .seed = 1, .person = "arta", .key = arta},
        clock, silent);
    // Three customers are few: a share of the table says nothing here.
    std::string workspace = got(root() / "besa.json");
    workspace.replace(workspace.find("\"share_of_table\": 0.2"), 21, "\"share_of_table\": 1.0");
    put(root() / "besa.json", workspace);
  }
  void make_data(const std::string& sql = rows) {
    SQLite::Database database((root() / "data/customers.db").string(),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(sql);
    fs::permissions(root() / "data/customers.db", fs::perms::owner_read | fs::perms::owner_write);
  }
  void open_shop() {
    make_workspace();
    make_data();
  }

  [[nodiscard]] Path root() const { return at("shop"); }
  [[nodiscard]] std::unique_ptr<Session> session(const std::string& as = "besnik") {
    return std::make_unique<Session>(SessionOptions{root(), as, {}}, clock, silent);
  }
  /// Drafted by besnik; returns the manifest's id.
  std::string draft() {
    const auto reports = sweep(*session(), {});
    EXPECT_EQ(reports.size(), 1U);
    return reports.front().manifest;
  }
  [[nodiscard]] Path manifest(const std::string& id) const {
    return root() / ".besa/manifests" / id;
  }
  [[nodiscard]] model::Approval signed_by(const std::string& name, const SigningKey& key,
                                          const std::string& id,
                                          const std::string& override_reason = "") const {
    return sign_approval(got(manifest(id) / "header.json"), name, key, clock.now(),
                         override_reason);
  }
  void approve_as_arta(const std::string& id) {
    approve(*session("arta"), signed_by("arta", arta, id));
  }
  [[nodiscard]] std::int64_t count(const std::string& table) const {
    return SQLite::Database((root() / "data/customers.db").string())
        .execAndGet("SELECT count(*) FROM " + table)
        .getInt64();
  }
  void pass_days(int days) { clock.set({clock.now().seconds + 86'400 * days}); }

  FixedClock clock{*Instant::parse("2026-11-22T10:00:00Z")};
  Silent silent;
  SigningKey arta = SigningKey::generate();
};

}  // namespace besa::workflow
