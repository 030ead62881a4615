// Night: the one line for cron. Resumes what is unfinished, checks sources, sweeps, applies what is
// approved, looks for people who reappeared, checkpoints, writes metrics.
#pragma once

#include <string>
#include <vector>

#include "besa/workflow/session.hpp"

namespace besa::workflow {

struct NightStep {
  std::string name;  ///< "resume", "check", "sweep", "apply", "reappeared", "checkpoint",
                     ///< "outstanding", "metrics"
  ErrorKind kind = ErrorKind::failed;  ///< meaningful where `wrong`
  bool wrong = false;
  bool news = false;    ///< somebody should read it although nothing went wrong
  std::string message;  ///< empty where there was nothing to do
};

/// Goes on after a step that fails, so that one broken source stops no other; the worst step
/// decides the exit code.
[[nodiscard]] std::vector<NightStep> night(Session& session);

}  // namespace besa::workflow
