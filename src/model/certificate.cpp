#include "besa/model/certificate.hpp"

#include <algorithm>
#include <array>

#include "model/record.hpp"

namespace besa::model {

namespace {

constexpr const char* certificate_in_errors = "certificate";
constexpr std::array outcomes{RunOutcome::done, RunOutcome::partly_done,
                              RunOutcome::residue_pending, RunOutcome::given_up};

Json table_json(const Certificate::TableResult& table) {
  Json json = {{"dataset", table.dataset},
               {"table", table.table},
               {"erased", table.erased},
               {"masked", table.masked},
               {"retained", table.retained},
               {"skipped", table.skipped},
               {"verified_absent", table.verified_absent},
               {"still_there", table.still_there}};
  if (table.given_up > 0) json["given_up"] = table.given_up;
  return json;
}

Json count_json(const Certificate::Count& count) {
  return {{"what", count.what}, {"count", count.count}};
}

Json outstanding_json(const Certificate::Outstanding& each) {
  return {{"dataset", each.dataset},
          {"party", each.party},
          {"why", each.why},
          {"records", each.records},
          {"instruction", each.instruction}};
}

Json look_json(const Certificate::Look& look) {
  Json json = {{"dataset", look.dataset},       {"clean", look.clean},
               {"bytes_read", look.bytes_read}, {"values_sought", look.values_sought},
               {"too_short", look.too_short},   {"excused", look.excused},
               {"found", look.found},           {"steps", look.steps}};
  if (!look.of_files) json["of_files"] = false;
  return json;
}

RunOutcome outcome_field(ObjectReader& reader, const char* name) {
  std::vector<std::string> names;
  for (const RunOutcome outcome : outcomes) names.emplace_back(name_of(outcome));
  const std::string said = reader.word(name, names);
  for (const RunOutcome outcome : outcomes) {
    if (said == name_of(outcome)) return outcome;
  }
  return RunOutcome::residue_pending;
}

std::vector<Certificate::Count> counts_field(ObjectReader& reader, const char* name) {
  std::vector<Certificate::Count> counts;
  const auto read = [&](ObjectReader& fields, std::size_t) {
    counts.push_back({fields.text("what"), count_field(fields, "count")});
    fields.done();
  };
  reader.objects(name, read, true);
  return counts;
}

void read_tables(ObjectReader& reader, Certificate& certificate) {
  const auto read = [&](ObjectReader& fields, std::size_t) {
    certificate.tables.push_back({fields.text("dataset"), fields.text("table"),
                                  count_field(fields, "erased"), count_field(fields, "masked"),
                                  count_field(fields, "retained"), count_field(fields, "skipped"),
                                  count_field(fields, "verified_absent"),
                                  count_field(fields, "still_there"),
                                  fields.has("given_up") ? count_field(fields, "given_up") : 0});
    fields.done();
  };
  reader.objects("tables", read, true);
}

void read_looks(ObjectReader& reader, Certificate& certificate) {
  const auto read = [&](ObjectReader& fields, std::size_t) {
    Certificate::Look look;
    look.dataset = fields.text("dataset");
    look.clean = flag_field(fields, "clean");
    look.bytes_read = count_field(fields, "bytes_read");
    look.values_sought = count_field(fields, "values_sought");
    look.too_short = count_field(fields, "too_short");
    look.excused = count_field(fields, "excused");
    look.found = fields.texts("found");
    look.steps = fields.texts("steps");
    look.of_files = fields.boolean_or("of_files", true);
    fields.done();
    certificate.looks.push_back(std::move(look));
  };
  reader.objects("looks", read, true);
}

void read_outstanding(ObjectReader& reader, Certificate& certificate) {
  const auto read = [&](ObjectReader& fields, std::size_t) {
    certificate.outstanding.push_back({fields.text("dataset"), fields.text_or("party", ""),
                                       fields.text("why"), count_field(fields, "records"),
                                       fields.text_or("instruction", "")});
    fields.done();
  };
  reader.objects("outstanding",
                 read);  // certificates from before there were several stores lack it
}

void read_policy(ObjectReader& reader, Certificate& certificate) {
  const auto read = [&](ObjectReader& fields) {
    certificate.policy = fields.text("name");
    certificate.policy_version = fields.text("version");
    certificate.policy_digest = digest_field(fields, "digest");
    fields.done();
  };
  reader.object("policy", read, true);
}

void read_people(ObjectReader& reader, Certificate& certificate) {
  certificate.drafted_by = actor_field(reader, "drafted_by");
  certificate.approved_by = reader.texts("approved_by");
  const std::uint64_t eyes = count_field(reader, "eyes");
  constexpr std::uint64_t most = 1000;
  if (eyes > most) reader.fault("eyes", "must be a number of people");
  certificate.eyes = static_cast<std::uint32_t>(eyes > most ? 0 : eyes);
  certificate.override_reason = reader.text_or("override_reason", "");
}

void read_given_up(ObjectReader& reader, Certificate& certificate) {
  const auto read = [&](ObjectReader& fields) {
    certificate.given_up_by = fields.text("by");
    certificate.given_up_reason = fields.text("reason");
    fields.done();
  };
  reader.object("given_up", read);
}

void read_ledger(ObjectReader& reader, Certificate& certificate) {
  const auto read = [&](ObjectReader& fields) {
    certificate.ledger_size = count_field(fields, "size");
    certificate.ledger_root = digest_field(fields, "root");
    fields.done();
  };
  reader.object("ledger", read, true);
}

}  // namespace

std::string_view name_of(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::done:
      return "done";
    case RunOutcome::partly_done:
      return "partly done";
    case RunOutcome::residue_pending:
      return "residue pending";
    case RunOutcome::given_up:
      return "given up";
  }
  return "";
}

