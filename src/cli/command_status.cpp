#include "besa/base/text.hpp"
#include "besa/report/finding.hpp"
#include "besa/workflow/night.hpp"
#include "besa/workflow/status.hpp"
#include "cli/command_groups.hpp"
#include "cli/signals.hpp"

namespace besa::cli {
namespace {

constexpr int needs_a_person = static_cast<int>(ErrorKind::finding);

/// Which exit code stands for all of `lines` for which something is to be done: the one to look at
/// first.
template <class Line>
int worst(const std::vector<Line>& lines, bool Line::*counts) {
  for (const ErrorKind kind : {ErrorKind::failed, ErrorKind::busy, ErrorKind::partial,
                               ErrorKind::refused, ErrorKind::finding, ErrorKind::usage}) {
    for (const Line& line : lines) {
      if (line.*counts && line.kind == kind) {
        return static_cast<int>(kind);
      }
    }
  }
  return 0;
}

struct StatusFlags {
  std::string audience;
};

void status_flags(Flags& flags, StatusFlags& options) {
  flags.choice("--for", {"ops", "dpo"}, options.audience,
               "only what concerns the pager, or the desk");
}

workflow::Audience audience_of(const std::string& word) {
  if (word == "ops") {
    return workflow::Audience::ops;
  }
  return word == "dpo" ? workflow::Audience::dpo : workflow::Audience::everybody;
}

std::string_view name_of(workflow::Audience audience) {
  switch (audience) {
    case workflow::Audience::ops:
      return "ops";
    case workflow::Audience::dpo:
      return "dpo";
    case workflow::Audience::everybody:
      break;
  }
  return "everybody";
}

Json as_json(const std::vector<workflow::StatusLine>& lines) {
  Json list = Json::array();
  for (const workflow::StatusLine& line : lines) {
    list.push_back({{"topic", line.topic},
                    {"for", name_of(line.audience)},
                    {"message", line.message},
                    {"command", line.command},
                    {"needs_person", line.needs_person}});
  }
  return list;
}

/// Nothing for the pager is not nothing at all.
std::string nothing(workflow::Audience audience) {
  switch (audience) {
    case workflow::Audience::ops:
      return "Nothing is open for ops.\n";
    case workflow::Audience::dpo:
      return "Nothing is open for the dpo.\n";
    case workflow::Audience::everybody:
      break;
  }
  return "Nothing is due, nothing is open.\n";
}

void print_text(std::ostream& out, const std::vector<workflow::StatusLine>& lines,
                workflow::Audience audience) {
  for (const workflow::StatusLine& line : lines) {
    out << (line.needs_person ? "! " : "  ") << for_terminal(line.topic) << ": "
        << for_terminal(line.message) << '\n';
    if (!line.command.empty()) {
      out << "    " << for_terminal(line.command) << '\n';
    }
  }
  if (lines.empty()) {
    out << nothing(audience);
  }
}

int status(Context& context, const StatusFlags& options) {
  const workflow::Audience audience = audience_of(options.audience);
  const auto lines = workflow::status(context.session(), audience);
  if (context.json()) {
    context.print(as_json(lines));
  } else {
    print_text(context.out(), lines, audience);
  }
  return worst(lines, &workflow::StatusLine::needs_person);
}

Json as_json(const std::vector<workflow::NightStep>& steps) {
  Json list = Json::array();
  for (const workflow::NightStep& step : steps) {
    list.push_back({{"step", step.name},
                    {"ok", !step.wrong},
                    {"news", step.news},
                    {"exit_code", step.wrong ? static_cast<int>(step.kind) : 0},
                    {"message", step.message}});
  }
  return list;
}

/// Further lines of a message below its first.
std::string indented(const std::string& message) {
  return join(split(lines_for_terminal(message), '\n'), "\n    ");
}

/// What went wrong, then what is new, then all that was as it should be, in one line: cron's mail
/// is read from its beginning.
std::string night_text(const std::vector<workflow::NightStep>& steps) {
  std::string wrong, news;
  std::vector<std::string> quiet;
  for (const workflow::NightStep& step : steps) {
    const std::string message = indented(step.message);
    if (step.wrong) {
      wrong += "! " + for_terminal(step.name) + ": " + message + '\n';
    } else if (step.news) {
      news += "  " + for_terminal(step.name) + ": " + message + '\n';
    } else if (!step.message.empty()) {
      quiet.push_back(message);
    }
  }
  const std::string rest = join(quiet, "; ");
  return wrong + news + (wrong.empty() && news.empty() ? "A quiet night: " : "  quiet: ") + rest +
         (rest.empty() ? "nothing\n" : "\n");
}

int night(Context& context, const NoOptions&) {
  const StopOnSignal signals;
  const auto steps = workflow::night(context.session());
  if (context.json()) {
    context.print(as_json(steps));
  } else {
    context.out() << night_text(steps);
  }
  return worst(steps, &workflow::NightStep::wrong);
}

int doctor(Context& context, const NoOptions&) {
  const auto findings = workflow::doctor(context.session());
  if (context.json()) {
    context.print({{"findings", report::findings_json(findings)}});
  } else {
    context.out() << report::findings_text(findings) << report::findings_summary(findings) << '\n';
  }
  return report::has_errors(findings) ? needs_a_person : 0;
}

}  // namespace

void add_status(Tree& tree) {
  tree.add<StatusFlags>(
      {{"status"},
       "what is due, held, undetermined or unfinished, and the command that settles it",
       {"besa status", "besa status --for dpo --format json"}},
      status_flags, status);
}

void add_night(Tree& tree) {
  tree.add<NoOptions>(
      {{"night"},
       "the one line for cron: resume, check, sweep, apply what is approved, checkpoint, metrics",
       {"besa night"}},
      no_flags, night);
}

void add_doctor(Tree& tree) {
  tree.add<NoOptions>({{"doctor"},
                       "permissions, keys, clock, disk space, SQLite, backups, checkpoints",
                       {"besa doctor"}},
                      no_flags, doctor);
}

}  // namespace besa::cli
