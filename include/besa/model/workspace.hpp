// The workspace file, besa.json (besa.json(5)): which policies and datasets, which limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/date.hpp"
#include "besa/base/json.hpp"

namespace besa::model {

/// The blast radius of one manifest. Beyond a limit it needs a named, recorded override.
struct Limits {
  std::optional<std::uint64_t> subjects;    ///< most subjects in one manifest
  std::optional<double> share_of_table;     ///< most rows of a table, 0–1
  std::optional<double> factor_of_earlier;  ///< most times the median of earlier sweeps
  std::optional<double>
      share_of_unusable_dates;  ///< most missing, unreadable or future starts, 0–1
  Period manifest_expires{0, 0, 7};
  std::uint64_t batch_rows = 1'000'000;  ///< rows of one transaction, about
};

enum class VacuumChoice { when_needed, always, never };

struct Backup {
  std::string name, path;
  Period kept_for;
};

struct Workspace {
  std::vector<std::string> policies;  ///< paths relative to the workspace
  std::vector<std::string> datasets;
  std::string language = "en";
  Limits limits;
  VacuumChoice vacuum = VacuumChoice::when_needed;
  std::uint32_t wait_seconds = 5;  ///< for a database held by another program
  std::vector<Backup> backups;
  std::string metrics;  ///< file for the node exporter; empty: none
};

[[nodiscard]] Workspace read_workspace(std::string_view text, const std::string& file,
                                       std::vector<Fault>& faults);

}  // namespace besa::model
