#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/model/manifest.hpp"
#include "model/record.hpp"

namespace besa::model {

namespace {

constexpr const char* approval_name = "approval";
constexpr const char* rejection_name = "rejection";
constexpr const char* standing_name = "approval in advance";

Json statement_of(const Approval& approval) {
  return {{"format", Approval::format},      {"manifest", approval.manifest},
          {"header", approval.header.hex()}, {"by", approval.by},
          {"at", approval.at.str()},         {"override_reason", approval.override_reason}};
}

Json statement_of(const Rejection& rejection) {
  return {{"format", Rejection::format},      {"manifest", rejection.manifest},
          {"header", rejection.header.hex()}, {"by", rejection.by},
          {"at", rejection.at.str()},         {"reason", rejection.reason}};
}

Json statement_of(const StandingApproval& approval) {
  Json datasets = Json::object();
  for (const auto& [name, digest] : approval.datasets) datasets[name] = digest.hex();
  return {{"format", StandingApproval::format},
          {"id", approval.id},
          {"origin", approval.origin},
          {"rules", approval.rules},
          {"policy_digest", approval.policy_digest.hex()},
          {"datasets", std::move(datasets)},
          {"most_subjects", approval.most_subjects},
          {"most_records", approval.most_records},
          {"until", approval.until.str()},
          {"by", approval.by},
          {"at", approval.at.str()}};
}

template <class Signed>
std::string signed_text(const Signed& approval) {
  Json json = statement_of(approval);
  json["public_key"] = approval.public_key;
  json["signature"] = approval.signature;
  return to_pretty(json);
}

void read_datasets(ObjectReader& reader, StandingApproval& approval) {
  const auto read = [&](const std::string& name, const Json& value, const std::string&) {
    const auto digest = value.is_string() ? Digest::parse(value.get<std::string>()) : std::nullopt;
    if (!digest) reader.fault("datasets", "must hold digests of 64 hexadecimal digits");
    approval.datasets[name] = digest.value_or(Digest{});
  };
  reader.entries("datasets", read, true);
}

std::string refuse_dataset(const StandingApproval& approval,
                           const ManifestHeader::DatasetRef& dataset) {
  const auto covered = approval.datasets.find(dataset.name);
  if (covered == approval.datasets.end()) return "dataset " + dataset.name + " is not covered";
  if (covered->second != dataset.digest) {
    return "dataset " + dataset.name + " was changed since it was given";
  }
  return {};
}

std::string refuse_contents(const StandingApproval& approval, const ManifestHeader& header) {
  for (const auto& dataset : header.datasets) {
    if (auto why = refuse_dataset(approval, dataset); !why.empty()) return why;
  }
  for (const auto& rule : header.rules) {
    if (std::ranges::find(approval.rules, rule.rule) == approval.rules.end()) {
      return "rule " + rule.rule + " is not covered";
    }
  }
  if (header.subjects > approval.most_subjects) {
    return counted(header.subjects, "subject", "subjects") + ", more than the " +
           grouped(approval.most_subjects) + " it covers";
  }
  if (header.records > approval.most_records) {
    return counted(header.records, "record", "records") + ", more than the " +
           grouped(approval.most_records) + " it covers";
  }
  return {};
}

}  // namespace

std::string Approval::statement() const {
  return to_line(statement_of(*this)) + "\n";
}
std::string Approval::to_text() const {
  return signed_text(*this);
}

Approval Approval::parse(std::string_view text) {
  const Json json = parse_record(text, approval_name, format);
  std::vector<Fault> faults;
  ObjectReader reader(json, "", faults);
  Approval approval;
  static_cast<void>(reader.text("format"));
  approval.manifest = reader.text("manifest");
  approval.header = digest_field(reader, "header");
  approval.by = reader.text("by");
  approval.at = instant_field(reader, "at");
  approval.override_reason = reader.text_or("override_reason", "");
  approval.public_key = reader.text("public_key");
  approval.signature = reader.text("signature");
  reader.done();
  require_sound(faults, approval_name);
  return approval;
}

std::string Rejection::statement() const {
  return to_line(statement_of(*this)) + "\n";
}
std::string Rejection::to_text() const {
  return signed_text(*this);
}

Rejection Rejection::parse(std::string_view text) {
  const Json json = parse_record(text, rejection_name, format);
  std::vector<Fault> faults;
  ObjectReader reader(json, "", faults);
  Rejection rejection;
  static_cast<void>(reader.text("format"));
  rejection.manifest = reader.text("manifest");
  rejection.header = digest_field(reader, "header");
  rejection.by = reader.text("by");
  rejection.at = instant_field(reader, "at");
  rejection.reason = reader.text("reason");
  rejection.public_key = reader.text("public_key");
  rejection.signature = reader.text("signature");
  reader.done();
  require_sound(faults, rejection_name);
  return rejection;
}

std::string StandingApproval::statement() const {
  return to_line(statement_of(*this)) + "\n";
}
std::string StandingApproval::to_text() const {
  return signed_text(*this);
}

StandingApproval StandingApproval::parse(std::string_view text) {
  const Json json = parse_record(text, standing_name, format);
  std::vector<Fault> faults;
  ObjectReader reader(json, "", faults);
  StandingApproval approval;
  static_cast<void>(reader.text("format"));
  approval.id = reader.text("id");
  approval.origin = reader.text("origin");
  approval.rules = reader.texts("rules");
  approval.policy_digest = digest_field(reader, "policy_digest");
  read_datasets(reader, approval);
  approval.most_subjects = count_field(reader, "most_subjects");
  approval.most_records = count_field(reader, "most_records");
  approval.until = reader.date("until");
  approval.by = reader.text("by");
  approval.at = instant_field(reader, "at");
  approval.public_key = reader.text("public_key");
  approval.signature = reader.text("signature");
  reader.done();
  require_sound(faults, standing_name);
  return approval;
}

std::string StandingApproval::refuses(const ManifestHeader& header, Date today) const {
  if (header.why != "retention") return "it covers retention only, never " + header.why;
  if (header.origin != origin) return "it was given for another ledger";
  if (header.simulated) return "the manifest is a simulation";
  if (today > until) return "it ended on " + until.str();
  if (header.policy_digest != policy_digest) return "the policy was changed since it was given";
  if (!header.exceeded.empty()) return "a limit is exceeded: " + header.exceeded.front();
  return refuse_contents(*this, header);
}

}  // namespace besa::model
