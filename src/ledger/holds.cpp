// Orders not to delete: placed and released.
#include <array>

#include "ledger/fold.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* highest_hold_sql =
    "SELECT max(CAST(substr(id, 8) AS INTEGER)) FROM holds WHERE substr(id, 1, 7) = ?";
constexpr const char* insert_hold_sql =
    "INSERT INTO holds (id, matter, subject, tables, placed, review) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* find_hold_sql = "SELECT placed, released FROM holds WHERE id = ?";
constexpr const char* release_sql = "UPDATE holds SET released = ? WHERE id = ?";
constexpr const char* all_holds_sql =
    "SELECT id, matter, subject, tables, placed, review, released FROM holds ORDER BY id";

void check_placing(const Database&, const Record& entry) {
  if (!is_code(entry.text("matter"))) {
    refuse("a hold's matter is a code of letters, digits and . _ : / -, not free text");
  }
  const auto review = entry.optional_date("review");
  if (review && *review < entry.date("placed")) refuse("a hold is reviewed after it was placed");
}

void apply_placing(const Database& database, const Record& entry) {
  Query(database, insert_hold_sql)
      .with(entry.text("id"), entry.text("matter"), entry.count("subject"),
            to_line(entry.fields.at("tables")), entry.date("placed"), entry.optional_date("review"))
      .run();
}

void check_release(const Database& database, const Record& entry) {
  const std::string id = entry.text("id");
  Query hold(database, find_hold_sql);
  if (!hold.with(id).next()) refuse("this ledger knows no hold " + id, "see 'besa hold list'");
  if (!hold.is_null(1)) refuse("hold " + id + " was released on " + hold.text(1));
  if (entry.date("on") < hold.date(0)) refuse("hold " + id + " was placed on " + hold.text(0));
}

void apply_release(const Database& database, const Record& entry) {
  Query(database, release_sql).with(entry.date("on"), entry.text("id")).run();
}

}  // namespace

std::span<const Fold> hold_folds() {
  static constexpr std::array folds{Fold{"hold.placed", check_placing, apply_placing},
                                    Fold{"hold.released", check_release, apply_release}};
  return folds;
}

std::string Change::place_hold(model::Hold hold, const std::string& by) {
  hold.id = state_->next_id('H', highest_hold_sql);
  Json fields{{"id", hold.id},
              {"matter", hold.matter},
              {"subject", hold.subject},
              {"tables", hold.tables},
              {"placed", hold.placed.str()}};
  if (hold.review) fields["review"] = hold.review->str();
  state_->append("hold.placed", claimed(by), fields);
  return hold.id;
}

void Change::release_hold(const std::string& id, Date on, const std::string& by) {
  state_->append("hold.released", claimed(by), {{"id", id}, {"on", on.str()}});
}

std::vector<model::Hold> Ledger::holds() const {
  std::vector<model::Hold> holds;
  for (Query row(state_->database, all_holds_sql); row.next();) {
    holds.push_back({row.text(0), row.text(1), row.number(2),
                     row.json(3).get<std::vector<std::string>>(), row.date(4), row.optional_date(5),
                     row.optional_date(6)});
  }
  return holds;
}

}  // namespace besa::ledger
