#include "besa/model/manifest.hpp"

#include <algorithm>

#include "model/record.hpp"

namespace besa::model {

namespace {

constexpr const char* header_in_errors = "manifest header";

Json dataset_json(const ManifestHeader::DatasetRef& dataset) {
  return {
      {"name", dataset.name}, {"digest", dataset.digest.hex()}, {"schema", dataset.schema.hex()}};
}

Json table_json(const ManifestHeader::TableCount& table) {
  return {{"dataset", table.dataset}, {"table", table.table},       {"erase", table.erase},
          {"mask", table.mask},       {"retained", table.retained}, {"rows", table.rows}};
}

Json rule_json(const ManifestHeader::RuleCount& rule) {
  Json json{{"rule", rule.rule},
            {"clause", rule.clause},
            {"subjects", rule.subjects},
            {"records", rule.records}};
  if (rule.oldest) json["oldest"] = rule.oldest->str();
  return json;
}

Json body_json(const ManifestHeader& header) {
  Json chunks = Json::array();
  for (const Digest& chunk : header.chunks) chunks.push_back(chunk.hex());
  return {{"lines", header.body_lines},
          {"bytes", header.body_bytes},
          {"chunk_lines", header.chunk_lines},
          {"chunks", std::move(chunks)}};
}

void read_datasets(ObjectReader& reader, ManifestHeader& header) {
  const auto read = [&](ObjectReader& fields, std::size_t) {
    header.datasets.push_back(
        {fields.text("name"), digest_field(fields, "digest"), digest_field(fields, "schema")});
    fields.done();
  };
  reader.objects("datasets", read, true);
}

void read_tables(ObjectReader& reader, ManifestHeader& header) {
  const auto read = [&](ObjectReader& fields, std::size_t) {
    header.tables.push_back({fields.text("dataset"), fields.text("table"),
                             count_field(fields, "erase"), count_field(fields, "mask"),
                             count_field(fields, "retained"), count_field(fields, "rows")});
    fields.done();
  };
  reader.objects("tables", read, true);
}

void read_rules(ObjectReader& reader, ManifestHeader& header) {
  const auto read = [&](ObjectReader& fields, std::size_t) {
    header.rules.push_back({fields.text("rule"), fields.text_or("clause", ""),
                            count_field(fields, "subjects"), count_field(fields, "records"),
                            fields.optional_date("oldest")});
    fields.done();
  };
  reader.objects("rules", read, true);
}

void read_chunks(ObjectReader& fields, ManifestHeader& header) {
  for (const std::string& text : fields.texts("chunks")) {
    const auto digest = Digest::parse(text);
    if (!digest) fields.fault("chunks", "must be digests of 64 hexadecimal digits");
    header.chunks.push_back(digest.value_or(Digest{}));
  }
}

void read_body(ObjectReader& reader, ManifestHeader& header) {
  const auto read = [&](ObjectReader& fields) {
    header.body_lines = count_field(fields, "lines");
    header.body_bytes = count_field(fields, "bytes");
    header.chunk_lines = count_field(fields, "chunk_lines");
    read_chunks(fields, header);
    const std::uint64_t whole = std::max<std::uint64_t>(header.chunk_lines, 1);
    if (header.chunks.size() != header.body_lines / whole + (header.body_lines % whole != 0)) {
      fields.fault("chunks", "must be one for every chunk_lines of the lines");
    }
    fields.done();
  };
  reader.object("body", read, true);
}

void read_policy(ObjectReader& reader, ManifestHeader& header) {
  const auto read = [&](ObjectReader& fields) {
    header.policy = fields.text("name");
    header.policy_version = fields.text("version");
    header.policy_digest = digest_field(fields, "digest");
    fields.done();
  };
  reader.object("policy", read, true);
}

/// "M-2026-0007": a letter, a year, a number; safe as the name of a folder.
bool is_manifest_id(std::string_view id) {
  const auto digits = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  return id.size() >= 11 && id.size() <= 20 && id.starts_with("M-") && id[6] == '-' &&
         digits(id.substr(2, 4)) && digits(id.substr(7));
}

void read_identity(ObjectReader& reader, ManifestHeader& header) {
  header.id = reader.text("id");
  if (!is_manifest_id(header.id)) reader.fault("id", "must be like M-2026-0007");
  header.origin = reader.text("origin");
  header.why = reader.text("why");
  header.drafted_by = actor_field(reader, "drafted_by");
  header.drafted_at = instant_field(reader, "drafted_at");
  header.as_of = reader.date("as_of");
  header.not_before = reader.date("not_before");
  header.expires = reader.date("expires");
  if (header.expires < header.not_before) reader.fault("expires", "must not lie before not_before");
  header.simulated = flag_field(reader, "simulated");
}

void read_totals(ObjectReader& reader, ManifestHeader& header) {
  header.subjects = count_field(reader, "subjects");
  header.records = count_field(reader, "records");
  header.held = count_field(reader, "held");
  header.undetermined = count_field(reader, "undetermined");
  header.flagged = count_field(reader, "flagged");
  header.exceeded = reader.texts("exceeded");
  header.key_check = digest_field(reader, "key_check");
}

}  // namespace

std::string ManifestHeader::to_text() const {
  return to_pretty(
      {{"format", format},
       {"id", id},
       {"origin", origin},
       {"why", why},
       {"drafted_by", to_json(drafted_by)},
       {"drafted_at", drafted_at.str()},
       {"as_of", as_of.str()},
       {"not_before", not_before.str()},
       {"expires", expires.str()},
       {"simulated", simulated},
       {"policy", {{"name", policy}, {"version", policy_version}, {"digest", policy_digest.hex()}}},
       {"datasets", list_json(datasets, dataset_json)},
       {"tables", list_json(tables, table_json)},
       {"rules", list_json(rules, rule_json)},
       {"subjects", subjects},
       {"records", records},
       {"held", held},
       {"undetermined", undetermined},
       {"flagged", flagged},
       {"exceeded", exceeded},
       {"key_check", key_check.hex()},
       {"body", body_json(*this)}});
}

ManifestHeader ManifestHeader::parse(std::string_view text) {
  const Json json = parse_record(text, header_in_errors, format);
  std::vector<Fault> faults;
  ObjectReader reader(json, "", faults);
  ManifestHeader header;
  static_cast<void>(reader.text("format"));
  read_identity(reader, header);
  read_policy(reader, header);
  read_datasets(reader, header);
  read_tables(reader, header);
  read_rules(reader, header);
  read_totals(reader, header);
  read_body(reader, header);
  reader.done();
  require_sound(faults, header_in_errors);
  return header;
}

}  // namespace besa::model
