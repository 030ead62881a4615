// A small club in SQLite: each test brings its tables, as SQL and as a dataset file.
#pragma once

#include <string>

#include "small_workspace.hpp"

namespace besa::workflow::testing {

/// Five years after the last visit a member is forgotten; on the day, who last came before
/// 2021-11-22 is due.
inline constexpr const char* club_day = "2026-11-22";

inline constexpr const char* members_sql =
    "CREATE TABLE members(id TEXT PRIMARY KEY, name TEXT, email TEXT, joined TEXT);"
    "CREATE TABLE visits(id INTEGER PRIMARY KEY, member TEXT REFERENCES members(id), at TEXT);";

inline constexpr const char* members_map =
    R"("members": {"key": ["id"], "subject": "member",
         "identifiers": {"member_id": "id", "email": "email"},
         "columns": {"name": "user.name.first"},
         "events": [{"at": "joined", "event": "collected"}],
         "times": {"joined": {"format": "date"}}},
       "visits": {"key": ["id"], "links": [{"columns": ["member"], "belongs_to": "members"}],
         "columns": {"at": "user.behavior"},
         "events": [{"at": "at", "event": "visit"}], "times": {"at": {"format": "date"}}})";

/// Rows of two members.
inline constexpr const char* accounts_map =
    R"("accounts": {"key": ["id"], "links": [{"columns": ["first"], "belongs_to": "members"},
        {"columns": ["second"], "belongs_to": "members"}], "columns": {"note": "user.behavior"}})";
inline constexpr const char* accounts_sql =
    "CREATE TABLE accounts(id INTEGER PRIMARY KEY, first TEXT REFERENCES members(id),"
    "  second TEXT REFERENCES members(id), note TEXT);";

class Club : public Workspace {
 public:
  /// `rules`: further retention rules, each ending with a comma.
  explicit Club(const std::string& rules = {}, const std::string& limits = {})
      : Workspace(club_day) {
    put("policies/club.json", policy(rules));
    workspace_file(R"("datasets/club.json")", limits);
  }

  void workspace_file(const std::string& datasets, const std::string& limits = {}) const {
    put("besa.json", R"({"policies": ["policies/club.json"], "datasets": [)" + datasets + "]" +
                         (limits.empty() ? "" : R"(, "limits": )" + limits) + "}");
  }

  void dataset(const std::string& name, const std::string& tables, const std::string& sql) const {
    put("datasets/" + name + ".json",
        R"({"dataset": ")" + name + R"(", "policy": "club", "held_by": "club", "source": )" +
            R"("sqlite:data/)" + name + R"(.db", "tables": {)" + tables + "}}");
    make_database("data/" + name + ".db", sql);
  }

  /// The usual members and visits, and what the test brings besides.
  void members_and(const std::string& tables, const std::string& sql) {
    dataset("club", members_map + (tables.empty() ? "" : "," + tables), members_sql + sql);
    make_ledger();
  }

  [[nodiscard]] Path database(const std::string& name = "club") const {
    return root() / "data" / (name + ".db");
  }
  void sql(const std::string& text) const { execute(database(), text); }
  [[nodiscard]] std::string ask(const std::string& question) const {
    return one(database(), question);
  }
  [[nodiscard]] std::string outcome(const std::string& manifest) {
    return std::string(name_of(approve_and_apply(manifest).certificate.outcome));
  }

 private:
  static std::string policy(const std::string& rules) {
    return R"({"name": "club", "version": "1", "title": "The club's promise", "controller": "club",
      "time_zone": "UTC", "effective_from": "2020-01-01",
      "parties": [
        {"id": "club", "name": "Club", "role": "controller", "country": "AL"},
        {"id": "bar", "name": "Bar", "role": "third_party", "country": "AL"}],
      "laws": [{"id": "tax", "title": "The tax law"}],
      "contact_events": {"visit": {"counts": true, "reason": "came"},
        "web": {"counts": false, "reason": "a page may be a machine's"}},
      "retention": [)" +
           rules +
           R"({"id": "members", "clause": "C-1", "subject": "member", "from": "last_contact",
          "period": "P5Y"}],
      "erasure_hold": {"period": "P14D", "clause": "C-1"},
      "clauses": [{"id": "C-1", "document": "promise", "original": "We forget.",
        "carried_by": ["members"]}]})";
  }
};

}  // namespace besa::workflow::testing
