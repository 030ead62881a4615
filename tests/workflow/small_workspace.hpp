// A workspace in a temporary folder whose files a test writes itself, with two people who may
// approve, and a manifest's lines as short texts to compare with plain SQL.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "besa/workflow/give_up.hpp"
#include "happy_workspace.hpp"
#include "sqlite_rows.hpp"

namespace besa::workflow::testing {

/// Noon, UTC, of a day.
inline Instant noon_of(const std::string& day) {
  return *Instant::parse(day + "T12:00:00Z");
}

class Workspace {
 public:
  explicit Workspace(const std::string& day) : clock_(noon_of(day)) {}

  [[nodiscard]] const Path& root() const { return folder_.path(); }
  [[nodiscard]] Path manifest_folder(const std::string& manifest) const {
    return root() / ".besa" / "manifests" / manifest;
  }

  void put(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((root() / file).parent_path());
    write_file(root() / file, text);
  }
  /// A new SQLite file made of plain SQL.
  void make_database(const std::string& file, const std::string& sql) const {
    std::filesystem::create_directories((root() / file).parent_path());
    static_cast<void>(run_sql(root() / file, sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  }

  void make_ledger() {
    ledger::Ledger::create(root() / ".besa", "besa.test/small", clock_);
    ledger::Ledger ledger(root() / ".besa", clock_);
    enrol(ledger, "agim", agim_);
    enrol(ledger, "drita", drita_);
  }

  void set_day(const std::string& day) { clock_.set(noon_of(day)); }

  [[nodiscard]] std::unique_ptr<Session> session(const std::string& as = "agim") {
    return std::make_unique<Session>(SessionOptions{root(), as, {}}, clock_, silent_);
  }

  SweepReport sweep(const SweepOptions& options = {}) {
    return workflow::sweep(*session(), options).at(0);
  }
  std::string draft(const SweepOptions& options = {}) { return sweep(options).manifest; }

  void approve(const std::string& manifest) {
    const auto with = session("drita");
    const std::string header = read_file(manifest_folder(manifest) / "header.json");
    workflow::approve(*with, sign_approval(header, "drita", drita_, clock_.now(), {}));
  }
  ApplyReport apply(const std::string& manifest) {
    return workflow::apply(*session(), ApplyOptions{manifest});
  }
  ApplyReport approve_and_apply(const std::string& manifest) {
    approve(manifest);
    return apply(manifest);
  }

  /// drita's, of a manifest that was begun.
  [[nodiscard]] model::Rejection rejection(const std::string& manifest) const {
    const std::string header = read_file(manifest_folder(manifest) / "header.json");
    return sign_rejection(header, "drita", drita_, clock_.now(), "store-lost");
  }

  /// A hold on the person with this root key, or on nobody's tables in particular.
  std::string place_hold(const std::string& root_table, const std::string& key_json,
                         std::vector<std::string> tables = {}) {
    const auto with = session();
    model::Hold hold;
    hold.matter = "M-1";
    hold.placed = with->real_today(*with->realms().front().policy);
    hold.tables = std::move(tables);
    if (!root_table.empty()) {
      hold.subject = 4711;
      const std::string person = Json{{"root", root_table}, {"key", parse_json(key_json)}}.dump();
      with->vault().put("subject-4711", as_bytes(person));
    }
    ledger::Change change = with->ledger().begin();
    std::string id = change.place_hold(hold, "agim");
    change.commit();
    return id;
  }

  /// Record lines in the manifest's order: "table [key] erase", "table [key] mask a,b cut c".
  [[nodiscard]] std::vector<std::string> lines(const std::string& manifest) const {
    std::vector<std::string> found;
    const Path folder = manifest_folder(manifest);
    const model::ManifestHeader header = read_header(folder);
    read_body(folder, header, [&](const model::BodyLine& line) {
      if (!line.record) return;
      const auto& record = *line.record;
      std::string text = header.tables.at(record.table).table + " " + record.key;
      text += record.deed == model::Deed::erase ? " erase" : " mask";
      if (!record.clear.empty()) text += " " + joined(record.clear);
      if (!record.cut.empty()) text += " cut " + joined(record.cut);
      found.push_back(text);
    });
    return found;
  }
  [[nodiscard]] std::vector<std::string> sorted_lines(const std::string& manifest) const {
    std::vector<std::string> found = lines(manifest);
    std::sort(found.begin(), found.end());
    return found;
  }
  /// Root keys of the manifest's subjects, as JSON, sorted.
  [[nodiscard]] std::vector<std::string> people(const std::string& manifest) const {
    std::vector<std::string> found;
    read_body(manifest_folder(manifest), read_header(manifest_folder(manifest)),
              [&](const model::BodyLine& line) {
                if (line.subject) found.push_back(line.subject->key);
              });
    std::sort(found.begin(), found.end());
    return found;
  }

  FixedClock clock_;

 private:
  static std::string joined(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
    return text;
  }

  void enrol(ledger::Ledger& ledger, const std::string& name, const SigningKey& key) {
    const std::string statement =
        ledger::enrolment_statement(ledger.origin(), name, key.public_key(), true);
    ledger::Change change = ledger.begin();
    change.enrol_key(name, key.public_key(), true, "agim",
                     agim_.sign(as_bytes(statement)).base64());
    change.commit();
  }

  TemporaryFolder folder_;
  Silent silent_;
  SigningKey agim_ = SigningKey::generate(), drita_ = SigningKey::generate();
};

/// One column of rows, sorted as bytes.
inline std::vector<std::string> sorted_column(const SqlRows& rows) {
  std::vector<std::string> values;
  for (const auto& row : rows) values.push_back(row.at(0));
  std::sort(values.begin(), values.end());
  return values;
}

/// One row of one column.
inline std::string one(const std::filesystem::path& database, const std::string& sql) {
  return rows_of(database, sql).at(0).at(0);
}

}  // namespace besa::workflow::testing