bool Certificate::found_values() const {
  return std::any_of(looks.begin(), looks.end(),
                     [](const Look& look) { return !look.found.empty(); });
}

bool Certificate::nothing_outstanding() const {
  return skipped.empty() && outstanding.empty() && std::ranges::all_of(looks, &Look::clean) &&
         std::ranges::all_of(tables, [](const TableResult& table) {
           return table.skipped + table.still_there + table.given_up == 0;
         });
}

Json Certificate::to_json() const {
  Json json = {
      {"format", format},
      {"id", id},
      {"origin", origin},
      {"manifest", manifest},
      {"run", run},
      {"header", header.hex()},
      {"policy", {{"name", policy}, {"version", policy_version}, {"digest", policy_digest.hex()}}},
      {"begun", begun.str()},
      {"finished", finished.str()},
      {"outcome", name_of(outcome)},
      {"drafted_by", model::to_json(drafted_by)},
      {"approved_by", approved_by},
      {"eyes", eyes},
      {"override_reason", override_reason},
      {"tables", list_json(tables, table_json)},
      {"skipped", list_json(skipped, count_json)},
      {"retained", list_json(retained, count_json)},
      {"looks", list_json(looks, look_json)},
      {"outstanding", list_json(outstanding, outstanding_json)},
      {"not_covered", not_covered},
      {"ledger", {{"size", ledger_size}, {"root", ledger_root.hex()}}}};
  if (!given_up_by.empty()) json["given_up"] = {{"by", given_up_by}, {"reason", given_up_reason}};
  return json;
}

Certificate Certificate::parse(std::string_view json_text) {
  const Json json = parse_record(json_text, certificate_in_errors, format);
  std::vector<Fault> faults;
  ObjectReader reader(json, "", faults);
  Certificate certificate;
  static_cast<void>(reader.text("format"));
  certificate.id = reader.text("id");
  certificate.origin = reader.text("origin");
  certificate.manifest = reader.text("manifest");
  certificate.run = reader.text("run");
  certificate.header = digest_field(reader, "header");
  read_policy(reader, certificate);
  certificate.begun = instant_field(reader, "begun");
  certificate.finished = instant_field(reader, "finished");
  certificate.outcome = outcome_field(reader, "outcome");
  read_people(reader, certificate);
  read_given_up(reader, certificate);
  read_tables(reader, certificate);
  certificate.skipped = counts_field(reader, "skipped");
  certificate.retained = counts_field(reader, "retained");
  read_looks(reader, certificate);
  read_outstanding(reader, certificate);
  certificate.not_covered = reader.texts("not_covered");
  read_ledger(reader, certificate);
  reader.done();
  require_sound(faults, certificate_in_errors);
  return certificate;
}

}  // namespace besa::model
