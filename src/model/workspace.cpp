#include "besa/model/workspace.hpp"

#include "model/reading.hpp"

namespace besa::model {
namespace {

void check_paths(ObjectReader& reader, const char* name, const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (const auto wrong = path_fault(paths[i])) {
      reader.faults().push_back({reader.pointer(name) + "/" + std::to_string(i), *wrong, {}});
    }
  }
  if (const auto twice = repeated(paths)) {
    reader.fault(name, "names '" + *twice + "' twice");
  }
}

std::optional<double> read_share(ObjectReader& reader, const char* name) {
  const auto share = reader.optional_number(name);
  if (share && !(*share >= 0.0 && *share <= 1.0)) {
    reader.fault(name, "must be a share between 0 and 1", "a tenth is 0.1");
  }
  return share;
}

std::optional<std::uint64_t> read_count(ObjectReader& reader, const char* name,
                                        std::int64_t least) {
  const auto count = reader.optional_integer(name);
  if (count && *count < least) {
    reader.fault(name, "must be at least " + std::to_string(least));
    return std::nullopt;
  }
  return count ? std::optional(static_cast<std::uint64_t>(*count)) : std::nullopt;
}

std::optional<Period> read_finite(ObjectReader& reader, const char* name) {
  const auto period = reader.optional_period(name);
  if (period && period->is_indefinite()) {
    reader.fault(name, "must end some day", "a period such as P7D");
  }
  return period;
}

Limits read_limits(ObjectReader& reader) {
  Limits limits;
  limits.subjects = read_count(reader, "subjects", 0);
  limits.share_of_table = read_share(reader, "share_of_table");
  limits.factor_of_earlier = reader.optional_number("factor_of_earlier");
  if (limits.factor_of_earlier && !(*limits.factor_of_earlier >= 1.0)) {
    reader.fault("factor_of_earlier", "must be at least 1");
  }
  limits.share_of_unusable_dates = read_share(reader, "share_of_unusable_dates");
  limits.manifest_expires =
      read_finite(reader, "manifest_expires").value_or(limits.manifest_expires);
  limits.batch_rows = read_count(reader, "batch_rows", 1).value_or(limits.batch_rows);
  reader.done();
  return limits;
}

VacuumChoice read_vacuum(ObjectReader& reader) {
  const auto word = reader.word_or("vacuum", {"when_needed", "always", "never"}, "when_needed");
  if (word == "always") {
    return VacuumChoice::always;
  }
  return word == "never" ? VacuumChoice::never : VacuumChoice::when_needed;
}

Backup read_backup(ObjectReader& reader) {
  Backup backup;
  backup.name = reader.text("name");
  backup.path = reader.text("path");
  backup.kept_for = reader.period("kept_for");
  reader.done();
  return backup;
}

std::vector<Backup> read_backups(ObjectReader& reader) {
  std::vector<Backup> backups;
  std::vector<std::string> names;
  reader.objects("backups", [&](ObjectReader& each, std::size_t) {
    backups.push_back(read_backup(each));
    names.push_back(backups.back().name);
  });
  if (const auto twice = repeated(names)) {
    reader.fault("backups", "names '" + *twice + "' twice");
  }
  return backups;
}

std::uint32_t read_wait(ObjectReader& reader, std::uint32_t otherwise) {
  constexpr std::uint64_t one_day = 86'400;
  const auto seconds = read_count(reader, "wait_seconds", 0);
  if (seconds && *seconds > one_day) {
    reader.fault("wait_seconds", "must be at most " + std::to_string(one_day));
    return otherwise;
  }
  return seconds ? static_cast<std::uint32_t>(*seconds) : otherwise;
}

}  // namespace

Workspace read_workspace(std::string_view text, const std::string& file,
                         std::vector<Fault>& faults) {
  const Json json = parse_written(text, file);
  ObjectReader reader(json, "", faults);
  Workspace workspace;
  read_format(reader);
  workspace.policies = reader.texts("policies");
  check_paths(reader, "policies", workspace.policies);
  workspace.datasets = reader.texts("datasets");
  check_paths(reader, "datasets", workspace.datasets);
  workspace.language = reader.word_or("language", {"en", "sq"}, "en");
  reader.object("limits", [&](ObjectReader& each) { workspace.limits = read_limits(each); });
  workspace.vacuum = read_vacuum(reader);
  workspace.wait_seconds = read_wait(reader, workspace.wait_seconds);
  workspace.backups = read_backups(reader);
  workspace.metrics = reader.text_or("metrics", "");
  reader.done();
  return workspace;
}

}  // namespace besa::model
