#include "besa/workflow/sweep.hpp"
#include "cli/command_groups.hpp"
#include "cli/render_sweep.hpp"

namespace besa::cli {
namespace {

struct SweepFlags {
  std::string policy;
  bool dry_run = false;
  std::optional<std::uint64_t> oldest;
  std::optional<Period> ahead;
};

void fill(Flags& flags, SweepFlags& options) {
  flags.text("--policy", "NAME", options.policy,
             "only this policy (default: each of the workspace)");
  flags.toggle("--dry-run", options.dry_run,
               "only find who is due: no manifest, no entry in the log");
  flags.number("--oldest", options.oldest, "a first wave: the so many longest overdue");
  flags.period("--ahead", options.ahead,
               "also what falls due until then, each with its own first day");
}

bool beyond_limits(const workflow::SweepReport& report) {
  return !report.exceeded.empty() && !report.simulated;
}

int run(Context& context, const SweepFlags& options) {
  const auto reports = workflow::sweep(context.session(), {.policy = options.policy,
                                                           .dry_run = options.dry_run,
                                                           .oldest = options.oldest,
                                                           .ahead = options.ahead});
  Json list = Json::array();
  for (const workflow::SweepReport& report : reports) {
    if (context.json()) {
      list.push_back(sweep_json(report));
    } else {
      context.out() << (&report == &reports.front() ? "" : "\n")
                    << sweep_text(report, options.dry_run);
    }
  }
  if (context.json()) {
    context.print(list);
  }
  const bool refused =
      !options.dry_run && std::any_of(reports.begin(), reports.end(), beyond_limits);
  if (refused) {
    return static_cast<int>(ErrorKind::refused);
  }
  const bool waits = std::any_of(reports.begin(), reports.end(), workflow::waits_for_a_source);
  return waits ? static_cast<int>(ErrorKind::finding) : 0;
}

}  // namespace

void add_sweep(Tree& tree) {
  tree.add<SweepFlags>({{"sweep"},
                        "find who is due and freeze it in a manifest; changes nothing",
                        {"besa sweep", "besa sweep --dry-run --today 2027-01-01",
                         "besa sweep --oldest 50", "besa sweep --ahead P7D"}},
                       fill, run);
}

}  // namespace besa::cli
