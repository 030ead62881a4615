// Status: what is due, overdue, held, undetermined, unfinished, outstanding here or with others,
// each with the command that settles it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "besa/workflow/session.hpp"

namespace besa::workflow {

enum class Audience { everybody, ops, dpo };

struct StatusLine {
  std::string topic;  ///< "unfinished", "approval", "outstanding", "due", "held", "doctor"…
  Audience audience = Audience::everybody;
  std::string message;
  std::string command;  ///< what settles it; empty where nothing is to be done
  bool needs_person = false;
  /// Meaningful where it needs a person: partial where something was carried out in part only.
  ErrorKind kind = ErrorKind::finding;
};

[[nodiscard]] std::vector<StatusLine> status(Session& session, Audience audience);

/// Permissions, keys, clock, disk space, SQLite's compile options, backups, checkpoints that never
/// left the machine, network file systems, root.
[[nodiscard]] std::vector<model::Finding> doctor(Session& session);

/// The node exporter's text format, written to the workspace's metrics file.
void write_metrics(Session& session);

}  // namespace besa::workflow
